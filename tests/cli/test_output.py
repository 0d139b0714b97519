"""What the commands write: whole files, and none where one stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import refuse, succeed
from support.emoji_doubles import EncoderDoubles

pytestmark = pytest.mark.usefixtures("doubles")


COMMANDS = {
    "report.json": ("evaluate", "--encoder", "baseline", "--json"),
    "differences.json": ("compare", "--baseline", "baseline", "--encoder", "better", "--json"),
    "report.html": ("report", "--baseline", "baseline", "--encoder", "better", "--output"),
    "diagrams.json": ("diagrams", "--encoder", "baseline", "--json"),
    "vectors.npz": ("embed", "--encoder", "baseline", "--output"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_an_existing_file_is_replaced_only_when_forced(name: str, tmp_path: Path) -> None:
    target = tmp_path / name
    target.write_text("mine")
    assert "exists; choose another name or add --force" in refuse(*COMMANDS[name], target)
    assert target.read_text() == "mine"
    succeed(*COMMANDS[name], target, "--force")
    assert target.read_bytes() != b"mine"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_place_that_cannot_be_written_is_refused_before_any_work(
    name: str, tmp_path: Path, doubles: EncoderDoubles
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot be written" in refuse(*COMMANDS[name], tmp_path / "file" / name)
    assert not doubles.calls


def test_a_folder_is_no_output_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    assert "is a folder" in refuse(*COMMANDS["report.json"], tmp_path / "a.json")


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.json"
    target.write_text("mine")

    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tomclip.core.files.atomic.os.replace", full)
    sentence = refuse(*COMMANDS["report.json"], target, "--force")
    assert "No space left on device" in sentence
    assert target.read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "report.json"}
