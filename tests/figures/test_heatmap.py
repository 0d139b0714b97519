"""Numbers on the cells of a heat map: read on every colour, in both themes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.drawn import contrast
from support.figure_samples import CONTEXT

from tomclip.figures import distance_matrix_figure, restyled
from tomclip.figures.style.palette import PALETTES, ThemeName

NAMES = [f"l{number}" for number in range(15)]
VALUES = np.linspace(-3, 5, 225).reshape(15, 15)


@pytest.mark.parametrize("by", ["context", "restyled"])
@pytest.mark.parametrize("theme", PALETTES)
def test_every_number_has_a_contrast_of_four_and_a_half_to_one(theme: ThemeName, by: str) -> None:
    context = replace(CONTEXT, theme=theme) if by == "context" else CONTEXT
    figure = distance_matrix_figure(VALUES, NAMES, context=context, title="T", unit="u")
    figure = restyled(figure, theme=theme)
    axis = figure.layout.coloraxis
    ramp = np.array(
        [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in axis.colorscale]
    )
    places = [share for share, _ in axis.colorscale]
    shares = (VALUES - axis.cmin) / (axis.cmax - axis.cmin)
    cells = np.stack([np.interp(shares, places, channel) for channel in ramp.T], axis=-1)
    contrasts = [
        contrast(hexadecimal(cells[row, column]), trace.textfont.color)
        for trace in figure.data[1:]
        for row, column in zip(trace.y, trace.x, strict=True)
    ]
    assert len(contrasts) == VALUES.size
    assert min(contrasts) >= 4.5


def hexadecimal(colour: np.ndarray) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour.tolist())


@pytest.mark.parametrize("values", [np.ones((2, 2)), np.array([[np.inf, 1.0], [1.0, np.nan]])])
def test_equal_cells_stand_in_the_middle_of_the_ramp(values: np.ndarray) -> None:
    figure = distance_matrix_figure(values, ["en", "ko"], context=CONTEXT, title="T", unit="u")
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0.5, 1.5)


def test_encoders_that_the_context_knows_as_names_keep_them_at_both_edges() -> None:
    context = replace(CONTEXT, encoders={}, languages={"run:1": "My student", "en": "English"})
    figure = distance_matrix_figure(
        np.zeros((2, 2)), ["run:1", "en"], context=context, title="T", unit="u"
    )
    assert list(figure.layout.yaxis.ticktext) == ["My student", "English"]
    assert list(figure.layout.xaxis.ticktext) == ["My<br>student", "en"]


def test_a_mark_on_a_blank_cell_is_read_on_the_ground() -> None:
    figure = distance_matrix_figure(
        np.array([[0.0, np.nan], [1.0, 0.0]]),
        ["en", "ko"],
        context=CONTEXT,
        title="T",
        unit="u",
        marked=np.array([[False, True], [False, False]]),
    )
    (mark,) = [trace for trace in figure.data[1:] if trace.text == ("*",)]
    assert contrast(mark.textfont.color, PALETTES["light"]["paper"]) >= 4.5


LONG_NAMES = {f"encoder-{row}": f"multilingual encoder {row}" for row in range(8)}


@pytest.mark.parametrize(("count", "numbered"), [(8, True), (2, False)])
def test_names_wider_than_a_column_stand_at_the_rows_with_its_number(
    count: int, *, numbered: bool
) -> None:
    names = list(LONG_NAMES)[:count]
    context = replace(CONTEXT, encoders=LONG_NAMES)
    figure = distance_matrix_figure(np.eye(count), names, context=context, title="T", unit="u")
    assert figure.layout.xaxis.tickangle == 0
    if numbered:
        assert list(figure.layout.xaxis.ticktext) == [f"<b>{one + 1}</b>" for one in range(count)]
        assert figure.layout.yaxis.ticktext[1] == "multilingual encoder 1 <b>2</b>"
    else:
        assert figure.layout.xaxis.ticktext[1] == "multilingual<br>encoder 1"
        assert figure.layout.yaxis.ticktext[1] == "multilingual encoder 1"


def test_only_numbers_that_are_all_below_one_lose_their_zero() -> None:
    matrix = np.array([[84.53, 0.62], [0.5, 99.0]])
    figure = distance_matrix_figure(matrix, ["en", "ko"], context=CONTEXT, title="T", unit="u")
    assert sorted(text for trace in figure.data[1:] for text in trace.text) == [
        *("0.5", "0.6", "84.5", "99.0")
    ]
