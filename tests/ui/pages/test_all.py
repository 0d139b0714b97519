"""Every page in Streamlit's own test runner, on tiny encoders in the real format."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.studio_pages import figures, open_page, sentences, settled, titles
from support.tiny_assets import write_data

from tomclip import geometry
from tomclip.data import load_emoji
from tomclip.geometry import project
from tomclip.topology.statistics import significance

ENCODER_PAGES = ("1_overview", "2_embeddings", "3_topology", "4_compare", "5_zero_shot")
PAGES = (*ENCODER_PAGES, "6_train", "7_runs", "8_benchmarks", "9_encoders", "10_study")
PAGES += ("11_your_data", "12_export")


@pytest.fixture(autouse=True)
def principal_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts principal components in place of UMAP, which is slow to compile."""
    monkeypatch.setattr(
        geometry, "project", lambda *args, **options: project(*args, **{**options, "method": "pca"})
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_without_a_complaint(page: str) -> None:
    studio = open_page(page)
    assert studio.title[0].value
    assert not studio.error
    assert not studio.warning


@pytest.mark.parametrize("page", ENCODER_PAGES)
def test_without_encoders_a_page_says_so_in_one_sentence(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_ASSETS", str(write_data(tmp_path)))
    studio = open_page(page)
    assert len(sentences(studio)) == 1
    assert "restore the shipped" in sentences(studio)[0]


@pytest.mark.parametrize("page", ENCODER_PAGES[:4])
def test_a_damaged_encoder_is_one_sentence(
    page: str, assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = Path(shutil.copytree(assets, tmp_path / "assets"))
    (damaged / "emoji" / "students" / "tomclip_exact" / "head.safetensors").write_bytes(
        page.encode()
    )
    monkeypatch.setenv("TOMCLIP_ASSETS", str(damaged))
    studio = open_page(page, encoder="tomclip_exact")
    assert len(studio.error) == 1, sentences(studio)
    assert "head.safetensors" in studio.error[0].value


def test_the_overview_shows_accuracy_and_shape_of_every_student() -> None:
    studio = open_page("1_overview")
    assert titles(studio) == [
        "Zero-shot top-1 by language",
        "Shape distance to English",
    ]
    assert [tile.label for tile in studio.metric[:2]] == ["MCLIP", "ToMCLIP exact"]
    assert {trace["name"] for trace in figures(studio)[0]["data"]} == {"MCLIP", "ToMCLIP exact"}


def test_the_overview_reads_the_numbers_aloud() -> None:
    page = open_page("1_overview", scored="all")
    assert "On 60 concepts" in page.info[0].value
    reading = page.expander[0].markdown[0].value
    assert "of 13 languages" in reading
    assert "95 % interval" in reading


def test_another_concept_can_be_drawn() -> None:
    studio = open_page("1_overview")
    button = next(button for button in studio.button if button.label == "Another concept")
    assert not button.click().run().exception


def test_a_map_has_one_point_per_caption() -> None:
    studio = open_page("2_embeddings", method="pca", languages="en,ko", subset="unseen")
    traces = figures(studio)[0]["data"]
    assert [trace["name"] for trace in traces] == ["English", "Korean"]
    assert [len(trace["customdata"]) for trace in traces] == [20, 20]


@pytest.mark.parametrize("beside", ["", "tomclip_exact"])
def test_found_concepts_are_named_on_every_map_and_the_legend_stays(beside: str) -> None:
    studio = open_page(
        "2_embeddings", method="pca", encoder="mclip", beside=beside, subset="all", found="1f600"
    )
    (chart,) = figures(studio)
    named = [note["text"] for note in chart["layout"]["annotations"]]
    assert named.count("grinning face") == (2 if beside else 1)
    legend = [trace["name"] for trace in chart["data"] if trace.get("showlegend") is True]
    assert legend == ["English", "Korean", "Japanese"]


def test_find_concepts_offers_what_is_on_the_map_and_gives_an_example_of_it() -> None:
    studio = open_page("2_embeddings", method="pca", subset="unseen")
    picker = studio.multiselect(key="choice:found")
    example = picker.proto.placeholder.rpartition("example ")[2]
    assert any(option.endswith(f" {example}") for option in picker.options)
    assert len(picker.options) == 20


def test_two_encoders_share_one_aligned_figure() -> None:
    studio = open_page("2_embeddings", method="pca", encoder="mclip", beside="tomclip_exact")
    assert titles(studio) == ["Aligned PCA maps"]


def test_a_map_without_languages_asks_for_one() -> None:
    studio = open_page("2_embeddings", languages="")
    assert sentences(studio) == ["Choose at least one language, or the pictures."]


@pytest.mark.parametrize(
    ("view", "title"),
    [
        ("diagram", "Persistence diagrams"),
        ("barcode", "Barcode · Korean"),
        ("curves", "Betti curves, H0"),
        ("languages", "Persistence diagrams by language"),
        ("distances", "Wasserstein distance between H0 diagrams"),
        ("sparsification", "What a distance threshold keeps and loses"),
    ],
)
def test_the_topology_page_draws_every_view(view: str, title: str) -> None:
    studio = open_page("3_topology", view=view, language="ko")
    assert titles(studio) == [title]
    assert figures(studio)[0]["layout"]["meta"]["metric"] == "cosine"


@pytest.mark.parametrize(
    ("curve", "title"),
    [
        ("betti", "Betti curves, H1"),
        ("euler", "Euler characteristic curves"),
        ("landscape", "Persistence landscapes, H1"),
        ("average", "Persistence landscapes, H1"),
        ("image", "Persistence images, H1"),
    ],
)
def test_the_topology_page_sums_diagrams_up(curve: str, title: str) -> None:
    studio = open_page("3_topology", view="curves", curve=curve, dimension="1", subset="all")
    assert titles(studio)[0].startswith(title[:20])


def test_an_average_landscape_says_how_large_its_samples_are() -> None:
    studio = open_page("3_topology", view="curves", curve="average", subset="all", points="20")
    subtitle = figures(studio)[0]["layout"]["title"]["subtitle"]["text"]
    assert "samples of 20 concepts" in subtitle.replace("<br>", " "), subtitle


def test_loops_of_one_language_are_followed_into_another() -> None:
    studio = open_page("3_topology", view="loops", subset="all", loops_in="ko", not_in="en")
    lives, *panels = figures(studio)
    assert lives["layout"]["meta"]["here"] == "ko"
    assert [panel["layout"]["meta"]["languages"] for panel in panels] == [["ko"], ["en"]]
    (answer,) = [one.value for one in studio.markdown if "In Korean they are a loop" in one.value]
    said = answer.split("in English: ")[1].split("]")[0].split(" – ")
    assert set(said) <= set(load_emoji().names["en"])
    told = any("the loop is told from noise" in one.value for one in studio.caption)
    labels = lives["layout"]["yaxis"]["ticktext"]
    assert (not labels[0].startswith("≈ ")) == told
    assert any("≈ stands before a loop" in one.value for one in studio.caption)


def test_every_language_is_tested_against_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(significance, "SMALLEST_SUBSAMPLE", 4)
    studio = open_page("3_topology", view="significance", subset="all", encoder="mclip")
    tested, distances, one = figures(studio)
    assert len(tested["layout"]["meta"]["languages"]) == 12
    assert sum("95 % interval" in text for text in distances["data"][0]["hovertext"]) == 12
    assert "English of other concepts" in json.dumps(distances["layout"]["annotations"])
    assert one["layout"]["meta"]["reference"] == "en"
    assert "English" in studio.info[0].value


def test_too_few_concepts_for_a_test_are_one_sentence() -> None:
    studio = open_page("3_topology", view="significance", subset="unseen")
    assert not studio.error
    assert "deals the concepts into 12 samples of at least 10" in studio.info[0].value


def test_encoders_are_compared_as_languages_are() -> None:
    studio = open_page("3_topology", view="distances", pairs="encoders", language="ko")
    assert "MCLIP" in json.dumps(figures(studio)[0])


def test_bands_and_matching_lines_are_drawn_when_asked_for() -> None:
    studio = open_page("3_topology", view="diagram", band="ko", subset="all", languages="ko")
    assert any("95 % band" in info.value for info in studio.info)
    before = len(figures(studio)[0]["data"])
    toggle = next(toggle for toggle in studio.toggle if toggle.key == "choice:matching")
    assert len(figures(settled(toggle.set_value(True).run()))[0]["data"]) > before


def test_landmarks_say_how_far_they_leave_a_concept() -> None:
    studio = open_page(
        "3_topology", view="barcode", subset="all", points="30", sampling="landmarks"
    )
    subtitle = figures(studio)[0]["layout"]["title"]["subtitle"]["text"].replace("<br>", " ")
    assert "landmarks, all within" in subtitle, subtitle


def test_a_group_of_topology_views_opens_where_it_was_left() -> None:
    studio = open_page("3_topology", view="barcode", subset="all", points="20")
    group, view = "group:view", "choice:view"
    assert studio.segmented_control(key=group).value == "See"
    assert studio.segmented_control(key=group).options == ["See", "Compare", "Test"]
    assert studio.segmented_control(key=view).options[:2] == ["Diagram", "Barcode"]
    studio.segmented_control(key=group).set_value("Compare").run()
    assert studio.segmented_control(key=view).options == ["All languages", "Distances"]
    assert studio.segmented_control(key=view).value == "languages"
    assert studio.query_params["view"] == "languages"
    studio.segmented_control(key=group).set_value("See").run()
    assert studio.segmented_control(key=view).value == "barcode"
    assert not studio.exception


def test_without_a_recorded_run_the_training_view_says_how_to_get_one() -> None:
    studio = open_page("3_topology", view="training")
    assert "No run has recorded diagrams yet" in sentences(studio)[0]


def test_every_figure_says_encoder_metric_and_number_of_points() -> None:
    studio = open_page("3_topology", metric="euclidean", encoder="mclip")
    subtitle = figures(studio)[0]["layout"]["title"]["subtitle"]["text"]
    assert subtitle == "MCLIP · euclidean · 20 concepts"


def test_moving_the_threshold_changes_what_is_kept() -> None:
    studio = open_page("3_topology", view="sparsification")
    slider = next(slider for slider in studio.slider if slider.key == "choice:tau")
    slider.set_value(0.0).run()
    assert studio.metric[0].value == "0.0 %"
    assert studio.metric[3].delta == "cosine distance"
    assert studio.metric[1].value == "20"


def test_differences_are_taken_from_the_first_encoder() -> None:
    studio = open_page("4_compare", encoders="tomclip_exact,mclip")
    assert figures(studio)[0]["layout"]["meta"]["baseline"] == "tomclip_exact"
    table = studio.dataframe[0].value
    assert table["language"].iloc[0] == "English"
    assert len(table) == 14


@pytest.mark.parametrize("view", ["diagrams", "maps"])
def test_encoders_stand_side_by_side(view: str) -> None:
    studio = open_page("4_compare", comparison=view)
    assert figures(studio)[0]["layout"]["meta"]["encoder"] == ["MCLIP", "ToMCLIP exact"]


def test_one_encoder_is_not_compared() -> None:
    studio = open_page("4_compare", encoders="mclip")
    assert sentences(studio)[0].startswith("Choose two or more encoders")


def test_a_typed_text_is_ranked_under_every_encoder() -> None:
    studio = open_page("5_zero_shot")
    studio = settled(studio.text_input[0].set_value("grinning face").run())
    assert not studio.error
    assert [len(table.value.head(10)) for table in studio.dataframe] == [10, 10]


def test_a_text_that_is_too_long_is_refused_in_one_sentence() -> None:
    studio = open_page("5_zero_shot", query="x" * 5000)
    assert len(studio.error) == 1
    assert studio.error[0].value.startswith("The text has 5,000 characters; use at most 300")


def test_a_text_in_the_address_is_looked_for() -> None:
    studio = open_page("5_zero_shot", query="여우")
    assert [len(table.value.head(10)) for table in studio.dataframe] == [10, 10]


def test_a_blank_text_asks_for_words() -> None:
    studio = open_page("5_zero_shot")
    for blank in ("   ", "\u200b", "\u3164 \ufeff"):
        assert "Type a word" in studio.text_input[0].set_value(blank).run().info[0].value


def test_an_uploaded_file_that_is_no_picture_is_called_by_its_name() -> None:
    studio = open_page("5_zero_shot", task="picture")
    studio = settled(studio.file_uploader[0].set_value(("cat.png", b"a list", "image/png")).run())
    assert [error.value.partition(" that")[0] for error in studio.error] == [
        "cat.png is not a picture"
    ]


def test_a_picture_of_the_data_set_gets_names_in_the_chosen_language() -> None:
    studio = open_page("5_zero_shot", task="picture", language="ko")
    assert [len(table.value.head(10)) for table in studio.dataframe] == [10, 10]
    assert "in English" in studio.dataframe[0].value


def test_accuracy_is_shown_by_language_and_by_category() -> None:
    studio = open_page("5_zero_shot", task="accuracy", subset="all")
    assert titles(studio) == ["Zero-shot top-1 by language", "Zero-shot top-1 by category"]


@pytest.mark.parametrize(
    ("name", "value"), [("language", "xx"), ("encoder", "gpt"), ("metric", "l3"), ("points", "-4")]
)
def test_a_link_with_an_unknown_value_is_answered_with_one_sentence(name: str, value: str) -> None:
    studio = open_page("3_topology", view="barcode", subset="all", **{name: value})
    assert len(studio.warning) == 1
    assert f"'{value}'" in studio.warning[0].value
    assert len(figures(studio)) == 1


def test_the_address_tells_what_is_shown() -> None:
    studio = open_page("3_topology", view="barcode", language="ja", metric="euclidean")
    assert studio.query_params["language"] == "ja"
    assert studio.query_params["encoder"] == "tomclip_exact"
    studio.selectbox(key="choice:language").set_value("de").run()
    assert studio.query_params["language"] == "de"
