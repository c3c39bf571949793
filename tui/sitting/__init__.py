"""A person at work: a pure reducer. Keys, answers of the queue and of the canvas, and the clock come in;
claims, writes, pictures to show and messages go out. No files, no terminal, no widgets."""

from tui.sitting.sheet import begin_sheet, step_sheet
from tui.sitting.step import begin, step

__all__ = ["begin", "begin_sheet", "step", "step_sheet"]
