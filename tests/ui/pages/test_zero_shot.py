"""Texts and pictures asked of every encoder, in Streamlit's own test runner."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, sentences, settled, titles

from tomclip.core.types import Embeddings
from tomclip.data import load_emoji
from tomclip.evaluation import emoji_task, pessimistic_ranks, registered_vectors
from tomclip.ui.computing import cached
from tomclip.ui.pages.zero_shot.asking.answers import WIDEST_NAME, name_width
from tomclip.ui.pages.zero_shot.asking.given import PASTED, Given
from tomclip.ui.pages.zero_shot.asking.ranks import Ranking, rank_words, ranked, right_rows

PAGE = "5_zero_shot"


def png(shade: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(stream, "PNG")
    return stream.getvalue()


def verdicts(studio: AppTest) -> list[str]:
    return [one.value for one in studio.markdown if " comes **" in one.value]


def rank_of(encoder: str, language: str, row: int) -> int:
    task = emoji_task()
    vectors = registered_vectors(encoder, task)
    return int(pessimistic_ranks(vectors.texts(language, None), vectors.pictures(None))[row])


def test_ranks_and_moves_in_words() -> None:
    assert rank_words(3) == "3"
    assert rank_words(3, 8) == "3 (up 5)"
    assert rank_words(1_008, 3) == "1,008 (down 1,005)"
    assert rank_words(4, 4) == "4 (=)"


def test_a_ranking_shows_the_first_and_the_right_ones_behind_them() -> None:
    vectors = np.eye(4, dtype=np.float32)
    names = ("a", "b", "c", "d")
    candidates = Embeddings(vectors, names, names, ("en",) * 4, "text", "encoder", True)
    query = np.array([0.1, 0.4, 0.3, 0.2])
    answer = ranked(query, candidates, np.array([0, 1, 2, 3]))
    assert isinstance(answer, Ranking)
    assert answer.rows.tolist() == [1, 2, 3, 0]
    assert [answer.place(row) for row in range(5)] == [4, 1, 2, 3, None]
    assert answer.shown(2, [0, 1]) == [0, 1, 3]
    assert answer.shown(9) == [0, 1, 2, 3]


def test_what_a_text_names_is_looked_for_in_its_language() -> None:
    data = cached.dataset()
    row = 7
    assert row in right_rows(data, data.names["ko"][row].upper(), ["ko"])
    assert right_rows(data, "no such thing", data.languages) == []


def test_the_right_picture_has_its_rank_under_every_encoder() -> None:
    data = load_emoji()
    studio = open_page(PAGE, query=data.names["ko"][3], text_language="ko")
    first, second = verdicts(studio)
    before, after = (rank_of(name, "ko", 3) for name in ("mclip", "tomclip_exact"))
    assert f"comes **{before}** of {len(data)}" in first
    assert f"comes **{rank_words(after, before)}** of {len(data)}" in second
    for text, rank in ((first, before), (second, after)):
        assert ("hit" in text) == (rank <= 10)
    for table in studio.dataframe:
        assert sum("✓" in rank for rank in table.value["rank"]) == 1


def test_the_right_picture_can_be_chosen_for_any_text() -> None:
    data = load_emoji()
    studio = open_page(PAGE, query="what I mean", right=data.concepts["id"].iloc[5])
    assert all(f"*{data.names['en'][5]}* comes" in one for one in verdicts(studio))
    assert len(verdicts(studio)) == 2


def test_without_a_right_picture_nothing_is_marked() -> None:
    studio = open_page(PAGE, query="zzz qqq")
    assert not verdicts(studio)
    assert not any("✓" in rank for rank in studio.dataframe[0].value["rank"])


def test_the_language_of_a_text_is_told_or_chosen() -> None:
    told = open_page(PAGE, query="여우")
    assert any("Read as Korean, told by itself." in one.value for one in told.caption)
    chosen = open_page(PAGE, query="여우", text_language="ja")
    assert not any("told by itself" in one.value for one in chosen.caption)


def test_the_second_encoder_says_how_far_it_moved_each_picture() -> None:
    studio = open_page(PAGE, query="grinning face")
    first, second = (table.value["rank"].str.removeprefix("✓ ") for table in studio.dataframe)
    assert list(first)[:10] == [str(place) for place in range(1, 11)]
    assert all("(" in rank for rank in second)


def test_a_name_far_longer_than_the_others_makes_their_column_as_wide() -> None:
    names = ["cat face", "dog face", "wolf face", "grinning cat with smiling eyes"]
    assert 180 <= (name_width(names) or 0) <= 210
    assert name_width(names[:3]) is name_width([]) is None
    assert (name_width(["폭죽", "표지가 올라간 닫힌 우편함"]) or 0) >= 170
    assert name_width([*names, "a" * 100]) == WIDEST_NAME


def test_one_concept_is_asked_in_every_language() -> None:
    data = load_emoji()
    studio = open_page(PAGE, task="languages", word=data.concepts["id"].iloc[2])
    assert titles(studio) == [f"Rank of its picture: {data.names['en'][2]}"]
    cells = figures(studio)[0]["data"][1]["customdata"]
    assert len(cells) == 2 * 13
    table = studio.dataframe[0].value
    assert list(table["word"]) == [data.names[code][2] for code in data.languages]
    assert list(table["MCLIP"]) == [str(rank_of("mclip", code, 2)) for code in data.languages]
    beaten = [rank_of("mclip", code, 2) > 1 for code in data.languages]
    assert list(table["first under MCLIP"].notna()) == beaten
    shown = json.loads(studio.dataframe[0].proto.columns)
    assert shown["first under MCLIP"]["label"] == "came first"
    assert not sentences(studio)


def test_its_picture_looks_for_its_name_too() -> None:
    studio = open_page(PAGE, task="languages")
    studio = settled(studio.segmented_control(key="choice:asked_for").set_value("name").run())
    assert titles(studio)[0].startswith("Rank of its name: ")


def test_several_concepts_are_named_each_with_its_own_verdict() -> None:
    ids = list(load_emoji().concepts["id"].iloc[:3])
    studio = open_page(PAGE, task="picture", shown=",".join(ids))
    assert len(verdicts(studio)) == 6
    assert len(studio.dataframe) == 6


def test_files_are_named_and_each_bad_one_is_one_sentence() -> None:
    studio = open_page(PAGE, task="picture", shown="")
    files = [("red.png", png(200), "image/png"), ("list.png", b"milk", "image/png")]
    studio = settled(studio.file_uploader[0].set_value(files).run())
    assert [one.value.partition(" that")[0] for one in studio.error] == [
        "list.png is not a picture"
    ]
    assert "**red.png**" in [one.value for one in studio.markdown]
    assert not any("✓" in rank for rank in studio.dataframe[0].value["rank"])


def test_pasted_pictures_stay_until_they_are_forgotten() -> None:
    studio = open_page(PAGE, task="picture")
    before = len(studio.dataframe)
    studio.session_state[PASTED] = [Given(png(90), "pasted 1 (image.png)")]
    studio = settled(studio.run())
    assert len(studio.dataframe) == before + 2
    assert "**pasted 1 (image.png)**" in [one.value for one in studio.markdown]
    studio = settled(studio.button(key="zero_shot_forget").click().run())
    assert len(studio.dataframe) == before


def test_without_a_picture_the_page_asks_for_one() -> None:
    studio = open_page(PAGE, task="picture")
    studio = settled(studio.multiselect(key="choice:shown").set_value([]).run())
    assert sentences(studio) == ["Choose one of the concepts, or bring a picture of your own."]


@pytest.mark.parametrize("view", ["text", "picture", "languages"])
def test_a_single_encoder_has_no_moves(view: str) -> None:
    studio = open_page(PAGE, task=view, encoders="mclip", query="fox")
    column = "MCLIP" if view == "languages" else "rank"
    assert not any("(" in rank for rank in studio.dataframe[0].value[column])


@pytest.mark.parametrize("view", ["text", "picture", "languages", "classes"])
def test_a_damaged_encoder_is_one_sentence(
    view: str, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = Path(shutil.copytree(assets, tmp_path / "assets"))
    weights = damaged / "emoji" / "students" / "tomclip_exact" / "head.safetensors"
    weights.write_bytes(view.encode())
    monkeypatch.setenv("TOMCLIP_ASSETS", str(damaged))
    studio = open_page(
        PAGE, task=view, encoders="tomclip_exact", query="a fox", gap_of="tomclip_exact"
    )
    assert len(studio.error) == 1
    assert "head.safetensors" in studio.error[0].value


def test_a_button_that_selects_a_single_item_says_so() -> None:
    def page() -> None:
        from tomclip.ui.selecting.rows import select_button

        select_button(["1f98a"], "one")
        select_button(["1f98a", "1f600"], "two")

    labels = [one.label for one in AppTest.from_function(page).run().button]
    assert labels == ["Select this one", "Select these 2"]
