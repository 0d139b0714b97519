"""Sliders of loss weights: their ticks, and exact numbers that stand on their scales."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from tomclip.ui.run_view.weights import TICKS, WEIGHT_STEPS, ruler, short


def ticks(html: str) -> dict[str, float]:
    """Returns the place of each tick, in percent of the slider, by its text."""
    found = re.findall(r'left: ([\d.]+)%">([^<]+)<', html)
    return {text: float(place) for place, text in found}


def test_ticks_stand_at_their_weights() -> None:
    places = ticks(ruler(sorted(WEIGHT_STEPS)))
    assert list(places) == ["0", ".01", ".1", "1", "10"]
    last = len(WEIGHT_STEPS) - 1
    for tick, place in zip(TICKS, places.values(), strict=True):
        assert place == pytest.approx(100 * sorted(WEIGHT_STEPS).index(tick) / last, abs=0.01)


def test_a_weight_between_the_steps_moves_the_ticks_beyond_it_alone() -> None:
    plain, more = (ticks(ruler(sorted({*WEIGHT_STEPS, *extra}))) for extra in ((), (0.5,)))
    assert more[".1"] < plain[".1"]
    assert more["10"] > plain["10"]


@pytest.mark.parametrize(("weight", "text"), [(0.0, "0"), (0.01, ".01"), (10.0, "10"), (0.5, ".5")])
def test_a_weight_is_short(weight: float, text: str) -> None:
    assert short(weight) == text


def page() -> None:
    from tomclip.ui.run_view.weights import exact_weights, weight_slider

    weight_slider("H0", "h0", offered=0.1)
    exact_weights({"H0": "h0"})


def test_an_exact_number_stands_on_the_slider_and_follows_it() -> None:
    studio = AppTest.from_function(page).run()
    assert studio.number_input(key="exact:h0").value == 0.1
    studio.number_input(key="exact:h0").set_value(0.025).run()
    assert studio.select_slider(key="h0").value == 0.025
    assert "0.025" in studio.select_slider(key="h0").options
    studio.select_slider(key="h0").set_value(3.0).run()
    assert studio.number_input(key="exact:h0").value == 3.0
    assert not studio.exception


def test_a_slider_starts_at_its_weight_in_a_browser_that_was_not_told_of_it() -> None:
    studio = AppTest.from_function(page).run().run()
    slider = studio.select_slider(key="h0")
    assert slider.options[int(slider.proto.default[0])] == "0.1"
    studio.number_input(key="exact:h0").set_value(0.025).run().run()
    slider = studio.select_slider(key="h0")
    assert slider.options[int(slider.proto.default[0])] == "0.025"
