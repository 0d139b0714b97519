"""The controls of the maps: which captions are shown, and every parameter of the projection."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from tomclip.core.types import Metric
from tomclip.geometry.layouts.pacmap import pacmap_available
from tomclip.geometry.layouts.parameters import LAYOUTS, Layout, layout_of
from tomclip.ui import view_state
from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import PICTURES, MapChoice
from tomclip.ui.parts import controls
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.data_choice import data_picker
from tomclip.ui.view_state import choices

MOST_POINTS = 100_000
NO_PACMAP = "PaCMAP is offered where it is installed: pip install 'tomclip[maps]'."


def view_and_encoders(rows: ControlRows) -> tuple[str, tuple[str, ...]]:
    """Returns the view, and the names of the encoders, whose maps follow the first one's."""
    with rows.first:
        view = controls.option_picker("View", choices.MAP_VIEW)
        data_picker()
        first = controls.encoder_picker()
        others = controls.other_encoders_picker(first)
    return view, (first, *others)


def chosen_languages(rows: ControlRows) -> tuple[str, ...]:
    """Returns the codes of the chosen languages, up to all of them."""
    every = cached.dataset().languages
    with rows.second:
        languages = controls.languages_picker()
        st.button(
            f"All {len(every)}",
            key="all_languages",
            help="Show every language.",
            disabled=len(languages) == len(every),
            on_click=view_state.choose,
            args=(choices.LANGUAGES, every),
        )
    return languages


def map_choice(rows: ControlRows, view: str, languages: tuple[str, ...]) -> tuple[MapChoice, str]:
    """Returns what is mapped and how, and what a colour stands for."""
    data = cached.dataset()
    with rows.more if view == "paper" else rows.second:
        method = controls.option_picker("Map", choices.MAP_METHOD, offered_methods())
    with rows.more:
        subset = controls.subset_picker()
        colour_by = _colour_picker() if view == "map" else "language"
        pictures = bool(data.images) and controls.pictures_toggle()
        rendering = controls.rendering_picker(data)
        shown = languages + ((PICTURES,) if pictures else ())
        most = min(len(data.rows(subset)), MOST_POINTS // max(len(shown), 1))
        concepts = controls.number_slider(
            f"{data.item_word} on the map", choices.CONCEPTS, 50, most
        )
        layout = layout_controls(method)
    choice = MapChoice(
        languages=shown, rendering=rendering, subset=subset, concepts=concepts, layout=layout
    )
    return choice, colour_by


def _colour_picker() -> str:
    """Returns what colours stand for; data without groups are coloured by language."""
    grouped = next(iter(cached.dataset().groupings.items()), None)
    if grouped is None:
        return "language"
    column, title = grouped
    return controls.option_picker("Colour", choices.COLOUR, {"language": "Language", column: title})


def offered_methods() -> Mapping[str, str]:
    """Returns the titles of the methods whose packages are here."""
    titles = {name: kind.title for name, kind in LAYOUTS.items()}
    if not pacmap_available():
        del titles["pacmap"]
    return titles


def layout_controls(method: str) -> Layout:
    """Returns the method with the parameters that are set; all that it has are shown."""
    kind = LAYOUTS[method]  # type: ignore[index]
    st.markdown(f"**{kind.title}**")
    metric: Metric = controls.metric_picker()
    parameters: dict[str, object] = {"metric": metric, **_own_parameters(method)}
    if kind.starts:
        titles = {start: choices.MAP_START.titles[start] for start in kind.starts}
        help_text = "Of the first encoder; the maps of the others start from its map."
        parameters["start"] = controls.select_picker(
            "Initialisation", choices.MAP_START, titles, help=help_text
        )
        parameters["seed"] = controls.number_slider("Seed", choices.MAP_SEED, 0, 99)
    if not pacmap_available():
        st.caption(NO_PACMAP)
    return layout_of(method, **parameters)


def _own_parameters(method: str) -> dict[str, object]:
    """Returns the parameters that only some methods have, by their names."""
    if method in ("umap", "pacmap"):
        near = controls.number_slider("Neighbours", choices.NEIGHBOURS, 2, 100)
        if method == "umap":
            apart = controls.real_slider(
                "Minimum distance", choices.MINIMUM_DISTANCE, 1.0, step=0.05
            )
            return {"neighbours": near, "minimum_distance": apart}
        return {
            "neighbours": near,
            "mid_near": _pairs("Mid-near pairs for each near one", choices.MID_NEAR),
            "further": _pairs("Further pairs for each near one", choices.FURTHER),
        }
    if method == "tsne":
        return {
            "perplexity": float(controls.number_slider("Perplexity", choices.PERPLEXITY, 1, 100)),
            "early_exaggeration": float(
                controls.number_slider("Early exaggeration", choices.EXAGGERATION, 1, 50)
            ),
        }
    return {}


def _pairs(label: str, choice: choices.NumberChoice) -> float:
    """Returns a number of pairs; none at all is no map, so that it is at least a tenth."""
    return max(controls.real_slider(label, choice, choice.high, step=0.1), choice.low)
