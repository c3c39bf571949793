"""Runs the property tests with new random examples until the time is over or one of them fails:
`make fuzz SECONDS=600`. `make test` runs the same examples every time; what is found here becomes one of them."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
import time

import click

FAILED = 1
"""pytest's exit code when a test failed; the higher ones are no finds, but faults of the run."""
PYTEST = [
    "-m", "pytest", "-x", "-q", "-rf", "--no-header", "--tb=short", "-p", "no:cacheprovider",
    "-m", "hypothesis and not torture", "--hypothesis-profile=fuzz",
]  # fmt: skip


def run_round(seed: int, seconds: float) -> tuple[int | None, str]:
    """All property tests once; pytest's exit code (None when the time was over first) and what it printed."""
    process = subprocess.Popen(
        [sys.executable, *PYTEST, f"--hypothesis-seed={seed}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
        # It may have failed in the very moment.
        return (process.returncode if process.returncode == FAILED else None), said
    return process.returncode, said


@click.command()
@click.option("--seconds", type=click.FloatRange(min=1), default=600, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), help="Of the first round; each further one adds 1.")
def main(seconds: float, seed: int | None) -> None:
    """Look for examples that break a property test."""
    seed = secrets.randbelow(10**9) if seed is None else seed
    end = time.monotonic() + seconds
    rounds = 0
    while (left := end - time.monotonic()) > 0:
        click.echo(f"Round {rounds + 1}: seed {seed}")
        code, said = run_round(seed, left)
        if code:
            click.echo(said)
        if code == FAILED:
            click.echo(
                f"Found with seed {seed}; `make fuzz SEED={seed}` finds it again. "
                "Write the falsifying example above its test as an @example, then mend the fault."
            )
        if code:
            sys.exit(code)
        rounds += code == 0
        seed += 1
    click.echo(f"Nothing found in {seconds:g} s: {rounds} whole rounds.")


if __name__ == "__main__":
    main()
