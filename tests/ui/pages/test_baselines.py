"""Plain baselines on the pages: fitted by a button, beside students on Compare, and removed."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, sentences, settled

from tomclip.baselines import fit_baseline, list_baselines
from tomclip.config import DataConfig


def fit(studio: AppTest) -> AppTest:
    return settled(studio.button(key="fit_baseline").click().run())


def test_a_button_fits_a_baseline_that_the_page_lists_and_removes() -> None:
    studio = open_page("9_encoders", way="name")
    studio.select_slider[0].set_value(50)
    studio.toggle[0].set_value(True)
    (behind,) = (box for box in studio.selectbox if box.label == "Behind")
    behind.set_value("mclip")
    studio = fit(studio)
    assert studio.success[-1].value.startswith("Ridge from MCLIP, 50 %, English anchor is fitted")
    (made,) = list_baselines()
    assert (made.settings.kind, made.settings.source) == ("ridge", "mclip")
    table = studio.dataframe[0].value
    row = table[table["Name on the command line"] == made.name].iloc[0]
    assert (row["Encoder"], row["Kind"]) == ("Ridge from MCLIP, 50 %, English anchor", "baseline")
    settled(studio.button(key="remove_encoder").click().run())
    assert list_baselines() == ()


def test_what_cannot_be_fitted_is_one_sentence() -> None:
    studio = open_page("9_encoders", way="name")
    studio.select_slider[0].set_value(2)
    studio = fit(studio)
    assert any("use at least" in sentence for sentence in sentences(studio))
    assert list_baselines() == ()
    assert studio.button(key="fit_baseline")


def test_compare_and_the_overview_show_a_baseline_beside_students() -> None:
    made = fit_baseline("ridge", "mclip", data=DataConfig(share=0.5))
    studio = open_page("4_compare", encoders=f"mclip,{made.name}")
    assert not sentences(studio)
    assert any(made.settings.title in str(name) for name in studio.dataframe[0].value)
    assert "Ridge from MCLIP, 50 %" in str(figures(studio))
    overview = open_page("1_overview")
    assert "Ridge from MCLIP, 50 %" in str(figures(overview)) + str(
        [frame.value.to_dict() for frame in overview.dataframe]
    )
