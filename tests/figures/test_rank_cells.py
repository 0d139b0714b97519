"""Ranks by language and encoder, and confusions between groups, as heat maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.figure_samples import CONTEXT, confusion_rows, rank_rows

from tomclip.core.errors import InputError
from tomclip.figures import confusion_figure, dot_cells, rank_figure


def test_the_colour_is_the_logarithm_of_the_rank() -> None:
    table = pd.DataFrame(
        {"encoder": ["mclip"] * 3, "language": ["en", "ko", "ja"], "rank": [1, 10, 100]}
    )
    figure = rank_figure(table, candidates=100, context=CONTEXT)
    np.testing.assert_allclose(figure.data[0].z, [[0.0, 0.5, 1.0]])
    texts = {text for trace in figure.data[2:] for text in trace.text}
    assert texts == {"1", "10", "100"}
    assert figure.data[1].customdata.tolist() == [["mclip", code] for code in ("en", "ko", "ja")]
    assert "rank 10 of 100" in figure.data[1].hovertext[1]


def test_encoders_and_languages_keep_their_order() -> None:
    figure = rank_figure(rank_rows(), candidates=60, context=CONTEXT)
    assert list(figure.layout.yaxis.ticktext) == ["MCLIP", "ToMCLIP exact"]
    assert figure.layout.xaxis.ticktext[0] == "en"
    assert figure.layout.meta["candidates"] == 60


def test_a_rank_outside_of_the_candidates_is_refused() -> None:
    with pytest.raises(InputError, match="of 20 candidates; ranks count from 1"):
        rank_figure(rank_rows(), candidates=20)
    with pytest.raises(InputError, match="candidates is 1"):
        rank_figure(rank_rows(), candidates=1)
    with pytest.raises(InputError, match="lacks rank"):
        rank_figure(rank_rows().drop(columns="rank"), candidates=60)


def test_confusions_leave_cells_without_a_picture_blank() -> None:
    figure = confusion_figure(confusion_rows(), context=CONTEXT)
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, 100)
    shares = np.array(figure.data[0].z, float)
    np.testing.assert_allclose(shares[0], [75.0, 25.0, np.nan])
    assert np.isnan(shares[2]).all()
    marks = figure.data[-1]
    assert ["food", "animals & nature"] in marks.customdata.tolist()
    assert len(marks.customdata) == 5
    assert "2 of 8 pictures, 25.0 %" in marks.hovertext[1]


def test_too_many_groups_are_refused() -> None:
    names = [f"group {number}" for number in range(16)]
    many = pd.DataFrame({"group": names, "chosen": names, "pictures": 1, "of": 1, "share": 100.0})
    with pytest.raises(InputError, match="16 groups came; show at most 15"):
        confusion_figure(many)
    with pytest.raises(InputError, match="lacks share"):
        confusion_figure(confusion_rows().drop(columns="share"))


def test_cells_that_hold_something_selected_are_dotted_in_a_corner() -> None:
    figure = confusion_figure(confusion_rows(), context=CONTEXT)
    traces: Any = figure.data
    marks = next(one for one in traces if one.customdata is not None and one.mode == "markers")
    keys = [tuple(one) for one in marks.customdata]
    before = len(traces)
    dot_cells(figure, {("no", "such")})
    assert len(figure.data) == before
    dot_cells(figure, {keys[1], ("no", "such")})
    *_, ground, dot = figure.data
    assert (dot.name, len(dot.x), dot.customdata) == ("of the selection", 1, None)
    assert (ground.x, ground.y) == (dot.x, dot.y)
    assert 0.2 < abs(dot.x[0] - marks.x[1]) < 0.5
    assert 0.2 < abs(dot.y[0] - marks.y[1]) < 0.5
