"""What the modes with an editor of shapes hold: its keys, what it shows, and the mouse that draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.model.geometry import Point
from tui.screens.editor_keys import EditorKeys, EditorView, editor_message, editor_rules, pointed, view_of
from tui.screens.keys import KeyTable
from tui.screens.mode import WorkHost
from tui.screens.parts import PicturePart, WalkFront, zoom_of
from tui.screens.text_layer import TextLayer
from tui.screens.walk_heads import drawing
from tui.screens.walk_rows import plan_row
from tui.sitting import inputs as i
from tui.sitting.draw import begin_draw, step_draw
from tui.sitting.draw_state import DrawState
from tui.widgets.canvas import Canvas
from tui.widgets.in_hand import InHand
from tui.widgets.rows import Row
from tui.work.desk import Desk


def draw_desk(host: WorkHost) -> Desk[DrawState]:
    """A walk with an editor."""
    rules, tools = host.setup.rules, editor_rules(host)
    return Desk(lambda at: begin_draw(rules, tools, at), step_draw, host.clerk, host, host.setup.trace)


class EditorPart:
    """`state`: the walk and its editor as they are now; `side_rows`: what the mode says beside the picture."""

    def __init__(
        self, host: WorkHost, state: Callable[[], DrawState], side_rows: Callable[[int, int], Sequence[Row]]
    ) -> None:
        self._host, self._now = host, state
        self.keys, self.view = EditorKeys(host.table), EditorView(host.project)
        self.front = WalkFront(lambda: state().walk, lambda: host.table)
        self.picture = PicturePart(
            sync=self._sync,
            pointed=self._pointed,
            aim=self._aim,
            scene=lambda: self.view.scene(state()),
            message_row=lambda width: (
                editor_message(state(), host.table, width) or plan_row(state().walk, width)
            ),
            side_rows=side_rows,
            fetching=self.front.fetching,
            table=self._table,
            ask=self._ask,
        )

    def put(self, incoming: i.Input | None) -> bool:
        """Whether a key or the mouse meant something to the editor; then it is told."""
        if incoming is not None:
            self._host.put(incoming)
        return incoming is not None

    def _ask(self, prompt: str) -> None:
        """Words for an attribute, as long as it is asked for."""

        def asked() -> bool:
            editor = self._now().editor
            return editor is not None and editor.asking is not None

        self._host.open(
            TextLayer(
                self.in_hand,
                f"{prompt}:",
                lambda text: self._host.put(i.EditorCommand("shapes.attribute-text", text=text)),
                optional=True,
                given_up=lambda: self._host.put(i.EditorCommand("app.cancel")),
                asked=asked,
            )
        )

    def in_hand(self) -> InHand:
        """The tool, the attribute, the shape, the zoom."""
        return drawing(self._now(), self._host.table, zoom_of(self._host.canvas))

    def _sync(self) -> None:
        """The editor is told what is visible."""
        view = view_of(self._host.canvas)
        if view != self._now().view:
            self._host.put(i.Viewed(view))

    def _pointed(self, event: Canvas.Pointer) -> bool:
        """The mouse draws, where shapes can be changed."""
        return self.put(pointed(self._now(), event))

    def _table(self) -> KeyTable | None:
        """The keys that count while something is drawn."""
        editor = self._now().editor
        return self.keys.drawing if editor is not None and editor.tool is not None else None

    def _aim(self) -> Point | None:
        """The crosshair."""
        editor = self._now().editor
        return editor.tool.cross.at if editor is not None and editor.tool is not None else None
