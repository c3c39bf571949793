"""The files that ship beside the code: keymaps and demo images. The one place that knows where they lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """The folder `keymaps` or `demo_images`: in the installed package, else in the checkout."""
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
