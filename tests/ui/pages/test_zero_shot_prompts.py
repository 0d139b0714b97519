"""Prompts edited on the Zero-shot page: what is kept, refused, taken away and measured."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, sentences, settled, titles

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.data.prompts import Prompts
from tomclip.evaluation import emoji_task, evaluate, paired_difference_interval
from tomclip.evaluation.readings.prompt_effects import prompt_effects
from tomclip.ui.pages.zero_shot.prompting.kept import FILE_KEY, typed_prompts

PAGE = "5_zero_shot"
KOREAN = ("{} 그림", "{}의 사진")


def open_prompts(**address: str) -> AppTest:
    return open_page(PAGE, task="prompts", language="ko", encoders="mclip", **address)


def typed(studio: AppTest, text: str) -> AppTest:
    return settled(studio.text_area[0].set_value(text).run())


def test_at_first_the_names_stand_alone() -> None:
    studio = open_prompts()
    assert sentences(studio)[0].startswith("What is asked are the names alone.")
    assert studio.button(key="zero_shot_reset_prompts").disabled
    assert not figures(studio)


def test_a_typed_ensemble_is_measured_beside_the_names_alone() -> None:
    studio = typed(open_prompts(), "\n".join(KOREAN))
    assert titles(studio) == ["Zero-shot top-1: your prompts less the names alone"]
    task = emoji_task(prompts=Prompts.of({"ko": KOREAN}))
    after = evaluate("mclip", task, languages=["ko"], references=())
    before = evaluate("mclip", emoji_task(), references=())
    old, new = (report.hits("zero_shot", "ko")[:, 0] for report in (before, after))
    row = studio.dataframe[-1].value.iloc[0]
    assert row["language"] == "Korean"
    assert row["names alone, %"].startswith(f"{old.mean():.1f} [")
    assert row["your prompts, %"].startswith(f"{new.mean():.1f} [")
    low, high = paired_difference_interval(new, old)
    table = prompt_effects(before, after)
    assert table["difference"][0] == pytest.approx(np.mean(new - old))
    assert (table["ci_low"][0], table["ci_high"][0]) == pytest.approx((low, high))


def test_a_prompt_without_its_place_is_refused_and_changes_nothing() -> None:
    studio = typed(open_prompts(), "{} 그림")
    studio = typed(studio, "그림")
    assert [one.value for one in studio.error] == [
        "The prompt '그림' has no place for the name; write {} where it goes, as in 'a photo of a "
        "{}'."
    ]
    assert studio.session_state["zero_shot_prompts"].own("ko") == ("{} 그림",)
    studio = typed(studio, "{}")
    assert not studio.error


def test_the_papers_prompts_are_a_click_away_and_reset_takes_them_back() -> None:
    studio = open_prompts()
    studio = settled(studio.button(key="zero_shot_paper_prompts").click().run())
    assert studio.text_area[0].value == "{}가 있는 사진"
    assert len(studio.dataframe[-1].value) == len(LANGUAGES) + 1
    assert studio.dataframe[-1].value["language"].iloc[-1] == "Mean"
    studio = settled(studio.button(key="zero_shot_reset_prompts").click().run())
    assert studio.text_area[0].value == ""
    assert not figures(studio)


def test_a_file_takes_the_place_of_all_prompts() -> None:
    studio = typed(open_prompts(), "{} 그림")
    file = ("mine.csv", "Korean,German\n{} 사진,ein Bild: {}\n".encode(), "text/csv")
    studio = settled(studio.file_uploader(key=FILE_KEY).set_value(file).run())
    assert studio.text_area[0].value == "{} 사진"
    expected = Prompts.of({"ko": ["{} 사진"], "de": ["ein Bild: {}"]})
    assert studio.session_state["zero_shot_prompts"] == expected


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("en\na photo\n", "mine.csv: the prompt 'a photo' has no place for the name"),
        ("ar\n{}\n", "Prompts came in ar, in which the data set names nothing"),
        ("cats\n{}\n", "mine.csv: 1 of 1 heads is no language known here ('cats')"),
    ],
)
def test_a_bad_file_is_one_sentence(content: str, sentence: str) -> None:
    studio = open_prompts()
    file = ("mine.csv", content.encode(), "text/csv")
    studio = settled(studio.file_uploader(key=FILE_KEY).set_value(file).run())
    (error,) = studio.error
    assert error.value.startswith(sentence)


def test_prompts_stay_while_other_views_are_looked_at() -> None:
    studio = typed(open_prompts(), "{} 그림")
    studio = settled(studio.segmented_control(key="choice:task").set_value("accuracy").run())
    studio = settled(studio.segmented_control(key="choice:task").set_value("prompts").run())
    assert studio.text_area[0].value == "{} 그림"


def test_blank_lines_and_repetitions_are_left_out() -> None:
    assert typed_prompts(" {} a\n\n{} a\n{}\n") == ("{} a", "{}")
    with pytest.raises(InputError, match="no place"):
        typed_prompts("{}\nno")


def test_effects_are_of_one_encoder() -> None:
    first, other = (
        evaluate(name, emoji_task(), languages=["en"], references=())
        for name in ("mclip", "tomclip_exact")
    )
    with pytest.raises(InputError, match="the reports differ in encoder"):
        prompt_effects(first, other)
    with pytest.raises(InputError, match="k is 3"):
        prompt_effects(first, first, k=3)
    assert prompt_effects(first, first)["difference"].tolist() == [0.0]
