"""What an export carried, approximated and left out, counted as it goes by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from tui.formats.rules import CONTENT, FEATURES, FILES, FeatureRule, Fidelity
from tui.model.project import PROJECT_FILE
from tui.text import counted

_COUNTING = {**CONTENT, **FILES}
_WORDS = {**FEATURES, **FILES}
_NAMED = 10
"""So many images are named of those with whose files something is wrong."""


class ExportReport:
    """Counts by (fate, feature, how). `images`: written; `passed_over`: not written, by state. `files`: images with whose
    files something is wrong, and what. `not_named`: labels that the project file does not have, and in how many images."""

    def __init__(self, format_name: str) -> None:
        self.format_name = format_name
        self.images = 0
        self.shapes = 0
        self.counts: Counter[tuple[Fidelity, str, str]] = Counter()
        self.passed_over: Counter[str] = Counter()
        self.notes: list[str] = []
        self.files: dict[str, str] = {}
        self.not_named: Counter[str] = Counter()

    def count(self, feature: str, rule: FeatureRule, n: int = 1) -> None:
        """`n` things of a feature met a rule."""
        self.counts[rule.fidelity, feature, rule.how] += n

    def lost(self, feature: str, how: str) -> None:
        """Something that the format could hold, but not this one."""
        self.counts[Fidelity.LEFT_OUT, feature, how] += 1

    def changed(self, feature: str, how: str) -> None:
        """Something that the format could hold, but not quite as it is."""
        self.counts[Fidelity.APPROXIMATED, feature, how] += 1

    def file(self, feature: str, image: str, what: str, *, kept: str) -> None:
        """Something is wrong with the file of an image. `kept`: what of it is written all the same, '' for nothing."""
        if kept:
            self.changed(feature, kept)
        else:
            self.lost(feature, "")
        self.files[image] = what

    @property
    def losses(self) -> int:
        """How much of what annotations say did not come through whole."""
        return sum(
            n
            for (fidelity, feature, _), n in self.counts.items()
            if fidelity is not Fidelity.CARRIED and feature in _COUNTING
        )

    def add(self, other: ExportReport) -> None:
        """Take in the counts of another part of the same export."""
        self.images += other.images
        self.shapes += other.shapes
        self.counts.update(other.counts)
        self.passed_over.update(other.passed_over)
        self.notes += [note for note in other.notes if note not in self.notes]
        self.files |= other.files
        self.not_named.update(other.not_named)

    def rows(self) -> list[tuple[str, int, str]]:
        """(fate, count, words) in the order of the features."""
        order = {feature: n for n, feature in enumerate(_WORDS)}
        found = sorted(self.counts.items(), key=lambda item: (order.get(item[0][1], 99), item[0][2]))
        rows = []
        for fidelity in Fidelity:
            for (its, feature, how), n in found:
                if its is fidelity:
                    rows.append((str(fidelity), n, _WORDS[feature] + (f": {how}" if how else "")))
        return rows

    def lines(self) -> Iterator[str]:
        """The table that an export ends with."""
        shapes = f", {counted(self.shapes, 'shape')}" if self.shapes else ""
        yield f"{self.format_name}: {counted(self.images, 'image')}{shapes}"
        before = ""
        for fidelity, n, words in self.rows():
            yield f"  {fidelity if fidelity != before else '':<13}{n:>9}  {words}"
            before = fidelity
        for state, n in self.passed_over.items():
            yield f"  {'not written':<13}{n:>9}  images that are {state}"
        yield from (f"  {image}: {what}" for image, what in islice(self.files.items(), _NAMED))
        if len(self.files) > _NAMED:
            yield f"  ... and {len(self.files) - _NAMED} more files"
        for name, n in self.not_named.most_common():
            yield f"  {PROJECT_FILE} has no label {name}: {counted(n, 'image')}, a class all the same"
        for note in self.notes:
            yield f"  {note}"
