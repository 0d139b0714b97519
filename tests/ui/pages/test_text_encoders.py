"""The pages with an encoder of texts alone in the catalogue: what works, and what is said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.student_of_prior import TITLE, write_student_of
from support.studio_pages import open_page, sentences, settled, titles
from support.tiny_benchmarks import tiny_benchmark
from support.tiny_packages import install_tiny_e5
from support.tiny_use import install_tiny_use

from tomclip import geometry
from tomclip.baselines import fit_baseline
from tomclip.config import DataConfig
from tomclip.data import load_emoji
from tomclip.encoders.mapped.settings import MapKind
from tomclip.encoders.packaged.records import E5, USE
from tomclip.encoders.registry import forget_encoders
from tomclip.geometry import project
from tomclip.topology.statistics import significance
from tomclip.ui.pages.overview import question

FITTED: tuple[MapKind, ...] = ("ridge", "procrustes")
VIEWS = ("diagram", "barcode", "curves", "languages", "distances", "significance", "loops")


@pytest.fixture(autouse=True)
def installed(
    tiny_studio: None, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = load_emoji(assets / "emoji")
    characters = "".join(name for code in data.languages for name in data.names[code])
    install_tiny_e5(tmp_path / "packages", monkeypatch, characters=characters)
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(significance, "SMALLEST_SUBSAMPLE", 4)
    monkeypatch.setattr(
        geometry, "project", lambda *args, **options: project(*args, **{**options, "method": "pca"})
    )
    forget_encoders()


def test_the_overview_lists_it_and_the_encoders_page_too() -> None:
    for page in ("1_overview", "9_encoders"):
        studio = open_page(page)
        assert not studio.error, sentences(studio)
        shown = [str(frame.value) for frame in studio.dataframe]
        assert any("multilingual E5 small" in table for table in shown)


def test_its_captions_are_mapped_and_its_pictures_are_not() -> None:
    studio = open_page("2_embeddings", encoder=E5, languages="en,ko")
    assert not studio.error, sentences(studio)
    assert len(titles(studio)) == 1
    studio = open_page("2_embeddings", encoder=E5, languages="en,ko", pictures="yes")
    assert any("reads texts only" in sentence for sentence in sentences(studio))
    assert not studio.error


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_its_topology_is_shown(view: str) -> None:
    studio = open_page("3_topology", encoder=E5, view=view, subset="all", points="30")
    assert not studio.error, sentences(studio)
    assert titles(studio)


def test_it_is_compared_by_shape_and_diagrams() -> None:
    address = {"encoders": f"mclip,{E5}", "subset": "all"}
    studio = open_page("4_compare", **address, score="wasserstein_h0")
    assert not studio.error, sentences(studio)
    assert titles(studio)
    studio = open_page("4_compare", **address, score="zero_shot_top1")
    assert any("reads texts only" in sentence for sentence in sentences(studio))
    studio = open_page("4_compare", **address, comparison="diagrams")
    assert not studio.error, sentences(studio)
    assert titles(studio)


@pytest.mark.parametrize("view", ["text", "picture", "accuracy"])
def test_where_pictures_are_needed_it_is_left_out_with_a_sentence(view: str) -> None:
    studio = open_page("5_zero_shot", encoders=E5, task=view)
    (sentence,) = sentences(studio)
    assert "reads texts only, so it knows no pictures" in sentence
    assert not studio.error


def test_whether_a_language_s_shape_is_that_of_english_is_answered_on_both_pages() -> None:
    overview = open_page("1_overview", asked=E5, asked_language="ko")
    (answer,) = [one.value for one in overview.info if "shape in" in one.value]
    studio = open_page(
        "3_topology", encoder=E5, view="significance", subset="all", tested_language="ko"
    )
    assert answer in [one.value for one in studio.markdown]
    question, *measured = answer.split("\n")
    assert question.startswith("**Is Korean's shape in multilingual E5 small that of English?** ")
    pattern = r"- (Components|Loops): [\d.]+ \[.*\] from English; .* \(p [=<] [\d.]+\)"
    assert [re.fullmatch(pattern, line) is not None for line in measured] == [True, True]


def test_the_overview_computes_nothing_before_an_encoder_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(*arguments: object, **options: object) -> None:
        raise AssertionError("a test was begun")

    monkeypatch.setattr(question, "tests_job", forbidden)
    overview = open_page("1_overview")
    assert not overview.error, sentences(overview)
    assert not any("shape in" in one.value for one in overview.info)


def test_a_language_it_was_not_trained_on_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_tiny_use(tmp_path / "use", monkeypatch)
    studio = open_page("3_topology", encoder=USE, subset="all", points="30")
    studio.run()
    (note,) = unread_notes(studio)
    assert "was not trained on Vietnamese, Danish" in note
    assert "are unknown to it" in note


def unread_notes(studio: AppTest) -> list[str]:
    return [one.value for one in studio.caption if "not trained on" in one.value]


@pytest.mark.parametrize("task", ["text", "picture", "languages", "accuracy", "gap", "classes"])
def test_every_view_with_pictures_says_it_of_baselines_in_one_line(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_tiny_use(tmp_path / "use", monkeypatch)
    made = [fit_baseline(kind, USE, data=DataConfig(share=0.5)).name for kind in FITTED]
    address = {"encoders": ",".join(made), "language": "vi", "text_language": "vi", "query": "cáo"}
    studio = open_page("5_zero_shot", task=task, **address)
    studio.run()
    assert not studio.error, sentences(studio)
    (note,) = unread_notes(studio)
    assert "not trained on Vietnamese" in note
    assert ("were not trained" in note) == (task not in ("gap", "classes"))


def test_the_notice_names_what_was_made_from_it(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(assets, tmp_path / "assets")
    write_student_of(tmp_path / "assets" / "emoji" / "students" / "anchored")
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path / "assets"))
    (sentence,) = sentences(open_page("5_zero_shot", encoders=E5))
    assert f"Choose what was made from it and knows pictures: {TITLE}." in sentence


def test_a_benchmark_measures_its_shape_where_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_benchmark(monkeypatch, "cifar100", tmp_path / "data" / "cifar100")
    address = {"encoders": f"{E5},mclip", "languages_cifar100": "ko", "benchmark_shape": "yes"}
    studio = open_page("8_benchmarks", **address, benchmark="cifar100")
    assert not sentences(studio)
    settled(studio.button(key="evaluate_benchmark").click().run())
    assert not sentences(studio)
    score = studio.selectbox(key="choice:benchmark_score")
    settled(score.select("wasserstein_h0").run())
    assert len(titles(studio)) == 2
    settled(studio.selectbox(key="choice:benchmark_score").select("zero_shot_top1").run())
    assert len(titles(studio)) == 1
    notes = [one.value for one in studio.caption]
    assert "Without it, as they read texts only: multilingual E5 small." in notes


def test_icons_have_no_shape_to_ask_for() -> None:
    studio = open_page("8_benchmarks", benchmark="icons", encoders=E5)
    assert not studio.toggle
    assert any("reads texts only" in sentence for sentence in sentences(studio))
