"""Small pictures of terms, as SVG in inks that are read on a light and on a dark page."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

WIDTH, HEIGHT = 132, 66
LINE, FIRST, SECOND, FAINT = "#808a93", "#2f7fc1", "#d5662a", "#808a9355"
Point = tuple[float, float]

_RING = ((24, 33), (32, 17), (49, 12), (64, 22), (66, 40), (52, 54), (33, 50))
_GROUPS = (((18, 20), (28, 14), (30, 27)), ((60, 48), (72, 44), (66, 56)), ((104, 22), (114, 30)))
_DIAGRAM = ((22, 14), (34, 30), (44, 28), (58, 20))
_OTHER_DIAGRAM = ((28, 20), (36, 24), (66, 14))


def components() -> str:
    """Three groups of points, each joined by its tree."""
    trees = [line(a, b, LINE) for group in _GROUPS for a, b in itertools.pairwise(group)]
    far = [line((30, 27), (60, 48), FAINT), line((72, 44), (104, 22), FAINT)]
    return svg([*far, *trees, *(dots(group, FIRST) for group in _GROUPS)])


def loop() -> str:
    """Points on a ring, joined to a cycle, and the edge that fills it."""
    cycle = [line(a, b, LINE) for a, b in zip(_RING, (*_RING[1:], _RING[0]), strict=True)]
    return svg([*cycle, line(_RING[1], _RING[4], FAINT), dots(_RING, FIRST)])


def diagram() -> str:
    """A persistence diagram: points over the diagonal."""
    return svg([*_axes(), dots(_DIAGRAM, FIRST)])


def bottleneck() -> str:
    """Two matched diagrams, with the longest of the matches alone drawn."""
    longest = line(_DIAGRAM[3], _OTHER_DIAGRAM[2], LINE)
    return svg([*_axes(), longest, dots(_DIAGRAM, FIRST), dots(_OTHER_DIAGRAM, SECOND)])


def wasserstein() -> str:
    """Two matched diagrams, with every match drawn."""
    pairs = ((_DIAGRAM[0], _OTHER_DIAGRAM[0]), (_DIAGRAM[1], _OTHER_DIAGRAM[1]))
    matches = [line(a, b, LINE) for a, b in (*pairs, (_DIAGRAM[3], _OTHER_DIAGRAM[2]))]
    lone = line(_DIAGRAM[2], (47.5, 34.9), LINE)
    return svg([*_axes(), *matches, lone, dots(_DIAGRAM, FIRST), dots(_OTHER_DIAGRAM, SECOND)])


def similarity() -> str:
    """Two tables of similarities beside each other."""
    shades = (0.9, 0.6, 0.2, 0.6, 0.9, 0.4, 0.2, 0.4, 0.9)
    cells = [
        f'<rect x="{left + 16 * (place % 3)}" y="{9 + 16 * (place // 3)}" width="15" height="15" '
        f'fill="{ink}" fill-opacity="{shade}"/>'
        for left, ink in ((10, FIRST), (74, SECOND))
        for place, shade in enumerate(shades)
    ]
    return svg(cells)


def every_edge() -> str:
    """A few points with all distances between them."""
    points = ((20, 48), (40, 14), (70, 22), (100, 50))
    pairs = [(a, b) for place, a in enumerate(points) for b in points[place + 1 :]]
    return svg([*(line(a, b, LINE) for a, b in pairs), dots(points, FIRST)])


def short_edges() -> str:
    """The same points with the short distances alone."""
    points = ((20, 48), (40, 14), (70, 22), (100, 50))
    kept, cut = (points[1], points[2]), ((points[0], points[1]), (points[2], points[3]))
    return svg([line(*kept, LINE), *(line(a, b, FAINT) for a, b in cut), dots(points, FIRST)])


def same_edges() -> str:
    """One edge, measured in two clouds."""
    first, second = ((16, 48), (32, 16), (52, 42)), ((80, 44), (98, 14), (122, 48))
    edges = [line(cloud[0], cloud[1], LINE) for cloud in (first, second)]
    return svg([*edges, dots(first, FIRST), dots(second, SECOND)])


def interval() -> str:
    """A mean with the interval around it, beside zero."""
    zero = line((40, 8), (40, 58), FAINT)
    return svg([zero, line((54, 33), (112, 33), FIRST), dots([(82, 33)], FIRST)])


def ranking() -> str:
    """A query with the pictures that it finds, the right one marked."""
    frames = [
        f'<rect x="{40 + 30 * place}" y="20" width="24" height="24" rx="3" fill="none" '
        f'stroke="{SECOND if place == 1 else LINE}" stroke-width="{2.5 if place == 1 else 1.5}"/>'
        for place in range(3)
    ]
    return svg([line((10, 33), (32, 33), LINE), dots([(14, 33)], FIRST), *frames])


def aligned() -> str:
    """Two maps of the same points, laid on each other."""
    first = ((24, 20), (50, 46), (84, 18), (108, 44))
    second = tuple((x + 5, y + 4) for x, y in first)
    moves = [line(a, b, LINE) for a, b in zip(first, second, strict=True)]
    return svg([*moves, dots(first, FIRST), dots(second, SECOND)])


def svg(parts: Iterable[str]) -> str:
    """Returns an SVG document of `WIDTH` by `HEIGHT`."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )


def line(start: Point, end: Point, ink: str) -> str:
    """Returns a line."""
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{ink}" stroke-width="1.6"/>'


def dots(points: Iterable[Point], ink: str) -> str:
    """Returns a dot at each point."""
    return "".join(f'<circle cx="{x}" cy="{y}" r="3.4" fill="{ink}"/>' for x, y in points)


def _axes() -> list[str]:
    return [
        line((12, 58), (100, 58), LINE),
        line((12, 58), (12, 6), LINE),
        line((12, 58), (92, 6), FAINT),
    ]
