"""The language gap in Streamlit's own test runner: cells, what stands behind one, and merges."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, sentences, settled, titles

from tomclip.evaluation import Confusions, emoji_task, merge_order_table
from tomclip.evaluation.language_gap.confusions import task_confusions
from tomclip.ui.pages.zero_shot.gap_panel import confused_rows
from tomclip.ui.pages.zero_shot.language_gap import finding, most_telling
from tomclip.ui.pages.zero_shot.merge_order import merge_sentence

PAGE = "5_zero_shot"


def open_gap(**address: str) -> AppTest:
    return open_page(PAGE, task="gap", **address)


def meta(studio: AppTest) -> dict[str, Any]:
    (chart,) = figures(studio)
    return chart["layout"]["meta"]


def categories(studio: AppTest) -> list[str]:
    return meta(studio)["groups"][1:]


def test_it_opens_on_the_gap_to_english_by_category() -> None:
    studio = open_gap()
    assert titles(studio) == ["Gap to English, top-1 accuracy"]
    assert meta(studio)["languages"][-1] == "mean"
    assert "en" not in meta(studio)["languages"]
    assert len(meta(studio)["languages"]) == 13
    assert not sentences(studio)


def test_accuracy_and_difference_are_a_click_away() -> None:
    studio = open_gap()
    studio = settled(studio.selectbox(key="choice:cells").set_value("accuracy").run())
    assert titles(studio) == ["Top-1 accuracy by class and language"]
    assert "en" in meta(studio)["languages"]
    studio = settled(studio.selectbox(key="choice:cells").set_value("difference").run())
    assert titles(studio) == ["Difference to MCLIP, top-1 accuracy"]
    assert meta(studio)["encoder_names"] == ["tomclip_exact"]


def test_a_difference_needs_two_encoders() -> None:
    assert sentences(open_gap(encoders="mclip", cells="difference")) == [
        "Choose a second encoder above: the first one is subtracted from it."
    ]


def test_rows_can_be_the_concepts_of_a_category() -> None:
    category = categories(open_gap())[0]
    studio = open_gap(rows=f"in {category}")
    data = emoji_task().dataset.concepts
    expected = set(data["id"][data["category"] == category])
    assert set(categories(studio)) == expected or len(categories(studio)) == 40
    assert "all or nothing" in studio.caption[0].value


def test_a_cell_in_the_address_shows_what_is_confused_there() -> None:
    category = categories(open_gap())[0]
    studio = open_gap(cell=f"{category}.ko", gap_of="mclip")
    assert studio.query_params["cell"] == f"{category}.ko"
    assert len(figures(studio)[0]["layout"]["shapes"]) == 1
    task = emoji_task()
    found = task_confusions("mclip", task, "ko").counted()
    groups = task.class_groups["category"]
    wrong = [one for one in found["class"] if groups[one] == category]
    table = studio.dataframe[0].value
    assert len(table) == len(wrong)
    assert f"{len(wrong)} of " in studio.caption[1].value
    names = {task.dataset.names["ko"][row] for row in range(len(task.dataset))}
    assert all(shown.split(" (")[0] in names for shown in table["concept"])
    headings = [one.value for one in studio.markdown]
    assert "**Nearest names in Korean**" in headings
    assert "**Nearest names in English**" in headings
    assert sum("In the H0 tree it is alone until" in one.value for one in studio.caption) == 2


def test_another_concept_is_looked_at_from_near() -> None:
    studio = open_gap(cell="every class.ko")
    picker = studio.selectbox(key="choice:closer")
    assert len(picker.options) == len(emoji_task().dataset)
    before = [one.value for one in studio.caption]
    studio = settled(picker.select_index(len(picker.options) - 1).run())
    assert [one.value for one in studio.caption] != before
    assert studio.query_params["closer"]


def test_in_english_there_is_one_column() -> None:
    studio = open_gap(cells="accuracy", cell="every class.en")
    assert "in English taken for" not in studio.dataframe[0].value
    assert sum("Nearest names" in one.value for one in studio.markdown) == 1


def test_a_cell_that_is_not_there_is_one_sentence() -> None:
    studio = open_gap(cell="Nowhere.ko")
    assert len(studio.warning) == 1
    assert "'Nowhere.ko', which this figure has not" in studio.warning[0].value
    assert not figures(studio)[0]["layout"].get("shapes")


def test_the_cell_stays_when_the_encoder_changes() -> None:
    studio = open_gap(cell="every class.ko", gap_of="mclip")
    studio = settled(studio.selectbox(key="choice:gap_of").set_value("tomclip_exact").run())
    assert studio.query_params["cell"] == "every class.ko"
    assert studio.markdown[1].value.startswith("**Every class in Korean**")


def test_what_merges_tell_is_the_library_s_answer_in_words_and_in_a_figure() -> None:
    studio = open_gap(cells="merges", gap_of="mclip")
    table = merge_order_table("mclip", emoji_task())
    assert studio.markdown[1].value == merge_sentence(table, "all")
    chart = figures(studio)[0]
    assert titles(studio) == ["Which concepts are confused: told by merges and by distances"]
    first = chart["data"][0]
    assert {tuple(one) for one in first["customdata"]} == {
        (code, "merge") for code in table["language"]
    }


def test_a_damaged_encoder_is_one_sentence(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = Path(shutil.copytree(assets, tmp_path / "assets"))
    (damaged / "emoji" / "students" / "tomclip_exact" / "head.safetensors").write_bytes(b"gap")
    monkeypatch.setenv("TOMCLIP_ASSETS", str(damaged))
    studio = open_gap(encoders="tomclip_exact")
    assert len(studio.error) == 1
    assert "head.safetensors" in studio.error[0].value


def mean_row(low: float, high: float) -> pd.DataFrame:
    values = {"merge": 0.6, "distance": 0.8, "merge_minus_distance": (low + high) / 2}
    ends = {f"{name}{end}": value for name, value in values.items() for end in ("_low", "_high")}
    ends |= {"merge_minus_distance_low": low, "merge_minus_distance_high": high}
    return pd.DataFrame([{"language": "mean", "classes": 60, **values, **ends}])


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-0.3, -0.1, "less than"), (0.1, 0.2, "more than"), (-0.1, 0.1, "as much as")],
)
def test_the_verdict_follows_the_interval(low: float, high: float, verdict: str) -> None:
    assert f"**{verdict}** the distance" in merge_sentence(mean_row(low, high), "unseen")


def test_confusions_that_are_the_language_s_own_come_first() -> None:
    classes, pictures = ("a", "b", "c"), ("1", "2", "3")
    right = np.arange(3)
    here = Confusions(classes, pictures, right, np.array([1, 0, 0]))
    english = Confusions(classes, pictures, right, np.array([1, 1, 2]))
    found = confused_rows(here, english, ["a", "b", "c"])
    assert found.to_numpy().tolist() == [["b", "a", "b"], ["c", "a", "c"], ["a", "b", "b"]]
    assert confused_rows(here, english, ["c"])["class"].tolist() == ["c"]


def test_of_too_many_rows_those_that_tell_least_are_left_out() -> None:
    values = {"a": 30.0, "b": 1.0, "c": -2.0, "d": -40.0}
    assert most_telling("abcd", values, "difference", most=2) == ["a", "d"]
    assert most_telling("abcd", values, "accuracy", most=2) == ["c", "d"]
    assert most_telling("dcba", values, "gap", most=3) == ["d", "c", "b"]


def test_the_finding_is_the_widest_gap_with_an_interval() -> None:
    rows = [
        ("Food", "ko", -10.0, -15.0, -5.0),
        ("Food", "mean", -40.0, -45.0, -35.0),
        ("few", "ko", -90.0, np.nan, np.nan),
        ("Sky", "ko", 30.0, 20.0, 40.0),
    ]
    table = pd.DataFrame(rows, columns=["group", "language", "value", "ci_low", "ci_high"])
    groups = ["Food", "few", "Sky"]
    assert finding(table, "gap", groups) == "widest gap: Food in Korean, \u221210.0 points"
    assert finding(table, "difference", groups) == "largest: Sky in Korean, +30.0 points"
    assert finding(table, "gap", ["few"]) == ""
