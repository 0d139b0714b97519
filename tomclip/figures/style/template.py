"""One shared plotly template, light and dark, and the frame every figure is finished with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import plotly.graph_objects as go
import plotly.io

from tomclip.figures.style.context import FigureContext, literal, text_width
from tomclip.figures.style.head import (
    NARROW,
    SIDE,
    SUBTITLE_SIZE,
    TITLE_SIZE,
    TITLE_TOP,
    TOOLBAR_ROOM,
    Head,
    write_head,
)
from tomclip.figures.style.palette import (
    ENCODER_STYLE,
    LANGUAGE_STYLE,
    LIGHT,
    PALETTES,
    SeriesStyle,
    ThemeName,
    encoder_style,
    language_style,
)

__all__ = [
    "ENCODER_STYLE",
    "FONT_FAMILY",
    "LANGUAGE_STYLE",
    "FigureContext",
    "SeriesStyle",
    "empty_figure",
    "encoder_style",
    "finished",
    "language_style",
    "register_templates",
    "restyled",
    "template_name",
]

FONT_FAMILY = (
    "Inter, Noto Sans, Noto Sans CJK KR, Noto Sans CJK JP, WenQuanYi Micro Hei, "
    "system-ui, sans-serif"
)
TEXT_SIZE, LEGEND_SIZE = 12, 11.5
PANEL_ROOM = 24
TRANSPARENT = "rgba(0,0,0,0)"
COLOUR_OF_PART = re.compile(r'(?<=;color:)#[0-9a-f]{6}(?=">)')


def traces_of(figure: go.Figure) -> list[Any]:
    """Returns the traces drawn so far; plotly's own annotation of `data` is too wide to use."""
    traces: Any = figure.data
    return list(traces)


def template_name(theme: ThemeName) -> str:
    """Returns the name under which the theme's template is registered."""
    return f"tomclip_{theme}"


def _axis(colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "automargin": True,
        "showgrid": True,
        "gridcolor": colours["grid"],
        "gridwidth": 1,
        "zeroline": False,
        "showline": True,
        "linecolor": colours["axis"],
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours["axis"],
        "tickfont": {"size": 11, "color": colours["muted"]},
        "title": {"font": {"size": TEXT_SIZE, "color": colours["ink"]}, "standoff": 10},
    }


def _template(colours: Mapping[str, str]) -> go.layout.Template:
    layout = {
        "font": {"family": FONT_FAMILY, "size": TEXT_SIZE, "color": colours["ink"]},
        "paper_bgcolor": TRANSPARENT,
        "plot_bgcolor": TRANSPARENT,
        "colorway": [colours[name] for name in ("blue", "vermillion", "green", "orange", "purple")],
        "margin": {"l": SIDE, "r": 24, "t": 72 + TOOLBAR_ROOM, "b": 16, "pad": 0},
        "title": {
            "font": {"size": TITLE_SIZE, "color": colours["ink"], "weight": 600},
            "subtitle": {"font": {"size": SUBTITLE_SIZE, "color": colours["muted"]}},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": SIDE, "t": TITLE_TOP + TOOLBAR_ROOM},
        },
        "xaxis": _axis(colours),
        "yaxis": _axis(colours),
        "legend": {
            "bgcolor": TRANSPARENT,
            "font": {"size": LEGEND_SIZE, "color": colours["ink"]},
            "title": {"font": {"size": LEGEND_SIZE, "color": colours["muted"]}},
            "tracegroupgap": 4,
        },
        "hoverlabel": {
            "bgcolor": colours["hover"],
            "bordercolor": colours["axis"],
            "font": {"family": FONT_FAMILY, "size": 12, "color": colours["ink"]},
            "align": "left",
        },
        "hovermode": "closest",
        "annotationdefaults": {"font": {"size": 11.5, "color": colours["ink"]}, "showarrow": False},
        "shapedefaults": {"line": {"color": colours["axis"], "width": 1}},
        "modebar": {
            "bgcolor": TRANSPARENT,
            "color": colours["axis"],
            "activecolor": colours["ink"],
        },
    }
    return go.layout.Template(layout=layout)


def register_templates() -> None:
    """Registers "tomclip_light" and "tomclip_dark" with plotly; a second call changes nothing."""
    for theme, colours in PALETTES.items():
        plotly.io.templates[template_name(theme)] = _template(colours)


register_templates()


def _swapped(value: Any, swap: Mapping[str, str]) -> Any:
    """Returns `value` with every colour that is a key of `swap` replaced, arrays untouched.

    A colour is a string of its own, or that of a part of a text.
    """
    if isinstance(value, str):
        whole = swap.get(value, value)
        return COLOUR_OF_PART.sub(lambda found: swap.get(found[0], found[0]), whole)
    if isinstance(value, dict):
        return {key: _swapped(item, swap) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_swapped(item, swap) for item in value]
    return value


def figure_content(figure: go.Figure) -> dict[str, Any]:
    """Returns a copy of the figure's data, layout and, where it has some, frames.

    They are plain dictionaries with numpy arrays; unlike plotly's `to_dict` it leaves arrays as
    they are instead of encoding them.
    """
    parts: tuple[Any, Any, Any] = (figure.data, figure.layout, figure.frames)
    data, layout, frames = parts
    content: dict[str, Any] = {
        "data": [trace.to_plotly_json() for trace in data],
        "layout": layout.to_plotly_json(),
    }
    return {**content, "frames": [f.to_plotly_json() for f in frames]} if frames else content


def restyled(
    figure: go.Figure, *, theme: ThemeName | None = None, font_family: str | None = None
) -> go.Figure:
    """Returns a copy of a figure of this package in another theme or font.

    Args:
        figure: a figure built by this package; it is not changed.
        theme: "light" or "dark"; None keeps the one it has.
        font_family: comma-separated font names; None keeps the shared list.
    """
    content = figure_content(figure)
    meta = dict(content["layout"].get("meta") or {})
    present: ThemeName = meta.get("theme", "light")
    theme = theme or present
    content["layout"].pop("template", None)
    if theme != present:
        swap = {PALETTES[present][name]: colour for name, colour in PALETTES[theme].items()}
        content = _swapped(content, swap)
    result = go.Figure(content)
    result.update_layout(template=template_name(theme), meta={**meta, "theme": theme})
    if font_family:
        result.update_layout(font_family=font_family, hoverlabel_font_family=font_family)
    return result


def finished(
    figure: go.Figure,
    context: FigureContext,
    *,
    kind: str,
    title: str,
    height: int,
    facts: Mapping[str, Any] | None = None,
    head_room: int = 0,
    least_width: int = 0,
    finding: str = "",
) -> go.Figure:
    """Returns the figure with title, subtitle, height, meta and the context's theme; it is changed.

    Title, subtitle and axis titles are broken into lines that fit a figure of NARROW pixels.

    Args:
        figure: built with the light palette and without a template.
        context: what the subtitle says.
        kind: the figure's name in `layout.meta`, for example "diagram".
        title: used when the context has none.
        height: of the whole figure in pixels, without the lines a long title or subtitle adds.
        facts: more entries for `layout.meta`.
        head_room: pixels to keep free between subtitle and plot, for what is written there.
        least_width: in pixels, below which its panels cannot be read, for `layout.meta`: pages let
            it be moved sideways on a narrower screen. 0: it fits one of NARROW pixels.
        finding: what the figure shows, in a sentence, for those who hear it; "" says nothing.
    """
    wide = {"least_width": least_width} if least_width > NARROW else {}
    head = Head(context.title or title, context.subtitle_parts)
    figure.update_layout(
        height=height + TOOLBAR_ROOM,
        margin={"t": head_room},
        meta={**context.meta(), "theme": "light", "figure": kind, **wide, **(facts or {})},
    )
    if finding:
        figure.update_layout(meta={**figure.layout.meta, "finding": finding})  # type: ignore[attr-defined]
    write_head(figure, head, NARROW)
    if context.theme == "light":  # as it was built: copying all marks would change nothing
        return figure.update_layout(template=template_name("light"))
    return restyled(figure, theme=context.theme)


def empty_figure(
    sentence: str, context: FigureContext, *, kind: str = "empty", title: str = ""
) -> go.Figure:
    """Returns a figure without data that says in one sentence why there is nothing to see."""
    figure = go.Figure()
    figure.add_annotation(
        text=literal(sentence),
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 13, "color": LIGHT["muted"]},
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return finished(figure, context, kind=kind, title=title, height=280, facts={"empty": True})


def bottom_legend(names: Iterable[str]) -> dict[str, Any]:
    """Returns a legend below the plot that wraps into columns as wide as the longest name.

    It is tied to the figure's lower edge, and plotly gives it the room it needs, so that it covers
    neither the plot nor the axis title, whatever the number of entries.
    """
    longest = max((text_width(name, LEGEND_SIZE) for name in names), default=0.0)
    return {
        "orientation": "h",
        "x": 0.012,
        "xref": "container",
        "xanchor": "left",
        "y": 0,
        "yref": "container",
        "yanchor": "bottom",
        "entrywidth": max(40, round(longest) + 6),
        "entrywidthmode": "pixels",
    }


def style_panel_titles(figure: go.Figure) -> None:
    """Gives the panel titles that `make_subplots` wrote the shared look; they need PANEL_ROOM."""
    figure.update_annotations(font={"size": 13, "color": LIGHT["ink"], "weight": 600}, yshift=4)
