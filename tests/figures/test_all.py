"""What every figure owes its reader: where the numbers come from, units, both themes, no crash."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import pytest
from support.figure_samples import CONTEXT, EMPTY_FIGURES, FIGURES

from tomclip.figures import restyled
from tomclip.figures.style.palette import DARK, LIGHT


def as_json(figure: go.Figure) -> dict[str, Any]:
    """Returns the figure as a browser receives it, without the template."""
    content = json.loads(str(figure.to_json()))
    content["layout"].pop("template")
    return content


def axis_titles(figure: go.Figure) -> list[str]:
    layout = as_json(figure)["layout"]
    axes = [value for name, value in layout.items() if name.startswith(("xaxis", "yaxis"))]
    return [axis.get("title", {}).get("text", "").replace("<br>", " ") for axis in axes]


@pytest.mark.parametrize("name", FIGURES)
def test_the_subtitle_names_encoders_metric_and_number_of_points(name: str) -> None:
    subtitle = FIGURES[name](CONTEXT).layout.title.subtitle.text
    assert subtitle == "MCLIP, ToMCLIP exact · cosine · 300 concepts"


@pytest.mark.parametrize("name", FIGURES)
def test_the_meta_carries_the_same_facts(name: str) -> None:
    meta = FIGURES[name](CONTEXT).layout.meta
    assert meta["encoder"] == ["MCLIP", "ToMCLIP exact"]
    assert meta["encoder_names"] == ["mclip", "tomclip_exact"]
    assert (meta["metric"], meta["n_points"], meta["theme"]) == ("cosine", 300, "light")
    assert meta["figure"] == name.replace("barcode_stack", "barcode")


@pytest.mark.parametrize("name", FIGURES)
def test_a_dark_figure_keeps_no_light_colour(name: str) -> None:
    text = json.dumps(as_json(FIGURES[name](replace(CONTEXT, theme="dark"))))
    assert [token for token in set(LIGHT.values()) - set(DARK.values()) if token in text] == []


@pytest.mark.parametrize("name", FIGURES)
def test_a_change_of_theme_and_back_changes_nothing(name: str) -> None:
    figure = FIGURES[name](CONTEXT)
    there = restyled(figure, theme="dark")
    assert as_json(there) != as_json(figure)
    assert as_json(restyled(there, theme="light")) == as_json(figure)


@pytest.mark.parametrize("name", FIGURES)
def test_the_ground_is_transparent_and_the_title_is_there(name: str) -> None:
    figure = FIGURES[name](CONTEXT)
    assert figure.layout.template.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.title.text
    assert figure.layout.height >= 250


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("diagram", {"birth (cosine distance)", "death (cosine distance)", "birth 0, by language"}),
        ("barcode", {"filtration value (cosine distance)"}),
        ("betti", {"filtration value (cosine distance)", "β<sub>0</sub> (number of components)"}),
        ("euler", {"Euler characteristic (components − loops)"}),
        ("landscape", {"filtration value (cosine distance)", "landscape (cosine distance)"}),
        ("persistence_image", {"birth (cosine distance)", "persistence (cosine distance)"}),
        ("loop_lives", {"filtration value (cosine distance)"}),
        ("training_steps", {"training step", "Wasserstein distance (cosine distance)"}),
        ("significance", {"adjusted p-value"}),
        ("diagram_grid", {"birth (cosine distance)", "death (cosine distance)"}),
        ("accuracy", {"top-1 accuracy (%)"}),
        ("shape", {"bottleneck distance to English, H0 (cosine distance), lower is more alike"}),
        ("difference", {"top-1 accuracy, difference to MCLIP (percentage points)"}),
        ("score_curve", {"training step", "top-1 accuracy (%)"}),
        ("sparsification", {"threshold τ (cosine distance)", "share (%)", "cosine distance"}),
    ],
)
def test_axes_name_their_unit(name: str, titles: set[str]) -> None:
    assert titles <= set(axis_titles(FIGURES[name](CONTEXT)))


@pytest.mark.parametrize("name", EMPTY_FIGURES)
def test_without_data_the_figure_says_so(name: str) -> None:
    figure = EMPTY_FIGURES[name](CONTEXT)
    (annotation,) = figure.layout.annotations
    assert len(tuple(figure.data)) == 0
    assert annotation.text.endswith((".", "first."))
    assert figure.layout.meta["empty"] is True
    assert figure.layout.title.subtitle.text.startswith("MCLIP")


@pytest.mark.parametrize("name", ["map", "aligned_maps", "betti", "diagram"])
def test_a_legend_hangs_on_the_lower_edge_so_that_it_cannot_cover_the_plot(name: str) -> None:
    legend = FIGURES[name](CONTEXT).layout.legend
    assert (legend.orientation, legend.yref, legend.y, legend.yanchor) == (
        "h",
        "container",
        0,
        "bottom",
    )


def test_a_caller_s_title_and_note_are_shown_and_escaped() -> None:
    context = replace(CONTEXT, title="A < B", note="fitted on <MCLIP>")
    title = FIGURES["betti"](context).layout.title
    assert title.text == "A &lt; B"
    assert title.subtitle.text.endswith("fitted on &lt;MCLIP&gt;")
