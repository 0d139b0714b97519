"""`tomclip targets` from the command line, on a tiny teacher."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from support.command_line import refuse, succeed, tomclip
from support.tiny_captions import many_rows, write_csv, write_parquet
from support.tiny_encoders import write_teacher

from tomclip.core.errors import InputError
from tomclip.data.captions.table import open_captions
from tomclip.encoders.teacher.encoder import Teacher
from tomclip.targets import encoding as targets

ROWS = [*many_rows(40), *many_rows(10)]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_teacher(tmp_path_factory.mktemp("teacher")))


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    return write_parquet(tmp_path / "pairs.parquet", ROWS)


def test_the_last_line_says_what_was_made(captions: Path, teacher: str, tmp_path: Path) -> None:
    output = tmp_path / "targets"
    printed = succeed("targets", "--captions", captions, "--teacher", teacher, "--output", output)
    pattern = (
        r".*targets: 50 captions, 40 different, dimension 24, [\d.]+ s, [\d,]+ captions per second,"
        r" [\d.]+ MB\n"
    )
    assert re.fullmatch(pattern, printed)
    assert len(targets.open_targets(output, verify=True)) == 50


def test_a_second_run_encodes_nothing(captions: Path, teacher: str, tmp_path: Path) -> None:
    command = ("targets", "--captions", captions, "--teacher", teacher, "--output", tmp_path / "t")
    succeed(*command)
    assert "nothing to encode" in succeed(*command)


def test_ctrl_c_leaves_what_the_same_command_goes_on_with(
    captions: Path, teacher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed, calls = Teacher.embed_texts, []

    def interrupted(self: Teacher, texts: list[str], **options: object) -> object:
        calls.append(len(texts))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return embed(self, texts, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Teacher, "embed_texts", interrupted)
    output = tmp_path / "targets"
    command = (
        "targets",
        "--captions",
        captions,
        "--teacher",
        teacher,
        "--output",
        output,
        "--shard-size",
        10,
    )
    stopped = tomclip(*command)
    assert stopped.exit_code == 130
    assert stopped.stderr == f"{output}: stopped; the same command goes on from here\n"
    shards = sorted(path.name for path in output.glob("shard-*"))
    assert shards == ["shard-00000.arrow", "shard-00001.arrow"]
    succeed(*command)
    assert calls == [10] * 5


def test_a_sub_sample_is_the_one_that_a_run_selects(
    captions: Path, teacher: str, tmp_path: Path
) -> None:
    output = tmp_path / "targets"
    succeed(
        "targets",
        "--captions",
        captions,
        "--teacher",
        teacher,
        "--output",
        output,
        "--pairs",
        12,
        "--validation-pairs",
        6,
        "--seed",
        3,
        "--dtype",
        "float16",
    )
    table = open_captions(captions)
    split = table.select(12, validation_pairs=6, seed=3)
    made = targets.open_targets(output)
    assert (len(made), made.plan.dtype) == (18, "float16")
    digests = table.digests(split.train)
    found = split.rows[made.rows_of(digests)]
    np.testing.assert_array_equal(table.digests(found), digests)
    others = np.setdiff1d(np.arange(len(table)), split.rows)
    with pytest.raises(InputError, match="has no target for"):
        made.rows_of(table.digests(others))


def test_columns_of_other_names_are_mapped(teacher: str, tmp_path: Path) -> None:
    rows = [{"text": row["caption"], "de": row["caption_multi"]} for row in ROWS[:5]]
    path = write_csv(tmp_path / "pairs.csv", rows)
    command = ("targets", "--captions", path, "--teacher", teacher, "--output", tmp_path / "t")
    assert "--columns caption=NAME" in refuse(*command)
    assert "write ours=yours" in refuse(*command, "--columns", "caption")
    columns = ("--columns", "caption=text", "--columns", "caption_multi=de", "--language", "de")
    assert "5 captions" in succeed(*command, *columns)


def test_an_empty_caption_is_refused_unless_it_may_be_dropped(teacher: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "pairs.csv", [*ROWS[:5], {**ROWS[5], "caption": " "}])
    command = ("targets", "--captions", path, "--teacher", teacher, "--output", tmp_path / "t")
    assert "holds 1 of 6 pairs with an empty caption (pairs.csv row 6)" in refuse(*command)
    assert not (tmp_path / "t").exists()
    assert "5 captions" in succeed(*command, "--drop-empty")


def test_an_unknown_teacher_and_another_directory_are_one_sentence(
    captions: Path, teacher: str, tmp_path: Path
) -> None:
    command = ("targets", "--captions", captions, "--output", tmp_path / "t", "--teacher")
    assert "there is no encoder 'nobody'" in refuse(*command, "nobody")
    succeed(*command, teacher)
    assert "holds targets of dtype float32, not float16" in refuse(
        *command, teacher, "--dtype", "float16"
    )
