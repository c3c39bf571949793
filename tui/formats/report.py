"""What an export carried, approximated and left out, counted as it goes by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tui.formats.rules import CONTENT, FEATURES, FeatureRule, Fidelity
from tui.text import counted


class ExportReport:
    """Counts by (fate, feature, how). `images`: written; `passed_over`: not written, by state."""

    def __init__(self, format_name: str) -> None:
        self.format_name = format_name
        self.images = 0
        self.shapes = 0
        self.counts: Counter[tuple[Fidelity, str, str]] = Counter()
        self.passed_over: Counter[str] = Counter()
        self.notes: list[str] = []

    def count(self, feature: str, rule: FeatureRule, n: int = 1) -> None:
        """`n` things of a feature met a rule."""
        self.counts[rule.fidelity, feature, rule.how] += n

    def lost(self, feature: str, how: str) -> None:
        """Something that the format could hold, but not this one."""
        self.counts[Fidelity.LEFT_OUT, feature, how] += 1

    def changed(self, feature: str, how: str) -> None:
        """Something that the format could hold, but not quite as it is."""
        self.counts[Fidelity.APPROXIMATED, feature, how] += 1

    @property
    def losses(self) -> int:
        """How much of what annotations say did not come through whole."""
        return sum(
            n
            for (fidelity, feature, _), n in self.counts.items()
            if fidelity is not Fidelity.CARRIED and feature in CONTENT
        )

    def add(self, other: ExportReport) -> None:
        """Take in the counts of another part of the same export."""
        self.images += other.images
        self.shapes += other.shapes
        self.counts.update(other.counts)
        self.passed_over.update(other.passed_over)
        self.notes += [note for note in other.notes if note not in self.notes]

    def rows(self) -> list[tuple[str, int, str]]:
        """(fate, count, words) in the order of the features."""
        order = {feature: n for n, feature in enumerate(FEATURES)}
        found = sorted(self.counts.items(), key=lambda item: (order.get(item[0][1], 99), item[0][2]))
        rows = []
        for fidelity in Fidelity:
            for (its, feature, how), n in found:
                if its is fidelity:
                    rows.append((str(fidelity), n, FEATURES[feature] + (f": {how}" if how else "")))
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
        for note in self.notes:
            yield f"  {note}"
