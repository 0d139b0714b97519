"""Caption tables: one content whatever the format, random access, sampling, and bad files."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tiny_captions import (
    CAPTIONS,
    TRANSLATIONS_COMMIT,
    TRANSLATIONS_NAME,
    caption_rows,
    many_rows,
    write_csv,
    write_hub_translations,
    write_jsonl,
    write_parquet,
)

from tomclip.core.errors import InputError
from tomclip.core.files.cache import text_digests
from tomclip.data.captions import sources as caption_sources
from tomclip.data.captions.table import CaptionTable, open_captions

WRITERS: dict[str, Callable[..., Path]] = {
    ".csv": write_csv,
    ".tsv": write_csv,
    ".jsonl": write_jsonl,
    ".parquet": write_parquet,
}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "captions"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> CaptionTable:
    folder = tmp_path_factory.mktemp("many")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOMCLIP_CACHE", str(folder))
        patch.setattr(caption_sources, "PIECE_ROWS", 7)
        rows = many_rows(60)
        for row in range(0, 60, 3):  # every third caption comes twice, in two languages
            rows.append({**rows[row], "multi_language_code": "fr"})
        return open_captions(write_jsonl(folder / "many.jsonl", rows))


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_gives_the_rows_that_were_written(suffix: str, tmp_path: Path) -> None:
    found = open_captions(WRITERS[suffix](tmp_path / f"pairs{suffix}"))
    written = caption_rows()
    rows = np.arange(len(found))
    assert len(found) == 16
    assert found.english(rows) == [row["caption"] for row in written]
    assert found.translated(rows) == [row["caption_multi"] for row in written]
    assert found.languages(rows) == [row["multi_language_code"] for row in written]
    assert found.language_counts() == {"ko": 8, "de": 8}


def test_the_fingerprint_follows_the_texts_and_not_the_format(tmp_path: Path) -> None:
    written = [WRITERS[suffix](tmp_path / f"pairs{suffix}") for suffix in WRITERS]
    assert len({open_captions(path).fingerprint for path in written}) == 1
    changed = write_csv(tmp_path / "other.csv", [*caption_rows()[:-1], caption_rows()[0]])
    assert open_captions(changed).fingerprint != open_captions(written[0]).fingerprint


def test_a_folder_of_parquet_files_is_one_table_in_the_order_of_the_names(tmp_path: Path) -> None:
    rows = many_rows(12)
    write_parquet(tmp_path / "0001.parquet", rows[8:])
    write_parquet(tmp_path / "0000.parquet", rows[:8])
    found = open_captions(tmp_path)
    assert found.english(np.arange(12)) == [row["caption"] for row in rows]
    whole = write_csv(tmp_path / "whole.csv", rows)
    assert found.fingerprint == open_captions(whole).fingerprint


def test_a_data_set_is_read_from_the_hugging_face_cache_at_its_pinned_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    write_hub_translations(tmp_path / "hub")
    found = open_captions(TRANSLATIONS_NAME)
    assert (len(found), found.name, found.revision) == (16, TRANSLATIONS_NAME, TRANSLATIONS_COMMIT)
    assert found.english(np.array([0])) == [CAPTIONS[0]]
    assert open_captions(f"{TRANSLATIONS_NAME}@main").fingerprint == found.fingerprint


def test_a_data_set_that_is_not_there_says_how_to_get_it() -> None:
    with pytest.raises(InputError, match=r"hf download --repo-type dataset --revision 49734d6"):
        open_captions(TRANSLATIONS_NAME)


def test_other_names_of_columns_are_mapped_and_one_language_stands_for_all(tmp_path: Path) -> None:
    rows = [{"en": row["caption"], "ko": row["caption_multi"]} for row in caption_rows()[:8]]
    path = write_csv(tmp_path / "korean.csv", rows)
    found = open_captions(path, columns={"caption": "en", "caption_multi": "ko"}, language="ko")
    assert found.english(np.array([2])) == ["a red apple"]
    assert found.translated(np.array([2])) == ["빨간 사과"]
    assert found.language_counts() == {"ko": 8}


def test_the_same_content_is_converted_once(tmp_path: Path, own_cache: Path) -> None:
    path = write_csv(tmp_path / "pairs.csv")
    open_captions(path)
    made = {file: file.stat().st_mtime_ns for file in own_cache.iterdir()}
    again = open_captions(path.rename(tmp_path / "renamed.csv"))
    assert {file: file.stat().st_mtime_ns for file in own_cache.iterdir()} == made
    assert len(made) == 2
    assert len(again) == 16


def test_a_file_whose_content_changed_is_read_again(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "pairs.csv")
    assert len(open_captions(path)) == 16
    assert len(open_captions(write_csv(path, caption_rows()[:3]))) == 3


def test_rows_come_in_the_order_asked_across_pieces(table: CaptionTable) -> None:
    rows = np.array([59, 0, 6, 7, 7, 31])
    assert table.english(rows) == [many_rows(60)[row]["caption"] for row in rows]
    assert list(table.captions(rows)) == table.english(rows)
    assert table.captions(rows)[1:3][1] == table.english(rows)[2]
    assert table.captions()[-1] == many_rows(60)[57]["caption"]


def test_a_table_travels_to_another_process(table: CaptionTable) -> None:
    again = pickle.loads(pickle.dumps(table))
    assert again.english(np.array([5, 70])) == table.english(np.array([5, 70]))
    assert (again.fingerprint, again.language_counts()) == (
        table.fingerprint,
        table.language_counts(),
    )


@pytest.mark.parametrize("rows", [[80], [-1], [0.5], [[1]]])
def test_rows_that_are_not_there_are_refused(table: CaptionTable, rows: Any) -> None:
    with pytest.raises(InputError, match="rows"):
        table.english(np.array(rows))


@given(st.integers(1, 40), st.integers(0, 20), st.integers(0, 9))
def test_no_english_caption_is_on_both_sides(
    table: CaptionTable, pairs: int, validation_pairs: int, seed: int
) -> None:
    split = table.select(pairs, validation_pairs=validation_pairs, seed=seed)
    assert (len(split.train), len(split.validation)) == (pairs, validation_pairs)
    assert len(np.unique(split.rows)) == pairs + validation_pairs
    sides = [set(table.english(side)) for side in (split.train, split.validation)]
    assert not sides[0] & sides[1]


def test_a_sample_repeats_by_its_seed_and_grows_without_changing(table: CaptionTable) -> None:
    small = table.select(10, validation_pairs=8, seed=1)
    np.testing.assert_array_equal(small.train, table.select(10, validation_pairs=8, seed=1).train)
    larger = table.select(40, validation_pairs=8, seed=1)
    np.testing.assert_array_equal(small.validation, larger.validation)
    assert set(small.train) <= set(larger.train)
    assert set(small.train) != set(table.select(10, validation_pairs=8, seed=2).train)


def test_a_sample_keeps_to_its_languages(table: CaptionTable) -> None:
    split = table.select(validation_pairs=5, languages=["fr", "de"], seed=0)
    assert set(table.languages(split.rows)) == {"fr", "de"}
    with pytest.raises(InputError, match=r"no pairs in xx; use some of ko, de, fr"):
        table.select(languages=["fr", "xx"])


@pytest.mark.parametrize(("pairs", "validation"), [(81, 0), (0, 5), (None, 80), (75, 8)])
def test_more_pairs_than_there_are_is_refused(
    table: CaptionTable, pairs: int | None, validation: int
) -> None:
    with pytest.raises(InputError, match="which has 80"):
        table.select(pairs, validation_pairs=validation)


def broken(own_cache: Path, path: Path, **options: Any) -> str:
    """Returns the sentence that refuses a source; nothing of it may stay in the cache."""
    with pytest.raises(InputError) as caught:
        open_captions(path, **options)
    assert not own_cache.exists() or not list(own_cache.iterdir())
    return str(caught.value)


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_missing_column_names_what_is_there_and_what_was_wanted(
    suffix: str, tmp_path: Path, own_cache: Path
) -> None:
    rows = [{"caption": "a dog", "text": "개", "lang": "ko"}]
    sentence = broken(own_cache, WRITERS[suffix](tmp_path / f"pairs{suffix}", rows))
    assert "has the columns caption, text, lang, but not caption_multi, multi_lang" in sentence
    assert "--columns caption_multi=NAME" in sentence


def test_a_mapping_of_a_column_that_nobody_reads_is_refused(
    tmp_path: Path, own_cache: Path
) -> None:
    sentence = broken(own_cache, write_csv(tmp_path / "pairs.csv"), columns={"captoin": "caption"})
    assert "columns map captoin; what can be mapped is caption, caption_multi" in sentence


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_mixed_encodings_name_file_and_line(suffix: str, tmp_path: Path, own_cache: Path) -> None:
    path = WRITERS[suffix](tmp_path / f"pairs{suffix}")
    lines = path.read_bytes().splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if "Fußball".encode() in line)
    lines[number] = lines[number].decode().encode("latin-1")
    path.write_bytes(b"".join(lines))
    assert f"pairs{suffix} line {number + 1} is not UTF-8 (byte 0xdf)" in broken(own_cache, path)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
@pytest.mark.parametrize("encoding", ["utf-16", "cp949"])
def test_another_encoding_is_named_before_anything_else(
    encoding: str, suffix: str, tmp_path: Path, own_cache: Path
) -> None:
    rows = [{**row, "제목": "x"} for row in many_rows(3) if row["multi_language_code"] == "ko"]
    path = WRITERS[suffix](tmp_path / f"pairs{suffix}", rows)
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    assert f"pairs{suffix} line 1 is not UTF-8" in broken(own_cache, path)


def test_half_a_character_in_json_is_one_sentence(tmp_path: Path, own_cache: Path) -> None:
    path = write_jsonl(tmp_path / "pairs.jsonl", many_rows(2))
    path.write_text(path.read_text().replace("picture 1", "picture \\ud800"))
    assert "surrogates not allowed" in broken(own_cache, path)


def test_a_column_that_comes_twice_is_refused(tmp_path: Path, own_cache: Path) -> None:
    path = write_csv(tmp_path / "pairs.csv", [{**row, "note": "x"} for row in many_rows(2)])
    path.write_text(path.read_text().replace("note", "caption"))
    assert "has more than one column caption; rename" in broken(own_cache, path)


@pytest.mark.parametrize("suffix", WRITERS)
def test_empty_captions_are_counted_named_and_refused(
    suffix: str, tmp_path: Path, own_cache: Path
) -> None:
    rows = many_rows(12)
    for row in (1, 3, 4, 5, 8, 9):
        rows[row]["caption_multi"] = "  " if row % 2 else None
    path = WRITERS[suffix](tmp_path / f"pairs{suffix}", rows)
    sentence = broken(own_cache, path)
    assert "holds 6 of 12 pairs with an empty caption" in sentence
    name = path.name
    assert ", ".join(f"{name} row {row}" for row in (2, 4, 5, 6, 9)) + ", ..." in sentence


def test_empty_captions_are_dropped_when_the_caller_says_so(tmp_path: Path) -> None:
    rows = many_rows(6)
    rows[2]["caption"] = ""
    found = open_captions(write_csv(tmp_path / "pairs.csv", rows), drop_empty=True)
    assert (len(found), found.dropped) == (5, 1)
    np.testing.assert_array_equal(found.source_rows(np.arange(5)), [0, 1, 3, 4, 5])
    assert found.ids(np.array([2])) == ["3"]


@pytest.mark.parametrize("code", ["korean", "jp", "", "k", "ko KR"])
def test_an_unknown_language_code_names_its_row(code: str, tmp_path: Path, own_cache: Path) -> None:
    rows = many_rows(4)
    rows[2]["multi_language_code"] = code
    sentence = broken(own_cache, write_jsonl(tmp_path / "pairs.jsonl", rows))
    assert f"pairs.jsonl row 3 has the language code {code!r}; use ISO 639 codes" in sentence


@pytest.mark.parametrize("suffix", WRITERS)
def test_duplicate_ids_are_named(suffix: str, tmp_path: Path, own_cache: Path) -> None:
    rows = [{**row, "id": (7, 8, 7, 9)[i]} for i, row in enumerate(many_rows(4))]
    sentence = broken(own_cache, WRITERS[suffix](tmp_path / f"pairs{suffix}", rows))
    assert "holds 1 ids more than once or empty ('7')" in sentence


def test_ids_of_the_source_come_back(tmp_path: Path) -> None:
    rows = [{**row, "key": f"c{i}"} for i, row in enumerate(many_rows(4))]
    found = open_captions(write_csv(tmp_path / "pairs.csv", rows), columns={"id": "key"})
    assert found.ids(np.array([3, 0])) == ["c3", "c0"]


@pytest.mark.parametrize("keep", [0.3, 0.95])
def test_a_truncated_parquet_file_is_one_sentence(
    keep: float, tmp_path: Path, own_cache: Path
) -> None:
    path = write_parquet(tmp_path / "pairs.parquet")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    assert "pairs.parquet cannot be read" in broken(own_cache, path)


def test_a_truncated_json_file_names_its_last_line(tmp_path: Path, own_cache: Path) -> None:
    path = write_jsonl(tmp_path / "pairs.jsonl")
    path.write_text(path.read_text()[:-20])
    assert "pairs.jsonl line 16 is not JSON" in broken(own_cache, path)


def test_a_csv_line_with_too_few_fields_is_one_sentence(tmp_path: Path, own_cache: Path) -> None:
    path = write_csv(tmp_path / "pairs.csv")
    path.write_text(path.read_text() + "a dog,개\n")
    sentence = broken(own_cache, path)
    assert "pairs.csv cannot be read" in sentence
    assert "Expected 3 columns, got 2" in sentence


def test_a_line_without_a_key_and_a_caption_that_is_no_text_are_named(
    tmp_path: Path, own_cache: Path
) -> None:
    rows = many_rows(3)
    del rows[1]["caption"]
    sentence = broken(own_cache, write_jsonl(tmp_path / "pairs.jsonl", rows))
    assert "line 2 has no 'caption' but caption_multi, multi_language_code" in sentence
    rows[1]["caption"] = ["a", "list"]
    sentence = broken(own_cache, write_jsonl(tmp_path / "pairs.jsonl", rows))
    assert 'line 2 has caption = ["a", "list"]; use text or null' in sentence
    numbers = [{**row, "caption": 7} for row in many_rows(3)]
    sentence = broken(own_cache, write_parquet(tmp_path / "pairs.parquet", numbers))
    assert "holds caption as int64; store it as text" in sentence


@pytest.mark.parametrize("name", ["nowhere.csv", "no/such/thing", "a.parquet"])
def test_a_name_that_means_nothing_says_what_is_accepted(name: str) -> None:
    with pytest.raises(InputError, match=r"there is no caption file .*OWNER/NAME"):
        open_captions(name)


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pairs.pkl").write_bytes(pickle.dumps(caption_rows()))
    with pytest.raises(InputError, match=r"ends in '\.pkl'; use one of \.csv, \.tsv, \.jsonl"):
        open_captions(tmp_path / "pairs.pkl")
    with pytest.raises(InputError, match=r"holds no files; name a folder with files of one kind"):
        open_captions(tmp_path)


def test_a_folder_of_two_kinds_is_refused(tmp_path: Path, own_cache: Path) -> None:
    write_csv(tmp_path / "a.csv")
    write_parquet(tmp_path / "b.parquet")
    assert "holds .csv and .parquet files" in broken(own_cache, tmp_path)


def test_a_conversion_that_was_cut_off_is_made_again(tmp_path: Path, own_cache: Path) -> None:
    path = write_csv(tmp_path / "pairs.csv")
    expected = open_captions(path).fingerprint
    facts = next(own_cache.glob("*.json"))
    facts.unlink()
    facts.with_suffix(".arrow").write_bytes(b"half")
    assert open_captions(path).english(np.array([0])) == [CAPTIONS[0]]
    assert json.loads(facts.read_text())["fingerprint"] == expected


def test_a_texts_digest_never_changes() -> None:
    """Directories of targets hold these digests, so another hash would orphan them."""
    assert text_digests(["a dog", "", "개"]).tolist() == [
        14364831733120369406,
        13020603013274838756,
        14192464254413503113,
    ]


def test_a_table_never_bears_the_name_of_another_file_of_the_same_content(tmp_path: Path) -> None:
    first, second = write_csv(tmp_path / "first.csv"), write_csv(tmp_path / "second.csv")
    assert open_captions(first).name == str(first)
    table = open_captions(second)
    assert table.name == str(second)
    with pytest.raises(InputError, match=r"second\.csv, which has 16"):
        table.select(17)
    assert open_captions(first).name == str(first)


@pytest.mark.parametrize("suffix", [".arrow", ".json"])
def test_a_damaged_cache_file_is_made_again(own_cache: Path, tmp_path: Path, suffix: str) -> None:
    source = write_csv(tmp_path / "captions.csv")
    open_captions(source)
    (path,) = own_cache.glob(f"*{suffix}")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert open_captions(source).english(np.arange(2)) == list(CAPTIONS[:2])
    assert path.read_bytes() == content
