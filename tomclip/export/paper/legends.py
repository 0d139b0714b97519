"""One legend for several panels, drawn as plotly draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from tomclip.export.paper.panels import Prepared, legend_entries
from tomclip.figures.style.context import text_width
from tomclip.figures.style.template import LEGEND_SIZE

ROW, MARK, SIDE = 23, 40, 4
KEPT = ("type", "name", "mode", "opacity", "line", "marker", "fill", "fillcolor")


class SharedLegend(NamedTuple):
    """The legend, None where no panel has one, and the panels, without theirs where it is shared.

    The legend's figure is as wide as all columns together, in the units of the panels.
    """

    legend: Prepared | None
    panels: list[Prepared]


def shared_legend(panels: Sequence[Prepared], width: int) -> SharedLegend:
    """Returns one legend for all panels that agree with it, in the order of the panels.

    A name has one look in it. A panel that draws a name otherwise keeps its own legend.

    Args:
        panels: with their own legends.
        width: of the legend, in units.
    """
    entries: dict[str, dict[str, Any]] = {}
    left: list[Prepared] = []
    for panel in panels:
        own = {one["name"]: _entry(one) for one in legend_entries(panel.figure)}
        joined = {name: _joined(entries.get(name), one) for name, one in own.items()}
        if None in joined.values():
            left.append(panel)
            continue
        entries |= {name: one for name, one in joined.items() if one is not None}
        left.append(panel.without_legend if own else panel)
    if not entries:
        return SharedLegend(None, left)
    return SharedLegend(_drawn(list(entries.values()), panels[0].figure, width), left)


def _joined(known: dict[str, Any] | None, entry: dict[str, Any]) -> dict[str, Any] | None:
    """Returns one entry for a name drawn in two panels; None where they do not agree.

    They agree in colour, and in dash and symbol where both have one: a line of one panel and the
    marks of another become a line with marks.
    """
    if known is None:
        return entry
    if known.get("type", "scatter") != entry.get("type", "scatter") or not _agree(known, entry):
        return None
    modes = {part for one in (known, entry) for part in _mode(one).split("+")}
    mode = "+".join(part for part in ("lines", "markers") if part in modes)
    joined = {**entry, **known, **({"mode": mode} if mode else {})}
    for part, shown_by in (("line", "lines"), ("marker", "markers")):
        source = known if shown_by in _mode(known) else entry
        if part in source:
            joined[part] = source[part]
    return joined


def _agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if _colour(one) != _colour(other):
        return False
    for part, name, shown_by in (("line", "dash", "lines"), ("marker", "symbol", "markers")):
        looks = {
            str((entry.get(part) or {}).get(name) or "").removesuffix("-open")
            for entry in (one, other)
            if shown_by in _mode(entry)
        }
        if len(looks) > 1:
            return False
    return True


def _colour(entry: Mapping[str, Any]) -> Any:
    first, second = ("line", "marker") if "lines" in _mode(entry) else ("marker", "line")
    own = (entry.get(first) or {}).get("color")
    return own or (entry.get(second) or {}).get("color")


def _mode(entry: Mapping[str, Any]) -> str:
    return str(entry.get("mode") or ("lines" if entry.get("type", "scatter") == "scatter" else ""))


def _entry(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a trace without its data, drawn in the legend as the trace is."""
    entry = {name: trace[name] for name in KEPT if name in trace}
    for part in ("marker", "line"):
        look = entry.get(part)
        if isinstance(look, Mapping):
            entry[part] = {name: value for name, value in look.items() if _single(value)}
    return {**entry, "x": [None], "y": [None], "showlegend": True}


def _single(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "bdata" not in value and all(map(_single, value.values()))
    return isinstance(value, str | int | float | bool)


def _drawn(entries: Sequence[dict[str, Any]], like: go.Figure, width: int) -> Prepared:
    longest = max(text_width(str(one["name"]), LEGEND_SIZE) for one in entries)
    entry_width = round(longest) + 6
    columns = max(1, int((width - 2 * SIDE) / (entry_width + MARK)))
    rows = -(-len(entries) // columns)
    height = ROW * rows + 2 * SIDE + 2
    layout: Any = like.layout
    figure = go.Figure([{**one} for one in entries])
    figure.update_layout(
        template=layout.template,
        font=layout.font,
        width=width,
        height=height,
        margin={"t": 0, "l": 0, "r": 0, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        xaxis={"visible": False},
        yaxis={"visible": False},
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "xanchor": "left",
            "yanchor": "top",
            "xref": "container",
            "yref": "container",
            "entrywidth": entry_width,
            "entrywidthmode": "pixels",
            "maxheight": 1,
        },
    )
    return Prepared("", figure, width, height)
