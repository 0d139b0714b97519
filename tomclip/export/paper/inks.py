"""Colours for paper: darker inks on white, or greys that dashes and symbols tell apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from tomclip.figures.style.palette import (
    LIGHT,
    LIGHT_DIVERGING,
    SECOND_SYMBOLS,
    SOLID_SYMBOLS,
    luminance,
)

NEUTRAL = ("ink", "muted", "axis", "grid", "context", "reference")
DARKER = {
    "ink": "#000000",
    "muted": "#2b2b2b",
    "axis": "#4d4d4d",
    "grid": "#dcdcdc",
    "context": "#9a9a9a",
    "reference": "#666666",
}
"""Inks of the print and grey themes in place of the light ones."""
CONTRAST = 4.5
"""Least contrast of a series on white in print (WCAG 2.1, AA for text)."""
TONES = ("#1a1a1a", "#8c8c8c", "#4d4d4d", "#6e6e6e")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", *SOLID_SYMBOLS, *SECOND_SYMBOLS)
LEAST_SATURATION = 0.12
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_RGB = re.compile(r"rgba?\(([^)]*)\)")
_IN_TEXT = re.compile(r"(?<=color:)\s*(#[0-9a-fA-F]{6}|rgba?\([^)]*\))")


class Colour(NamedTuple):
    """Red, green and blue as hexadecimal digits, and what is opaque of it, in [0, 1]."""

    hexadecimal: str
    alpha: float = 1.0

    def written(self) -> str:
        """Returns it as plotly and SVG read it."""
        if self.alpha >= 1:
            return self.hexadecimal
        parts = (int(self.hexadecimal[place : place + 2], 16) for place in (1, 3, 5))
        return f"rgba({','.join(map(str, parts))},{self.alpha:g})"


def colour_of(text: Any) -> Colour | None:
    """Returns the colour that "#rrggbb", "rgb(..)" or "rgba(..)" names; None for other values."""
    if not isinstance(text, str):
        return None
    if _HEX.fullmatch(text):
        return Colour(text.lower())
    if found := _RGB.fullmatch(text.strip()):
        parts = [part.strip() for part in found.group(1).split(",")]
        try:
            red, green, blue = (min(max(round(float(part)), 0), 255) for part in parts[:3])
            alpha = float(parts[3]) if len(parts) > 3 else 1.0
        except ValueError:
            return None
        return Colour(f"#{red:02x}{green:02x}{blue:02x}", alpha)
    return None


def recoloured(content: Any, change: Callable[[str], str], key: str = "") -> Any:
    """Returns plotly's JSON values with every colour changed; `change` takes "#rrggbb".

    Colours stand under keys with "color" in them, also in lists, and in the style of texts.
    """
    if isinstance(content, Mapping):
        return {
            name: value
            if name in ("meta", "customdata")
            else recoloured(value, change, f"{key}.{name}")
            for name, value in content.items()
        }
    if isinstance(content, list | tuple):
        return [recoloured(value, change, key) for value in content]
    if not isinstance(content, str):
        return content
    if "color" in key:
        return _changed(content, change)
    if "color:" in content:
        return _IN_TEXT.sub(lambda found: _changed(found.group(1), change), content)
    return content


def darker(colour: str) -> str:
    """Returns a colour of the light theme for print: neutral inks darker, series at CONTRAST."""
    if (name := _NEUTRAL_NAMES.get(colour)) is not None:
        return DARKER[name]
    if colour in _LEFT_ALONE or saturation(colour) < LEAST_SATURATION:
        return colour
    while 1.05 / (luminance(colour) + 0.05) < CONTRAST:
        parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        colour = f"#{''.join(f'{int(part * 0.96):02x}' for part in parts)}"
    return colour


def grey(colour: str) -> str:
    """Returns the grey of a colour's luminance (WCAG 2.1); neutral inks are those of print."""
    if (name := _NEUTRAL_NAMES.get(colour)) is not None:
        return DARKER[name]
    linear = luminance(colour)
    part = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return f"#{round(255 * part):02x}" + 2 * f"{round(255 * part):02x}"


def saturation(colour: str) -> float:
    """Returns the difference of the largest and smallest part of a colour, in [0, 1]."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return max(parts) - min(parts)


class GreySeries:
    """Tone, dash and symbol of every series of a figure, the same in all its panels.

    Args:
        traces: plotly's JSON of all traces of all panels, in order.
    """

    def __init__(self, traces: Iterable[Mapping[str, Any]]) -> None:
        names = dict.fromkeys(filter(None, map(_series_name, traces)))
        self._rank = {name: rank for rank, name in enumerate(names)}

    def trace(self, trace: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the trace in greys; a named series has its own tone, dash and symbol."""
        name = _series_name(trace)
        if name is None:
            return recoloured(trace, grey)
        rank, main = self._rank[name], _main_colour(trace)
        tone = TONES[rank % len(TONES)]
        changed = recoloured(trace, lambda colour: tone if colour == main else grey(colour))
        mode = changed.get("mode") or "lines"
        if "lines" in mode and changed.get("type", "scatter") in ("scatter", "scattergl"):
            dash = DASHES[(rank // len(TONES) + rank) % len(DASHES)]
            changed["line"] = {**changed.get("line", {}), "dash": dash}
        marker = changed.get("marker", {})
        symbol = str(marker.get("symbol", "circle"))
        if "markers" in mode and symbol.removesuffix("-open") in SYMBOLS:
            kind = "-open" if symbol.endswith("-open") else ""
            changed["marker"] = {**marker, "symbol": SYMBOLS[rank % len(SYMBOLS)] + kind}
        return changed


def _main_colour(trace: Mapping[str, Any]) -> str | None:
    """Returns the one colour of a trace's line or marks, where it has one that is no grey."""
    for part in ("line", "marker"):
        found = colour_of((trace.get(part) or {}).get("color"))
        if found and saturation(found.hexadecimal) >= LEAST_SATURATION:
            return found.hexadecimal
    return None


def _series_name(trace: Mapping[str, Any]) -> str | None:
    return (trace.get("name") or trace.get("legendgroup")) if _main_colour(trace) else None


def _changed(text: str, change: Callable[[str], str]) -> str:
    found = colour_of(text)
    if found is None:
        return text
    return Colour(change(found.hexadecimal), found.alpha).written()


_NEUTRAL_NAMES = {LIGHT[name]: name for name in NEUTRAL}
_LEFT_ALONE = {*LIGHT_DIVERGING, LIGHT["paper"], LIGHT["hover"]}
_LEFT_ALONE |= {LIGHT[name] for name in ("cell_low", "cell_middle", "cell_high")}
