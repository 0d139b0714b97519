"""The four weights of the loss, as every page of runs names, explains and offers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

TICKS = (0.0, 0.01, 0.1, 1.0, 10.0)
"""Weights whose places on a slider are written below it."""
SLIDER_STYLE = """<style>
[class*="st-key-weight_"] [data-testid="stSliderTickBar"] {visibility: hidden}
[class*="st-key-weight_"] {row-gap: 0}
.weight-ticks {position: relative; height: 1.1rem; margin: -1rem .375rem 0; font-size: .75rem}
.weight-ticks span {position: absolute; transform: translateX(-50%); opacity: .7}
</style>"""
WEIGHT_STEPS = (0.0, *(round(m * 10.0**e, 6) for e in range(-4, 2) for m in (1, 3)))
WEIGHT_TITLES: Mapping[str, str] = {
    "pointwise_weight": "Point-wise",
    "distance_matrix_weight": "Distance matrix",
    "h0_weight": "Topology H0",
    "h1_weight": "Topology H1",
}
WEIGHT_HELP: Mapping[str, str] = {
    "pointwise_weight": "Every caption close to the teacher's vector of its English.",
    "distance_matrix_weight": "Distances between captions like the teacher's.",
    "h0_weight": "Connected components merge at the teacher's scales.",
    "h1_weight": "Loops are born and die at the teacher's scales; the dearest term.",
}


def weight_slider(
    label: str, key: str, *, offered: float = 0.0, help_text: str | None = None
) -> float:
    """Returns the chosen loss weight: 0, or one on a logarithmic scale.

    A value that the session holds is never written again: the browser would lose what a person has
    moved meanwhile. It is the slider's start all the same, for a browser that a run of the page
    which was cut short never told of it.

    Args:
        label: of the slider.
        key: of the slider.
        offered: a weight that stands on the scale too, and the first choice.
        help_text: shown on request.
    """
    held = float(st.session_state.get(key, offered))
    options = sorted({*WEIGHT_STEPS, float(offered), held})
    with st.container(key=f"weight_{key.replace('.', '_').replace(':', '_')}"):
        chosen = st.select_slider(
            label,
            options,
            value=held,
            key=key,
            format_func=lambda weight: f"{weight:g}",
            help=help_text,
        )
        st.html(SLIDER_STYLE + ruler(options))
    return chosen


def ruler(options: Sequence[float]) -> str:
    """Returns the ticks below a slider as HTML, each at its place among the options.

    Args:
        options: of the slider, rising; it spaces them evenly.
    """
    last = max(len(options) - 1, 1)
    ticks = "".join(
        f'<span style="left: {100 * options.index(tick) / last:.2f}%">{short(tick)}</span>'
        for tick in TICKS
        if tick in options
    )
    return f'<div class="weight-ticks" aria-hidden="true">{ticks}</div>'


def short(weight: float) -> str:
    """Returns a weight without a zero before its point, such as ".01"."""
    return f"{weight:g}".removeprefix("0") or "0"


def exact_weights(keys: Mapping[str, str]) -> None:
    """Offers fields for the exact numbers of sliders, which then stand on their scales.

    Args:
        keys: by title, the keys of sliders that were shown before.
    """
    with st.popover("Exact", icon=":material/pin:", help="Enter any weight as a number."):
        for title, key in keys.items():
            field = f"exact:{key}"
            st.session_state[field] = float(st.session_state[key])
            st.number_input(
                title,
                min_value=0.0,
                step=0.01,
                format="%g",
                key=field,
                on_change=_take,
                args=(field, key),
            )


def _take(field: str, key: str) -> None:
    """Gives a slider the number that was entered."""
    st.session_state[key] = float(st.session_state[field] or 0.0)
