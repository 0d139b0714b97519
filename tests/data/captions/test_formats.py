"""Comma- and tab-separated captions: what was written, or the line that cannot be read."""

from __future__ import annotations

import gzip
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from support.tiny_captions import caption_rows, write_csv, write_jsonl

from tomclip.core.errors import InputError
from tomclip.data.captions.table import CaptionTable, open_captions

HEADER = "caption,caption_multi,multi_language_code\n"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))


def written(path: Path, body: str, *, header: str = HEADER) -> Path:
    path.write_bytes((header + body).encode())
    return path


def english(table: CaptionTable) -> list[str]:
    return table.english(np.arange(len(table)))


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        open_captions(path, **options)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        '"a dog,ein Hund,de\na cat",eine Katze,de\n',
        '"a dog,ein Hund,de\na cow,eine Kuh,de\na cat",eine Katze,de\n',
        'a dog,"ein Hund,de\na cow,eine Kuh",de\n',
    ],
)
def test_rows_that_a_quotation_mark_made_one_are_refused(body: str, tmp_path: Path) -> None:
    sentence = refusal(written(tmp_path / "pairs.csv", "snow,Schnee,de\n" + body))
    last = 2 + body.count("\n")
    assert f"lines 3 to {last} are rows, but a quotation mark that is not closed" in sentence


def test_rows_between_tabs_are_told_too(tmp_path: Path) -> None:
    body = '"I came\t„Ich kam\tde\nI left"\tich ging“\tde\n'
    path = written(tmp_path / "pairs.tsv", body, header=HEADER.replace(",", "\t"))
    assert "lines 2 to 3 are rows" in refusal(path)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('"a dog,ein Hund,de\n', 2),
        ('snow,Schnee,de\n"a "big" dog",ein Hund,de\n', 3),
        ('snow,Schnee,de\n"two\nlines",zwei,de\n"a dog,"ein Hund,de\n', 5),
    ],
)
def test_a_mark_that_is_not_closed_names_its_line(body: str, line: int, tmp_path: Path) -> None:
    sentence = refusal(written(tmp_path / "pairs.csv", body))
    assert f"line {line}: a quotation mark opens a value and is not closed" in sentence


def test_values_of_several_lines_with_doubled_marks_stay_one_row(tmp_path: Path) -> None:
    body = '"a sign, old,\nthat says ""stop""",ein Schild,de\n"snow\r\nand ice","Schnee,\nEis",de\n'
    found = open_captions(written(tmp_path / "pairs.csv", body))
    assert english(found) == ['a sign, old,\nthat says "stop"', "snow\r\nand ice"]
    assert found.translated(np.array([1])) == ["Schnee,\nEis"]


def test_a_mark_inside_a_value_is_text(tmp_path: Path) -> None:
    found = open_captions(written(tmp_path / "pairs.csv", 'a 5" disk,eine "Diskette",de\n'))
    assert (english(found), found.translated(np.array([0]))) == (['a 5" disk'], ['eine "Diskette"'])


def test_a_wrong_number_of_values_names_the_line(tmp_path: Path) -> None:
    path = written(tmp_path / "pairs.csv", '"two\nlines",zwei,de\na dog, old,ein Hund,de\n')
    assert "line 4: Expected 3 columns, got 4" in refusal(path)


@pytest.mark.parametrize(
    ("name", "separator", "sentence"),
    [
        ("pairs.csv", "\t", "looks separated by tabs; rename it to end in .tsv"),
        ("pairs.csv", ";", "looks separated by semicolons; save it with commas"),
        ("pairs.csv", "|", "looks separated by vertical bars"),
        ("pairs.tsv", ",", "looks separated by commas; rename it to end in .csv"),
    ],
)
def test_another_separator_is_named(
    name: str, separator: str, sentence: str, tmp_path: Path
) -> None:
    body = (HEADER + "a dog,ein Hund,de\n").replace(",", separator)
    assert sentence in refusal(written(tmp_path / name, body, header=""))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_blank_line_keeps_the_numbers_of_the_rows_after_it(suffix: str, tmp_path: Path) -> None:
    write = write_csv if suffix == ".csv" else write_jsonl
    path = write(tmp_path / f"pairs{suffix}", caption_rows()[:4])
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.insert(-2, "\n")
    path.write_text("".join([*lines, "\n", "\n"]), encoding="utf-8")
    assert f"1 of 5 pairs with an empty caption (pairs{suffix} row 3)" in refusal(path)
    found = open_captions(path, drop_empty=True)
    assert found.source_rows(np.arange(4)).tolist() == [0, 1, 3, 4]
    assert found.ids(np.array([2])) == ["3"]


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff", "\u3000\u200d", "\ufe0f", "\u3164", "\x01"])
def test_a_caption_that_shows_nothing_is_empty(blank: str, tmp_path: Path) -> None:
    rows = [{**row} for row in caption_rows()[:4]]
    rows[1]["caption_multi"] = blank
    sentence = refusal(write_jsonl(tmp_path / "pairs.jsonl", rows))
    assert "holds 1 of 4 pairs with an empty caption (pairs.jsonl row 2)" in sentence


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0b", "\x0c", "\x1c"])
def test_a_separator_that_is_no_line_end_stays_in_its_caption(mark: str, tmp_path: Path) -> None:
    rows = [{**caption_rows()[0], "caption": f"a{mark}dog"}, caption_rows()[1]]
    for path in (
        write_csv(tmp_path / "pairs.csv", rows),
        write_jsonl(tmp_path / "pairs.jsonl", rows),
    ):
        assert english(open_captions(path)) == [f"a{mark}dog", caption_rows()[1]["caption"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_change_nothing(
    end: str, encoding: str, tmp_path: Path
) -> None:
    expected = open_captions(write_csv(tmp_path / "plain.csv"))
    lines = (tmp_path / "plain.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "other.csv").write_bytes(f"{end.join(lines)}{end}".encode(encoding))
    assert open_captions(tmp_path / "other.csv").fingerprint == expected.fingerprint


@pytest.mark.parametrize(
    "name", ["A.CSV", "a.Tsv", "a.csv.gz", "A.CSV.GZ", "a.jsonl.gz", "a.ndjson", "a.NDJSON.gz"]
)
def test_endings_of_any_case_and_packed_files_are_read(name: str, tmp_path: Path) -> None:
    expected = open_captions(write_csv(tmp_path / "expected.csv"))
    kind = name.lower().removesuffix(".gz").removeprefix("a")
    plain = (write_jsonl if "json" in kind else write_csv)(tmp_path / f"plain{kind}")
    content = plain.read_bytes()
    packed = name.lower().endswith(".gz")
    (tmp_path / name).write_bytes(gzip.compress(content) if packed else content)
    assert open_captions(tmp_path / name).fingerprint == expected.fingerprint


def test_hidden_files_of_a_folder_are_no_captions(tmp_path: Path) -> None:
    folder = tmp_path / "pairs"
    folder.mkdir()
    write_csv(folder / "a.csv")
    (folder / "._a.csv").write_bytes(b"\x00\x05\x16\x07")
    (folder / ".cache").mkdir()
    write_jsonl(folder / ".cache" / "b.jsonl")
    assert len(open_captions(folder)) == 16


def test_a_column_is_found_however_its_accents_are_stored(tmp_path: Path) -> None:
    stored = unicodedata.normalize("NFD", "légende")
    for path in (
        written(tmp_path / "a.csv", "a dog,ein Hund\n", header=f"{stored},de\n"),
        write_jsonl(tmp_path / "a.jsonl", [{stored: "a dog", "de": "ein Hund"}]),
        parquet_file(tmp_path / "a.parquet", pa.table({stored: ["a dog"], "de": ["ein Hund"]})),
    ):
        columns = {"caption": "légende", "caption_multi": "de"}
        assert english(open_captions(path, columns=columns, language="de")) == ["a dog"]


def parquet_file(path: Path, table: pa.Table) -> Path:
    parquet.write_table(table, path)
    return path


TEXTS = {
    "large": pa.large_string(),
    "view": pa.string_view(),
    "categorical": pa.dictionary(pa.int8(), pa.string()),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_parquet_files_of_pandas_and_polars_are_read(kind: str, tmp_path: Path) -> None:
    expected = open_captions(write_csv(tmp_path / "expected.csv")).fingerprint
    rows = pa.Table.from_pylist(caption_rows())
    as_stored = [rows.column(name).cast(TEXTS[kind]) for name in rows.column_names]
    path = parquet_file(tmp_path / "a.parquet", pa.table(as_stored, names=rows.column_names))
    assert parquet.ParquetFile(path).schema_arrow.field(0).type == TEXTS[kind]
    assert open_captions(path).fingerprint == expected


def test_a_parquet_column_of_nothing_is_empty_captions(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{**row, "caption_multi": None} for row in caption_rows()])
    assert table.schema.field("caption_multi").type == pa.null()
    assert "holds no caption pair" in refusal(parquet_file(tmp_path / "a.parquet", table))


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("zh-CN", "zh"),
        ("zh_CN", "zh"),
        ("zh-Hans", "zh"),
        ("zh-TW", "zh-Hant"),
        ("pt_BR", "pt"),
        ("iw", "he"),
        ("NO", "no"),
        ("nb", "no"),
        ("KO", "ko"),
        ("gsw", "gsw"),
    ],
)
def test_a_column_of_language_tags_is_read_as_codes(tag: str, code: str, tmp_path: Path) -> None:
    rows = [{**row, "multi_language_code": tag} for row in caption_rows()[:4]]
    found = open_captions(write_csv(tmp_path / "pairs.csv", [*rows, *caption_rows()[8:]]))
    assert found.language_counts()[code] == 4
    assert found.languages(np.array([0, 4])) == [code, "de"]
    assert len(found.select(languages=[tag]).train) == 4
