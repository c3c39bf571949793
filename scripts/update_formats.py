"""Writes the table of what each format holds into `docs/formats.md`: `python -m scripts.update_formats`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui.formats import FORMATS
from tui.formats.base import Format
from tui.formats.rules import FEATURES, Fidelity

PAGE = Path(__file__).parents[1] / "docs" / "formats.md"
BEGIN, END = "<!-- matrix: made by python -m scripts.update_formats -->", "<!-- end of matrix -->"
SIGNS = {Fidelity.CARRIED: "✓", Fidelity.APPROXIMATED: "~", Fidelity.LEFT_OUT: "–"}


def columns() -> list[Format]:
    """Every format, with its variants in its place where it has some."""
    return [each for chosen in FORMATS.values() for each in (chosen.variants.values() or (chosen,))]


def matrix() -> str:
    """Markdown: a row a feature, a column a format; then what the signs leave open."""
    found = columns()
    lines = ["| | " + " | ".join(each.name for each in found) + " |", "|---" * (len(found) + 1) + "|"]
    for feature, words in FEATURES.items():
        if feature == "name":
            continue  # As they are in all; only single bytes can be a loss, and exports count them.
        signs = [SIGNS[each.rule(feature).fidelity] for each in found]
        lines.append(f"| {words} | {' | '.join(signs)} |")
    lines += ["", "✓ carried, ~ approximated, – left out and counted.", ""]
    lines += [f"- **{each.name}**: {'; '.join(_hows(each))}. Precision: {each.precision}." for each in found]
    return "\n".join(lines) + "\n"


def _hows(chosen: Format) -> Iterator[str]:
    """What the rules say in words, features with the same words together."""
    words: dict[str, list[str]] = {}
    for feature, name in FEATURES.items():
        how = chosen.rule(feature).how
        if how:
            words.setdefault(how, []).append(name)
    yield from (f"{', '.join(names)}: {how}" for how, names in words.items())
    if not words:
        yield "as they are"


def with_matrix(text: str) -> str:
    """The page's text with a fresh table."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{matrix()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(with_matrix(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
