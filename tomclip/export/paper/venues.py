"""Widths of figures that well-known venues print, in millimetres, each with where it is written."""

from __future__ import annotations

from typing import NamedTuple

from tomclip.core.errors import InputError

INCH = 25.4


class Venue(NamedTuple):
    """How wide a figure is printed.

    Attributes:
        title: of the venue.
        single: width in mm of one column; of the text where it has one column.
        double: width in mm across all columns; None where there is one.
        source: the guide or style file that says so.
    """

    title: str
    single: float
    double: float | None
    source: str


VENUES: dict[str, Venue] = {
    "neurips": Venue("NeurIPS", 5.5 * INCH, None, "NeurIPS style file: text 5.5 inches wide"),
    "iclr": Venue("ICLR", 5.5 * INCH, None, "ICLR style file: text 5.5 inches wide"),
    "icml": Venue(
        "ICML", 3.25 * INCH, 6.75 * INCH, "ICML style file: columns of 3.25 inches, text of 6.75"
    ),
    "acl": Venue("ACL", 77.0, 160.0, "ACL formatting guidelines: columns of 7.7 cm, 0.6 cm apart"),
    "cvpr": Venue(
        "CVPR, ICCV", 3.25 * INCH, 6.875 * INCH, "CVPR author kit: columns of 3 1/4, text of 6 7/8"
    ),
    "eccv": Venue("ECCV (Springer LNCS)", 122.0, None, "LNCS author guidelines: text 122 mm wide"),
    "aaai": Venue("AAAI", 3.3 * INCH, 7.0 * INCH, "AAAI author kit: columns of 3.3 inches"),
    "jmlr": Venue("JMLR", 6.0 * INCH, None, "jmlr2e style file: text 6 inches wide"),
    "ieee": Venue(
        "IEEE journals", 3.5 * INCH, 7.16 * INCH, "IEEE author graphics: 3.5 and 7.16 inches"
    ),
    "nature": Venue("Nature", 89.0, 183.0, "Nature, preparing figures: 89 and 183 mm"),
    "elsevier": Venue("Elsevier", 90.0, 190.0, "Elsevier artwork sizing: 90 and 190 mm"),
}
"""By the name that `--venue` takes."""


def venue_width(name: str, *, double: bool = False) -> float:
    """Returns the width in mm of a venue's column, or of its whole text.

    Raises:
        InputError: for a name that is not in `VENUES`.
    """
    if name not in VENUES:
        raise InputError(f"venue is {name!r}; use {', '.join(VENUES)}, or give a width in mm")
    venue = VENUES[name]
    return venue.double if double and venue.double else venue.single
