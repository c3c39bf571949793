"""What a screen is made of: everything that was found out before the toolkit was imported."""

from __future__ import annotations

from dataclasses import dataclass

from tui.launch import Launch
from tui.model.view_settings import AS_IT_IS, ViewSettings
from tui.screens.keys import KeyTable
from tui.sitting.state import SittingRules
from tui.terminal.caps import TerminalCaps
from tui.trace import Trace
from tui.work.claims import ClaimTerms, FirstClaim
from tui.work.planned import PlannedClaims


@dataclass(frozen=True, slots=True)
class ScreenSetup:
    """What a work screen is made of. `rules`: of the sitting; `terms`: under which it claims; `planned`: where a
    review pass takes its tasks from; `first`: the claim that it begins with, where it is made already. `view`: how single pictures are looked at."""

    launch: Launch
    caps: TerminalCaps
    table: KeyTable
    rules: SittingRules
    terms: ClaimTerms
    trace: Trace
    planned: PlannedClaims | None = None
    first: FirstClaim | None = None
    view: ViewSettings = AS_IT_IS
