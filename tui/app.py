"""From the command line to the window: the terminal is asked first, on the raw line, before Textual is imported."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace

from tui import __version__, keymap
from tui.commands import Scope
from tui.launch import Launch
from tui.libraries import diverted
from tui.model.project import project_kind
from tui.model.task import Filter
from tui.quality.plan import By, Plan, plan_review
from tui.screens.keys import KeyTable
from tui.screens.setup import ScreenSetup
from tui.sitting.state import SittingRules
from tui.terminal.caps import TerminalCaps
from tui.trace import Trace
from tui.work.claims import ClaimTerms
from tui.work.planned import PlannedClaims


def run(launch: Launch) -> int:
    """Open the window and stay until the person leaves; gives the exit code.

    Raises:
        UsageError: the keymap, a label's key or the trace file cannot be used.
    """
    key_table(launch)
    trace = Trace(launch.display.trace)
    try:
        caps = _probe(launch)
        _environment(caps)
        from tui.screens.window import TermlabelApp
        from tui.terminal.driver import driver_class

        app = TermlabelApp(setup_of(launch, caps, trace), driver_class(), remade)
        try:
            app.run()
        finally:
            with diverted():
                app.work.finish()
        return app.return_code or 0
    finally:
        trace.close()


def setup_of(launch: Launch, caps: TerminalCaps, trace: Trace) -> ScreenSetup:
    """What the first screen is made of. Raises KeymapError (a UsageError) with a sentence."""
    rules = rules_of(launch, caps)
    planned = None
    if launch.work == "review" and (launch.sheet or launch.sample is not None):
        planned = PlannedClaims(launch.queue, lambda: plan_of(launch))
    return ScreenSetup(launch, caps, key_table(launch), rules, terms_of(launch, rules), trace, planned)


def remade(old: ScreenSetup) -> ScreenSetup:
    """The same for another screen: a sitting of its own, along the same plan."""
    fresh = setup_of(old.launch, old.caps, old.trace)
    return replace(fresh, planned=old.planned.again()) if old.planned is not None else fresh


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


def rules_of(launch: Launch, caps: TerminalCaps) -> SittingRules:
    """What the sitting obeys."""
    project = launch.project
    return SittingRules(
        who=launch.who,
        kind=project.kind,
        work=launch.work,
        labels=tuple(label.name for label in project.labels),
        reasons=project.reasons,
        idle_cut=project.idle_cut,
        key_repeat=launch.key_repeat_ms / 1000,
        ttl=project.lease_minutes * 60,
        order=str(launch.order),
        protocol=caps.protocol,
        version=__version__,
        prefix=secrets.token_hex(6),
    )


def terms_of(launch: Launch, rules: SittingRules) -> ClaimTerms:
    """Under which the clerk claims; the sitting's id begins its request ids too."""
    return ClaimTerms(
        launch.who, rules.prefix, launch.work, launch.order, launch.seed, launch.where, rules.ttl
    )


def _probe(launch: Launch) -> TerminalCaps:
    from tui.terminal.probe import probe

    return probe(launch.display.protocol, launch.display.cell)


def _environment(caps: TerminalCaps) -> None:
    """What Textual reads when it is imported. ssh drops COLORTERM, so that 24-bit colour is as the probe found it."""
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    if caps.truecolor:
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
