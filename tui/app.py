"""From the command line to the window: what the window is made of, while the terminal is asked."""

from __future__ import annotations

import gc
import os
import shlex
import shutil
import textwrap
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui import __version__, keymap
from tui.commands import Scope
from tui.first_claim import follows_plan, terms_of
from tui.launch import Departure, Launch
from tui.libraries import diverted
from tui.model.project import project_kind
from tui.model.task import Filter
from tui.quality.plan import By, Plan, plan_review
from tui.screens.keys import KeyTable
from tui.screens.setup import ScreenSetup
from tui.sitting.draw_state import DrawState
from tui.sitting.farewell import TRY_OWN, done_sentence, next_lines
from tui.sitting.sentences import ended, settled
from tui.sitting.state import SittingRules
from tui.sitting.work_state import WorkState
from tui.store.base import QueueError
from tui.terminal.arrival import Arrival
from tui.terminal.caps import TerminalCaps
from tui.trace import Trace
from tui.work.claims import ClaimTerms, FirstClaim
from tui.work.planned import PlannedClaims
from tui.work.remainder import what_is_left

if TYPE_CHECKING:
    from tui.screens.work import WorkScreen


def run(launch: Launch, arrival: Arrival, first: FirstClaim | None = None) -> Departure:
    """Open the window and stay until the person leaves; what was done is for the ordinary screen. `arrival`: has been
    entered.

    Raises:
        UsageError: the keymap, a label's key or the trace file cannot be used.
        TermlabelError: the project was read again, and its queue could not be opened.
    """
    key_table(launch)
    trace = Trace(launch.display.trace)
    try:
        os.environ["TEXTUAL_ANIMATIONS"] = "none"
        from tui.screens.window import TermlabelApp
        from tui.terminal.driver import driver_class

        caps = arrival.caps()
        _use_colours(caps)
        app = TermlabelApp(setup_of(launch, caps, trace, first), driver_class(), remade)
        app.there = arrival.hand_over()
        gc.freeze()
        gc.enable()
        try:
            app.run()
        finally:
            with diverted():
                app.work.finish()
        if app.failed is not None:
            raise app.failed
        return Departure(app.return_code or 0, farewell(app.work))
    finally:
        trace.close()


def farewell(work: WorkScreen) -> tuple[str, ...]:
    """What was done and what comes next; nothing of an audit, which decides nothing."""
    launch = work.setup.launch
    if launch.audit is not None:
        return ()
    end = ended(_last_state(work))
    if launch.throwaway:
        return *_wrapped(done_sentence(replace(end, drafts=0), "")), *_wrapped(TRY_OWN)
    place = _as_written(launch.project.folder)
    columns = shutil.get_terminal_size().columns
    done = done_sentence(end, place and f"{place}/")
    with suppress(QueueError, OSError):  # What was done is told all the same.
        return *_wrapped(done), *next_lines(
            what_is_left(launch.queue, launch.project, launch.who), place and shlex.quote(place), columns
        )
    return _wrapped(done)


def _wrapped(text: str) -> tuple[str, ...]:
    """In lines that break between words."""
    columns = shutil.get_terminal_size().columns
    return tuple(textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False))


def _last_state(work: WorkScreen) -> WorkState:
    """With what the queue had answered when the app was ended from outside."""
    state = work.desk.state
    last: WorkState = state.walk if isinstance(state, DrawState) else state
    for answer in work.clerk.latest:
        last = settled(last, answer)
    return last


def _as_written(folder: Path) -> str:
    """A folder on the command line, '' for the current one."""
    here = os.path.relpath(folder)
    return {".": ""}.get(here, os.path.normpath(folder) if here.startswith("..") else here)


def setup_of(
    launch: Launch, caps: TerminalCaps, trace: Trace, first: FirstClaim | None = None
) -> ScreenSetup:
    """What the first screen is made of. Raises KeymapError (a UsageError) with a sentence."""
    terms = first.terms if first is not None else terms_of(launch)
    planned = PlannedClaims(launch.queue, lambda: plan_of(launch)) if follows_plan(launch) else None
    rules = rules_of(launch, caps, terms)
    return ScreenSetup(launch, caps, key_table(launch), rules, terms, trace, planned, first)


def remade(old: ScreenSetup) -> ScreenSetup:
    """The same for another screen: a sitting of its own, along the same plan."""
    launch = old.launch
    fresh = setup_of(launch, old.caps, old.trace)
    if old.planned is None:
        return fresh
    return replace(fresh, planned=old.planned.again(launch.queue, lambda: plan_of(launch)))


def plan_of(launch: Launch) -> Plan:
    """Looks at every labelled task, but at no mask: a lost one stops no review. Within one label it is spread over the annotators, unless names are hidden."""
    where = launch.where or Filter()
    tasks = launch.queue.to_review(launch.who, replace(where, states=()))
    by: By = "annotator" if where.label is not None and not launch.project.review.blind else "label"
    return plan_review(tasks, launch.project, sample=launch.sample, seed=launch.seed, by=by)


def key_table(launch: Launch) -> KeyTable:
    """Raises KeymapError (a UsageError) with a sentence."""
    keys = keymap.load(launch.keymap, launch.project.folder)
    if launch.audit is not None:
        return KeyTable.of(keys, ("app", "audit"), ())
    if launch.sheet:
        return KeyTable.of(keys, ("app", "sheet"), ())
    draws = launch.work == "annotate" and project_kind(launch.project.kind).draws
    scopes: tuple[Scope, ...] = ("app", "work", launch.work, *(("shapes",) if draws else ()))
    return KeyTable.of(keys, scopes, launch.project.labels)


def rules_of(launch: Launch, caps: TerminalCaps, terms: ClaimTerms) -> SittingRules:
    """What the sitting obeys."""
    project = launch.project
    return SittingRules(
        who=launch.who,
        kind=project.kind,
        work=launch.work,
        labels=tuple(label.name for label in project.labels),
        titles={label.name: label.title for label in project.labels},
        reasons=project.reasons,
        idle_cut=project.idle_cut,
        key_repeat=launch.key_repeat_ms / 1000,
        enter_confirms_nothing=launch.enter_confirms_nothing,
        ttl=terms.ttl,
        order=str(launch.order),
        protocol=caps.protocol,
        version=__version__,
        prefix=terms.sitting,
        at=launch.at,
        own=launch.work == "review" and launch.where is not None and launch.where.annotator == launch.who,
        asked=launch.where.words if launch.where is not None else "",
    )


def _use_colours(caps: TerminalCaps) -> None:
    """ssh drops COLORTERM, so that 24-bit colour is as the probe found it. Textual read its setting when it was imported."""
    if caps.truecolor and "TEXTUAL_COLOR_SYSTEM" not in os.environ:
        from textual import constants

        vars(constants)["COLOR_SYSTEM"] = "truecolor"
