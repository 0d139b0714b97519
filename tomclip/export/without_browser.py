"""Persistence diagrams, barcodes and Betti curves drawn by matplotlib, where there is no browser.

It reads the plotly figure itself, so that there is one description of each figure. Other figures,
density contours and filled bands are not drawn.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

import plotly.graph_objects as go

from tomclip.export.marks import DOTS_PER_INCH, POINTS_PER_PIXEL, draw_trace, legend_handle
from tomclip.figures.style.template import figure_content

DRAWN_FIGURES = {"diagram", "diagram_grid", "barcode", "betti"}
DRAWN_TRACES = {"scatter", "bar"}
LEFT, BOTTOM, RIGHT = 78, 96, 28
Axes = Mapping[tuple[str, str], Any]
Content = Mapping[str, Any]


def can_draw(figure: go.Figure) -> bool:
    """Returns whether matplotlib can stand in for the browser for this figure."""
    content = figure_content(figure)
    meta = content["layout"].get("meta") or {}
    traces = {trace["type"] for trace in content["data"]}
    filled = any(trace.get("fill") for trace in content["data"])
    known = bool(traces) and traces <= DRAWN_TRACES and not filled
    return known and meta.get("figure") in DRAWN_FIGURES


def drawn_bytes(figure: go.Figure, *, format: str, width: int, height: int, scale: float) -> bytes:
    """Returns the figure as an image, laid out like the browser's but plainer.

    Args:
        figure: one that `can_draw` accepts, with its template.
        format: "png", "svg" or "pdf".
        width: in layout pixels.
        height: in layout pixels.
        scale: pixels of a PNG per layout pixel.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    content = figure_content(figure)
    layout = content["layout"]
    style = layout["template"]["layout"]
    buffer = io.BytesIO()
    with rc_context(_settings(layout, style)):
        canvas = Figure(figsize=(width / DOTS_PER_INCH, height / DOTS_PER_INCH))
        canvas.set_facecolor(layout.get("paper_bgcolor") or "none")
        axes = _add_axes(canvas, layout, style, width, height)
        for trace in content["data"]:
            draw_trace(axes[trace.get("xaxis", "x"), trace.get("yaxis", "y")], trace)
        _write_titles(canvas, layout, style, width, height)
        for note in layout.get("annotations") or ():
            _write_note(canvas, axes, note, style)
        _add_legend(canvas, content["data"], layout, style)
        canvas.savefig(buffer, format=format, dpi=DOTS_PER_INCH * scale)
    return buffer.getvalue()


def _settings(layout: Content, style: Content) -> dict[Any, Any]:
    """Returns matplotlib settings: the wanted fonts that are installed here, text kept as text."""
    from matplotlib.font_manager import fontManager

    wanted = (layout.get("font") or {}).get("family") or style["font"]["family"]
    installed = set(fontManager.get_font_names())
    families = [name.strip() for name in wanted.split(",") if name.strip() in installed]
    return {
        "font.family": [*families, "DejaVu Sans"],
        "font.size": 12 * POINTS_PER_PIXEL,
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
    }


def _plain(text: str) -> str:
    """Returns plotly's little HTML as plain text."""
    text = text.replace("<br>", "\n")
    for tag in ("<b>", "</b>", "<sub>", "</sub>"):
        text = text.replace(tag, "")
    return unescape(text)


def _add_axes(
    canvas: Any, layout: Content, style: Content, width: int, height: int
) -> dict[tuple[str, str], Any]:
    """Returns one set of axes per plotly x axis, keyed by its name and its y axis' name."""
    margin = layout.get("margin") or {}
    top, right = margin.get("t", 72), max(margin.get("r", RIGHT), RIGHT)
    inner_width, inner_height = width - LEFT - right, height - top - BOTTOM
    axes = {}
    for name in [key for key in layout if key.startswith("xaxis")]:
        x_name, y_name = name.replace("axis", ""), layout[name].get("anchor", "y")
        horizontal, vertical = layout[name], layout.get(y_name.replace("y", "yaxis"), {})
        (x0, x1), (y0, y1) = horizontal.get("domain", (0, 1)), vertical.get("domain", (0, 1))
        box = (
            (LEFT + x0 * inner_width) / width,
            (BOTTOM + y0 * inner_height) / height,
            (x1 - x0) * inner_width / width,
            (y1 - y0) * inner_height / height,
        )
        axes[x_name, y_name] = canvas.add_axes(box)
        _style_axis(axes[x_name, y_name], "x", horizontal, style["xaxis"])
        _style_axis(axes[x_name, y_name], "y", vertical, style["yaxis"])
    return axes


def _style_axis(axes: Any, side: str, axis: Content, style: Content) -> None:
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(style["linecolor"])
    axes.tick_params(colors=style["tickfont"]["color"], labelsize=11 * POINTS_PER_PIXEL)
    if axis.get("showgrid", True):
        axes.grid(axis=side, color=style["gridcolor"], linewidth=0.8)
    if axis.get("range"):
        getattr(axes, f"set_{side}lim")(axis["range"])
    if axis.get("tickvals") is not None:
        texts = axis.get("ticktext") or [f"{value:g}" for value in axis["tickvals"]]
        getattr(axes, f"set_{side}ticks")(axis["tickvals"], [_plain(text) for text in texts])
    if axis.get("showticklabels") is False:
        edge = {"x": "labelbottom", "y": "labelleft"}[side]
        axes.tick_params(axis=side, length=0, **{edge: False})
    title = _plain((axis.get("title") or {}).get("text") or "")
    getattr(axes, f"set_{side}label")(title, color=style["title"]["font"]["color"])


def _write_titles(canvas: Any, layout: Content, style: Content, width: int, height: int) -> None:
    title = layout.get("title") or {}
    subtitle = (title.get("subtitle") or {}).get("text")
    bold, muted = style["title"]["font"]["color"], style["title"]["subtitle"]["font"]["color"]
    for text, down, size, colour, weight in (
        (title.get("text"), 16, 16, bold, "bold"),
        (subtitle, 44, 12, muted, "normal"),
    ):
        canvas.text(
            16 / width,
            1 - down / height,
            _plain(text or ""),
            va="top",
            color=colour,
            fontsize=size * POINTS_PER_PIXEL,
            fontweight=weight,
        )


def _write_note(canvas: Any, axes: Axes, note: Content, style: Content) -> None:
    """Writes an annotation at its place: data coordinates, or the share of the plot area."""
    from matplotlib.transforms import ScaledTranslation, blended_transform_factory

    x_name, y_name = note.get("xref", "paper"), note.get("yref", "paper")
    x_axes = next((one for pair, one in axes.items() if pair[0] == x_name), None)
    y_axes = next((one for pair, one in axes.items() if pair[1] == y_name), None)
    area = _plot_area(canvas, axes)
    place = blended_transform_factory(
        x_axes.transData if x_axes else area, y_axes.transData if y_axes else area
    )
    x_shift, y_shift = (note.get(side, 0) / DOTS_PER_INCH for side in ("xshift", "yshift"))
    font, vertical = note.get("font") or {}, note.get("yanchor", "center")
    canvas.text(
        note["x"],
        note["y"],
        _plain(note["text"]),
        rotation=-note.get("textangle", 0),
        transform=place + ScaledTranslation(x_shift, y_shift, canvas.dpi_scale_trans),
        ha=note.get("xanchor", "center"),
        va="center" if vertical == "middle" else vertical,
        fontsize=font.get("size", 12) * POINTS_PER_PIXEL,
        fontweight="bold" if font.get("weight", 400) >= 600 else "normal",
        color=font.get("color", style["font"]["color"]),
    )


def _plot_area(canvas: Any, axes: Axes) -> Any:
    """Returns the transform of plotly's paper coordinates: 0 to 1 over all axes together."""
    from matplotlib.transforms import Bbox, BboxTransformTo, TransformedBbox

    boxes = [one.get_position() for one in axes.values()]
    return BboxTransformTo(TransformedBbox(Bbox.union(boxes), canvas.transFigure))


def _add_legend(canvas: Any, traces: Sequence[Content], layout: Content, style: Content) -> None:
    named = [trace for trace in traces if trace.get("showlegend", True) and trace.get("name")]
    if layout.get("showlegend"):
        handles = [legend_handle(trace, _plain(trace["name"])) for trace in named]
        canvas.legend(
            handles=handles,
            loc="lower left",
            ncols=5,
            frameon=False,
            fontsize=11.5 * POINTS_PER_PIXEL,
            labelcolor=style["font"]["color"],
        )
