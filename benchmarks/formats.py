"""Exports and imports: `python -m benchmarks.formats [--boxes N] [--peers]`.

Times are medians of five; the large export is made once, in a process of its own whose memory is measured.
`--peers` converts the same COCO file to VOC with panlabel, and with globox in an environment made for it (datumaro
asks for a Pillow older than ours and brings 500 MB; it is left to whoever wants it).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.report import Figure, median_of, print_table
from tui.formats import FORMATS, exporting
from tui.formats.base import ExportOptions
from tui.formats.reading import ReadContext
from tui.model.annotation import Annotation
from tui.model.project import Label, Project
from tui.model.task import Imported, NewTask, State, Task
from tui.store import open_queue

LABELS = ("car", "bus", "person")
PROJECT = Project(Path("/nowhere"), tuple(Label(name, name, "#e69f00") for name in LABELS), kind="shapes")
WIDTH, HEIGHT = 1920, 1080
A_BOX = 5
"""Boxes on each image."""
IMAGES = 5_000


def tasks(images: int) -> Iterator[Task]:
    """Labelled images of 1920 x 1080, as a queue gives them."""
    dice = random.Random(1)
    common = {"attributes": {}, "occluded": False, "truncated": False, "rotation": 0.0}
    for number in range(1, images + 1):
        shapes = tuple(
            {
                "id": n,
                "kind": "box",
                "label": LABELS[n % 3],
                **common,
                "x": round(dice.uniform(0, 1500), 2),
                "y": round(dice.uniform(0, 800), 2),
                "width": round(dice.uniform(10, 400), 2),
                "height": round(dice.uniform(10, 250), 2),
            }
            for n in range(1, A_BOX + 1)
        )
        yield Task(
            number,
            f"{number:07}.jpg",
            state=State.LABELLED,
            width=WIDTH,
            height=HEIGHT,
            annotation=Annotation((), shapes),
            annotator="ann",
            labelled_at=1.0,
            seconds=2.0,
        )


def timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def write(name: str, found: Callable[[], Iterator[Task]], output: Path) -> None:
    chosen = exporting.variant_of(FORMATS[name], PROJECT, None)
    exporting.export(chosen, found, PROJECT, str(output), ExportOptions(images="no"))


def _written(name: str, found: Callable[[], Iterator[Task]], output: Path) -> float:
    """Seconds of one export; taking away the one before is not counted."""
    if output.is_dir():
        shutil.rmtree(output)
    return timed(lambda: write(name, found, output))


def read(name: str, path: Path) -> int:
    """How many shapes a file has."""
    reader = FORMATS[name].read
    assert reader is not None
    return sum(
        len(record.shapes) for record in reader(path, ReadContext(size_of=lambda _name: (WIDTH, HEIGHT)))
    )


def small(folder: Path) -> Iterator[Figure]:
    """5,000 images with 25,000 boxes: from records in memory into each format, and back."""
    records = list(tasks(IMAGES))
    limits = {("voc", "write"): 2.0, ("coco", "read"): 1.0}
    for name in ("voc", "coco", "yolo", "cvat", "labelstudio", "labelme", "jsonl"):
        path = folder / f"{name}{Path(FORMATS[name].file).suffix}"
        seconds = median_of(partial(_written, name, partial(iter, records), path))
        yield Figure(f"{name}: write 25,000 boxes", seconds, "s", limits.get((name, "write")))
        assert read(name, path) == IMAGES * A_BOX
        seconds = median_of(partial(timed, partial(read, name, path)))
        yield Figure(f"{name}: read 25,000 boxes", seconds, "s", limits.get((name, "read")))


def queue(folder: Path) -> Iterator[Figure]:
    """From a project's queue, and into it."""
    project = folder / "project"
    project.mkdir()
    text = 'format = 1\nkind = "shapes"\n' + "".join(f'[[labels]]\nname = "{name}"\n' for name in LABELS)
    (project / "termlabel.toml").write_text(text)
    found = open_queue(project, allow_network_fs=True)
    records = list(tasks(IMAGES))
    found.add([NewTask(task.path, width=WIDTH, height=HEIGHT) for task in records], who="lead")
    changes = [
        Imported(
            task.id, 0, {"state": "labelled", "annotator": "ann", "shapes": list(task.annotation.shapes)}
        )
        for task in records
    ]
    seconds = timed(lambda: found.import_annotations(changes, who="lead"))
    yield Figure("import: annotated images entered into a queue", IMAGES / seconds, "/s")
    seconds = median_of(partial(_written, "coco", found.export, folder / "queue.json"))
    yield Figure("coco: boxes written from a queue", IMAGES * A_BOX / seconds, "/s")
    found.close()


def large(folder: Path, boxes: int) -> Iterator[Figure]:
    """One export of very many boxes, from a stream."""
    command = [sys.executable, "-m", "benchmarks.formats", "--child", str(boxes), str(folder / "large.json")]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    yield Figure(f"coco: {boxes:,} boxes, each second", boxes / found["seconds"], "/s", 100_000, minimum=True)
    yield Figure(f"coco: {boxes:,} boxes, most memory", found["megabytes"], "MB", 300)


def child(boxes: int, output: Path) -> None:
    """The large export; the time to make the tasks up is taken off."""
    making = timed(lambda: sum(1 for _ in tasks(boxes // A_BOX)))
    whole = timed(lambda: write("coco", lambda: tasks(boxes // A_BOX), output))
    output.unlink()
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = usage / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    print(json.dumps({"seconds": whole - making, "megabytes": megabytes}))


def peers(folder: Path) -> Iterator[Figure]:
    """COCO to VOC of 5,000 images, start of the program and all."""
    write("coco", partial(tasks, IMAGES), folder / "peers.json")
    program = "import sys; from benchmarks.formats import convert; convert(*sys.argv[1:])"
    yield _peer("termlabel: COCO to VOC", [sys.executable, "-c", program], folder)
    panlabel = shutil.which("panlabel", path=str(Path(sys.executable).parent))
    if panlabel is not None:
        command = [
            panlabel,
            "convert",
            "-f",
            "coco",
            "-t",
            "voc",
            "--allow-lossy",
            "-i",
            "{in}",
            "-o",
            "{out}",
        ]
        yield _peer("panlabel: COCO to VOC", command, folder)
    home = folder / "venv"
    venv.create(home, with_pip=True)
    subprocess.run([home / "bin/pip", "install", "-q", "globox"], check=True)
    convert = (
        "import sys; from pathlib import Path; from globox import AnnotationSet; "
        "AnnotationSet.from_coco(Path(sys.argv[1])).save_pascal_voc(Path(sys.argv[2]))"
    )
    yield _peer("globox: COCO to VOC", [str(home / "bin/python"), "-c", convert], folder)


def convert(source: str, output: str) -> None:
    """COCO to VOC by our own reader and writer."""
    reader = FORMATS["coco"].read
    assert reader is not None
    found = [
        Task(n, record.name, state=State.LABELLED, width=record.width, height=record.height,
             annotation=Annotation(record.labels, record.shapes))
        for n, record in enumerate(reader(Path(source), ReadContext()), 1)
    ]  # fmt: skip
    write("voc", partial(iter, found), Path(output))


def _peer(name: str, command: list[str], folder: Path) -> Figure:
    source, output = str(folder / "peers.json"), folder / "peers"
    filled = [part.replace("{in}", source).replace("{out}", str(output)) for part in command]
    if filled == command:
        filled += [source, str(output)]

    def once() -> None:
        shutil.rmtree(output, ignore_errors=True)
        subprocess.run(filled, check=True, capture_output=True)

    return Figure(name, median_of(partial(timed, once)), "s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--boxes", type=int, default=500_000, help="of the large export (the limits speak of 5,000,000)"
    )
    parser.add_argument("--peers", action="store_true", help="also run other converters; needs a network")
    parser.add_argument("--child", nargs=2, metavar=("BOXES", "OUTPUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(int(options.child[0]), Path(options.child[1]))
        return 0
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="termlabel-bench-") as scratch:
        folder = Path(scratch)
        good = print_table(f"Formats: {IMAGES:,} images, {IMAGES * A_BOX:,} boxes", small(folder))
        good &= print_table("Formats: out of a queue, and into it", queue(folder))
        good &= print_table("Formats: very many boxes", large(folder, options.boxes))
        if options.peers:
            print_table("Formats: other converters, for comparison", peers(folder))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
