"""The language gap of a benchmark: its cells, what is confused behind one, where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, settled, titles
from support.tiny_benchmarks import tiny_benchmark

from tomclip.evaluation import (
    TaskOptions,
    class_hits,
    english_gap_cells,
    evaluate,
    groups_of,
    load_task,
)
from tomclip.evaluation.language_gap.confusion_table import confusion_table
from tomclip.ui.pages.benchmarks.gap import MOST_LANGUAGES, _telling_languages

GAP = "Gap to English, top-1 accuracy"
CODES = ("en", "ko", "de")
ICONS = {"benchmark": "icons", "languages_icons": ",".join(CODES)}


def evaluated(**address: str) -> AppTest:
    studio = open_page("8_benchmarks", **address)
    return settled(studio.button(key="evaluate_benchmark").click().run())


def chart(studio: AppTest) -> dict:
    return figures(studio)[-1]


def test_the_gap_of_a_benchmark_is_that_of_the_library() -> None:
    studio = evaluated(**ICONS, encoders="mclip")
    assert titles(studio)[-1] == GAP
    task = load_task("icons", TaskOptions(languages=CODES))
    report = evaluate("mclip", task, languages=CODES, references=())
    expected = english_gap_cells(class_hits(report, task), groups_of(task, "category"))
    meta = chart(studio)["layout"]["meta"]
    assert set(meta["groups"]) == set(expected["group"])
    assert sorted(meta["languages"]) == ["de", "ko", "mean"]
    assert (meta["n_points"], meta["points"]) == (report.n_concepts, report.items_title)


def test_accuracy_and_difference_are_a_click_away() -> None:
    studio = evaluated(**ICONS, encoders="mclip,tomclip_exact")
    shown = studio.segmented_control(key="choice:benchmark_cells")
    studio = settled(shown.set_value("accuracy").run())
    assert titles(studio)[-1] == "Top-1 accuracy by class and language"
    studio = settled(
        studio.segmented_control(key="choice:benchmark_cells").set_value("difference").run()
    )
    assert titles(studio)[-1] == "Difference to MCLIP, top-1 accuracy"
    assert chart(studio)["layout"]["meta"]["encoder_names"] == ["tomclip_exact"]


def test_a_cell_shows_what_is_taken_for_what() -> None:
    category = chart(evaluated(**ICONS, encoders="mclip"))["layout"]["meta"]["groups"][-1]
    studio = evaluated(**ICONS, encoders="mclip", benchmark_cell=f"{category}.ko")
    task = load_task("icons", TaskOptions(languages=CODES))
    groups = groups_of(task, "category")
    assert groups is not None
    found = confusion_table("mclip", task, "ko")
    own = found[found["class"].map(groups) == category]
    table = studio.dataframe[-1].value
    assert list(table["pictures"]) == list(own["pictures"])
    assert list(table["in English too"] == "yes") == list(own["in_english_too"])
    assert all(word in shown for word, shown in zip(own["class_text"], table["class"], strict=True))


def test_classes_are_rows_of_a_benchmark_without_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_benchmark(monkeypatch, "cifar100", tmp_path / "data" / "cifar100")
    studio = evaluated(encoders="mclip", languages_cifar100="en,ko")
    assert titles(studio)[-1] == GAP
    assert not [box for box in studio.selectbox if box.key == "choice:benchmark_rows"]


@pytest.mark.parametrize("languages", ["en", "ko"])
def test_one_language_of_one_encoder_has_no_gap(languages: str) -> None:
    studio = evaluated(benchmark="icons", encoders="mclip", languages_icons=languages)
    assert GAP not in titles(studio)
    assert not studio.error


def test_retrieval_has_no_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_benchmark(monkeypatch, "xtd10", tmp_path / "data" / "xtd10")
    studio = evaluated(encoders="mclip", benchmark="xtd10", languages_xtd10="en,de")
    assert not [text for text in studio.subheader if "falls behind" in text.value]


def test_of_very_many_languages_the_widest_gaps_are_drawn() -> None:
    codes = [f"l{number:03d}" for number in range(MOST_LANGUAGES + 7)]
    gaps = np.linspace(-90, 0, len(codes))
    rows = [("every class", code, gap) for code, gap in zip(codes, gaps, strict=True)]
    table = pd.DataFrame(
        [*rows, ("every class", "mean", gaps.mean())], columns=["group", "language", "value"]
    )
    shown, left = _telling_languages(table, "gap")
    assert left == 7
    assert list(shown["language"]) == [*codes[:MOST_LANGUAGES], "mean"]
