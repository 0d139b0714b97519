"""Runs the command line inside the test's process."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from tomclip.cli.application import application


def tomclip(*arguments: object) -> Result:
    """Returns what `tomclip <arguments>` printed and how it ended."""
    return CliRunner().invoke(application, [str(argument) for argument in arguments])


def succeed(*arguments: object) -> str:
    """Returns the standard output of a command that must end well."""
    result = tomclip(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refuse(*arguments: object) -> str:
    """Returns the sentence of a command that must fail with code 2 and without a traceback."""
    result = tomclip(*arguments)
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("tomclip: ")
    assert result.stderr.count("\n") == 1
    return result.stderr
