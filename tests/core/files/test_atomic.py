"""Files replaced whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tomclip.core.errors import InputError, RunError
from tomclip.core.files.atomic import (
    replaced,
    write_bytes_atomically,
    write_errors,
    write_json_atomically,
    written_whole,
)


def test_a_file_is_replaced_by_all_of_the_new_content(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text("a much longer content than the new one")
    write_json_atomically(path, {"name": "Größe"})
    assert path.read_text(encoding="utf-8") == '{\n  "name": "Größe"\n}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_body_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    path.write_bytes(b"old")

    def cut_off() -> None:
        with replaced(path) as partial:
            partial.write_bytes(b"ne")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        cut_off()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_partial_file_is_hidden_and_keeps_the_suffix(tmp_path: Path) -> None:
    with replaced(tmp_path / "map.npz") as partial:
        assert partial.parent == tmp_path
        assert partial.name.startswith(".map.npz-")
        assert partial.suffix == ".npz"
        partial.touch()


def test_a_folder_that_was_deleted_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_bytes_atomically(tmp_path / "run" / "status.json", b"{}")
    assert not (tmp_path / "run").exists()


def test_the_folder_of_a_new_output_is_made(tmp_path: Path) -> None:
    with written_whole(tmp_path / "new" / "table.csv") as partial:
        partial.write_text("a,b\n")
    assert (tmp_path / "new" / "table.csv").read_text() == "a,b\n"


def test_others_may_read_the_file_as_the_system_is_set(tmp_path: Path) -> None:
    plain, whole = tmp_path / "plain", tmp_path / "whole"
    plain.touch()
    write_bytes_atomically(whole, b"")
    assert stat.S_IMODE(os.stat(whole).st_mode) == stat.S_IMODE(os.stat(plain).st_mode)


def test_a_name_as_long_as_the_system_takes_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".txt")
    write_bytes_atomically(path, b"long")
    assert path.read_bytes() == b"long"


@pytest.mark.parametrize("refusal", [InputError, RunError])
def test_the_systems_refusal_is_one_sentence_of_the_callers_kind(
    tmp_path: Path, refusal: type[InputError] | type[RunError]
) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "below.json"
    with (
        pytest.raises(refusal, match=r"below.json cannot be written \((Not a directory|File)"),
        written_whole(path, refusal) as partial,
    ):
        partial.touch()
    with pytest.raises(refusal, match="choose another folder"), write_errors(path, refusal):
        raise OSError(28, "No space left on device")
