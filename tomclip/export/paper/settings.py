"""How a figure of several panels is arranged and drawn on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from tomclip.core.errors import InputError

PaperTheme = Literal["light", "dark", "print", "grey"]
LetterStyle = Literal["a", "A", "(a)", "none"]
LegendPlace = Literal["shared", "each", "none"]
LanguageLabels = Literal["drawn", "english", "own", "both"]
PaperFormat = Literal["svg", "pdf", "png", "tiff", "html"]
PAPER_FORMATS: tuple[PaperFormat, ...] = get_args(PaperFormat)
WIDTHS_MM, HEIGHTS_MM = (30.0, 420.0), (15.0, 400.0)
FONT_SIZES, RESOLUTIONS, COLUMNS = (4.0, 24.0), (72, 1_200), (1, 6)
MOST_PIXELS = 12_000


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """What a person decides about the printed figure.

    Attributes:
        width_mm: of the whole figure, 30 to 420.
        columns: panels side by side, 1 to 6.
        row_height_mm: of every row of panels, without their titles, 15 to 400; 0 is as high as the
            panels are drawn on a page.
        font: "sans", "serif", or the name of a family of this machine.
        font_pt: size in points of the text in print, 4 to 24.
        theme: "light", "dark", "print" (white ground, darker inks) or "grey" (no colours; series
            differ by tone, dash and symbol).
        letters: before the panels' titles.
        titles: whether the panels' titles are written.
        legend: "shared": one for all panels that agree; "each": the panel's own; "none".
        language_labels: languages as on the page, by English name, in their own script, or both.
        dpi: dots per inch of PNG, TIFF and of crowded marks, 72 to 1,200.
        most_marks: marks of a panel that stay vectors; more become one raster layer. 0: all stay.

    Raises:
        InputError: for a value out of its range.
    """

    width_mm: float = 183.0
    columns: int = 2
    row_height_mm: float = 0.0
    font: str = "sans"
    font_pt: float = 8.0
    theme: PaperTheme = "light"
    letters: LetterStyle = "a"
    titles: bool = True
    legend: LegendPlace = "shared"
    language_labels: LanguageLabels = "drawn"
    dpi: int = 300
    most_marks: int = 2_000

    def __post_init__(self) -> None:
        for name, value, (low, high) in (
            ("width_mm", self.width_mm, WIDTHS_MM),
            ("columns", self.columns, COLUMNS),
            ("font_pt", self.font_pt, FONT_SIZES),
            ("dpi", self.dpi, RESOLUTIONS),
        ):
            _require_within(name, value, low, high)
        if self.row_height_mm:
            _require_within("row_height_mm", self.row_height_mm, *HEIGHTS_MM)
        _require_within("most_marks", self.most_marks, 0, 10_000_000)
        for name, value, known in (
            ("theme", self.theme, PaperTheme),
            ("letters", self.letters, LetterStyle),
            ("legend", self.legend, LegendPlace),
            ("language_labels", self.language_labels, LanguageLabels),
        ):
            if value not in get_args(known):
                raise InputError(f"{name} is {value!r}; use {', '.join(get_args(known))}")

    def values(self) -> dict[str, Any]:
        """Returns the settings as JSON values."""
        return asdict(self)


def settings_from(values: Mapping[str, Any]) -> PaperSettings:
    """Returns settings of JSON values; what is unknown or cannot be used is as it is at first."""
    known = {name: type(value) for name, value in PaperSettings().values().items()}
    found: dict[str, Any] = {}
    for name, value in values.items():
        kind = known.get(name)
        number = kind in (int, float) and isinstance(value, int | float)
        if kind is None or isinstance(value, bool) != (kind is bool):
            continue
        if not (number or isinstance(value, kind)):
            continue
        wanted: dict[str, Any] = {name: kind(value)}
        try:
            PaperSettings(**wanted)
        except (InputError, ValueError, OverflowError):
            continue
        found |= wanted
    return PaperSettings(**found)


def _require_within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{name} is {value:g}; use {low:g} to {high:g}")
