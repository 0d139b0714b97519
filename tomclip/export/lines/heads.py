"""What a figure says of itself, as Python lines."""

from __future__ import annotations

from collections.abc import Iterable

from tomclip.export.lines.text import called
from tomclip.figures import FigureContext


def head_text(head: FigureContext, codes: Iterable[str], *, n_points: str = "len(items)") -> str:
    """Returns the lines that make `context`.

    Args:
        head: as the figure that is shown has it; the theme is left to whoever draws it again.
        codes: languages, or what takes their place, whose shown names the figure needs.
        n_points: the Python that counts the points.
    """
    names = {code: head.languages[code] for code in codes if code in head.languages}
    return "context = " + called(
        "FigureContext",
        f"encoders={dict(head.encoders)!r}",
        f"other_encoders={dict(head.other_encoders)!r}" if head.other_encoders else "",
        f"metric={head.metric!r}",
        f"n_points={n_points}",
        f"points={head.points!r}",
        f"languages={names!r}",
        f"title={head.title!r}" if head.title else "",
        f"note={head.note!r}" if head.note else "",
    )
