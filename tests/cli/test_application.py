"""The command line as a whole."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkout import ROOT
from support.command_line import refuse, tomclip

from tomclip import __version__
from tomclip.cli import commands
from tomclip.cli.application import COMMANDS, ROOMS, imported_command
from tomclip.cli.commands.machine import doctor


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, tomclip.cli.application, tomclip.cli as cli\n"
        "heavy = {'torch', 'numpy', 'pandas', 'gudhi', 'plotly', 'streamlit', 'pydantic'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "sys.argv = ['tomclip', '--help']\n"
        "cli.main()\n"
    )
    finished = python("-c", code)
    assert finished.returncode == 0, finished.stderr
    commands = ("app", "compare", "diagrams", "doctor", "embed", "evaluate", "runs", "train")
    assert all(name in finished.stdout for name in commands)


def test_help_imports_no_command() -> None:
    code = (
        "import sys, tomclip.cli as cli\n"
        "sys.argv = ['tomclip', '--help']\n"
        "try:\n"
        "    cli.main()\n"
        "except SystemExit:\n"
        "    print([name for name in sys.modules if name.startswith('tomclip.cli.commands')])\n"
    )
    assert python("-c", code).stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_with_the_first_sentences_of_its_own_help(name: str) -> None:
    said = " ".join(str(imported_command(name).help).split("\n\n")[0].split())
    assert said == COMMANDS[name]


def test_every_module_of_a_command_is_listed() -> None:
    found = pkgutil.walk_packages(commands.__path__, f"{commands.__name__}.")
    modules = {tuple(one.name.split(".")[-2:]) for one in found if not one.ispkg}
    assert modules == {(room, name) for room, names in ROOMS.items() for name in names}
    assert {name for _, name in modules} == set(COMMANDS)


def test_a_mistyped_command_is_told_what_was_meant() -> None:
    result = tomclip("traim")
    assert result.exit_code == 2
    assert "Did you mean 'train'?" in result.stderr


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


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("evaluate --encoder clip", "there is no encoder 'clip'"),
        ("evaluate --encoder baseline --languages xx", "language is 'xx'"),
        ("evaluate --encoder baseline --rendering apple", "rendering is 'apple'"),
        ("evaluate --encoder baseline --json report.txt", "does not end in .json"),
        ("compare --baseline clip --encoder better", "there is no encoder 'clip'"),
        ("compare --baseline baseline --encoder better --score top1", "'top1' was not measured"),
        ("diagrams --encoder baseline --languages ko,yy", "language is 'yy'"),
        ("diagrams --encoder baseline --points 2", "max_points is 2"),
        ("diagrams --encoder baseline --engine javaplex", "engine is 'javaplex'"),
        ("loops --encoder baseline --here yy", "language is 'yy'"),
        ("difference --encoder baseline", "12 disjoint subsamples"),
        (
            "evaluate --encoder baseline --languages en,jp",
            "'jp', a country's code, whose language is ja",
        ),
        ("embed --encoder baseline --language fi --output x.npz", "emoji has en, ko"),
        ("diagrams --encoder baseline --languages zh-TW", "language is 'zh-Hant'"),
        ("loops --encoder baseline --here fi", "language is 'fi'"),
        ("embed --encoder baseline --language xx --output x.npz", "language is 'xx'"),
        ("embed --encoder baseline --output x.csv", "does not end in .npz or .parquet"),
        ("embed --encoder baseline --output x.npz --texts none.txt", "none.txt cannot be read"),
        ("embed --encoder baseline --output x.npz --texts empty.txt", "empty.txt holds no text"),
    ],
)
def test_a_mistake_gets_one_sentence_and_leaves_no_file(
    arguments: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").write_text("\n")
    assert sentence in refuse(*arguments.split())
    left = {path.name for path in tmp_path.iterdir()} - {"cache"}
    assert left == {"empty.txt"}
