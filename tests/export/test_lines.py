"""The Python lines beside a figure: run, they give the numbers that were drawn, and the figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from support.tiny_assets import write_assets
from support.tiny_workspaces import ITEMS, UNNAMED, UNPICTURED, tiny_workspace

from tomclip.core.languages import LANGUAGES, language
from tomclip.data import load_emoji
from tomclip.encoders import cached_text_embeddings
from tomclip.evaluation import (
    TaskOptions,
    accuracy_cells,
    class_hits,
    compare_reports,
    difference_cells,
    emoji_task,
    english_gap_cells,
    evaluate,
    groups_of,
    load_task,
    sample_rows,
)
from tomclip.export.lines import (
    Cloud,
    Items,
    Maps,
    Scored,
    accuracy_lines,
    barcode_lines,
    betti_lines,
    class_map_lines,
    diagram_lines,
    difference_lines,
    distances_lines,
    encoder_grid_lines,
    euler_lines,
    gap_lines,
    grid_lines,
    landscape_lines,
    language_map_lines,
    loops_lines,
    map_lines,
    moved_map_lines,
    shape_lines,
)
from tomclip.figures import FigureContext, score_table
from tomclip.geometry import Pca, distance_matrix
from tomclip.topology import (
    betti_curve,
    compare_loops,
    confidence_band,
    diagram_distance_matrix,
    euler_curve,
    landscape,
    maxmin_landmarks,
    persistence_diagrams,
)
from tomclip.workspaces import open_workspace

ENCODERS = {"mclip": "MCLIP", "tomclip_exact": "ToMCLIP exact"}
NAMES = {code: language(code).name for code in LANGUAGES}
HEAD = FigureContext({"tomclip_exact": "ToMCLIP 'exact'"}, "euclidean", languages=NAMES)
BOTH = FigureContext(ENCODERS, languages=NAMES)
CLOUD = Cloud("tomclip_exact", HEAD, ("en", "ko"), subset="all", metric="euclidean", max_points=30)
MINE = Cloud("tomclip_exact", HEAD, ("en", "ko"), workspace="mine", described=("ko",))


@pytest.fixture(scope="module", autouse=True)
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = write_assets(tmp_path_factory.mktemp("assets"))
        patch.setenv("TOMCLIP_ASSETS", str(folder))
        patch.setenv("TOMCLIP_RUNS", str(tmp_path_factory.mktemp("runs")))
        tiny_workspace("mine", tmp_path_factory.mktemp("mine"), pictures=True)
        yield folder


def run(lines: str) -> tuple[pd.DataFrame, Any]:
    names: dict[str, Any] = {}
    exec(compile(lines, "lines", "exec"), names)
    assert isinstance(names["figure"], go.Figure)
    return names["table"], names["figure"]


def vectors(code: str, encoder: str = "tomclip_exact") -> Any:
    emoji = load_emoji()
    ids = tuple(emoji.concepts["id"])
    return cached_text_embeddings(encoder, emoji.names[code], language=code, ids=ids)


def distances(rows: np.ndarray, encoder: str = "tomclip_exact") -> dict[str, Any]:
    return {
        code: distance_matrix(vectors(code, encoder).select(rows), metric="euclidean")
        for code in CLOUD.languages
    }


def diagrams(rows: np.ndarray) -> dict[str, Any]:
    return {code: persistence_diagrams(one) for code, one in distances(rows).items()}


def sampled() -> np.ndarray:
    rows = load_emoji().rows("all")
    return rows[sample_rows(len(rows), max_points=30)]


def bars(found: Mapping[str, Any]) -> list[tuple[str, int, float, float]]:
    return [
        (code, layer.homology_dimension, birth, death)
        for code, group in found.items()
        for layer in group
        for birth, death in layer.pairs.tolist()
    ]


def rows_of(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(table.itertuples(index=False, name=None))


@pytest.mark.parametrize("more", [False, True])
def test_the_lines_of_diagrams_give_their_bars(more: bool) -> None:
    table, figure = run(diagram_lines(CLOUD, density=more, matching=more))
    assert rows_of(table) == bars(diagrams(sampled()))
    assert figure.layout.meta["encoder"] == ["ToMCLIP 'exact'"]
    assert figure.layout.meta["n_points"] == 30


def test_the_lines_of_diagrams_draw_the_confidence_band() -> None:
    names: dict[str, Any] = {}
    exec(diagram_lines(CLOUD, band_of="ko"), names)
    cloud = vectors("ko").select(sampled()).vectors
    assert names["bands"] == {
        dimension: confidence_band(
            cloud, homology_dimension=dimension, metric="euclidean", level=0.95
        ).half_width
        for dimension in (0, 1)
    }
    plain, _ = names["figure"], names["table"]
    _, without = run(diagram_lines(CLOUD))
    assert len(plain.data) + len(plain.layout.shapes) > len(without.data) + len(
        without.layout.shapes
    )


def test_the_lines_of_landmarks_take_the_landmarks() -> None:
    rows = load_emoji().rows("all")
    found = maxmin_landmarks(vectors("en").select(rows), 30, metric="euclidean")
    own = Cloud("tomclip_exact", HEAD, ("en", "ko"), "all", "euclidean", 30, landmarks=True)
    table, _ = run(diagram_lines(own))
    expected = bars(diagrams(rows[np.sort(found.rows)]))
    assert rows_of(table) == expected
    assert expected != bars(diagrams(sampled()))


def test_the_lines_of_a_barcode_give_its_bars() -> None:
    table, figure = run(barcode_lines(CLOUD, language="ko", top=5))
    assert rows_of(table) == bars(diagrams(sampled()))
    assert "Korean" in figure.layout.title.text


def test_the_lines_of_a_grid_give_the_bars_of_every_language() -> None:
    table, figure = run(grid_lines(CLOUD))
    assert rows_of(table) == bars(diagrams(sampled()))
    assert [note.text for note in figure.layout.annotations][:2] == ["English", "Korean"]


def test_the_lines_of_a_grid_of_encoders_give_the_bars_of_each() -> None:
    head = FigureContext(ENCODERS, "euclidean", languages=ENCODERS)
    cloud = Cloud("mclip", head, ("ko",), "all", "euclidean", 30)
    table, figure = run(encoder_grid_lines(cloud, ENCODERS, columns=2, height=450))
    own = {name: persistence_diagrams(distances(sampled(), name)["ko"]) for name in ENCODERS}
    assert rows_of(table) == bars(own)
    assert next(iter(table.columns)) == "encoder"
    assert figure.layout.height == 450


def test_the_lines_of_betti_curves_count_what_is_alive() -> None:
    table, _ = run(betti_lines(CLOUD, dimension=1))
    found = diagrams(sampled())
    grid = table["filtration_value"].to_numpy()
    largest = max(layer[1].finite.max() for layer in found.values() if len(layer[1]))
    assert grid[-1] == pytest.approx(1.05 * largest)
    for code, group in found.items():
        np.testing.assert_array_equal(table[code], betti_curve(group[1], grid))


def test_the_lines_of_euler_curves_and_landscapes_give_their_values() -> None:
    found = diagrams(sampled())
    table, _ = run(euler_lines(CLOUD))
    heights, _ = run(landscape_lines(CLOUD, dimension=1))
    for code, group in found.items():
        grid = table["filtration_value"].to_numpy()
        np.testing.assert_array_equal(table[code], euler_curve(group, grid))
        grid = heights["filtration_value"].to_numpy()
        values = landscape(group[1], grid, levels=3)
        np.testing.assert_array_equal(heights[[f"{code}_{n}" for n in (1, 2, 3)]].T, values)


def test_the_lines_of_distances_give_the_matrix_of_languages_and_of_encoders() -> None:
    layers = [group[0] for group in diagrams(sampled()).values()]
    asked = {"distance": "wasserstein", "dimension": 0, "title": "Wasserstein"}
    table, _ = run(distances_lines(CLOUD, **asked))
    assert list(table["name"]) == ["en", "ko"]
    expected = diagram_distance_matrix(layers, distance="wasserstein")
    np.testing.assert_array_equal(table[["en", "ko"]], expected)
    table, _ = run(distances_lines(CLOUD, encoders=ENCODERS, **asked))
    own = [persistence_diagrams(distances(sampled(), name)["en"])[0] for name in ENCODERS]
    expected = diagram_distance_matrix(own, distance="wasserstein")
    np.testing.assert_array_equal(table[list(ENCODERS)], expected)
    assert expected[0, 1] > 0


@pytest.mark.parametrize("lost_first", [False, True])
def test_the_lines_of_loops_give_their_words_and_lives(lost_first: bool) -> None:
    every = replace(CLOUD, max_points=60)
    table, figure = run(loops_lines(every, here="ko", there="en", lost_first=lost_first, top=5))
    rows, names = load_emoji().rows("all"), load_emoji().names["ko"]
    clouds = distances(rows)
    found = compare_loops(clouds["ko"], clouds["en"])
    expected = {
        (
            " | ".join(names[rows[point]] for point in one.loop.points),
            one.loop.birth,
            one.loop.death,
            *one.there,
            one.loop.exact,
        )
        for one in found
    }
    assert len(table) == len(found) > 0
    assert set(rows_of(table)) == expected
    lost = (table["death"] - table["birth"]) - (table["filled_there"] - table["closes_there"])
    assert not lost_first or lost.is_monotonic_decreasing
    assert figure.data


def scored(**more: Any) -> Scored:
    return Scored(list(ENCODERS), BOTH, Items(subset="all"), **more)


def test_the_lines_of_a_comparison_give_its_differences() -> None:
    table, figure = run(difference_lines(scored(unit="percentage points")))
    task = emoji_task("all")
    baseline, other = (evaluate(name, task) for name in ENCODERS)
    expected = compare_reports(baseline, [other])
    expected = expected[expected["name"] == "zero_shot_top1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(expected))
    assert figure.layout.meta["encoder"] == list(ENCODERS.values())


def test_the_lines_of_the_overview_give_its_two_tables() -> None:
    reports = {name: evaluate(name, emoji_task("all")) for name in ENCODERS}
    scores = {name: one.scores for name, one in reports.items()}
    table, figure = run(accuracy_lines(scored(title="Top-1")))
    pd.testing.assert_frame_equal(table, score_table(scores, "zero_shot_top1"))
    assert figure.layout.title.text.endswith("Top-1")
    name = "wasserstein_h0_to_teacher"
    table, _ = run(shape_lines(scored(score=name, higher_is_better=False), order=["ko", "en"]))
    pd.testing.assert_frame_equal(table, score_table(scores, name))


@pytest.mark.parametrize("cells", ["accuracy", "gap", "difference"])
def test_the_lines_of_the_language_gap_give_its_cells(cells: str) -> None:
    task = emoji_task("all")
    hits = [class_hits(evaluate(name, task), task) for name in ENCODERS]
    groups = groups_of(task, "category")
    expected = {
        "accuracy": lambda: accuracy_cells(hits[0], groups),
        "gap": lambda: english_gap_cells(hits[0], groups),
        "difference": lambda: difference_cells(hits[0], hits[1], groups),
    }[cells]()
    own = Scored(list(ENCODERS), BOTH, Items(subset="all"))
    shown = list(dict.fromkeys(expected["group"]))[:3]
    table, figure = run(gap_lines(own, cells=cells, by="category", groups=shown, titles={}))
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(expected))
    assert figure.data


def own_texts() -> pd.DataFrame:
    """Returns the texts of the workspace whose items have one in both languages."""
    texts = open_workspace("mine").captions().pivot(index="item", columns="language", values="text")
    return texts.loc[open_workspace("mine").items()["item"]].dropna()


def test_the_lines_of_a_workspace_take_its_items_that_have_texts() -> None:
    table, figure = run(diagram_lines(MINE))
    texts = own_texts()
    clouds = {
        code: cached_text_embeddings(
            "tomclip_exact", tuple(texts[code]), language=code, ids=tuple(texts.index)
        )
        for code in ("en", "ko")
    }
    expected = {
        code: persistence_diagrams(distance_matrix(cloud)) for code, cloud in clouds.items()
    }
    assert figure.layout.meta["n_points"] == ITEMS - UNNAMED
    assert [row[:2] for row in rows_of(table)] == [row[:2] for row in bars(expected)]
    np.testing.assert_allclose(
        np.array([row[2:] for row in rows_of(table)]),
        np.array([row[2:] for row in bars(expected)]),
        atol=1e-6,
    )


def test_the_lines_of_a_workspace_evaluate_its_task() -> None:
    own = Scored(list(ENCODERS), BOTH, Items("mine"), score="text_to_image_recall_at_1")
    table, _ = run(difference_lines(own))
    task = load_task("workspace:mine", TaskOptions())
    baseline, other = (evaluate(name, task) for name in ENCODERS)
    expected = compare_reports(baseline, [other])
    expected = expected[expected["name"] == "text_to_image_recall_at_1"].reset_index(drop=True)
    assert len(expected)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(expected))


def test_the_lines_of_a_workspace_map_its_texts_and_pictures() -> None:
    own = Maps(
        list(ENCODERS),
        BOTH,
        Items("mine"),
        ("en", "ko", ""),
        Pca(),
        rendering="workspace:mine",
        category="label",
    )
    table, figure = run(map_lines(own, colour_by="category", pointed=["item-5"]))
    assert table["language"].value_counts().to_dict() == {
        "en": ITEMS,
        "ko": ITEMS - UNNAMED,
        "": ITEMS - UNPICTURED,
    }
    assert set(table["category"]) == {"round", "square"}
    assert figure.layout.meta["n_points"] == len(table)
    assert np.isfinite(table[["mclip_x", "mclip_y"]].to_numpy()).all()


def test_the_lines_of_every_map_draw_what_they_say() -> None:
    own = Maps(list(ENCODERS), BOTH, Items(), ("en", "ko"), Pca(), most=20)
    table, figure = run(language_map_lines(own))
    assert {trace.xaxis for trace in figure.data} == {"x", "x2", "x3", "x4"}
    moved, _ = run(moved_map_lines(own, listed="tomclip_exact", neighbours=3))
    pd.testing.assert_frame_equal(moved[list(table.columns)], table)
    assert moved["mclip_change"].between(0, 1).all()
    np.testing.assert_array_equal(moved["mclip_change"], moved["tomclip_exact_change"])
    ids = tuple(table["id"][:6])
    few = Maps(list(ENCODERS), BOTH, Items(chosen=ids), ("en", "ko"), Pca())
    table, figure = run(class_map_lines(few, {"First": ids[:3], "Second": ids[3:]}))
    assert list(table["id"]) == [*ids, *ids]
    assert figure.data
    single = Maps(["mclip"], BOTH, Items(chosen=ids), ("en",), Pca())
    table, figure = run(map_lines(single))
    assert list(table["id"]) == list(ids)
