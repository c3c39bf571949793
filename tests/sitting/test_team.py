"""Several people at one queue, through their sittings: done and left are all, and what each is told of is what stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.model.project import Label, Project
from tui.model.task import Filter, NewTask, State, Work
from tui.sitting import begin, effects, step
from tui.sitting import inputs as i
from tui.sitting.state import SittingRules
from tui.store.memory import MemoryQueue
from tui.store.memory_store import MemoryStore
from tui.work.claims import ClaimTerms
from tui.work.clerk import Clerk
from tui.work.others import EVERY_SECONDS
from tui.work.watcher import Watcher

IMAGES = 9
KEYS: dict[str, i.Input] = {
    "cat": i.LabelKey("cat", "cat"),
    "skip": i.SkipKey(),
    "undo": i.UndoKey(),
    "redo": i.RedoKey(),
    "next": i.NextKey(),
    "back": i.PreviousKey(),
    "accept": i.AcceptKey(),
    "reject": i.RejectKey(),
    "none": i.Confirm(),
}


class Person:
    """A sitting whose clerk answers at once."""

    def __init__(self, queue: MemoryQueue, who: str, work: Work = "annotate", sitting: str = "") -> None:
        self.clerk = Clerk(queue, ClaimTerms(who, sitting or f"of {who}", work), lambda _: None)
        self.at = 0.0
        rules = SittingRules(
            who, labels=("cat",), reasons=("wrong",), work=work, prefix=sitting or who, key_repeat=0
        )
        self.state, found = begin(rules)
        self.watcher = Watcher(self.clerk.totals, self.put, lambda _: None)
        self.carry_out(found)

    def put(self, incoming: i.Input) -> None:
        self.at += 1
        self.state, found = step(self.state, incoming, self.at)
        self.carry_out(found)

    @property
    def message(self) -> str:
        return self.state.sitting.message.text if self.state.sitting.message else ""

    def carry_out(self, found: Iterable[effects.Effect]) -> None:
        for effect in found:
            if isinstance(effect, effects.StoreEffect):
                answer = self.clerk.answer(effect)
                if answer is not None:
                    assert isinstance(answer, i.QueueAnswer)
                    self.put(answer)
            elif isinstance(effect, effects.Show) and effect.task is not None:
                self.put(i.SeenOnScreen(effect.serial))


STEPS = st.lists(
    st.tuples(st.sampled_from(("ann", "bob", "rev")), st.sampled_from(sorted(KEYS))), max_size=40
)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_done_and_left_are_all_whoever_works_meanwhile(steps: list[tuple[str, str]]) -> None:
    project = Project(folder=Path("/nowhere"), labels=(Label("cat", "cat", "#000000"),))
    queue = MemoryQueue(project, MemoryStore(), login="all")
    queue.add([NewTask(f"{n}.jpg") for n in range(IMAGES)], who="lead")
    team = {"ann": Person(queue, "ann"), "bob": Person(queue, "bob"), "rev": Person(queue, "rev", "review")}
    for who, key in steps:
        team[who].put(KEYS[key])
        for person in team.values():
            person.watcher.look()
        for name in ("ann", "bob"):
            totals, account = team[name].state.sitting.totals, team[name].state.sitting.account
            assert totals.done + totals.left == IMAGES
            own = queue.summary(Filter(annotator=name))
            assert account.counts["skipped"] == own.states[State.SKIPPED]
            assert account.answered == own.images - own.states[State.SKIPPED]
        totals, whole = team["rev"].state.sitting.totals, queue.summary()
        judged = whole.states[State.ACCEPTED] + whole.states[State.REJECTED]
        assert (totals.done, totals.left) == (judged, whole.states[State.LABELLED])


def test_a_second_sitting_of_the_same_person_is_told_once_in_both() -> None:
    project = Project(folder=Path("/nowhere"), labels=(Label("cat", "cat", "#000000"),))
    queue = MemoryQueue(project, MemoryStore(), login="all")
    queue.add([NewTask(f"{n}.jpg") for n in range(IMAGES)], who="lead")
    first = Person(queue, "ann")
    second = Person(queue, "ann", sitting="another")
    said = "ann is at work in another terminal too: undo takes back the latest of either."
    assert second.message == said and first.message == ""
    first.clerk.others.looked -= EVERY_SECONDS
    first.put(KEYS["cat"])
    assert first.message == said
    for person in (first, second):
        person.put(KEYS["cat"])
        assert person.message != said
    assert Person(queue, "bob").message == ""
