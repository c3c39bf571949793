"""Whatever happens to files, tasks and labels: no task without a picture unmarked, no picture twice, no annotation lost, no
shape in pixels of another picture."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
from contextlib import closing, redirect_stderr, redirect_stdout
from pathlib import Path
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from PIL import Image

from tui.cli import main
from tui.model.annotation import Annotation
from tui.model.task import ANSWERED, Filter, State, Task
from tui.store import open_queue

NUMBERS = st.integers(0, 99)
EVERYTHING = Filter(states=tuple(State))


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """The command line in this process."""
    out, err, before = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO(), sys.argv
    sys.argv = ["termlabel", *map(str, arguments)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = before
    out.seek(0)
    assert "Traceback" not in err.getvalue()
    assert isinstance(code, int)
    return code, out.read(), err.getvalue()


class Life(RuleBasedStateMachine):
    """Files below `pictures`, each with pixels of its own. `said`: what was labelled, and in a picture of which size."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.project, self.pictures = self.folder / "project", self.folder / "project" / "pictures"
        self.attic: dict[Path, bytes] = {}
        self.said: dict[int, tuple[Annotation, tuple[int, int]]] = {}
        self.made = self.requests = 0

    def teardown(self) -> None:
        try:
            self.all_is_well_in_the_end()
        finally:
            shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        self.pictures.mkdir(parents=True)
        assert run("init", self.project, "--kind", "shapes", "--labels", "cat")[0] == 0
        for n in range(6):
            self.new_file(n % 2 == 0)
        self.add()
        for _ in range(4):
            self.label(0)

    # What happens to files.

    def write(self, path: Path, wide: bool) -> None:
        """Other pixels than any picture has, sometimes in another size."""
        self.made += 1
        picture = Image.new("RGB", (30, 20) if wide else (20, 30), (self.made % 256, self.made // 256, 7))
        picture.save(path, "PNG")
        os.utime(path, (1_700_000_000 + self.made, 1_700_000_000 + self.made))

    def files(self) -> list[Path]:
        return sorted(self.pictures.rglob("*.png"))

    def one(self, number: int) -> Path | None:
        there = self.files()
        return there[number % len(there)] if there else None

    @rule(wide=st.booleans())
    def new_file(self, wide: bool) -> None:
        self.write(self.pictures / f"{self.made + 1:04}.png", wide)

    @rule(number=NUMBERS, into=st.sampled_from(["", "sub"]))
    def rename(self, number: int, into: str) -> None:
        if (path := self.one(number)) is not None:
            self.made += 1
            (self.pictures / into).mkdir(exist_ok=True)
            path.rename(self.pictures / into / f"moved{self.made:04}.png")

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        if (path := self.one(number)) is not None and len(self.attic) < 2:
            self.attic[path] = path.read_bytes()
            path.unlink()

    @rule(number=NUMBERS)
    def restore(self, number: int) -> None:
        if self.attic:
            path = sorted(self.attic)[number % len(self.attic)]
            path.write_bytes(self.attic.pop(path))

    @rule(number=NUMBERS, wide=st.booleans())
    def change(self, number: int, wide: bool) -> None:
        if (path := self.one(number)) is not None:
            self.write(path, wide)

    # What people do.

    @rule()
    def add(self) -> None:
        assert run("add", self.project, self.pictures)[0] in (0, 1, 3)

    @rule()
    def relink(self) -> None:
        assert run("relink", self.project, "--root", self.pictures)[0] in (0, 1, 3)

    @rule()
    def check(self) -> None:
        assert run("check", self.project, "--images")[0] in (0, 1)

    @rule()
    def take_back(self) -> None:
        assert run("undo", self.project)[0] in (0, 1)

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        tasks = self.tasks(Filter())
        if len(tasks) > 4:
            assert run("remove", self.project, str(tasks[number % len(tasks)].id))[0] == 0

    @rule(number=NUMBERS)
    def label(self, number: int) -> None:
        """A box over the whole picture, by somebody who sees it."""
        with closing(open_queue(self.project)) as queue:
            there = [
                task for task in queue.export(Filter(states=(State.TODO,))) if self.size(task) is not None
            ]
            if not there:
                return
            task = there[number % len(there)]
            size = self.size(task)
            if size is None or size != (task.width, task.height):
                return  # The app looks at the file when it opens it, which is tested elsewhere.
            box = {
                "id": "1",
                "kind": "box",
                "label": "cat",
                "x": 0,
                "y": 0,
                "width": size[0],
                "height": size[1],
            }
            said = Annotation((), ({**box, "rotation": 0},))
            lease = queue.claim_task(task.id, who="ann", sitting="ann")
            assert lease is not None
            self.requests += 1
            queue.submit(lease, said, who="ann", seconds=1, request_id=f"{self.requests}")
            self.said[task.id] = said, size

    @rule()
    def undo(self) -> None:
        with closing(open_queue(self.project)) as queue:
            try:
                task = queue.undo("ann", request_id=uuid4().hex)
            except Exception as error:
                assert "changed by somebody else" in str(error)
                return
            if task is not None:
                self.said.pop(task.id, None)

    # What must hold.

    def tasks(self, where: Filter) -> list[Task]:
        with closing(open_queue(self.project)) as queue:
            return list(queue.export(where))

    def size(self, task: Task) -> tuple[int, int] | None:
        try:
            with Image.open(self.project / task.path) as picture:
                return picture.size
        except OSError:
            return None

    @invariant()
    def nothing_is_lost_or_there_twice(self) -> None:
        if not self.project.exists():
            return
        known = {task.id: task for task in self.tasks(EVERYTHING)}
        for task_id, (said, size) in self.said.items():
            task = known[task_id]
            assert task.annotation == said
            assert (task.width, task.height) == size, "shapes are in pixels of the picture that was labelled"
        present = [task.path for task in known.values() if task.state is not State.REMOVED]
        assert len(present) == len(set(present))

    def all_is_well_in_the_end(self) -> None:
        if not self.project.exists():
            return
        _, out, _ = run("check", self.project, "--images", "--json")
        told = json.loads(out)["images"]
        missing = {each["image"] for each in (*told["missing"], *told["unreadable"])}
        contents = set[bytes]()
        for task in self.tasks(Filter()):
            size = self.size(task)
            assert (size is None) == (task.path in missing), "no task without a picture goes unmarked"
            if size is None:
                continue
            content = (self.project / task.path).read_bytes()
            assert content not in contents, "no picture is there twice"
            contents.add(content)
            if task.state in ANSWERED and (task.width, task.height) != size:
                assert task.file_changed
                assert task.path in told["changed"]
        _, out, _ = run("export", self.project, "--format", "coco")
        exported = json.loads(out)
        sides = {image["id"]: (image["width"], image["height"]) for image in exported["images"]}
        for each in exported["annotations"]:
            assert tuple(each["bbox"][2:]) == sides[each["image_id"]], "each box is as large as its picture"


Life.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
