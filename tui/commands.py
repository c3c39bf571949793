"""Every action of the app: id, scope, title and one line of help. Keys stand in `keymaps/*.toml` only.

Bindings, legend, palette, help page, `termlabel keys` and docs/keys.md are made of this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["app", "work", "annotate", "shapes", "drawing", "review", "sheet", "audit"]

SCOPES: dict[str, str] = {
    "app": "Everywhere",
    "work": "Picture in front",
    "annotate": "Annotating",
    "shapes": "Shapes",
    "drawing": "Drawing, until the shape is done",
    "review": "Reviewing",
    "sheet": "Contact sheet",
    "audit": "Audit",
}
OVERLAPS: dict[str, tuple[str, ...]] = {
    "app": ("work", "annotate", "shapes", "review", "sheet", "audit"),
    "work": ("app", "annotate", "shapes", "review"),
    "annotate": ("app", "work", "shapes"),
    "shapes": ("app", "work", "annotate"),
    "drawing": (),
    "review": ("app", "work"),
    "sheet": ("app",),
    "audit": ("app",),
}
"""Scopes that are active at the same time: one key must not mean two things in them. Drawing shadows
all others but `SHINES_THROUGH`, and those of `LOOKS` by the keys that it has no use for."""
SHINES_THROUGH = "app.help"
LOOKS = frozenset(
    f"work.{name}"
    for name in (
        "zoom-in",
        "zoom-out",
        "fit",
        "pan-left",
        "pan-right",
        "pan-up",
        "pan-down",
        "frame-previous",
        "frame-next",
    )
)
"""They change only what is seen of a picture, or which of its frames."""


@dataclass(frozen=True, slots=True)
class Command:
    """`id` is `scope.name`. `later`: it came after 0.2, so that its keys give
    way to those that a project's labels or a person's own keymap had already."""

    scope: Scope
    name: str
    title: str
    help: str
    later: bool = False

    @property
    def id(self) -> str:
        """As keymaps name it: `work.undo`."""
        return f"{self.scope}.{self.name}"


COMMANDS: tuple[Command, ...] = (
    Command("app", "help", "Help", "All keys and what they do"),
    Command("app", "palette", "Palette", "Find a command by typing"),
    Command("app", "quit", "Quit", "Leave when everything decided is safe"),
    Command("app", "theme", "Theme", "Light colours or dark ones, until you leave"),
    Command("app", "redraw", "Redraw", "Paint everything anew, when another program wrote on the screen"),
    Command(
        "app",
        "reload",
        "Read again",
        "The project file as it is now: labels, keys, colours, reasons",
        later=True,
    ),
    Command("app", "line", "The line", "What this line and this terminal can do, in figures"),
    Command("app", "cancel", "Cancel", "Close what is open, take back a half-typed command"),
    Command("work", "skip", "Skip", "Go on without a decision; not served again in this sitting"),
    Command("work", "undo", "Undo", "Take back your last decision, of any sitting, and show its picture"),
    Command("work", "redo", "Redo", "Take back the last undo, until a new decision"),
    Command("work", "flag", "Flag", "Mark the picture as hard, or take the mark away"),
    Command(
        "work",
        "note",
        "Note",
        "A line of words on the picture, for whoever sees it next; empty takes it away",
        later=True,
    ),
    Command("work", "next", "Next", "Go on and leave this one undone"),
    Command("work", "previous", "Previous", "Go back; further back comes your earlier work"),
    Command("work", "next-undone", "Next undone", "Go to the next picture without a decision"),
    Command(
        "work",
        "view",
        "View",
        "Brightness, contrast, window, channel …; masks, shapes, predictions",
        later=True,
    ),
    Command(
        "work",
        "go-to",
        "Go to",
        "Any picture of the project, by its number or a part of its name",
        later=True,
    ),
    Command("work", "guidelines", "Guidelines", "Show the project's guidelines"),
    Command("work", "zoom-in", "Zoom in", "Enlarge the picture"),
    Command("work", "zoom-out", "Zoom out", "Make the picture smaller again"),
    Command("work", "fit", "Fit", "Show the whole picture"),
    Command("work", "pan-left", "Pan left", "Move the view to the left"),
    Command("work", "pan-right", "Pan right", "Move the view to the right"),
    Command("work", "pan-up", "Pan up", "Move the view up"),
    Command("work", "pan-down", "Pan down", "Move the view down"),
    Command(
        "work", "frame-previous", "Frame back", "The frame or page before, in a file of several", later=True
    ),
    Command("work", "frame-next", "Next frame", "The next frame or page, in a file of several", later=True),
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
    Command("annotate", "filter", "Find label", "Choose a label by typing a part of its name"),
    Command(
        "annotate",
        "confirm",
        "Done",
        "The picture is done as it stands; where a label must be chosen, take the model's",
    ),
    Command(
        "annotate",
        "keep-zoom",
        "Keep zoom",
        "The next picture is shown with this zoom, or fitted again",
        later=True,
    ),
    Command("shapes", "box", "Box", "Draw a box: enter fixes one corner, enter the other"),
    Command("shapes", "polygon", "Polygon", "Draw an outline: enter sets a point, enter twice closes"),
    Command("shapes", "polyline", "Line", "Draw a line through points; enter twice ends it"),
    Command(
        "shapes",
        "spline",
        "Spline",
        "Draw a curve through points; enter twice ends it, at its first point closes it",
    ),
    Command("shapes", "cuboid", "Cuboid", "Draw a block: its front as a box, then how far it reaches back"),
    Command("shapes", "mask", "Mask", "Paint a mask: every pixel has one label"),
    Command("shapes", "next", "Next shape", "Select the next shape in reading order"),
    Command("shapes", "previous", "Previous shape", "Select the shape before"),
    Command("shapes", "jump", "Jump", "Select a shape by its number"),
    Command("shapes", "left", "Left", "Move what is in hand one image pixel to the left"),
    Command("shapes", "right", "Right", "Move it one pixel to the right"),
    Command("shapes", "up", "Up", "Move it one pixel up"),
    Command("shapes", "down", "Down", "Move it one pixel down"),
    Command("shapes", "left-far", "Far left", "Move it ten pixels to the left"),
    Command("shapes", "right-far", "Far right", "Move it ten pixels to the right"),
    Command("shapes", "up-far", "Far up", "Move it ten pixels up"),
    Command("shapes", "down-far", "Far down", "Move it ten pixels down"),
    Command("shapes", "part", "Part", "What the arrows move: the whole, one edge, one corner or point"),
    Command("shapes", "part-back", "Part back", "The same, the other way round"),
    Command("shapes", "shrink", "Shrink", "Move every edge in by a pixel, or the edge in hand"),
    Command("shapes", "grow", "Grow", "Move every edge out by a pixel, or the edge in hand"),
    Command("shapes", "shrink-far", "Shrink more", "The same by ten pixels"),
    Command("shapes", "grow-far", "Grow more", "The same by ten pixels"),
    Command("shapes", "turn", "Turn", "Turn it one degree clockwise"),
    Command("shapes", "turn-back", "Turn back", "Turn it one degree the other way"),
    Command(
        "shapes", "tighten", "Tighten", "Move each edge of a box to the nearest strong edge of the picture"
    ),
    Command("shapes", "copy", "Copy", "Copy the shapes of the previous picture"),
    Command(
        "shapes",
        "copy-one",
        "Copy one",
        "Copy one shape of the previous picture: the one with the number of the selected",
    ),
    Command("shapes", "duplicate", "Duplicate", "A second shape like this one, a little aside"),
    Command("shapes", "occluded", "Occluded", "Partly hidden behind something else, or not"),
    Command("shapes", "truncated", "Truncated", "Cut by the border of the picture, or not"),
    Command("shapes", "delete", "Delete", "Delete the shape, or reject the suggestion"),
    Command("shapes", "attribute", "Attribute", "Set an attribute: a digit or words; again for the next"),
    Command("shapes", "insert-point", "Insert point", "A further point behind the one in hand"),
    Command("shapes", "delete-point", "Delete point", "The point in hand goes"),
    Command("shapes", "curve", "Curve", "Turn a spline into the same curve with control points"),
    Command(
        "shapes",
        "estimated",
        "Estimated",
        "A cuboid's corner in hand is estimated from the others, or was seen",
    ),
    Command("shapes", "raise", "Raise", "Put the shape over all others"),
    Command("shapes", "lower", "Lower", "Put the shape under all others"),
    Command("shapes", "hide", "Hide", "Hide the shapes of this label, or show all again"),
    Command("shapes", "lock", "Lock", "Protect the shapes of this label from changes, or no longer"),
    Command(
        "shapes",
        "accept-above",
        "Accept suggestions",
        "Accept all suggestions with a good score; enter accepts one",
    ),
    Command("shapes", "zoom", "Zoom to shape", "Enlarge the selected shape"),
    Command("drawing", "set", "Set", "Fix the corner or point; twice at one place closes; paint a dab"),
    Command("drawing", "back", "Back", "Take back one corner, then leave"),
    Command("drawing", "close", "Close", "Close the polygon, line or spline at its first point"),
    Command("drawing", "take-back", "Take back", "Take back one point or dab"),
    Command("drawing", "ruler", "Ruler", "A letter on the ruler chooses its column, another one its row"),
    Command("drawing", "ninth", "Ninth", "Go to a ninth of where the crosshair is, as on a number pad"),
    Command("drawing", "left", "Left", "Move the crosshair one image pixel to the left"),
    Command("drawing", "right", "Right", "One pixel to the right"),
    Command("drawing", "up", "Up", "One pixel up"),
    Command("drawing", "down", "Down", "One pixel down"),
    Command("drawing", "left-far", "Far left", "Ten pixels to the left"),
    Command("drawing", "right-far", "Far right", "Ten pixels to the right"),
    Command("drawing", "up-far", "Far up", "Ten pixels up"),
    Command("drawing", "down-far", "Far down", "Ten pixels down"),
    Command("drawing", "next", "Next point", "Take hold of the next point; while painting: the next label"),
    Command(
        "drawing",
        "previous",
        "Previous point",
        "Take hold of the point before; while painting: the label before",
    ),
    Command("drawing", "pen", "Pen", "Painting: pen down, so that the crosshair leaves a stroke, or up"),
    Command("drawing", "smaller", "Smaller brush", "Painting: a smaller brush"),
    Command("drawing", "larger", "Larger brush", "Painting: a larger brush"),
    Command("drawing", "erase", "Erase", "Painting: take labels away instead, or paint again"),
    Command("drawing", "fill", "Fill", "Painting: fill the region under the crosshair"),
    Command(
        "drawing",
        "grow-here",
        "Grow here",
        "Painting: the pixels around the crosshair with nearly its colour",
    ),
    Command("drawing", "rest", "Rest", "Painting: every pixel that has no label yet"),
    Command(
        "drawing",
        "outline",
        "Outline",
        "Painting: fill the polygon or box under the crosshair with its label",
    ),
    Command("review", "accept", "Accept", "The label is right"),
    Command(
        "review",
        "reject",
        "Reject",
        "Wrong: then a digit, enter, / or escape; on a selected shape it marks that one",
    ),
    Command("review", "fix", "Fix", "Choose the right label and accept"),
    Command(
        "review",
        "accept-shown",
        "Accept shown",
        "Accept what was shown; with shapes marked as wrong, send it back for these",
    ),
    Command(
        "review",
        "send-back",
        "Send back",
        "An accepted picture goes back to its annotator, whoever accepted it",
        later=True,
    ),
    Command("review", "comment", "Comment", "After reject: say why in your own words"),
    Command("review", "confirm", "Confirm", "After reject: no reason; after a failed save: again"),
    Command("review", "keep-zoom", "Keep zoom", "The next picture is shown with this zoom, or fitted again"),
    Command("review", "sheet", "Sheet", "Many small pictures at once"),
    Command("sheet", "accept", "Accept", "Accept all that are left on the sheet, reject what is taken out"),
    Command(
        "sheet",
        "mark",
        "Take out",
        "The picture under the cursor, as by its letter: it is wrong, then a digit says why; again: put back",
    ),
    Command("sheet", "enlarge", "Enlarge", "The picture under the cursor alone, or the sheet again"),
    Command(
        "sheet",
        "reject",
        "Reasons",
        "Why all that are taken out without a reason are wrong: a digit, enter, / or escape",
    ),
    Command("sheet", "undo", "Undo", "Take back the last sheet, all of it"),
    Command("sheet", "comment", "Comment", "After a picture is taken out: say why in your own words"),
    Command("sheet", "single", "Single", "One picture after the other"),
    Command("sheet", "view", "View", "Brightness, contrast, window, channel … of all pictures", later=True),
    Command("sheet", "guidelines", "Guidelines", "Show the project's guidelines"),
    Command("sheet", "left", "Left", "Move the cursor to the left"),
    Command("sheet", "right", "Right", "Move it to the right"),
    Command("sheet", "up", "Up", "Move it a row up"),
    Command("sheet", "down", "Down", "Move it a row down"),
    Command("audit", "open", "Open", "Show the pictures behind the number; enlarge one of them, or not"),
    Command(
        "audit",
        "send-back",
        "Send back",
        "The picture under the cursor, which was accepted, goes back to its annotator",
        later=True,
    ),
    Command("audit", "undo", "Undo", "Take back that a picture was sent back here", later=True),
    Command("audit", "left", "Left", "Move the cursor to the left"),
    Command("audit", "right", "Right", "Move it to the right"),
    Command("audit", "up", "Up", "Move it a row up"),
    Command("audit", "down", "Down", "Move it a row down"),
)
BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}
LABEL_SLOTS = tuple(f"annotate.label-{n}" for n in range(1, 11))
