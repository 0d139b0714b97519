"""The page What helps, on a made study in each of its states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from support.made_study import WITH, WITHOUT, made_study, trials_in, write_choices, write_study
from support.studio_pages import figures, open_page, sentences, settled, titles

from tomclip.core import paths
from tomclip.studies import loading
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.choices import OPENED_FORM, OPENED_RUN, STUDY_VIEW

TREES = OPENED_FORM.written([(WITH, "trees")])
RIDGE = OPENED_FORM.written([(WITH, "ridge")])
TITLES = {
    "gains": "Gain over point-wise: zero-shot top-1",
    "languages": "Gain over point-wise by language: zero-shot top-1",
    "shares": "Zero-shot top-1 against the share of pairs",
    "trade_off": "Zero-shot top-1 against Wasserstein H0 to the teacher",
    "settings": "What the choice of settings found",
}


@pytest.fixture(autouse=True)
def nothing_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves this test's own studies alone to be found."""
    monkeypatch.setattr(loading, "studies_directory", lambda: tmp_path / "none")


@pytest.fixture
def folder(runs: Path) -> Path:
    return runs / "studies" / "mine"


@pytest.fixture
def whole(folder: Path) -> Path:
    made_study(folder)
    return folder


def marks(figure: dict[str, Any]) -> set[tuple[str, ...]]:
    return {tuple(map(str, m)) for trace in figure["data"] for m in trace.get("customdata") or ()}


def texts(studio: AppTest) -> str:
    return "\n".join(one.value for one in (*studio.markdown, *studio.caption, *studio.code))


def test_without_a_study_the_page_says_how_to_run_one() -> None:
    studio = open_page("10_study")
    assert len(sentences(studio)) == 1
    assert "'tomclip study FILE' runs one" in sentences(studio)[0]


@pytest.mark.parametrize("view", STUDY_VIEW.titles)
def test_a_whole_study_says_what_helps_and_draws_every_view(view: str, whole: Path) -> None:
    studio = open_page("10_study", study_view=view)
    assert titles(studio) == [TITLES[view]]
    assert not studio.error
    assert not studio.warning
    (verdict,) = studio.info
    assert "**trees** (+2.00 points [" in verdict.value
    assert verdict.value.count("helps over point-wise") == 2
    assert (WITHOUT, "trees", "", "") in marks(figures(studio)[0])


def test_a_mark_opens_its_runs_their_configuration_and_the_command(whole: Path) -> None:
    studio = open_page("10_study", form=TREES)
    assert titles(studio) == [TITLES["gains"], "Runs of trees, less point-wise"]
    assert studio.subheader[0].value == f"trees · {WITH}"
    assert (WITH, "trees", "2", "1") in marks(figures(studio)[1])
    runs_table, settings_table, *_ = [table.value for table in studio.dataframe]
    assert len(runs_table) == 6
    assert set(runs_table["Seconds"]) == {12.0}
    assert settings_table.iloc[0].tolist() == ["loss.h0_weight", "0.5", "0.0"]
    command, configuration = (block.value for block in studio.code)
    assert command.startswith("tomclip train --config emoji_from_e5.yaml")
    assert "fold0-seed0" in command
    assert "h0_weight: 0.5" in configuration
    assert "weight 1 times that of an equal pull (a factor of 0.5), learning rate 0.001" in texts(
        studio
    )


def test_a_run_of_the_opened_form_gives_its_own_command(whole: Path) -> None:
    studio = open_page("10_study", form=TREES, opened_run=OPENED_RUN.written([("2", "1")]))
    assert "fold2-seed1" in studio.code[0].value
    assert studio.query_params["opened_run"] == "2.1"


def test_a_closed_form_and_the_baseline_are_opened_too(whole: Path) -> None:
    studio = open_page("10_study", form=RIDGE)
    assert studio.code[0].value.startswith("tomclip study mine --directory NEW --condition")
    assert "its strength is chosen" in texts(studio)
    baseline = OPENED_FORM.written([(WITH, "point-wise")])
    studio = open_page("10_study", study_view="trade_off", form=baseline)
    assert "every other form is held against these runs" in texts(studio)
    assert len(figures(studio)) == 1


def test_a_study_that_is_choosing_shows_what_it_found_so_far(folder: Path) -> None:
    write_choices(folder)
    (folder / "choices.json").unlink()
    next((folder / "selection").iterdir()).unlink()
    studio = open_page("10_study")
    assert sentences(studio)[0] == "Settings are still being chosen; no trial has begun."
    assert "Nothing can be compared yet" in sentences(studio)[1]
    opened = OPENED_FORM.written([(WITHOUT, "trees")])
    studio = open_page("10_study", study_view="settings", form=opened)
    assert titles(studio) == [TITLES["settings"]]
    assert "trees has no trial in this condition yet" in sentences(studio)[-1]


def test_a_study_that_has_not_begun_is_one_sentence_and_an_empty_figure(folder: Path) -> None:
    write_study(folder)
    studio = open_page("10_study", study_view="settings")
    assert figures(studio)[0]["layout"]["meta"]["empty"]
    assert not studio.error


def test_a_study_without_results_says_so_once(folder: Path) -> None:
    made_study(folder, trials=0)
    assert sentences(open_page("10_study")) == [
        "None of the 108 trials is done yet.",
        "Nothing can be compared yet; what the choice of settings found is under *Settings*.",
    ]


def test_an_unfinished_study_says_how_far_it_is(folder: Path) -> None:
    made_study(folder, trials=20)
    studio = open_page("10_study")
    assert sentences(studio) == ["20 of 108 trials are done; results are of those alone."]
    assert figures(studio)[0]["layout"]["meta"]["empty"], "one fold is not tested"
    studio = open_page("10_study", study_view="shares")
    assert (WITHOUT, "trees", "", "") in marks(figures(studio)[0])


def test_a_study_that_goes_on_is_read_anew(folder: Path) -> None:
    made_study(folder, trials=20)
    studio = open_page("10_study")
    made_study(folder, trials=60)
    assert sentences(settled(studio.run()))[0].startswith("60 of 108 trials")


def test_a_damaged_result_is_one_sentence_and_the_rest_is_shown(whole: Path) -> None:
    name = trials_in(whole)[3].name
    (whole / "results" / f"{name}.json.gz").write_text("{")
    studio = open_page("10_study")
    (error,) = studio.error
    assert f"{name}.json.gz cannot be read" in error.value
    assert titles(studio) == [TITLES["gains"]]
    assert "107 of 108 trials" in " ".join(sentences(studio))


def test_damaged_choices_are_one_sentence(whole: Path) -> None:
    (whole / "choices.json").write_text("[]")
    studio = open_page("10_study")
    assert len(studio.error) == 1
    assert "choices.json cannot be read" in studio.error[0].value


def test_other_pictures_scores_and_languages_can_be_asked_for(whole: Path) -> None:
    studio = open_page(
        "10_study", study_pictures="icons", study_score="zero_shot_top5", study_language="ko"
    )
    assert titles(studio) == ["Gain over point-wise: zero-shot top-5"]
    subtitle = figures(studio)[0]["layout"]["title"]["subtitle"]["text"].replace("<br>", " ")
    assert subtitle == "icons · Korean · 3 folds, 2 seeds"
    studio = open_page("10_study", study_score="wasserstein_h0_to_teacher")
    (figure,) = figures(studio)
    assert figure["layout"]["meta"]["unit"] == "cosine distance"
    assert not any("helps" in note["text"] for note in figure["layout"]["annotations"])


def test_conditions_are_chosen_and_one_is_asked_for_without_any(whole: Path) -> None:
    studio = open_page("10_study", conditions=choices.CONDITIONS.written(["2 % and English"]))
    assert figures(studio)[0]["layout"]["meta"]["conditions"] == ["2 % and English"]
    studio = open_page("10_study", conditions="")
    assert "Choose at least one condition." in sentences(studio)


def test_choices_hold_over_a_visit_to_another_page(whole: Path) -> None:
    studio = open_page("10_study", study_view="trade_off", study_shape="wasserstein_h1_to_teacher")
    studio = settled(studio.switch_page("pages/7_runs.py").run())
    studio = settled(studio.switch_page("pages/10_study.py").run())
    assert titles(studio) == ["Zero-shot top-1 against Wasserstein H1 to the teacher"]
    assert studio.query_params["study_shape"] == "wasserstein_h1_to_teacher"


def test_every_table_is_offered_as_csv_and_parquet(whole: Path) -> None:
    studio = open_page("10_study")
    labels = [button.proto.label for button in studio.get("download_button")]
    assert {
        f"{table} as {form}" for table in ("All results", "Forms") for form in ("CSV", "parquet")
    } <= set(labels)
    forms, contrasts = (table.value for table in studio.dataframe)
    assert set(forms["Condition"]) >= {WITH, WITHOUT}
    assert contrasts["Contrast"].tolist() == ["English, 10 %"]


def test_what_ships_is_offered_first_and_one_s_own_is_found(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "studies_directory", paths.studies_directory)
    studio = open_page("10_study", study="mine")
    offered = studio.selectbox(key="choice:study").options
    assert offered == ["few_pairs", "layers", "other_forms", "mine"]
    assert studio.selectbox(key="choice:study").value == "mine"
    assert studio.query_params["study"] == "mine"
