"""Texts of data, which may hold anything, inside of Markdown."""

from __future__ import annotations

from tomclip.core.reading.characters import cut_after

LONGEST = 60
_MEANS_SOMETHING = frozenset("\\`*_[]$~<>#|:")


def shortened(text: str) -> str:
    """Returns the text, cut after 60 characters: captions of data may be whole paragraphs."""
    return cut_after(text, LONGEST)


def literal(text: str) -> str:
    """Returns the text so that Markdown shows it as it is: no emphasis, link, formula or colour."""
    return "".join(f"\\{c}" if c in _MEANS_SOMETHING else c for c in text)
