"""`python -m tui` is `termlabel`."""

from tui.cli import main

if __name__ == "__main__":
    main()
