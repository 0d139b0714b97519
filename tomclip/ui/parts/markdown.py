"""Texts of data, which may hold anything, inside of Markdown."""

from __future__ import annotations

_MEANS_SOMETHING = frozenset("\\`*_[]$~<>#|:")


def literal(text: str) -> str:
    """Returns the text so that Markdown shows it as it is: no emphasis, link, formula or colour."""
    return "".join(f"\\{c}" if c in _MEANS_SOMETHING else c for c in text)
