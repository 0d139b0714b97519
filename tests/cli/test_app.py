"""The command line as a whole, and the commands app and runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.command_line import refuse, tomclip

from tomclip import __version__
from tomclip.cli import doctor, operate
from tomclip.config import load_config
from tomclip.runs import create_run

ROOT = Path(__file__).parent.parent.parent


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, tomclip.cli as cli\n"
        "heavy = {'torch', 'pandas', 'gudhi', 'plotly', 'streamlit', 'pydantic', 'numba'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sys.argv = ['tomclip', '--help']\n"
        "cli.main()\n"
    )
    finished = python("-c", code)
    assert finished.returncode == 0, finished.stderr
    commands = ("app", "compare", "diagrams", "doctor", "embed", "evaluate", "runs", "train")
    assert all(name in finished.stdout for name in commands)


def test_version_is_the_package_s() -> None:
    assert tomclip("--version").stdout.strip() == __version__


def test_a_mistake_in_a_real_process_ends_with_code_2_and_no_traceback() -> None:
    finished = python(
        "-m", "tomclip", "evaluate", "--encoder", "no-such-encoder", "--json", "no.txt"
    )
    assert finished.returncode == 2
    assert finished.stderr == "tomclip: no.txt does not end in .json; rename it\n"


def test_an_interrupted_command_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "examine", interrupted)
    assert tomclip("doctor").exit_code == 130


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "examine", broken)
    assert isinstance(tomclip("doctor").exception, ZeroDivisionError)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that would have been run, in a project with an app.py."""
    commands: list[list[str]] = []

    def run(command: list[str], **options: object) -> SimpleNamespace:
        commands.append(command)
        return SimpleNamespace(returncode=3)

    (tmp_path / "app.py").touch()
    monkeypatch.setattr(operate, "project_directory", lambda: tmp_path)
    monkeypatch.setattr(operate.subprocess, "run", run)
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


def test_app_needs_a_checkout(started: list[list[str]], tmp_path: Path) -> None:
    (tmp_path / "app.py").unlink()
    assert "start the studio from a full checkout" in refuse("app")
    assert not started


def test_runs_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path))
    assert "no runs in" in tomclip("runs", "list").stdout
    run = create_run(load_config(ROOT / "configs" / "emoji_small.yaml"))
    assert run.id[:20] in tomclip("runs", "list").stdout
    (values,) = json.loads(tomclip("runs", "list", "--json").stdout)
    assert (values["id"], values["state"], values["config"]["seed"]) == (run.id, "queued", 0)
