"""The pages where a shipped student stands on a package that is not installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.student_of_prior import TITLE, write_student_of
from support.studio_pages import open_page, sentences, titles

from tomclip.ui.known_encoders.offered_encoders import (
    lacking_notes,
    listed_encoders,
    offered_encoders,
)

WHY = "multilingual-e5-small is not on this machine; run 'pip install"


@pytest.fixture(autouse=True)
def anchored(
    tiny_studio: None, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(assets, tmp_path / "assets")
    write_student_of(tmp_path / "assets" / "emoji" / "students" / "anchored")
    monkeypatch.setenv("TOMCLIP_ASSETS", str(tmp_path / "assets"))


def options(studio: AppTest, label: str) -> list[str]:
    chosen = [*studio.selectbox, *studio.multiselect]
    return next(list(one.options) for one in chosen if one.label == label)


def test_the_overview_scores_the_others_and_says_why_not_this_one() -> None:
    studio = open_page("1_overview")
    assert not studio.error, sentences(studio)
    assert TITLE not in [tile.label for tile in studio.metric]
    assert any(f"{TITLE} cannot be used: {WHY}" in one.value for one in studio.caption)
    table = studio.dataframe[-1].value
    assert WHY in str(table.set_index("Encoder").loc[TITLE, "What it is"])


def test_the_encoders_page_lists_it_and_says_why_to_who_names_it() -> None:
    studio = open_page("9_encoders", way="name", encoder_name="anchored")
    table = studio.dataframe[0].value
    assert WHY in str(table.set_index("Encoder").loc[TITLE, "What it is"])
    assert any(f"{TITLE} cannot be used: {WHY}" in text for text in sentences(studio))
    assert any(f"{TITLE} cannot be used: {WHY}" in one.value for one in studio.caption)
    assert TITLE not in options(studio, "Behind")


@pytest.mark.parametrize(
    ("page", "label", "address"),
    [
        ("2_embeddings", "Encoder", {"encoder": "anchored", "method": "pca"}),
        ("3_topology", "Encoder", {"encoder": "anchored", "subset": "all", "points": "30"}),
        ("4_compare", "Encoders, the baseline first", {"encoders": "mclip,anchored"}),
        ("8_benchmarks", "Encoders, the baseline first", {"encoders": "mclip,anchored"}),
    ],
)
def test_a_link_to_it_shows_another_and_says_so(
    page: str, label: str, address: dict[str, str]
) -> None:
    studio = open_page(page, **address)
    assert not studio.error, sentences(studio)
    assert any("The link asks for encoder" in text for text in sentences(studio))
    assert TITLE not in options(studio, label)
    help_text = next(
        one.help for one in (*studio.selectbox, *studio.multiselect) if one.label == label
    )
    assert f"{TITLE} cannot be used: {WHY}" in help_text


def test_distances_of_all_encoders_are_those_of_the_others() -> None:
    address = {"view": "distances", "pairs": "encoders", "subset": "all", "points": "30"}
    studio = open_page("3_topology", **address)
    assert not studio.error, sentences(studio)
    assert len(titles(studio)) == 1


def test_a_note_names_three_and_counts_the_rest() -> None:
    assert len(listed_encoders()) == len(offered_encoders()) + 1
    (one,) = (one for one in listed_encoders() if one.lacking)
    (note,) = lacking_notes([one] * 5)
    assert note.startswith(f"{TITLE}, {TITLE}, {TITLE} and 2 more cannot be used: {WHY}")
    assert not lacking_notes(offered_encoders())
