"""Vectors from the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.command_line import succeed
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
    assert np.allclose(np.stack(table["vector"]), concept_vectors()[26:])
    assert set(table["modality"]) == {"image"}


def test_embed_reads_texts_from_a_file(tmp_path: Path) -> None:
    texts, target = tmp_path / "texts.txt", tmp_path / "texts.npz"
    texts.write_text("word 3\n\nword 1\n", encoding="utf-8")
    output = succeed("embed", "--encoder", "teacher", "--texts", texts, "--output", target)
    assert "2 vectors of dimension 8" in output
    with np.load(target) as stored:
        assert np.allclose(stored["vectors"], concept_vectors()[[3, 1]])
