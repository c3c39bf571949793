"""All benchmarks that need no shaped line: `python -m benchmarks`. Exit 1 when a figure is missed."""

from __future__ import annotations

import subprocess
import sys

PARTS = ("app", "queue", "shapes", "formats", "review")


def main() -> int:
    """Each in a process of its own, so that none runs with the memory of another."""
    codes = [subprocess.run([sys.executable, "-m", f"benchmarks.{part}"]).returncode for part in PARTS]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
