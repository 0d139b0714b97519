"""Colours, symbols and dashes: Okabe-Ito hues, in one shade for light ground and one for dark."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from colorsys import hls_to_rgb
from functools import lru_cache
from typing import Literal, NamedTuple

ThemeName = Literal["light", "dark"]


class SeriesStyle(NamedTuple):
    """How one language or encoder is drawn: a hexadecimal colour, a line dash, a marker symbol."""

    colour: str
    dash: str
    symbol: str


# Figures are built with the light shades; `themed` in template.py swaps them for the dark ones.
# Every series colour has a contrast of at least 3:1 on its own ground. #0000NN would be repainted:
# Streamlit keeps them as stand-ins for the colours of its theme.
LIGHT: dict[str, str] = {
    "ink": "#1c2024",
    "muted": "#5c6670",
    "axis": "#aab2ba",
    "grid": "#e6e9ec",
    "context": "#b9c0c7",
    "reference": "#868f98",
    "paper": "#ffffff",
    "hover": "#fefefe",
    "veil": "rgba(255,255,255,0.78)",
    "band": "rgba(92,102,112,0.16)",
    "orange": "#c98700",
    "sky": "#2f97d6",
    "green": "#009e73",
    "blue": "#0065a8",
    "vermillion": "#d55e00",
    "purple": "#c2649a",
    "cell_low": "#010101",  # text on the ramps, see ramp.py; no two may be equal
    "cell_middle": "#020202",
    "cell_high": "#fffffe",
}
DARK: dict[str, str] = {
    "ink": "#eceff2",
    "muted": "#a3adb7",
    "axis": "#5a646e",
    "grid": "#262c34",
    "context": "#4a535c",
    "reference": "#98a2ac",
    "paper": "#0e1117",
    "hover": "#1b2129",
    "veil": "rgba(14,17,23,0.78)",
    "band": "rgba(163,173,183,0.2)",
    "orange": "#e69f00",
    "sky": "#56b4e9",
    "green": "#12b98a",
    "blue": "#3f8fd6",
    "vermillion": "#f0752a",
    "purple": "#dd8fbd",
    "cell_low": "#fffffe",
    "cell_middle": "#020202",
    "cell_high": "#010101",
}
# Even steps in lightness, from the ground upwards in both themes.
LIGHT_RAMP = (
    "#f3f7fb",
    "#dbe7f3",
    "#bcd4ea",
    "#94bbdc",
    "#629ccb",
    "#3479b3",
    "#155892",
    "#08335f",
)
DARK_RAMP = ("#151f2b", "#18324d", "#1d4872", "#275f96", "#3e7db5", "#699fce", "#9fc3e3", "#dcebf8")
# The same luminances in orange: what is below zero where the ramps are what is above it.
LIGHT_LOSSES = ("#f7e2d4", "#f2c9af", "#eaa880", "#e07c43", "#c15318", "#933a0c", "#592105")
DARK_LOSSES = ("#462a17", "#6b391b", "#90491f", "#bf5d24", "#e0824e", "#efb191", "#fbe5d9")
LIGHT |= {f"ramp_{step}": colour for step, colour in enumerate(LIGHT_RAMP)}
DARK |= {f"ramp_{step}": colour for step, colour in enumerate(DARK_RAMP)}
LIGHT |= {f"loss_{step}": colour for step, colour in enumerate(LIGHT_LOSSES)}
DARK |= {f"loss_{step}": colour for step, colour in enumerate(DARK_LOSSES)}
LIGHT_DIVERGING = (*reversed(LIGHT_LOSSES), *LIGHT_RAMP)
DARK_DIVERGING = (*reversed(DARK_LOSSES), *DARK_RAMP)
"""From the largest loss to the largest gain, zero in the middle."""
PALETTES: dict[ThemeName, dict[str, str]] = {"light": LIGHT, "dark": DARK}

HUES = ("vermillion", "blue", "green", "orange", "purple", "sky")


def _area(colour: str) -> str:
    """Returns a hexadecimal colour as one that lets the grid and lines behind it through."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.38)"


for palette in PALETTES.values():
    palette |= {f"{hue}_area": _area(palette[hue]) for hue in HUES}
SOLID_SYMBOLS = ("square", "diamond", "triangle-up", "triangle-down", "pentagon", "hexagon")
SECOND_SYMBOLS = ("cross", "x", "star", "bowtie", "hourglass", "star-square")
FALLBACK_DASHES = ("solid", "dash", "dot", "dashdot")
# Hues in degrees that stay away from those of the shipped students (40, 164 and 204), and the WCAG
# luminances that keep a contrast of at least 3:1 on both grounds.
FREE_HUES = ((68, 128), (240, 376))
FREE_LUMINANCES = (0.14, 0.27)
FREE_SATURATION = 0.62
FREE_SYMBOLS = ("pentagon", "hexagon", "triangle-down", *SECOND_SYMBOLS)


def _thirteen_languages() -> dict[str, SeriesStyle]:
    """Returns English in ink, then six hues twice: the second round dashed, with other symbols."""
    first = ("ko", "ja", "zh", "fr", "es", "ru")
    second = ("de", "it", "vi", "tr", "pl", "da")
    styles = {"en": SeriesStyle(LIGHT["ink"], "solid", "circle")}
    for codes, dash, symbols in (
        (first, "solid", SOLID_SYMBOLS),
        (second, "dash", SECOND_SYMBOLS),
    ):
        for code, hue, symbol in zip(codes, HUES, symbols, strict=True):
            styles[code] = SeriesStyle(LIGHT[hue], dash, symbol)
    return styles


LANGUAGE_STYLE: dict[str, SeriesStyle] = _thirteen_languages()

IMAGE_STYLE = SeriesStyle(LIGHT["muted"], "dot", "star-diamond")

ENCODER_STYLE: dict[str, SeriesStyle] = {
    "emoji-teacher": SeriesStyle(LIGHT["muted"], "dot", "diamond"),
    "mclip": SeriesStyle(LIGHT["orange"], "dash", "square"),
    "tomclip": SeriesStyle(LIGHT["blue"], "solid", "circle"),
    "tomclip_exact": SeriesStyle(LIGHT["green"], "solid", "triangle-up"),
    "anchored": SeriesStyle(LIGHT["purple"], "dashdot", "hexagram"),
}


def _shares(name: str) -> list[float]:
    """Returns eight numbers in [0, 1) that only the letters of the name decide."""
    digest = hashlib.sha256(name.encode()).digest()
    return [int.from_bytes(digest[place : place + 4]) / 2**32 for place in range(0, 32, 4)]


def _chosen(share: float, options: Sequence[str]) -> str:
    return options[int(share * len(options))]


def luminance(colour: str) -> float:
    """Returns the relative luminance of WCAG 2.1 of a hexadecimal colour, in [0, 1]."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _free_colour(hue_share: float, luminance_share: float) -> str:
    """Returns a hexadecimal colour of a free hue, readable on both grounds."""
    place = hue_share * sum(high - low for low, high in FREE_HUES)
    low, high = FREE_HUES[0]
    hue = low + place if place < high - low else FREE_HUES[1][0] + place - (high - low)
    darkest, lightest = FREE_LUMINANCES
    wanted = darkest + luminance_share * (lightest - darkest)
    steps = range(1_024)
    tones = [hls_to_rgb(hue % 360 / 360, step / 1_023, FREE_SATURATION) for step in steps]
    colours = [f"#{''.join(f'{round(255 * part):02x}' for part in tone)}" for tone in tones]
    return min(colours, key=lambda colour: abs(luminance(colour) - wanted))


def language_style(code: str) -> SeriesStyle:
    """Returns the style of a language code, "" being an image.

    An unknown code gets a style that only its letters decide.
    """
    if not code:
        return IMAGE_STYLE
    if code in LANGUAGE_STYLE:
        return LANGUAGE_STYLE[code]
    hue, dash, symbol, *_ = _shares(code)
    return SeriesStyle(
        LIGHT[_chosen(hue, HUES)], _chosen(dash, FALLBACK_DASHES), _chosen(symbol, SECOND_SYMBOLS)
    )


@lru_cache(maxsize=1_024)
def encoder_style(name: str) -> SeriesStyle:
    """Returns the style of an encoder, which belongs to its name for good.

    The shipped ones have fixed colours. Every other name, a run's student too, has a hue that keeps
    away from theirs and a symbol of its own kind, both decided by the letters of the name alone:
    what else is shown, and when, changes nothing. The colour is the same in both themes.
    """
    if name in ENCODER_STYLE:
        return ENCODER_STYLE[name]
    hue, tone, dash, symbol, *_ = _shares(name)
    return SeriesStyle(
        _free_colour(hue, tone), _chosen(dash, FALLBACK_DASHES), _chosen(symbol, FREE_SYMBOLS)
    )


def category_style(rank: int) -> SeriesStyle:
    """Returns the style of the rank-th (0-based) of several categories; repeats after twelve."""
    symbols = SOLID_SYMBOLS if (rank // len(HUES)) % 2 == 0 else SECOND_SYMBOLS
    place = rank % len(HUES)
    dash = "solid" if symbols is SOLID_SYMBOLS else "dash"
    return SeriesStyle(LIGHT[HUES[place]], dash, symbols[place])
