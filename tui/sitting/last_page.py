"""What the closing page of a walk says, and what stands where a picture is to come. Pure."""

from __future__ import annotations

from tui.sitting import sentences
from tui.sitting.inputs import Then, Totals
from tui.sitting.state import SittingRules
from tui.sitting.walk_state import WalkState
from tui.text import counted


def why_nothing(rules: SittingRules) -> str:
    """Why a reviewer who asked for some of the work gets nothing; '' where all was asked for."""
    if rules.own:
        return "These are your own, and nobody reviews their own work."
    asked = rules.asked
    return f"Nothing that others labelled and that waits for a review matches {asked}." if asked else ""


def _head(state: WalkState) -> str:
    totals = state.sitting.totals
    if state.reviews and not state.walk and not totals.left and totals.own:
        return f"{counted(totals.own, 'picture waits', 'pictures wait')} for a review by somebody else: nobody reviews their own work."
    if not (totals.done or totals.left or state.walk):
        return "Nothing to review yet." if state.reviews else "No pictures yet: 'termlabel add' brings some."
    if state.rules.own and not state.walk:
        return why_nothing(state.rules)
    if state.rules.asked:
        more = "Nothing more" if state.walk else "Nothing"
        return f"{more} for you matches {state.rules.asked}."
    if totals.left:
        return "Nothing more for you now."
    return "All that is labelled is reviewed." if state.reviews else "All done."


def project_line(totals: Totals, *, reviews: bool) -> str:
    """How far the whole project is."""
    if not reviews:
        return f"In the whole project: {totals.done} done, {totals.left} left."
    others = f" by you, {totals.own} by others" if totals.own else ""
    unlabelled = f", {totals.unlabelled} still to be labelled" if totals.unlabelled else ""
    again = f" ({totals.again} again)" if totals.again and unlabelled else ""
    return f"In the whole project: {totals.done} reviewed, {totals.left} left to review{others}{unlabelled}{again}."


def _why_left(state: WalkState, skipped: int, undone: int) -> list[str]:
    """Why something is left that is not served, as far as this sitting knows."""
    left, verb = state.sitting.totals.left - undone, "passed" if state.reviews else "skipped"
    if left <= 0 or state.rules.asked:
        return []
    undecided = [f"{undone} without a decision"] if undone else []
    lost = min(sum(visit.lost for visit in state.walk), left)
    own = min(skipped, left - lost)
    others = left - own - lost
    parts = (
        *undecided,
        *([f"{own} {verb} by you"] if own else []),
        *([f"{lost} taken by somebody else"] if lost else []),
        *([f"{others} with somebody else, or skipped before"] if others else []),
    )
    return [f"Of what is left: {', '.join(parts)}."]


def closing(state: WalkState) -> list[str]:
    """The sentences of the closing page; the first is its head."""
    review = state.reviews
    verb = "reviewed" if review else "labelled"
    undone = sum(visit.overlooked for visit in state.walk)
    broken = sum(v.damage is not None for v in state.walk)
    lines = [_head(state)]
    account = state.sitting.account
    skipped = account.counts["skipped"] + sentences.passed(state)
    lines.append(f"{account.answered} {verb} in this sitting, {skipped} skipped.")
    if undone:
        lines.append(f"{undone} left without a decision: {{work.next-undone}} goes there.")
    if broken:
        lines.append(f"{broken} could not be shown whole.")
    lines += _why_left(state, skipped, undone)
    lines.append(project_line(state.sitting.totals, reviews=review))
    if state.sitting.pending:
        lines.append(f"Still saving {len(state.sitting.pending)}.")
    return lines


def fetching(state: WalkState) -> str:
    """What stands where a picture is to come."""
    if state.sitting.claiming:
        return "Fetching the next picture …"
    return "No picture could be fetched: {work.next} tries again."


def lost_by_leaving(state: WalkState, then: Then) -> str:
    """What is asked before leaving, as it would be lost; '' for nothing."""
    again = "{app.reload}" if then == "rereads" else "{app.quit}"
    if len(state.changed) == 1:
        name = sentences.name_of(state.changed[0].task)
        return f"{name}: changed, not saved; {{annotate.confirm}} there saves it, {again} leaves without."
    if state.changed:
        several = counted(len(state.changed), "picture is", "pictures are")
        return f"{several} changed and not saved: {again} again leaves without."
    if state.marks and then == "ends":
        return f"{len(state.marks)} taken out on a sheet and not decided: {{review.sheet}} shows it, {again} again leaves without."
    return ""
