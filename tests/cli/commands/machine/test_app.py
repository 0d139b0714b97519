"""The studio from the command line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from support.command_line import refuse, tomclip

from tomclip.cli.commands.machine import app


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that would have been run, in a project with an app.py."""
    commands: list[list[str]] = []

    def run(command: list[str], **options: object) -> SimpleNamespace:
        commands.append(command)
        return SimpleNamespace(returncode=3)

    (tmp_path / "app.py").touch()
    monkeypatch.setattr(app, "project_directory", lambda: tmp_path)
    monkeypatch.setattr(app.subprocess, "run", run)
    return commands


def test_app_starts_streamlit_and_ends_with_its_exit_code(
    started: list[list[str]], tmp_path: Path
) -> None:
    result = tomclip("app", "--port", "9000", "--headless", "--", "--server.address", "::")
    assert result.exit_code == 3
    assert started[0][1:] == [
        *("-m", "streamlit", "run", str(tmp_path / "app.py")),
        *("--server.port=9000", "--server.headless=true", "--server.address", "::"),
    ]


def test_app_leaves_headless_to_streamlit_unless_told(started: list[list[str]]) -> None:
    tomclip("app", "--theme.base=dark")
    tomclip("app", "--no-headless")
    assert started[0][-1] == "--theme.base=dark"
    assert not any("headless" in argument for argument in started[0][5:])
    assert started[1][-1] == "--server.headless=false"


def test_app_needs_its_script(started: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "app.py").unlink()
    assert "app.py does not exist; install tomclip anew" in refuse("app")
    assert not started
