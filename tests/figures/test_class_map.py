"""Class labels in boxes of their groups: apart from each other, the same groups in every panel."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.figure_samples import CONTEXT

from tomclip.core.errors import InputError
from tomclip.figures import class_map_figure
from tomclip.figures.maps.class_map import SIZES
from tomclip.figures.maps.class_panels import GROUP_SIZE, WORD_SIZE, word_size
from tomclip.figures.maps.label_places import Label, NoRoom, label_places
from tomclip.figures.style.context import text_width

GROUPS = {"Animals": ["cat", "dog", "ox"], "Food": ["rice", "tea", "soup"]}
IDS = [one for ids in GROUPS.values() for one in ids]
KOREAN = ["고양이", "개", "황소", "밥", "차", "수프"]
WORDS = [*IDS, *KOREAN]
LANGUAGES = ["en"] * 6 + ["ko"] * 6


def places(seed: int = 0, spread: float = 1.0) -> np.ndarray:
    return spread * np.random.default_rng(seed).normal(size=(12, 2))


def sample(encoders: int = 3, **options: object) -> go.Figure:
    maps = {f"e{at}": places(at) for at in range(encoders)}
    given = {
        "groups": GROUPS,
        "labels": WORDS,
        "languages": LANGUAGES,
        "ids": IDS * 2,
        "context": CONTEXT,
    }
    return class_map_figure(maps, **given | options)  # type: ignore[arg-type]


def drawn_words(figure: go.Figure, axis: str) -> list[tuple[str, float, float]]:
    return [
        (text, x, y)
        for trace in figure.data
        if trace.mode == "text" and (trace.xaxis or "x") == axis
        for text, x, y in zip(trace.text, trace.x, trace.y, strict=True)
    ]


def rectangles(figure: go.Figure, number: int) -> list[np.ndarray]:
    """Left, lower, right and upper end in pixels of all words and titles of a panel."""
    size = next(one for one in SIZES if one.columns == figure.layout.meta["columns"])
    suffix = "" if number == 0 else str(number + 1)
    low, high = figure.layout[f"xaxis{suffix}"].range
    scale = size.width / (high - low)
    found = []
    for text, x, y in drawn_words(figure, f"x{suffix}"):
        half = np.array([text_width(text, WORD_SIZE), WORD_SIZE]) / 2
        centre = np.array([x, y]) * scale
        found.append(np.concatenate([centre - half, centre + half]))
    for note in figure.layout.annotations:
        if note.xref == f"x{suffix}":
            half = np.array([text_width(note.text, GROUP_SIZE), GROUP_SIZE]) / 2
            centre = np.array([note.x, note.y]) * scale
            found.append(np.concatenate([centre - half, centre + half]))
    return found


def overlap(one: np.ndarray, other: np.ndarray) -> bool:
    return bool((one[:2] < other[2:]).all() and (other[:2] < one[2:]).all())


@pytest.mark.parametrize("encoders", [1, 2, 3, 5])
def test_no_word_covers_another_one_in_any_panel(encoders: int) -> None:
    figure = sample(encoders)
    for number in range(encoders):
        found = rectangles(figure, number)
        assert len(found) == 12 + 2
        assert [
            pair for pair in combinations(range(14), 2) if overlap(*[found[i] for i in pair])
        ] == []


def test_words_of_dots_that_lie_on_each_other_have_lines_to_them() -> None:
    crowded = np.repeat(places()[:1], 12, axis=0) + np.linspace(0, 1e-3, 12)[:, None]
    crowded[-1] += 3
    figure = class_map_figure(
        {"e0": crowded},
        groups=GROUPS,
        labels=WORDS,
        languages=LANGUAGES,
        ids=IDS * 2,
        context=CONTEXT,
    )
    found = rectangles(figure, 0)
    assert not any(overlap(a, b) for a, b in combinations(found, 2))
    (lines,) = [trace for trace in figure.data if trace.mode == "lines"]
    assert len(lines.x) >= 3 * 4


def test_the_same_groups_are_boxed_in_every_panel_around_all_their_dots() -> None:
    figure = sample()
    boxes = {(box.name, box.xref): box for box in figure.layout.shapes}
    assert set(boxes) == {(name, axis) for name in GROUPS for axis in ("x", "x2", "x3")}
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert sum(len(trace.x) for trace in dots) == 36
    for trace in dots:
        for (identity, row), x, y in zip(trace.customdata, trace.x, trace.y, strict=True):
            assert (IDS * 2)[row] == identity
            group = next(name for name, ids in GROUPS.items() if identity in ids)
            box = boxes[group, trace.xaxis or "x"]
            assert box.x0 < x < box.x1
            assert box.y0 < y < box.y1


def test_a_language_has_one_colour_for_dots_and_words_and_no_box_has_it() -> None:
    figure = sample()
    colours = {trace.name: trace.marker.color for trace in figure.data if trace.mode == "markers"}
    words = {trace.textfont.color for trace in figure.data if trace.mode == "text"}
    assert words == set(colours.values())
    assert not words & {box.line.color for box in figure.layout.shapes}
    assert [t.showlegend for t in figure.data if t.mode == "markers"] == [True] * 2 + [False] * 4


def test_what_alignment_left_is_said_of_every_panel_but_the_first() -> None:
    figure = sample()
    notes = [note.text for note in figure.layout.annotations if "disparity" in note.text]
    assert len(notes) == 2
    assert set(figure.layout.meta["disparities"]) == {"e0", "e1", "e2"}
    assert figure.layout.meta["groups"] == GROUPS


def test_a_picture_has_a_dot_and_no_word() -> None:
    figure = sample(1, languages=["en"] * 6 + [""] * 6)
    assert [text for text, _, _ in drawn_words(figure, "x")] == IDS


def test_more_words_take_fewer_panels_in_a_row() -> None:
    many = [f"class number {at}" for at in range(60)]
    maps = {name: np.random.default_rng(at).normal(size=(60, 2)) for at, name in enumerate("abc")}
    figure = class_map_figure(
        maps,
        groups={"all": many},
        labels=many,
        languages=["en"] * 60,
        ids=many,
        context=CONTEXT,
    )
    assert figure.layout.meta["columns"] < 3


def test_too_many_words_are_refused() -> None:
    many = [f"a rather long name of class {at}" for at in range(400)]
    with pytest.raises(NoRoom, match="show fewer concepts"):
        class_map_figure(
            {"a": np.random.default_rng(0).normal(size=(400, 2))},
            groups={"all": many},
            labels=many,
            languages=["en"] * 400,
            ids=many,
            context=CONTEXT,
        )


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ({"Animals": ["cat", "whale"]}, "'whale', which is not on the map"),
        ({"A": ["cat"], "B": ["cat"]}, "stands in two groups"),
    ],
)
def test_groups_that_cannot_be_drawn_are_refused(groups: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        sample(groups=groups)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 25))
def test_labels_stay_apart_and_inside_wherever_their_marks_are(seed: int, n: int) -> None:
    generator = np.random.default_rng(seed)
    panel = (300.0, 300.0)
    marks = generator.uniform(20, 280, size=(n, 2))
    labels = [
        Label(at, word_size("w" * int(generator.integers(1, 8)), 11), np.empty((0, 2)))
        for at in marks
    ]
    centres = label_places(labels, panel, marks)
    halves = np.array([label.size / 2 for label in labels])
    assert (centres >= halves).all()
    assert (centres <= np.array(panel) - halves).all()
    for i, j in combinations(range(n), 2):
        assert (np.abs(centres[i] - centres[j]) >= halves[i] + halves[j]).any()
