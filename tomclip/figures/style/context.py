"""What a figure must say about itself: which encoder, which metric, how many points."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, get_args

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES, language
from tomclip.core.reading.characters import composed, drawn_characters
from tomclip.core.types import PersistenceDiagram
from tomclip.figures.style.palette import ThemeName

LANGUAGE_NAMES: Mapping[str, str] = {code: language(code).name for code in LANGUAGES}


@dataclass(frozen=True, slots=True)
class FigureContext:
    """The facts every figure shows in its subtitle and carries in `layout.meta`.

    Attributes:
        encoders: shown title of each encoder by its name, in the order to mention them.
        other_encoders: shown titles of encoders, other runs for example, that the subtitle does not
            mention.
        metric: distance the numbers come from, "cosine" or "euclidean"; "" leaves it out.
        n_points: how many points (concepts, captions) were embedded; 0 leaves it out.
        points: what one point is, in the plural.
        languages: shown name of each language code; a code without one is shown as it is.
        title: replaces the figure's own title.
        note: one more part for the subtitle.
        theme: ground the figure will stand on.

    Raises:
        InputError: when the theme is neither "light" nor "dark".
    """

    encoders: Mapping[str, str] = field(default_factory=dict)
    other_encoders: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    metric: str = "cosine"
    n_points: int = 0
    points: str = "concepts"
    languages: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    note: str = ""
    theme: ThemeName = "light"

    def __post_init__(self) -> None:
        if self.theme not in get_args(ThemeName):
            raise InputError(f"theme is {self.theme!r}; use 'light' or 'dark'")

    def language(self, code: str) -> str:
        """Returns the shown name of a language code."""
        return self.languages.get(code, code)

    def encoder(self, name: str) -> str:
        """Returns the shown title of an encoder name."""
        return {**self.other_encoders, **self.encoders}.get(name, name)

    @property
    def subtitle_parts(self) -> tuple[str, ...]:
        """The facts in reading order, for example ("ToMCLIP exact", "cosine", "300 concepts")."""
        encoders = ", ".join(self.encoders.values())
        points = f"{self.n_points:,} {self.points}" if self.n_points else ""
        return tuple(part for part in (encoders, self.metric, points, self.note) if part)

    @property
    def subtitle(self) -> str:
        """One line such as "ToMCLIP exact · cosine · 300 concepts"."""
        return " · ".join(self.subtitle_parts)

    def meta(self) -> dict[str, Any]:
        """Returns the same facts as plain JSON values, for `layout.meta`."""
        return {
            "encoder": list(self.encoders.values()),
            "encoder_names": list(self.encoders),
            "metric": self.metric,
            "n_points": self.n_points,
            "points": self.points,
            "note": self.note,
            "theme": self.theme,
        }


NO_CONTEXT = FigureContext(metric="", languages=LANGUAGE_NAMES)
"""What a figure says when nobody told it anything: only what it knows from its own data."""


def context_of(diagrams: Iterable[PersistenceDiagram]) -> FigureContext:
    """Returns what persistence diagrams know themselves: their metric and the size of their clouds.

    What differs between them is left out.
    """
    groups = list(diagrams)
    metrics, sizes = ({getattr(d, fact) for d in groups} for fact in ("metric", "n_points"))
    return FigureContext(
        metric=metrics.pop() if len(metrics) == 1 else "",
        n_points=sizes.pop() if len(sizes) == 1 else 0,
        points="points",
        languages=LANGUAGE_NAMES,
    )


def literal(text: str) -> str:
    """Returns text that plotly shows letter by letter: it reads a few HTML tags and entities."""
    return escape(text, quote=False)


def text_width(text: str, size: float) -> float:
    """Returns an estimate in pixels of how wide `text` is at a font size in pixels.

    East Asian wide characters count as one em, all others as .56 em, and marks above and below
    letters as nothing, however the text is stored.
    """
    drawn = [c for c in composed(text) if unicodedata.category(c) not in ("Mn", "Me", "Cf")]
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in drawn)
    return size * (wide + 0.56 * (len(drawn) - wide))


def shortened(text: str, size: float, width: float) -> str:
    """Returns `text`, ended by "…" where it would be wider than `width` at a font size (pixels)."""
    if text_width(text, size) <= width:
        return text
    kept = drawn_characters(text)
    while kept and text_width(f"{''.join(kept)}…", size) > width:
        kept.pop()
    return f"{''.join(kept).rstrip(' ,')}…"


def wrapped(
    parts: Iterable[str], *, separator: str, width: float, measure: Callable[[str], float] = len
) -> list[str]:
    """Returns `parts` joined by `separator`, in lines whose measure is up to `width` if they fit.

    Args:
        parts: never broken themselves.
        separator: between parts in one line.
        width: in characters, or whatever `measure` returns.
        measure: of a line.
    """
    lines: list[str] = []
    for part in parts:
        if lines and measure(lines[-1] + separator + part) <= width:
            lines[-1] += separator + part
        else:
            lines.append(part)
    return lines


def wrapped_words(text: str, size: float, width: float) -> list[str]:
    """Returns `text` in lines up to `width` wide at a font size, both in pixels.

    Lines break at spaces; a text of East Asian wide letters without spaces breaks anywhere.
    """
    unspaced = " " not in text and any(unicodedata.east_asian_width(c) in "WF" for c in text)
    parts, separator = (drawn_characters(text), "") if unspaced else (text.split(" "), " ")
    return wrapped(
        parts, separator=separator, width=width, measure=lambda line: text_width(line, size)
    )
