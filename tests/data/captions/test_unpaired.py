"""Texts without translations, from every kind of file, with what was left out counted."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from support.tiny_captions import CAPTIONS, write_csv, write_jsonl, write_parquet

from tomclip.core.errors import InputError
from tomclip.data.captions.unpaired import read_english, read_other_languages


def test_a_text_file_has_one_text_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("﻿a kite\n\n  a kite \n\u200b\na gnu\n", encoding="utf-8")
    found = read_english(tmp_path / "a.txt")
    assert (found.texts, found.languages) == (("a kite", "a gnu"), None)
    assert (found.blank, found.repeated) == (2, 1)
    with gzip.open(tmp_path / "b.txt.gz", "wt", encoding="utf-8") as stream:
        stream.write("a kite\n")
    assert read_english(tmp_path / "b.txt.gz").texts == ("a kite",)


@pytest.mark.parametrize("write", [write_csv, write_jsonl, write_parquet])
def test_the_english_of_pairs_serves_whatever_the_other_language_is(write, tmp_path: Path) -> None:
    name = {"write_csv": "a.csv", "write_jsonl": "a.jsonl"}.get(write.__name__, "a.parquet")
    found = read_english(write(tmp_path / name))
    assert (found.texts, found.repeated) == (CAPTIONS, len(CAPTIONS))
    others = read_other_languages(tmp_path / name)
    assert others.languages == ("ko",) * 8 + ("de",) * 8


def test_only_english_rows_are_taken_of_texts_with_a_language(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("language,text\nen-GB,a kite\nde,ein Drachen\nen,\n", encoding="utf-8")
    assert read_english(path).texts == ("a kite",)
    assert read_other_languages(path).languages == ("en", "de")
    path.write_text("language,text\nde,ein Drachen\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no English text but de; name a file of English"):
        read_english(path)


def test_one_column_needs_no_name_and_several_do(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("words\na kite\n", encoding="utf-8")
    assert read_english(path).texts == ("a kite",)
    path.write_text("words,more\na kite,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="has the columns words, more; call the one of the captio"):
        read_english(path)


def test_what_is_no_utf8_or_not_there_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("caf\xe9 noir\n".encode("latin-1"))
    with pytest.raises(InputError, match="line 1 is not UTF-8"):
        read_english(tmp_path / "a.txt")
    with pytest.raises(InputError, match="there is no caption file"):
        read_english("nowhere.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_english("nowhere.txt")
