"""Baselines on caption pairs with the English captions that the pairs leave beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.tiny_captions import many_rows, write_csv

from tomclip.baselines import captions as fitting
from tomclip.baselines import fit_baseline, vectors
from tomclip.baselines.captions import fitting_captions
from tomclip.config import DataConfig
from tomclip.core.errors import ConfigError, InputError
from tomclip.data.captions.table import open_captions
from tomclip.encoders.mapped.files import load_mapped
from tomclip.targets.encoding import encode_targets


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 60 pairs."""
    folder = tmp_path_factory.mktemp("rest")
    write_csv(folder / "captions.csv", many_rows(60))
    return folder


def few(folder: Path, **changes: Any) -> DataConfig:
    values: dict[str, Any] = {
        "captions": str(folder / "captions.csv"),
        "pairs": 20,
        "validation_pairs": 8,
    }
    return DataConfig(source="captions", **{**values, **changes})


def test_the_anchor_is_all_that_neither_trains_nor_validates(folder: Path) -> None:
    captions = fitting_captions(few(folder), seed=0, anchor="rest")
    groups = [captions.training.english, captions.validation.english, captions.anchor]
    assert [len(set(group)) for group in groups] == [20, 8, 32]
    assert len(set().union(*groups)) == 60
    assert captions.left_out == 8
    assert fitting_captions(few(folder), seed=9, anchor="rest").anchor == captions.anchor


def test_of_many_captions_evenly_spaced_ones_are_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fitting_captions(few(folder), seed=0, anchor="rest").anchor
    monkeypatch.setattr(fitting, "MOST_OF_THE_REST", 5)
    some = fitting_captions(few(folder), seed=0, anchor="rest").anchor
    assert [whole.index(text) for text in some] == [0, 8, 16, 23, 31]


def test_named_targets_stand_for_the_teacher_and_give_the_same_map(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = open_captions(folder / "captions.csv")
    encode_targets(table.captions(), "emoji-teacher", tmp_path / "targets")
    asked = few(folder)
    encoded = fit_baseline("ridge", "mclip", data=asked, anchor="rest", directory=tmp_path / "a")
    embed = vectors.cached_text_embeddings

    def of_the_student_alone(encoder: str, *arguments: Any, **options: Any):
        assert encoder == "mclip"
        return embed(encoder, *arguments, **options)

    monkeypatch.setattr(vectors, "cached_text_embeddings", of_the_student_alone)
    with_targets = few(folder, targets=str(tmp_path / "targets"))
    named = fit_baseline(
        "ridge", "mclip", data=with_targets, anchor="rest", directory=tmp_path / "b"
    )
    ours, theirs = (load_mapped(one.path)[1] for one in (named, encoded))
    for name in ("weight", "bias"):
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-5)
    facts = named.settings.facts
    assert facts["anchor"] == encoded.settings.facts["anchor"]
    assert (facts["anchor"]["captions"], facts["anchor"]["count"]) == ("rest", 32)
    assert facts["data"]["targets"] == str(tmp_path / "targets")
    assert named.settings.title.endswith("captions, 20 pairs, English of the rest")


def test_pairs_are_those_that_a_student_has_with_targets_that_lack_some(
    folder: Path, tmp_path: Path
) -> None:
    table = open_captions(folder / "captions.csv")
    encode_targets(table.captions(np.arange(10, 55)), "emoji-teacher", tmp_path / "targets")
    asked = few(folder, targets=str(tmp_path / "targets"))
    found = fitting_captions(asked, seed=0, teacher="emoji-teacher", anchor="rest")
    rows = np.concatenate([found.training.concepts, found.validation.concepts])
    assert found.anchor_rows is not None
    assert sorted([*rows, *found.anchor_rows]) == list(range(10, 55))


def test_targets_of_another_teacher_are_refused(folder: Path, tmp_path: Path) -> None:
    table = open_captions(folder / "captions.csv")
    encode_targets(table.captions(), "emoji-teacher", tmp_path / "targets")
    asked = few(folder, targets=str(tmp_path / "targets"))
    with pytest.raises(ConfigError, match="holds vectors of 'emoji-teacher'"):
        fitting_captions(asked, seed=0, teacher="ViT-B-32/openai")


def test_a_rest_that_is_not_there_is_one_sentence(folder: Path) -> None:
    with pytest.raises(InputError, match=r"the pairs leave 0 English captions of .*; ask for"):
        fitting_captions(few(folder, pairs=None), seed=0, anchor="rest")
    with pytest.raises(InputError, match="beside the emoji write 'emoji', or name a file"):
        fitting_captions(DataConfig(), seed=0, anchor="rest")
