"""A tiny app for the fake terminal: shows the keys it gets, the last reply, and what it knows of the terminal.

`python tests/terminal/tiny.py [DEADLINE]`. Keys: `Q` quits, `C` crashes, `F` sends a fence, `S` suspends, `W` writes
far more than a line holds, `Z` is stopped (^Z) in the midst of a step.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from tui.terminal.probe import probe

CAPS = probe(deadline=float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
os.environ["TEXTUAL_ANIMATIONS"] = "none"
if CAPS.truecolor:
    os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"

from textual import events  # noqa: E402
from textual.app import ComposeResult  # noqa: E402
from textual.screen import Screen  # noqa: E402
from textual.widgets import Static  # noqa: E402

from tui.terminal.driver import (  # noqa: E402
    GfxDriver,
    GraphicsApp,
    TerminalResumed,
    TerminalUpgraded,
)
from tui.terminal.key_parser import TerminalReply  # noqa: E402


class Tiny(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self.log_of: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static(id="protocol")
        yield Static(id="log", markup=False)

    def on_mount(self) -> None:
        self.tell(f"<{CAPS.protocol} {CAPS.answers}>")

    def tell(self, word: str) -> None:
        self.log_of.append(word)
        self.query_one("#log", Static).update(" ".join(self.log_of) + " .")

    def on_key(self, event: events.Key) -> None:
        app: Any = self.app
        match event.character:
            case "Q":
                self.app.exit()
            case "C":
                raise RuntimeError("asked to crash")
            case "F":
                app.send("\x1b_Gi=77,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[5n")
            case "W":
                for _ in range(100):
                    app.send(f"\x1b]5555;{'x' * 4000}\x07")
                self.tell("written")
            case "S":
                with self.app.suspend():
                    print("outside", flush=True)
            case "Z":
                app.left = False
                os.kill(os.getpid(), signal.SIGTSTP)
                # A handler of Python's own runs before the next of these.
                left = [app.left for _ in range(1000)]
                self.tell(f"<left within a step: {any(left)}>")
            case _:
                self.tell(event.key)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        app: Any = self.app
        x, y = app.caps.pixel(event.pointer_x, event.pointer_y)
        self.tell(f"<at {x:g},{y:g}>")

    def on_terminal_reply(self, event: TerminalReply) -> None:
        if "i=77" in event.reply.body or event.reply.kind == "n":
            self.tell(f"<{event.reply.body}>")

    def on_terminal_upgraded(self, event: TerminalUpgraded) -> None:
        self.tell(f"<now {event.caps.protocol}>")

    def on_terminal_resumed(self, _: TerminalResumed) -> None:
        self.tell("<resumed>")


class TinyApp(GraphicsApp[None], inherit_bindings=False):
    ENABLE_COMMAND_PALETTE = False
    left = False

    def leave(self) -> str:
        self.left = True
        return "\x1b_Ga=d,d=A,q=2\x1b\\"

    def get_default_screen(self) -> Screen[Any]:
        return Tiny()


app = TinyApp(driver_class=GfxDriver)
app.caps = CAPS
app.release_text = app.leave
app.run()
sys.exit(app.return_code or 0)
