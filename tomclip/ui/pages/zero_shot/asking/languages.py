"""One query in all languages at once: where its right answer stands, by language and encoder."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from tomclip.core.types import Embeddings
from tomclip.data.emoji import Subset
from tomclip.figures import rank_figure
from tomclip.ui.computing import cached
from tomclip.ui.pages.zero_shot.asking.answers import PICTURE_SIDE, ROW_HEIGHT
from tomclip.ui.pages.zero_shot.asking.ranks import Ranking, rank_words, ranked
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles, picture_address
from tomclip.ui.parts.feedback import ready
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.score_names import language_title
from tomclip.ui.parts.tables import show_table
from tomclip.ui.parts.text_encoders import show_unread
from tomclip.ui.view_state import choices

COLUMNS = ("encoder", "language", "rank", "first")
FIRST = "first under "


def show_languages_view(encoders: Sequence[str], subset: Subset) -> None:
    """Shows one concept's ranks in every language under every encoder, and what came first."""
    data = cached.dataset()
    concepts, rows = data.concepts["id"], data.rows(subset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = controls.select_picker("Concept", choices.ASKED_CONCEPT, concept_titles(rows))
        asked = controls.option_picker("Look for", choices.ASKED_FOR)
        rendering = controls.rendering_picker(data)
    pictures = [cached.picture_vectors_job(name, rendering) for name in encoders]
    texts = [cached.text_vectors_job(name, code) for name in encoders for code in data.languages]
    if not ready([*pictures, *texts]):
        return
    row = list(concepts).index(chosen)
    table = rank_table(encoders, row, subset, rendering, of_picture=asked == "picture")
    what = "its picture" if asked == "picture" else "its name"
    candidates = "pictures" if asked == "picture" else "names of the language"
    chart = rank_figure(
        table,
        candidates=len(rows),
        context=figure_context(encoders, n_points=len(rows), note=f"pictures by {rendering}"),
        title=f"Rank of {what}: {data.names['en'][row]}",
    )
    figure(
        chart,
        key="zero_shot/every_language",
        data=lambda: table,
        reading=f"Where {what} stands among all {len(rows):,} {candidates}; 1 is right. The colour "
        "follows the rank's logarithm: 1 and 10 are as far apart as 10 and 100.",
    )
    _show_words(table, row, rendering, of_picture=asked == "picture")
    show_unread(encoders, data.languages)


def rank_table(
    encoders: Sequence[str], row: int, subset: Subset, rendering: str, *, of_picture: bool
) -> pd.DataFrame:
    """Returns the rank of a concept's right answer in every language under every encoder.

    Args:
        encoders: names; their vectors are ready.
        row: of the concept.
        subset: concepts whose pictures, or names, are the candidates.
        rendering: of the pictures.
        of_picture: whether the name looks for the picture; otherwise the picture for the name.

    Returns:
        Columns encoder, language, rank (from 1) and first: the row of what comes first.
    """
    rows = []
    for name in encoders:
        images = cached.picture_vectors(name, rendering)
        for code in cached.dataset().languages:
            texts = cached.text_vectors(name, code)
            sides = (texts, images) if of_picture else (images, texts)
            answer = _answer(*sides, row, subset)
            rows.append((name, code, answer.place(row), int(answer.rows[0])))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _answer(queries: Embeddings, candidates: Embeddings, row: int, subset: Subset) -> Ranking:
    return ranked(queries.vectors[row], candidates, cached.dataset().rows(subset))


def _show_words(table: pd.DataFrame, row: int, rendering: str, *, of_picture: bool) -> None:
    """Shows the words of every language with ranks beside the baseline's, and what came first."""
    words = words_table(table, row, rendering, pictures=of_picture)
    columns = {name: st.column_config.ImageColumn(width=48) for name in words if FIRST in str(name)}
    show_table(
        words,
        hide_index=True,
        height="content",
        row_height=ROW_HEIGHT,
        column_config=columns if of_picture else None,
        placeholder="",
    )


def words_table(table: pd.DataFrame, row: int, rendering: str, *, pictures: bool) -> pd.DataFrame:
    """Returns a row per language: the word, and for each encoder its rank and what beat it.

    Args:
        table: of `rank_table`.
        row: of the concept.
        rendering: of the pictures.
        pictures: whether what came first is shown as a picture; otherwise by its name.
    """
    data, titles = cached.dataset(), controls.encoder_titles()
    parts = {
        name: part.set_index("language") for name, part in table.groupby("encoder", sort=False)
    }
    baseline, codes = next(iter(parts)), list(data.languages)
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
