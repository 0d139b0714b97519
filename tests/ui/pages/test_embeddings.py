"""The Embeddings page: languages, encoders, projections, and what moved without its neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.studio_pages import figures, open_page, sentences, settled, titles

from tomclip.core.languages import LANGUAGES
from tomclip.export.lines import map_lines
from tomclip.geometry import Pca, Tsne, Umap, superpose_all
from tomclip.geometry.layouts.parameters import Layout
from tomclip.ui.computing import maps
from tomclip.ui.computing.neighbours import change_job
from tomclip.ui.computing.repeated import maps_read
from tomclip.ui.pages.embeddings import map_controls
from tomclip.ui.pages.embeddings.map_parts import map_head
from tomclip.ui.pages.embeddings.moved_list import ALL, ranked_items, summary

ENCODERS = ("mclip", "tomclip_exact")


def choice_of(layout: Layout, languages: tuple[str, ...], **options: Any) -> maps.MapChoice:
    return maps.MapChoice(
        languages, maps.cached.dataset().held_out_rendering, "all", 25, layout, **options
    )


def computed_maps(choice: maps.MapChoice) -> dict[str, np.ndarray]:
    for job in maps.map_vector_jobs(ENCODERS, choice):
        job.future.result(120)
    jobs = maps.map_jobs(ENCODERS, choice)
    return {name: job.future.result(120) for name, job in jobs.items()}


@pytest.mark.parametrize(
    ("layout", "chosen"),
    [
        (Umap(neighbours=6, minimum_distance=0.3, seed=4, metric="euclidean"), ()),
        (Tsne(perplexity=5, start="random"), ()),
        (Pca(), ("1f600", "1f603", "1f604", "1f601", "1f606")),
    ],
)
def test_the_python_lines_give_the_same_places(layout: Layout, chosen: tuple[str, ...]) -> None:
    ids = set(maps.cached.dataset().concepts["id"])
    chosen = tuple(one for one in chosen if one in ids)
    choice = choice_of(layout, ("en", "ko", maps.PICTURES), chosen=chosen)
    drawn = {name: laid.places for name, laid in superpose_all(computed_maps(choice)).items()}
    namespace: dict[str, Any] = {}
    points = maps.map_points(choice)
    head = map_head(ENCODERS, choice, len(points), "")
    exec(map_lines(maps_read(ENCODERS, choice, head)), namespace)
    assert list(namespace["maps"]) == list(ENCODERS)
    table = namespace["table"]
    pd.testing.assert_frame_equal(table[list(points.columns)], points, check_dtype=False)
    for name, places in drawn.items():
        np.testing.assert_array_equal(table[[f"{name}_x", f"{name}_y"]], places)
        assert len(places) == 3 * len(choice.rows)


def test_all_thirteen_languages_and_the_pictures_are_on_one_map() -> None:
    studio = open_page(
        "2_embeddings", method="pca", languages=",".join(LANGUAGES), pictures="yes", subset="unseen"
    )
    named = [trace["name"] for trace in figures(studio)[0]["data"]]
    assert len(named) == 14
    assert named[-1] == "images"


def test_the_button_shows_every_language() -> None:
    studio = open_page("2_embeddings", method="pca", languages="en,ko")
    settled(studio.button(key="all_languages").click().run())
    assert len(figures(studio)[0]["data"]) == len(LANGUAGES)
    assert studio.button(key="all_languages").disabled


def test_any_number_of_encoders_is_laid_onto_the_first() -> None:
    others = [name for name in controls_titles() if name != "mclip"]
    studio = open_page("2_embeddings", method="pca", encoder="mclip", beside=",".join(others))
    (chart,) = figures(studio)
    notes = [note["text"] for note in chart["layout"]["annotations"]]
    assert sum("Procrustes disparity" in note for note in notes) == len(others) >= 2


def controls_titles() -> dict[str, str]:
    from tomclip.ui.parts.controls import encoder_titles

    return encoder_titles()


def test_a_panel_for_every_language() -> None:
    studio = open_page(
        "2_embeddings", method="pca", languages="en,ko,ja", map_view="languages", encoder="mclip"
    )
    assert titles(studio) == ["PCA map by language"]
    notes = [note["text"] for note in figures(studio)[0]["layout"]["annotations"]]
    assert notes == ["English", "Korean", "Japanese"]


@pytest.mark.parametrize(
    ("method", "shown"),
    [
        ("umap", {"Neighbours", "Minimum distance", "Seed"}),
        ("tsne", {"Perplexity", "Early exaggeration", "Seed"}),
        ("pca", set()),
    ],
)
def test_every_parameter_of_a_method_is_shown(method: str, shown: set[str]) -> None:
    studio = open_page("2_embeddings", method=method, languages="en", concepts="50")
    sliders = {slider.label for slider in studio.slider} - {"Concepts on the map"}
    assert sliders == shown
    starts = [box for box in studio.selectbox if box.label == "Initialisation"]
    assert len(starts) == (method != "pca")


def test_a_parameter_of_the_address_is_in_the_lines_and_on_the_map() -> None:
    studio = open_page(
        "2_embeddings", method="tsne", perplexity="7", seed="3", start="random", languages="en,ko"
    )
    lines = studio.code[0].value
    assert "Tsne(perplexity=7.0, early_exaggeration=12.0, metric='cosine'" in lines
    assert "start='random', seed=3)" in lines
    assert "perplexity 7" in figures(studio)[0]["layout"]["title"]["subtitle"]["text"]


def test_pacmap_is_offered_only_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_controls, "pacmap_available", lambda: False)
    studio = open_page("2_embeddings", method="pacmap", languages="en")
    assert any("'pacmap', which is not offered here" in one for one in sentences(studio))
    assert "pacmap" not in map_controls.offered_methods()


def test_one_encoder_has_nothing_to_compare_its_neighbours_with() -> None:
    studio = open_page("2_embeddings", method="pca", map_view="moved")
    assert sentences(studio)[0].startswith("Choose an encoder beside the first one")


def test_what_moved_is_coloured_and_listed_with_both_kinds_of_neighbours() -> None:
    studio = open_page(
        "2_embeddings",
        method="pca",
        map_view="moved",
        encoder="mclip",
        beside="tomclip_exact",
        compared_neighbours="3",
        languages="en,ko",
    )
    assert titles(studio) == ["Moved without their neighbours"]
    (chart,) = figures(studio)
    assert chart["layout"]["meta"]["neighbours_compared"] == 3
    (listed,) = [one.proto.body for one in studio.get("html") if 'class="moved"' in one.proto.body]
    assert listed.count('<div class="word">') == 10
    assert listed.count('<div class="near"') == 20
    assert listed.count("<img") == 10 + 20 * 3
    headings = [one.value for one in studio.markdown if one.value.startswith("#####")]
    assert headings == ["##### Captions whose neighbours changed most"]


def test_items_are_ranked_by_change_and_ties_are_told() -> None:
    choice = choice_of(Pca(), ("en", "ko"))
    for job in maps.map_vector_jobs(ENCODERS, choice):
        job.future.result(120)
    changes = change_job(*ENCODERS, choice, 2).future.result(60)
    items = ranked_items(changes, ALL)
    size = len(choice.rows)
    assert len(items) == 2 * size
    assert [item.change for item in items] == sorted((i.change for i in items), reverse=True)
    korean = ranked_items(changes, "ko")
    assert {item.point for item in korean} == set(range(size, 2 * size))
    assert all((item.before >= size).all() for item in korean)
    text = summary(items, 1, changes, ALL, ["A", "B"])
    assert f"{100 * (1 - 2 / (size - 1)):.0f} %" in text
    tied = sum(item.change == items[0].change for item in items)
    assert (f"{tied} captions share the last listed change" in text) == (tied > 1)


def test_the_paper_figure_boxes_the_chosen_groups_under_every_encoder() -> None:
    studio = open_page(
        "2_embeddings",
        method="pca",
        map_view="paper",
        encoder="mclip",
        beside="tomclip_exact",
        languages="en,ko",
        subset="all",
        per_group="3",
    )
    assert titles(studio) == ["Class labels by group"]
    (chart,) = figures(studio)
    groups = chart["layout"]["meta"]["groups"]
    assert all(len(ids) <= 3 for ids in groups.values())
    assert len(chart["layout"]["shapes"]) == 2 * len(groups)
    assert "items = pd.Index([" in studio.code[0].value


def test_named_concepts_stand_in_the_boxes_of_their_own_groups() -> None:
    data = maps.cached.dataset()
    named = data.concepts["id"].tolist()[:4]
    studio = open_page(
        "2_embeddings", method="pca", map_view="paper", subset="all", labelled=",".join(named)
    )
    groups = figures(studio)[0]["layout"]["meta"]["groups"]
    assert sorted(one for ids in groups.values() for one in ids) == sorted(named)


def test_no_group_asks_for_one() -> None:
    studio = open_page("2_embeddings", method="pca", map_view="paper", groups="")
    assert sentences(studio)[0].startswith("Choose groups or concepts")


def test_a_sample_says_of_how_many_it_is() -> None:
    studio = open_page("2_embeddings", method="pca", languages="en,ko", subset="all", concepts="50")
    size = len(maps.cached.dataset().rows("all"))
    subtitle = figures(studio)[0]["layout"]["title"]["subtitle"]["text"]
    shown = min(50, size)
    of = f" of {2 * size:,}" if size > shown else ""
    assert f"{2 * shown}{of} captions" in subtitle.replace("<br>", " ")


def test_the_map_is_offered_for_embedding_atlas() -> None:
    studio = open_page("2_embeddings", method="pca", languages="en,ko")
    offered = [
        button for button in studio.get("download_button") if "parquet" in button.proto.label
    ]
    assert len(offered) == 1
    assert any("embedding-atlas map.parquet" in block.value for block in studio.code)
