"""One query in all languages at once: where its right answer stands, by language and encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.data.emoji import Subset
from tomclip.figures import rank_figure
from tomclip.ui.computing import cached
from tomclip.ui.computing.shown_data import ShownData
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.zero_shot.asking.answers import MOST_OFFERED, PICTURE_SIDE, ROW_HEIGHT
from tomclip.ui.pages.zero_shot.asking.ranks import rank_words, ranked
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles, picture_address
from tomclip.ui.parts.feedback import ready
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.markdown import literal, shortened
from tomclip.ui.parts.tables import show_table
from tomclip.ui.scores.score_names import language_title
from tomclip.ui.selecting.data import ids_of
from tomclip.ui.selecting.rows import select_button
from tomclip.ui.view_state import choices

COLUMNS = ("encoder", "language", "rank", "candidates", "first")
FIRST, CAME_FIRST = "first under ", "came first"
"""Of columns; the second is what is shown, since an encoder's name does not fit over a picture."""
FEWEST = 2
"""Candidates that leave a choice."""


def show_languages_view(encoders: Sequence[str], subset: Subset, place: Place) -> None:
    """Shows one item's ranks in every language under every encoder, and what came first."""
    data = cached.dataset()
    offered = data.pictured_rows(data.rows(subset))
    if not data.languages or len(offered) < FEWEST:
        st.info(_too_little(data, len(offered)), icon=":material/translate:")
        return
    with place.row():
        titles = concept_titles(offered[:MOST_OFFERED])
        chosen = controls.select_picker(data.item_word[:-1], choices.ASKED_CONCEPT, titles)
        asked = controls.option_picker("Look for", choices.ASKED_FOR)
    rendering = place.rendering(data)
    row, of_picture = data.ids.index(chosen), asked == "picture"
    codes = languages_of(data, row, offered)
    if not codes:
        name = literal(shortened(data.titles[row]))
        st.info(f"{name} has no text in a language with another one; choose another item.")
        return
    pictures = [cached.picture_vectors_job(name, rendering) for name in encoders]
    texts = [cached.text_vectors_job(name, code) for name in encoders for code in codes]
    if not ready([*pictures, *texts]):
        return
    table = rank_table(encoders, row, codes, offered, rendering, of_picture=of_picture)
    _show_ranks(table, encoders, row, rendering, of_picture=of_picture)
    _show_words(table, row, rendering, of_picture=of_picture)
    select_button(ids_of(dict.fromkeys([row, *table["first"]])), "languages")
    _say_holes(data, row, codes)
    show_unread(encoders, codes)


def languages_of(data: ShownData, row: int, offered: np.ndarray) -> tuple[str, ...]:
    """Returns the languages in which an item, and another one to choose from, has a text."""
    enough = [code for code in data.languages if len(data.described(offered, [code])) >= FEWEST]
    return tuple(code for code in enough if data.places(code)[row] >= 0)


def _too_little(data: ShownData, pictured: int) -> str:
    """Returns why nothing can be ranked."""
    if not data.languages:
        return f"{data.title} has no texts to ask in; add captions to it under Your data."
    what = f"{data.item_word.lower()} with a picture"
    return f"{data.title} has {pictured} {what} here; ranks need at least {FEWEST}."


def _say_holes(data: ShownData, row: int, codes: Sequence[str]) -> None:
    """Says in which languages the item is not asked, where there are such."""
    left = [language_title(code) for code in data.languages if code not in codes]
    if left:
        st.caption(f"It has no text in {', '.join(left)}.")


def _show_ranks(
    table: pd.DataFrame, encoders: Sequence[str], row: int, rendering: str, *, of_picture: bool
) -> None:
    """Shows the heat map of ranks."""
    data, most = cached.dataset(), int(table["candidates"].max())
    what = "its picture" if of_picture else "its name"
    note = f"pictures by {rendering}" if len(data.renderings) > 1 else ""
    figure(
        rank_figure(
            table,
            candidates=most,
            context=figure_context(encoders, n_points=most, note=note),
            title=f"Rank of {what}: {shortened(data.titles[row])}",
        ),
        key="zero_shot/every_language",
        data=lambda: table.drop(columns="first"),
        reading=f"Where {what} stands among {_candidates(table, of_picture=of_picture)}; 1 is "
        "right. The colour follows the rank's logarithm: 1 and 10 are as far apart as 10 and 100.",
    )


def _candidates(table: pd.DataFrame, *, of_picture: bool) -> str:
    """Returns in words what is ranked; languages with holes have fewer names."""
    least, most = int(table["candidates"].min()), int(table["candidates"].max())
    if of_picture:
        return f"all {most:,} pictures"
    counted = f"all {most:,}" if least == most else f"the {least:,} to {most:,}"
    return f"{counted} names of the language"


def rank_table(
    encoders: Sequence[str],
    row: int,
    codes: Sequence[str],
    offered: np.ndarray,
    rendering: str,
    *,
    of_picture: bool,
) -> pd.DataFrame:
    """Returns the rank of an item's right answer in some languages under every encoder.

    Args:
        encoders: names; their vectors are ready.
        row: of the item.
        codes: languages in which it has a text.
        offered: rows of the items with pictures that are candidates, or whose names are.
        rendering: of the pictures.
        of_picture: whether the name looks for the picture; otherwise the picture for the name.

    Returns:
        Columns encoder, language, rank (from 1), candidates (how many there are) and first: the row
        of what comes first.
    """
    data, rows = cached.dataset(), []
    here = np.array([row])
    for name in encoders:
        picture = cached.pictures_of(name, rendering, here).vectors[0]
        for code in codes:
            if of_picture:
                query = cached.texts_of(name, code, here).vectors[0]
                candidates = cached.picture_vectors(name, rendering)
                answer = ranked(query, candidates, offered, data.pictured)
            else:
                asked, texts = data.described(offered, [code]), cached.text_vectors(name, code)
                answer = ranked(picture, texts, asked, data.places(code))
            rows.append((name, code, answer.place(row), len(answer), int(answer.rows[0])))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _show_words(table: pd.DataFrame, row: int, rendering: str, *, of_picture: bool) -> None:
    """Shows the words of every language with ranks beside the baseline's, and what came first."""
    words = words_table(table, row, rendering, pictures=of_picture)
    if of_picture:
        beaten = st.column_config.ImageColumn(CAME_FIRST, width=80)
    else:
        beaten = st.column_config.TextColumn(CAME_FIRST)
    show_table(
        words,
        hide_index=True,
        height="content",
        row_height=ROW_HEIGHT,
        column_config={name: beaten for name in words if str(name).startswith(FIRST)},
        placeholder="",
    )


def words_table(table: pd.DataFrame, row: int, rendering: str, *, pictures: bool) -> pd.DataFrame:
    """Returns a row per language: the word, and for each encoder its rank and what beat it.

    Args:
        table: of `rank_table`.
        row: of the item.
        rendering: of the pictures.
        pictures: whether what came first is shown as a picture; otherwise by its name.
    """
    data, titles = cached.dataset(), controls.encoder_titles()
    parts = {
        name: part.set_index("language") for name, part in table.groupby("encoder", sort=False)
    }
    baseline, codes = next(iter(parts)), list(dict.fromkeys(table["language"]))
    shown: dict[str, list[str | None]] = {
        "language": [language_title(code) for code in codes],
        "word": [data.names[code][row] for code in codes],
    }
    for name, part in parts.items():
        ranks = {code: int(part["rank"][code]) for code in codes}
        before = None if name == baseline else parts[baseline]["rank"]
        title = titles[str(name)]
        shown[title] = [
            rank_words(ranks[code], None if before is None else int(before[code])) for code in codes
        ]
        shown[f"{FIRST}{title}"] = [
            None if first == row else _shown(int(first), code, rendering, pictures=pictures)
            for code, first in zip(codes, part["first"][codes], strict=True)
        ]
    return pd.DataFrame(shown)


def _shown(row: int, language: str, rendering: str, *, pictures: bool) -> str:
    if pictures:
        return picture_address(row, rendering, PICTURE_SIDE)
    return cached.dataset().names[language][row]
