"""Blocks of plain rows are read at once, with the strict reader's values and refusals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.data.captions import delimited
from tomclip.data.captions.plain_rows import PlainRows

COLUMNS = {"caption_multi": "b", "caption": "a", "multi_language_code": "code"}
PARTS = ("a", "é", "\U0001f600", "\u2028", "\x85", "\x0c", " ", '"', '""', '",', ',"', ",", "\t")
ENDS = ("\n", "\r", "\r\n")
WORDS = st.text(st.sampled_from('aé \u2028,\t"'), max_size=4)


def outcome(file: Path, separator: str) -> tuple[list[dict[str, str | None]], str]:
    """Returns the rows that came, and the sentence that ended them, if one did."""
    rows: list[dict[str, str | None]] = []
    columns = COLUMNS if separator == "," else {"caption": "a", "caption_multi": "a"}
    try:
        for batch in delimited.batches(file, separator, columns, "multi_language_code"):
            rows += batch.to_pylist()
    except InputError as error:
        return rows, str(error)
    return rows, ""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows") / "pairs.csv"


def both_ways(file: Path, body: str, separator: str, characters: int) -> None:
    """Holds what blocks of so many characters give against the strict reader alone."""
    header = "a,b,code\n" if separator == "," else "a\n"
    file.write_bytes((header + body).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BLOCK_CHARACTERS", characters)
        patch.setattr(delimited, "PLAIN_FROM", 0)
        found, sentence = outcome(file, separator)
        patch.setattr(PlainRows, "columns", lambda *_: None)
        patch.setattr(delimited, "BLOCK_CHARACTERS", 1)
        rows, refused = outcome(file, separator)
    assert sentence == refused
    assert found == rows[: len(found)]
    assert sentence or len(found) == len(rows)


@example(body='a,b,de\n\n"a","b",de\n\n\n', separator=",", characters=3)
@example(body='"a\nb",b,de\na,b,ko\n"",,de', separator=",", characters=1)
@example(body='a,b,de\n"a"b,b,de\n', separator=",", characters=100)
@example(body='"a,b,de\na",b,de\n', separator=",", characters=4)
@example(body='"a ""b,c,de\na""",b,de\n', separator=",", characters=100)
@example(body="\n\na\n\n", separator="\t", characters=100)
@given(
    body=st.lists(st.sampled_from((*PARTS, *ENDS, "a,b,de\n", '"a, ""b""",b,ko\r\n'))).map("".join),
    separator=st.sampled_from([",", "\t"]),
    characters=st.sampled_from([1, 2, 5, 9, 1000]),
)
def test_any_text_gives_what_the_strict_reader_gives(
    file: Path, body: str, separator: str, characters: int
) -> None:
    both_ways(file, body, separator, characters)


@given(
    rows=st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["de", "ko"]))),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(ENDS),
)
def test_what_was_written_on_one_line_each_is_read_at_once(
    rows: list[tuple[str, str, str]], quoting: int, end: str
) -> None:
    stream = io.StringIO()
    csv.writer(stream, quoting=quoting, lineterminator=end).writerows(rows)  # pyright: ignore[reportArgumentType]
    found = PlainRows(",", 3, [0, 1, 2]).columns(stream.getvalue()) if rows else []
    assert found is not None
    columns = [column.to_pylist() for column in found]
    assert columns == [[value or None for value in column] for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("quoted", [False, True])
def test_a_value_of_more_characters_than_are_read_is_refused_by_its_line(
    quoted: bool, tmp_path: Path
) -> None:
    longest = csv.field_size_limit()
    mark = '"' if quoted else ""
    lines = [f"{mark}{'é' * length}{mark},b,de\n" for length in (longest, longest + 1)]
    path = tmp_path / "pairs.csv"
    path.write_text("a,b,code\n" + lines[0], encoding="utf-8")
    assert [len(row["caption"] or "") for row in outcome(path, ",")[0]] == [longest]
    path.write_text("a,b,code\n" + "".join(lines), encoding="utf-8")
    assert "(line 3: a value has more than 131,072 characters)" in outcome(path, ",")[1]


def test_line_numbers_count_the_rows_that_were_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_CHARACTERS", 1)
    monkeypatch.setattr(delimited, "PLAIN_FROM", 0)
    path = tmp_path / "pairs.csv"
    path.write_text("a,b,code\n" + "a,b,de\n" * 5 + "a,b\n" + "a,b,de\n", encoding="utf-8")
    assert "line 7: Expected 3 columns, got 2" in outcome(path, ",")[1]


def test_only_blocks_that_are_not_plain_go_to_the_strict_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks: list[str] = []
    strict = delimited._Records.rows  # pyright: ignore[reportPrivateUsage]

    def counted(self: object, block: str, *rest: object) -> Iterator[delimited.Row]:
        blocks.append(block)
        return strict(self, block, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(delimited._Records, "rows", counted)  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(delimited, "BLOCK_CHARACTERS", 1)
    monkeypatch.setattr(delimited, "PLAIN_FROM", 0)
    path = tmp_path / "pairs.csv"
    path.write_text('a,b,code\na,b,de\n"a\na",b,de\n"a ""b""",b,ko\n', encoding="utf-8")
    assert len(outcome(path, ",")[0]) == 3
    assert blocks == ['"a\n']
