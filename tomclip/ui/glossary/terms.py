"""What the words of the field mean, and the list of them that a page opens."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import NamedTuple

import streamlit as st

from tomclip.core.errors import InputError
from tomclip.ui.glossary import drawings


class Term(NamedTuple):
    """A word of the field: its title, what it means in a sentence or two, and its picture."""

    title: str
    meaning: str
    drawing: Callable[[], str]


TERMS: Mapping[str, Term] = {
    "diagram": Term(
        "Persistence diagram",
        "Join all points nearer than a distance that grows. Each feature is a point: the distance "
        "at which it is born, and that at which it dies. Far from the diagonal it lives long.",
        drawings.diagram,
    ),
    "h0": Term(
        "H0, components",
        "Groups of points that are joined. Each point is a group at first, and dies when it merges "
        "with another: the deaths are the lengths of the minimum spanning tree.",
        drawings.components,
    ),
    "h1": Term(
        "H1, loops",
        "Rings of points around a hole. A loop is born when the last edge closes it, and dies when "
        "triangles fill it.",
        drawings.loop,
    ),
    "bottleneck": Term(
        "Bottleneck distance",
        "Match the points of two diagrams, or send them to the diagonal, as well as possible: the "
        "longest of the moves. One feature decides it.",
        drawings.bottleneck,
    ),
    "wasserstein": Term(
        "Wasserstein distance",
        "The same matching, with all moves counted: the root of the sum of their squares. Many "
        "small differences count too.",
        drawings.wasserstein,
    ),
    "cka": Term(
        "CKA",
        "Centred kernel alignment: how alike two tables of similarities between the same items "
        "are, from 0 to 1, whatever turn or size the clouds have.",
        drawings.similarity,
    ),
    "exact": Term(
        "Recipe exact",
        "The losses compare all distances and the true diagrams of both clouds, in units of the "
        "teacher's mean distance.",
        drawings.every_edge,
    ),
    "paper": Term(
        "Recipe paper",
        "The published losses: edges longer than a threshold are left out first, and what is left "
        "is rescaled.",
        drawings.short_edges,
    ),
    "edges": Term(
        "Recipe edges",
        "The same pairs of captions are measured in both clouds: those that decide the diagrams.",
        drawings.same_edges,
    ),
    "sparsification": Term(
        "Sparsification",
        "Leaving out the long edges before a diagram is computed. It is cheaper, and the late "
        "merges, between groups, are lost.",
        drawings.short_edges,
    ),
    "zero_shot": Term(
        "Zero-shot top-1",
        "A picture is compared with the names of all concepts in a language; it is right when its "
        "own name is the nearest, by cosine.",
        drawings.ranking,
    ),
    "interval": Term(
        "95 % interval",
        "Where the value would mostly lie with another draw of the concepts. A difference whose "
        "interval holds 0 can be chance.",
        drawings.interval,
    ),
    "aligned": Term(
        "Aligned maps",
        "Maps of the same captions begin from one layout and are turned onto each other "
        "(Procrustes), so that what has moved is what differs.",
        drawings.aligned,
    ),
}


def show_terms(names: Iterable[str]) -> None:
    """Shows a button that opens the terms of a page.

    Args:
        names: keys of `TERMS`, in the order to show.

    Raises:
        InputError: when a name is none.
    """
    terms = [_term(name) for name in names]
    with st.popover("Terms", icon=":material/menu_book:", type="tertiary", width="content"):
        st.html("".join(map(_as_html, terms)))


def _as_html(term: Term) -> str:
    """Returns a term with its picture beside it, as an address: `st.html` drops SVG elements."""
    drawn = b64encode(term.drawing().encode()).decode()
    return (
        '<div style="display: flex; align-items: center; gap: 1rem; margin: 0.3rem 0">'
        f'<img alt="" style="flex: none" src="data:image/svg+xml;base64,{drawn}">'
        f"<div><strong>{escape(term.title)}</strong><br><small>{escape(term.meaning)}</small></div>"
        "</div>"
    )


def _term(name: str) -> Term:
    if name not in TERMS:
        raise InputError(f"{name!r} is no term; use one of {', '.join(TERMS)}")
    return TERMS[name]
