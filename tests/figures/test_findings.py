"""What figures say they show: numbers worked out by hand, and said after title and subtitle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tomclip.core.scores import score_kind
from tomclip.core.types import PersistenceDiagram
from tomclip.figures import FigureContext, difference_figure, distance_matrix_figure
from tomclip.figures.style.context import LANGUAGE_NAMES
from tomclip.figures.style.findings import (
    accuracy_finding,
    cells_finding,
    curves_finding,
    diagrams_finding,
    difference_finding,
    disparity_finding,
    loss_finding,
    matrix_finding,
)
from tomclip.figures.style.head import spoken

CONTEXT = FigureContext({"mclip": "MCLIP", "exact": "Exact"}, languages=LANGUAGE_NAMES)


def scores(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["encoder", "language", "value"])


def differences() -> pd.DataFrame:
    table = scores(("exact", "ko", 3.14), ("exact", "de", -1.0), ("exact", "mean", 9.0))
    return table.assign(ci_low=[0.5, -3.0, 8.0], ci_high=[6.0, 1.0, 10.0])


def test_accuracy_says_mean_best_and_worst_of_every_encoder() -> None:
    table = scores(
        ("mclip", "en", 40.0), ("mclip", "ko", 20.0), ("exact", "en", 50.0), ("exact", "mean", 49.0)
    )
    assert accuracy_finding(table, CONTEXT, unit="%") == (
        "MCLIP: mean 30.0 %, best English 40.0 %, worst Korean 20.0 %; "
        "Exact: mean 49.0 %, best English 50.0 %, worst English 50.0 %"
    )
    lower = accuracy_finding(table[:2], CONTEXT, unit="", digits=3, higher_is_better=False)
    assert "best Korean 20.000, worst English 40.000" in lower


def test_a_difference_says_the_largest_and_how_many_are_clear() -> None:
    found = difference_finding(differences(), CONTEXT, unit="percentage points", digits=1)
    assert found == (
        "Largest difference: Korean +3.1 percentage points; 1 of 2 intervals leave zero out"
    )


def test_without_intervals_or_with_several_encoders_a_difference_says_what_it_has() -> None:
    table = scores(("mclip", "ko", 1.0), ("exact", "de", -2.0))
    table = table.assign(ci_low=np.nan, ci_high=np.nan)
    found = difference_finding(table, CONTEXT, unit="", digits=1)
    assert found == "Largest difference: Exact in German −2.0"
    assert difference_finding(table[:0], CONTEXT, unit="", digits=1) == ""


def test_a_matrix_says_its_farthest_and_nearest_pair_off_the_diagonal() -> None:
    matrix = np.array([[0, 3, np.nan], [3, 0, 1], [np.nan, 1, 9.0]])
    assert matrix_finding(matrix, ["A", "B", "C"], unit="cosine") == (
        "Largest: A to B, 3 cosine; smallest: B to C, 1 cosine"
    )
    assert matrix_finding(np.array([[1.0]]), ["A"], unit="") == ""


def test_cells_say_the_highest_and_the_lowest() -> None:
    rows = [("flags", "ko", 2.0), ("animals", "de", 60.0), ("flags", "mean", 99.0)]
    table = pd.DataFrame(rows, columns=["group", "language", "value"])
    assert cells_finding(table, CONTEXT, row=str.upper, unit="%") == (
        "Highest: ANIMALS, German, 60.0 %; lowest: FLAGS, Korean, 2.0 %"
    )
    assert cells_finding(table[2:], CONTEXT, row=str, unit="%") == ""


def diagram(dimension: int, *pairs: tuple[float, float]) -> PersistenceDiagram:
    return PersistenceDiagram(np.array(pairs, dtype=float), dimension, "cosine", 10)


def test_diagrams_say_whose_loop_lives_longest() -> None:
    drawn = {
        "en": [diagram(0, (0, 9)), diagram(1, (0.5, 0.6))],
        "ko": [diagram(1, (0.25, 0.75), (0.1, np.inf))],
    }
    assert diagrams_finding(drawn, CONTEXT, reference="en") == (
        "Longest-lived loop: Korean, 0.5; in English, 0.1"
    )
    assert diagrams_finding({"en": drawn["en"][:1]}, CONTEXT, reference="en") == ""


def test_maps_say_how_far_each_lies_from_the_first() -> None:
    found = disparity_finding({"mclip": 0.0, "exact": 0.256}, CONTEXT)
    assert found == "Procrustes disparity to MCLIP, from 0 to 1: Exact 0.26"
    assert disparity_finding({"mclip": 0.0}, CONTEXT) == ""


def test_curves_say_where_each_score_began_and_ended() -> None:
    name = "zero_shot_top1"
    rows = [(0, name, "en", 10.0), (0, name, "ko", 20.0), (8, name, "en", 30.0)]
    table = pd.DataFrame(rows, columns=["step", "score", "series", "value"])
    assert (
        curves_finding(table, {name: score_kind(name)}) == "zero-shot top-1 from 15.0 % to 30.0 %"
    )
    assert curves_finding(table[:2], {name: score_kind(name)}) == ""


def test_a_loss_says_its_first_and_last_known_value() -> None:
    total = np.array([np.nan, 2.0, 1.5, 0.5, np.nan])
    assert loss_finding(np.arange(5), total) == "Total loss 2 at step 1, 0.5 at step 3"
    assert loss_finding(np.arange(1), np.ones(1)) == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_finding_is_spoken_last_in_every_theme(theme: str) -> None:
    context = FigureContext({"exact": "Exact"}, languages=LANGUAGE_NAMES, theme=theme)  # type: ignore[arg-type]
    figure = difference_figure(differences(), context=context, baseline="mclip")
    assert spoken(figure).endswith(
        "Largest difference: Korean +3.1 percentage points; 1 of 2 intervals leave zero out"
    )
    assert spoken(figure).startswith("Exact minus mclip: top-1 accuracy. ")


def test_a_heat_map_speaks_names_not_codes() -> None:
    figure = distance_matrix_figure(
        np.array([[0, 2.0], [2.0, 0]]), ["en", "ko"], context=CONTEXT, title="Far", unit="d"
    )
    assert spoken(figure).endswith(
        "Largest: English to Korean, 2 d; smallest: English to Korean, 2 d"
    )
