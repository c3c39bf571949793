"""What a review pass goes through: samples, suspicion, order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.app import plan_of
from tui.config import load_project
from tui.errors import UsageError
from tui.launch import Launch
from tui.model.annotation import Annotation
from tui.model.project import Label, Project, ReviewRules
from tui.model.task import Filter, NewTask, State, Task
from tui.quality.plan import plan_review
from tui.quality.sampling import Sample, parse_sample, shares, stratified
from tui.quality.suspicion import suspicion
from tui.store import open_queue

PROJECT = Project(Path(), labels=(Label("dog", "dog", "#000000"), Label("cat", "cat", "#000000")))


def task(number: int, label: str = "cat", **more: object) -> Task:
    made = {"annotator": "ann", "seconds": 2.0, "state": State.LABELLED, **more}
    return Task(number, f"{number}.jpg", annotation=Annotation((label,)), **made)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"), [("200", Sample(200)), ("10%", Sample(share=0.1)), (" 2.5 % ", Sample(share=0.025))]
)
def test_samples_as_people_write_them(text: str, wanted: Sample) -> None:
    assert parse_sample(text) == wanted


@pytest.mark.parametrize("text", ["", "ten", "0", "0%", "101%", "-3", "2.5", "10%%"])
def test_a_sample_that_makes_no_sense_is_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="--sample"):
        parse_sample(text)


groups = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 40), max_size=6).map(
    lambda sizes: {key: [1000 * ord(key) + n for n in range(size)] for key, size in sizes.items()}
)


@given(groups, st.integers(0, 300), st.integers(0, 5))
def test_a_sample_never_exceeds_what_there_is_and_is_repeatable(
    found: dict[str, list[int]], wanted: int, seed: int
) -> None:
    chosen = stratified(found, wanted, seed)  # type: ignore[arg-type]
    everything = [i for ids in found.values() for i in ids]
    assert len(chosen) == len(set(chosen)) == min(wanted, len(everything))
    assert set(chosen) <= set(everything)
    assert chosen == stratified(found, wanted, seed)  # type: ignore[arg-type]


@given(groups, st.integers(0, 300))
def test_each_group_gets_its_share(found: dict[str, list[int]], wanted: int) -> None:
    sizes = {key: len(ids) for key, ids in found.items()}
    given_ = shares(sizes, wanted)  # type: ignore[arg-type]
    total = sum(sizes.values())
    for key, n in given_.items():
        exact = min(wanted, total) * sizes[key] / total  # type: ignore[index]
        assert n <= sizes[key] and abs(n - exact) <= 1  # type: ignore[index]


def test_another_seed_chooses_others() -> None:
    found = {"a": list(range(1000))}
    assert stratified(found, 50, 1) != stratified(found, 50, 2)  # type: ignore[arg-type]


def test_a_rare_label_is_not_missed() -> None:
    assert shares({"common": 997, "rare": 3}, 10) == {"common": 9, "rare": 1}


def test_what_makes_a_label_suspicious() -> None:
    plain = suspicion(task(1, predictions=({"label": "cat", "score": 0.99},)), 2.0)
    assert plain.score == 0 and plain.signs == ()
    differs = suspicion(task(2, predictions=({"label": "dog", "score": 0.9},)), 2.0)
    unsure = suspicion(task(3, predictions=({"label": "cat", "score": 0.4},)), 2.0)
    flagged = suspicion(task(4, flagged=True), 2.0)
    fast = suspicion(task(5, seconds=0.3), 2.0)
    missing = suspicion(task(6), 2.0)
    assert differs.score > flagged.score > fast.score > unsure.score > missing.score > plain.score
    assert [x.signs[0] for x in (differs, unsure, flagged, fast)] == [
        "the model said dog",
        "the model was only 40% sure",
        "flagged as hard",
        "decided unusually fast",
    ]


def test_the_plan_goes_by_labels_and_suspicion() -> None:
    tasks = [task(1), task(4, "dog"), task(5, flagged=True)]
    plan = plan_review(tasks, PROJECT)
    assert plan.ids == (4, 5, 1), "labels in project order, the suspicious first"
    assert plan.sentence() == "3 of 3 labelled images, by label: dog 1, cat 2; suspicious first."


def test_a_sample_of_the_plan_is_said() -> None:
    plan = plan_review([task(n) for n in range(1, 41)], PROJECT, sample=Sample(share=0.1), seed=7)
    assert len(plan.ids) == 4
    assert "4 of 40 labelled images (10%, seed 7)" in plan.sentence()
    assert len(plan_review([task(1)], PROJECT, sample=Sample(200)).ids) == 1
    assert plan_review([], PROJECT).sentence() == "Nothing that others labelled waits for a review."


@pytest.mark.parametrize(
    ("label", "blind", "by"), [(None, False, "label"), ("cat", False, "annotator"), ("cat", True, "label")]
)
def test_within_one_label_a_pass_is_spread_over_the_annotators(
    project_folder: Path, label: str | None, blind: bool, by: str
) -> None:
    queue = open_queue(project_folder)
    queue.add([NewTask(f"{n}.jpg") for n in range(4)], who="lead")
    for who in ("ann", "bob"):
        (lease,) = queue.claim(who, sitting=who)
        queue.submit(lease, Annotation(("cat",)), who=who, seconds=1, request_id=who)
    project = replace(load_project(project_folder), review=ReviewRules(blind=blind))
    where = Filter(label=label) if label else None
    plan = plan_of(Launch(project, queue, "rev", work="review", where=where))
    queue.close()
    assert plan.by == by
    assert plan.groups == ((("ann", 1), ("bob", 1)) if by == "annotator" else (("cat", 2),))
