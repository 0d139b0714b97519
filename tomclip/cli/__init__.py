"""The command line: the same engine as the studio, without the browser."""

from __future__ import annotations


def main() -> None:
    """Runs the command that `sys.argv` names and ends the process with its exit code."""
    from tomclip.cli.application import application

    application()
