"""Whether the order of merges tells which classes are confused, over a whole task."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.emoji_doubles import EncoderDoubles, as_embeddings
from support.own_task import RoadSigns

from tomclip.evaluation import emoji_task, merge_order_table
from tomclip.evaluation.language_gap.merge_order import merge_order_values


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return EncoderDoubles().install(monkeypatch)


def on_circle(*degrees: float) -> np.ndarray:
    return np.column_stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def test_a_chain_hides_from_the_tree_what_the_distance_sees() -> None:
    """Steps of 10, 11 and 12 degrees; the last two are confused, and meet when all others do."""
    labels = tuple("abcd")
    text = as_embeddings(on_circle(0, 10, 21, 33), labels)
    values, confused = merge_order_values(text, as_embeddings(on_circle(0, 10, 28, 33), labels))
    assert confused == 1
    by_merge, by_distance = values.mean(axis=0)
    assert by_merge == pytest.approx((0 + 0 + 0 + 0.5 + 0.5) / 5)
    assert by_distance == pytest.approx(3 / 5)


def test_two_clusters_are_told_apart_by_both() -> None:
    labels = tuple("abcd")
    text = as_embeddings(on_circle(0, 10, 170, 180), labels)
    image = as_embeddings(on_circle(10, 0, 180, 170), labels)
    values, confused = merge_order_values(text, image)
    assert confused == 2
    assert values.mean(axis=0) == pytest.approx([1.0, 1.0])


def test_the_table_has_a_row_per_language_and_their_mean() -> None:
    table = merge_order_table("baseline", emoji_task())
    assert table["language"].tolist() == ["en", "ko", "de", "mean"]
    assert table["pairs"].tolist() == [780] * 4
    means = table[["merge", "distance", "merge_minus_distance"]].to_numpy()
    assert means[3] == pytest.approx(means[:3].mean(axis=0))
    assert means[:, 2] == pytest.approx(means[:, 0] - means[:, 1])
    for name in ("merge", "distance", "merge_minus_distance"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()


def test_a_table_is_found_again_while_nothing_changes(doubles: EncoderDoubles) -> None:
    first = merge_order_table("baseline", emoji_task(), languages=["en", "ko"])
    made = len(doubles.calls)
    pd.testing.assert_frame_equal(
        first, merge_order_table("baseline", emoji_task(), languages=["en", "ko"])
    )
    assert len(doubles.calls) == made
    merge_order_table("baseline", emoji_task(), languages=["en", "ko"], use_cache=False)
    assert len(doubles.calls) > made
    other = merge_order_table("better", emoji_task(), languages=["en", "ko"])
    assert not other["distance"].equals(first["distance"])


def test_languages_with_other_classes_have_a_mean_without_interval() -> None:
    table = merge_order_table("baseline", RoadSigns()).set_index("language")
    assert table["classes"].tolist() == [16, 12, 14]
    assert table["merge_low"].isna().tolist() == [False, False, True]
    assert table["merge"].iloc[-1] == pytest.approx(table["merge"].iloc[:2].mean())


def test_a_language_in_which_nothing_is_confused_does_not_count() -> None:
    table = merge_order_table("better", emoji_task()).set_index("language")
    told = table["merge"].notna()
    assert (table.loc[~told, "confused"] == 0).all()
    assert 0 < told.sum() < 4
    assert table["merge"].iloc[-1] == pytest.approx(table["merge"][told].iloc[:-1].mean())
    nothing = merge_order_table("teacher", emoji_task(), languages=["en"])
    assert nothing["merge"].isna().all()
