"""The captions whose neighbours changed most, each with its old and its new neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.results import ArrayRecord
from tomclip.data import language as known_language
from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import PICTURES, MapChoice
from tomclip.ui.computing.neighbours import Changes
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import picture_address
from tomclip.ui.view_state import choices

STYLE = """<style>
.moved {display: grid; gap: .35rem 1.2rem; align-items: start; font-size: .84rem;
  grid-template-columns: minmax(9rem, 1fr) minmax(0, 3fr) minmax(0, 3fr)}
.moved > * {border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent);
  padding-top: .45rem; min-width: 0}
.moved > .head {border: 0; font-weight: 600; padding: 0}
.moved img {width: 1.25rem; height: 1.25rem; vertical-align: -.3rem; margin-right: .25rem}
.moved .word img {width: 1.8rem; height: 1.8rem; vertical-align: -.5rem}
.moved .near {display: flex; flex-wrap: wrap; gap: .15rem .8rem}
.moved .stayed {opacity: .5}
.moved .fact {opacity: .7; font-size: .78rem}
@media (max-width: 40rem) {
  .moved {grid-template-columns: 1fr} .moved > .near {border: 0; padding: 0}
  .moved > .head {display: none}
  .moved .near::before {content: attr(data-head); width: 100%; opacity: .7; font-size: .78rem}
}
</style>"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MovedItem(ArrayRecord):
    """One listed caption.

    Attributes:
        point: its row among the points of the map.
        change: of its neighbours, in [0, 1].
        before, after: rows of its neighbours among the points, the nearest first.
    """

    point: int
    change: float
    before: np.ndarray
    after: np.ndarray


def ranked_items(changes: Changes, code: str) -> list[MovedItem]:
    """Returns all items, the most changed first; equal ones as they stand on the map.

    Args:
        changes: by language, in the order of the map's points.
        code: of the only language to list; "all" for every one.
    """
    items, start = [], 0
    for own, one in changes.items():
        if code in (ALL, own):
            places = zip(one.change, one.before, one.after, strict=True)
            items += [
                MovedItem(start + row, float(change), start + before, start + after)
                for row, (change, before, after) in enumerate(places)
            ]
        start += len(one.change)
    return sorted(items, key=lambda item: -round(item.change, 9))


ALL = "all"


def show_moved_list(
    first: str, other: str, choice: MapChoice, points: pd.DataFrame, changes: Changes
) -> None:
    """Shows the most changed captions with the words and pictures of their neighbours."""
    titles = [cached.encoder_title(name) for name in (first, other)]
    st.markdown("##### Captions whose neighbours changed most")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = controls.select_picker("Captions in", choices.MOVED_LANGUAGE, _languages(choice))
        most = controls.number_slider("Listed captions", choices.MOST_MOVED, 5, 50)
    items = ranked_items(changes, code)
    st.caption(summary(items, most, changes, code, titles))
    heads = [f"Near it under {title}" for title in titles]
    cells = [f'<div class="head">{escape(text)}</div>' for text in ("", *heads)]
    for item in items[:most]:
        cells += _row(item, points, choice.rendering, heads)
    st.html(f'{STYLE}<div class="moved">{"".join(cells)}</div>')


def _languages(choice: MapChoice) -> dict[str, str]:
    names = {code: known_language(code).name if code else "Pictures" for code in choice.languages}
    every = {ALL: "All languages" if PICTURES not in names else "All languages and pictures"}
    return {**every, **names} if len(names) > 1 else names


def summary(
    items: Sequence[MovedItem], most: int, changes: Changes, code: str, titles: Sequence[str]
) -> str:
    """Returns what was compared, what chance gives, and where ranks are tied."""
    shown = [one for own, one in changes.items() if code in (ALL, own)]
    k, chance = shown[0].k, shown[0].by_chance
    mean = 100 * np.mean([item.change for item in items])
    parts = [
        f"Of the {k} nearest captions of the same language under {titles[0]}, {mean:.0f} % are "
        f"others under {titles[1]} in the mean of {len(items):,}; encoders that have nothing to "
        f"do with each other would give {100 * chance:.0f} %. Those that stay are faded.",
    ]
    if tied := _tied_at_end(items, most):
        parts.append(
            f"{tied} captions share the last listed change, {100 * items[most - 1].change:.0f} %: "
            "of them the first on the map are listed."
        )
    if equal := sum(int(one.tied.sum()) for one in shown):
        parts.append(
            f"For {equal:,} captions others are equally near for the last of the {k} places; they "
            "share it."
        )
    return " ".join(parts)


def _tied_at_end(items: Sequence[MovedItem], most: int) -> int:
    """Returns how many items changed as much as the last listed one, if some are not listed."""
    if most >= len(items):
        return 0
    last, following = items[most - 1].change, items[most].change
    if abs(last - following) > 1e-9:
        return 0
    return sum(abs(item.change - last) < 1e-9 for item in items)


def _row(item: MovedItem, points: pd.DataFrame, rendering: str, heads: Sequence[str]) -> list[str]:
    """Returns the three cells of a listed caption."""
    stayed = set(item.before.tolist()) & set(item.after.tolist())
    own = points.iloc[item.point]
    code = str(own["language"])
    where = known_language(code).name if code else "picture"
    gloss = "" if code in ("en", PICTURES) else f"{own['english']} · "
    fact = escape(f"{gloss}{where} · {100 * item.change:.0f} % changed")
    word = f'<div class="word">{_named(own, rendering)}<br><span class="fact">{fact}</span></div>'
    lists = [
        _near(rows, stayed, points, rendering, head)
        for rows, head in zip((item.before, item.after), heads, strict=True)
    ]
    return [word, *lists]


def _near(
    rows: np.ndarray, stayed: set[int], points: pd.DataFrame, rendering: str, head: str
) -> str:
    words = [
        f'<span class="{"stayed" if row in stayed else "new"}">'
        f"{_named(points.iloc[row], rendering)}</span>"
        for row in rows.tolist()
    ]
    return f'<div class="near" data-head="{escape(head)}">{"".join(words)}</div>'


def _named(point: pd.Series, rendering: str) -> str:
    """Returns the picture and the words of a point as HTML; words are shown as they are."""
    address = picture_address(int(point["concept"]), rendering)
    gloss, words = escape(str(point["english"]), quote=True), escape(str(point["words"]))
    picture = f'<img alt="" src="{address}">' if address else ""
    return f'{picture}<span dir="auto" title="{gloss}">{words}</span>'
