"""Text from outside: lines, encodings, packed files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.core.errors import InputError
from tomclip.core.reading import text as text_module
from tomclip.core.reading.json_lines import read_records
from tomclip.core.reading.json_text import read_json
from tomclip.core.reading.text import (
    decode,
    lines,
    read_lines,
    require_utf8,
)

KOREAN = "개가 해변에서 뛰어놀고 있다\n잠든 고양이 두 마리\n"
JAPANESE = "砂浜の犬\n眠っている二匹の猫\n"
CHINESE = "海滩上的一只狗\n两只睡着的猫\n一个红苹果\n"
RUSSIAN = "собака на пляже\nдве кошки спят\nкрасное яблоко\n"
FRENCH = "une photo d’un chien à la plage, près de l'été\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_ends_where_editors_end_it(end: str, tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_bytes(f"a dog{end}{end}a cat{end}".encode())
    assert read_lines(path) == ("a dog", "", "a cat")


@pytest.mark.parametrize(
    "mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"]
)
def test_other_separators_stay_inside_a_line(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text(f"a{mark}dog\nb\n", encoding="utf-8")
    assert read_lines(path) == (f"a{mark}dog", "b")


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_lines_come_back_as_they_were_written(written: list[str]) -> None:
    assert lines("".join(f"{line}\n" for line in written)) == tuple(written)


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("a dog\n", encoding="utf-8-sig")
    (tmp_path / "values.json").write_text('{"a": 1}', encoding="utf-8-sig")
    (tmp_path / "values.jsonl").write_text('{"a": 1}\n', encoding="utf-8-sig")
    assert read_lines(tmp_path / "texts.txt") == ("a dog",)
    assert read_json(tmp_path / "values.json") == {"a": 1}
    assert list(read_records(tmp_path / "values.jsonl")) == [(1, {"a": 1})]


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (KOREAN, "utf-16", "UTF-16"),
        (KOREAN, "utf-16-be", "UTF-16"),
        ("a dog\na cat\n", "utf-16-le", "UTF-16"),
        (KOREAN, "utf-32", "UTF-32"),
        (KOREAN, "cp949", "cp949"),
        (JAPANESE, "shift-jis", "Shift-JIS"),
        (CHINESE, "gb18030", "GB18030"),
        (RUSSIAN, "cp1251", "Cyrillic"),
        (FRENCH, "cp1252", "Latin-1"),
    ],
)
def test_another_encoding_is_named_and_no_conversion_advised(
    text: str, encoding: str, name: str, tmp_path: Path
) -> None:
    path = tmp_path / "texts.txt"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(InputError) as caught:
        read_lines(path)
    with pytest.raises(InputError) as streamed:
        require_utf8(path)
    assert str(streamed.value) == str(caught.value)
    assert f"{path} line 1" in str(caught.value)
    assert name in str(caught.value)
    assert "open it in the program that wrote it and save it as UTF-8" in str(caught.value)
    assert "iconv" not in str(caught.value)


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1 << 20])
def test_a_line_in_another_encoding_is_found_in_a_file_of_any_size(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_module, "BLOCK_BYTES", block)
    path = tmp_path / "texts.txt"
    path.write_bytes("개\r\nb\rc\n".encode() + "Fuß\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"line 4 is not UTF-8 \(byte 0xdf\), though text before"):
        require_utf8(path)
    path.write_bytes("개\r\nb\rc\n".encode() + "개".encode()[:2])
    with pytest.raises(InputError, match="line 4 ends within a character"):
        require_utf8(path)
    path.write_bytes("개\r\nb\rc\nd".encode())
    require_utf8(path)


def test_bytes_of_zero_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_bytes(b"a dog\nand a picture\0 of it, and a good deal more of text\n")
    with pytest.raises(InputError, match="line 2 holds bytes of zero; it is no text"):
        read_lines(path)


def test_a_packed_file_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    packed = gzip.compress('{"a": "개"}\n\n{"a": "b"}\n'.encode())
    path.write_bytes(packed)
    assert list(read_records(path)) == [(1, {"a": "개"}), (3, {"a": "b"})]
    for damaged in (packed[:-9], b"no gzip at all", packed[:12] + b"\xff\xff" + packed[14:]):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"records\.jsonl\.gz cannot be read"):
            list(read_records(path))


def test_an_uploaded_text_is_refused_by_its_own_name() -> None:
    assert decode(b"\xef\xbb\xbfseed: 1\n", "mine.yaml") == "seed: 1\n"
    with pytest.raises(InputError, match=r"mine\.yaml line 1 is not UTF-8.*looks like UTF-16"):
        decode("seed: 1".encode("utf-16"), "mine.yaml")
