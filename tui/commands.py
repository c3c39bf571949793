"""Every action of the app: id, scope, title and one line of help. Keys stand in `keymaps/*.toml` only.

Bindings, footer, palette, help page, `termlabel keys` and the README's table are made of this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["app", "work", "annotate", "review"]

SCOPES: dict[str, str] = {
    "app": "Everywhere",
    "work": "Picture in front",
    "annotate": "Annotating",
    "review": "Reviewing",
}
OVERLAPS: dict[str, tuple[str, ...]] = {
    "app": ("work", "annotate", "review"),
    "work": ("app", "annotate", "review"),
    "annotate": ("app", "work"),
    "review": ("app", "work"),
}
"""Scopes that are active at the same time: one key must not mean two things in them."""


@dataclass(frozen=True, slots=True)
class Command:
    """`id` is `scope.name`; `legend`: shown at the bottom of the screen."""

    scope: Scope
    name: str
    title: str
    help: str
    legend: bool = False

    @property
    def id(self) -> str:
        return f"{self.scope}.{self.name}"


COMMANDS: tuple[Command, ...] = (
    Command("app", "help", "Help", "All keys and what they do", True),
    Command("app", "palette", "Palette", "Find a command by typing"),
    Command("app", "quit", "Quit", "Leave when everything decided is safe", True),
    Command("app", "cancel", "Cancel", "Close what is open, take back a half-typed command"),
    Command("work", "skip", "Skip", "Go on without a decision; not served again in this sitting", True),
    Command(
        "work", "undo", "Undo", "Take back your last decision, of any sitting, and show its picture", True
    ),
    Command("work", "redo", "Redo", "Take back the last undo, until a new decision"),
    Command("work", "flag", "Flag", "Mark the picture as hard, or take the mark away", True),
    Command("work", "next", "Next", "Go on and leave this one undone", True),
    Command("work", "previous", "Previous", "Go back; further back comes your earlier work", True),
    Command("work", "next-undone", "Next undone", "Go to the next picture without a decision"),
    Command("work", "guidelines", "Guidelines", "Show the project's guidelines", True),
    Command("work", "zoom-in", "Zoom in", "Enlarge the picture"),
    Command("work", "zoom-out", "Zoom out", "Make the picture smaller again"),
    Command("work", "fit", "Fit", "Show the whole picture"),
    Command("work", "pan-left", "Pan left", "Move the view to the left"),
    Command("work", "pan-right", "Pan right", "Move the view to the right"),
    Command("work", "pan-up", "Pan up", "Move the view up"),
    Command("work", "pan-down", "Pan down", "Move the view down"),
    Command("annotate", "label-1", "Label 1", "Choose the first label without a key of its own"),
    Command("annotate", "label-2", "Label 2", "Choose the second"),
    Command("annotate", "label-3", "Label 3", "Choose the third"),
    Command("annotate", "label-4", "Label 4", "Choose the fourth"),
    Command("annotate", "label-5", "Label 5", "Choose the fifth"),
    Command("annotate", "label-6", "Label 6", "Choose the sixth"),
    Command("annotate", "label-7", "Label 7", "Choose the seventh"),
    Command("annotate", "label-8", "Label 8", "Choose the eighth"),
    Command("annotate", "label-9", "Label 9", "Choose the ninth"),
    Command("annotate", "label-10", "Label 10", "Choose the tenth"),
    Command("annotate", "filter", "Find label", "Choose a label by typing a part of its name", True),
    Command("annotate", "confirm", "Done", "The tags are complete, also when there are none", True),
    Command("review", "accept", "Accept", "The label is right", True),
    Command("review", "reject", "Reject", "The label is wrong: then a digit, enter, / or escape", True),
    Command("review", "fix", "Fix", "Choose the right label and accept", True),
    Command("review", "accept-shown", "Accept shown", "Accept what was shown and is not decided"),
    Command("review", "comment", "Comment", "After reject: say why in your own words"),
    Command("review", "confirm", "Confirm", "After reject: no reason; after a failed save: again"),
)
BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}
LABEL_SLOTS = tuple(f"annotate.label-{n}" for n in range(1, 11))
