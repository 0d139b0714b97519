"""Vectors from the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command_line import refuse, succeed
from support.emoji_doubles import concept_vectors, tiny_dataset

pytestmark = pytest.mark.usefixtures("doubles")


def test_embed_writes_npz_that_needs_no_pickle(tmp_path: Path) -> None:
    target = tmp_path / "ko.npz"
    succeed("embed", "--encoder", "teacher", "--language", "ko", "--output", target)
    with np.load(target, allow_pickle=False) as stored:
        assert np.allclose(stored["vectors"], concept_vectors())
        assert stored["ids"].tolist() == list(tiny_dataset().concepts["id"])
        assert set(stored["languages"]) == {"ko"}
        assert (str(stored["encoder"]), str(stored["modality"])) == ("teacher", "text")


def test_embed_writes_parquet_of_the_pictures_of_a_subset(tmp_path: Path) -> None:
    target = tmp_path / "pictures.parquet"
    succeed(
        *("embed", "--encoder", "better", "--rendering", "noto"),
        *("--subset", "unseen", "--output", target),
    )
    table = pd.read_parquet(target)
    assert np.allclose(np.stack(table["vector"].to_list()), concept_vectors()[26:])
    assert set(table["modality"]) == {"image"}


def test_embed_reads_texts_from_a_file(tmp_path: Path) -> None:
    texts, target = tmp_path / "texts.txt", tmp_path / "texts.npz"
    texts.write_text("word 3\n\nword 1\n", encoding="utf-8")
    output = succeed("embed", "--encoder", "teacher", "--texts", texts, "--output", target)
    assert "2 vectors of dimension 8" in output
    with np.load(target) as stored:
        assert np.allclose(stored["vectors"], concept_vectors()[[3, 1]])
        assert stored["ids"].tolist() == ["0", "2"]


def test_a_line_that_shows_nothing_renumbers_no_other(tmp_path: Path) -> None:
    texts, target = tmp_path / "texts.txt", tmp_path / "texts.npz"
    texts.write_bytes("\ufeffword 3\r\n\u200b\r\nword\u20281\r\n".encode())
    succeed("embed", "--encoder", "teacher", "--texts", texts, "--output", target)
    with np.load(target) as stored:
        assert stored["ids"].tolist() == ["0", "2"]
        assert stored["labels"].tolist() == ["word 3", "word\u20281"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp949"])
def test_texts_in_another_encoding_are_refused(encoding: str, tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("웃는 얼굴\n빨간색 하트\n", encoding=encoding)
    sentence = refuse("embed", "--encoder", "teacher", "--texts", texts, "--output", "x.npz")
    assert "texts.txt line 1 is not UTF-8" in sentence
    assert encoding.upper() in sentence.upper()


@pytest.mark.parametrize("tag", ["ko-KR", "KO", "kor"])
def test_a_language_is_any_tag_of_it(tag: str, tmp_path: Path) -> None:
    target = tmp_path / "ko.npz"
    succeed("embed", "--encoder", "teacher", "--language", tag, "--output", target)
    with np.load(target) as stored:
        assert set(stored["languages"]) == {"ko"}


def test_a_path_may_begin_with_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "texts.txt").write_text("word 3\n")
    succeed("embed", "--encoder", "teacher", "--texts=~/texts.txt", "--output=~/new/x.npz")
    with np.load(tmp_path / "new" / "x.npz") as stored:
        assert stored["labels"].tolist() == ["word 3"]


def test_a_map_for_embedding_atlas_has_words_places_and_neighbours(tmp_path: Path) -> None:
    target = tmp_path / "map.parquet"
    said = succeed(
        *("embed", "--encoder", "teacher", "--language", "ko", "--map", "pca"),
        *("--output", target),
    )
    assert "embedding-atlas" in said
    table = pd.read_parquet(target)
    assert list(table.columns) == ["x", "y", "text", "language", "id", "neighbours"]
    assert table["id"].tolist() == list(tiny_dataset().concepts["id"])
    assert set(table["language"]) == {"ko"}
    near = table["neighbours"][0]
    similar = concept_vectors() @ concept_vectors()[0]
    assert similar[near["ids"][0]] == pytest.approx(np.sort(similar)[-2], abs=1e-5)


def test_a_map_is_written_as_parquet_only(tmp_path: Path) -> None:
    options = ("--map", "pca", "--output", tmp_path / "map.npz")
    assert "does not end in .parquet" in refuse("embed", "--encoder", "teacher", *options)
