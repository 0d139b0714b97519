"""Folds: every concept is unseen once, stems stay together, and nothing unseen is read."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tomclip.baselines.captions import fitting_captions
from tomclip.config import DataConfig, parse_config
from tomclip.core.errors import ConfigError, InputError
from tomclip.data import emoji, load_emoji
from tomclip.data.emoji import FOLDS, fold_splits
from tomclip.evaluation import TaskOptions, emoji_task, load_task


@given(st.lists(st.text(max_size=3), min_size=FOLDS, max_size=60))
def test_every_concept_is_unseen_in_one_fold_and_stems_stay_together(stems: list[str]) -> None:
    unseen: Counter[int] = Counter()
    for fold in range(FOLDS):
        splits = fold_splits(stems, fold)
        assert sorted(np.concatenate(list(splits.values()))) == list(range(len(stems)))
        of_stem = {}
        for split, rows in splits.items():
            for row in rows:
                assert of_stem.setdefault(stems[row], split) == split
        unseen.update(splits["unseen"].tolist())
    assert unseen == Counter(range(len(stems)))


def test_the_order_of_the_concepts_does_not_matter() -> None:
    stems = [f"stem {number // 2}" for number in range(60)]
    straight, turned = fold_splits(stems, 2), fold_splits(stems[::-1], 2)
    for split, rows in straight.items():
        assert {stems[row] for row in rows} == {stems[::-1][row] for row in turned[split]}


@pytest.mark.parametrize("fold", range(FOLDS))
def test_folds_of_the_emoji_are_alike_in_size(fold: int) -> None:
    data = load_emoji(fold=fold)
    sizes = {split: len(rows) for split, rows in data.splits.items()}
    assert 300 <= sizes["unseen"] <= 335
    assert 140 <= sizes["validation"] <= 175
    assert (data.concepts["split"].to_numpy()[data.rows("unseen")] == "unseen").all()


def test_folds_share_their_pictures() -> None:
    # Earlier tests with other assets may have driven out what folds that are still kept share.
    emoji._load_fold.cache_clear()
    assert all(load_emoji(fold=fold).images is load_emoji().images for fold in range(FOLDS))


def test_without_a_fold_the_split_is_the_one_that_ships() -> None:
    assert load_emoji().fold is None
    assert len(load_emoji().rows("unseen")) == 295


def test_pairs_and_anchor_of_a_fold_hold_no_caption_of_it() -> None:
    data = load_emoji(fold=3)
    held_out = {
        data.names["en"][row] for name in ("validation", "unseen") for row in data.splits[name]
    }
    captions = fitting_captions(DataConfig(fold=3, share=0.1), seed=1, anchor="emoji")
    assert not held_out & {*captions.training.english, *captions.anchor}
    assert {*captions.validation.english} == {
        data.names["en"][row] for row in data.splits["validation"]
    }


def test_a_task_of_a_fold_is_another_task() -> None:
    shipped, ours = emoji_task("unseen"), load_task("emoji", TaskOptions(subset="unseen", fold=4))
    assert ours.choices["fold"] == "4"
    assert "fold" not in shipped.choices
    assert shipped.digest(["ko"], []) != ours.digest(["ko"], [])
    assert set(ours.items) == set(load_emoji(fold=4).rows("unseen"))


def test_what_is_no_fold_is_refused() -> None:
    with pytest.raises(InputError, match="fold is 5; use a whole number from 0 to 4"):
        load_emoji(fold=5)
    with pytest.raises(ConfigError, match="fold"):
        parse_config({"data": {"fold": 5}})
    with pytest.raises(ConfigError, match="fold is 1, which source 'captions' does not read"):
        parse_config({"data": {"source": "captions", "captions": "x.csv", "fold": 1}})
    with pytest.raises(InputError, match="fold"):
        load_task("icons", TaskOptions(fold=1))
