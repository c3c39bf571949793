"""Who runs this process."""

from __future__ import annotations

import os
import pwd


def login_name() -> str:
    """The login name of whoever runs this process, its number where it has no name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
