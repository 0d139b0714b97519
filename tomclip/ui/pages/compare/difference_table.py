"""The differences to the baseline as a table: a row a language, a column an encoder."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from tomclip.core.formatting import decimal
from tomclip.core.scores import ScoreKind, score_kind
from tomclip.export import spreadsheet_csv
from tomclip.figures.style.axes import with_unit
from tomclip.ui.parts.tables import show_table
from tomclip.ui.scores.score_names import language_title

MINUS = "\N{MINUS SIGN}"


def show_difference_table(
    table: pd.DataFrame, score: str, *, baseline: str, titles: Mapping[str, str]
) -> None:
    """Shows the table with the intervals in its cells, and offers the long one.

    Args:
        table: of one score, a row an encoder and language, with the columns encoder, language,
            baseline_value, difference, ci_low, ci_high (NaN where there is no interval) and unit.
        score: its name.
        baseline: name of the encoder that was subtracted.
        titles: shown title of each encoder by its name.
    """
    kind = score_kind(score)
    names = _column_names(table, baseline, titles)
    wide, cells = by_language(table, names, digits=kind.digits)
    unit = "%" if kind.is_share else str(table["unit"].iloc[0])
    plain = st.column_config.NumberColumn(
        with_unit(names[baseline], unit), format=f"%.{kind.digits}f"
    )
    show_table(
        wide,
        cells=cells,
        hide_index=True,
        height="content",
        column_config={names[baseline]: plain},
    )
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.caption(_explained(kind, table, names[baseline]), width="stretch")
        st.download_button(
            "Long table",
            lambda: spreadsheet_csv(table),
            f"compare_{score}.csv",
            "text/csv",
            icon=":material/download:",
            key="compare_long_table",
            on_click="ignore",
            type="tertiary",
            help="A row an encoder and language, with both values and the interval.",
        )


def by_language(
    table: pd.DataFrame, names: Mapping[str, str], *, digits: int
) -> tuple[pd.DataFrame, Mapping[str, list[str]]]:
    """Returns the table with a row a language, and the texts of its cells of differences.

    Args:
        table: as of `show_difference_table`.
        names: the column of each encoder of the table, and first that of the baseline.
        digits: decimals of differences and intervals.

    Returns:
        The columns "language", the baseline's value, and the difference of each other encoder, NaN
        where one was not measured; and by column the text of each cell, such as
        "+3.1 [+0.2, +6.0]", or "–" where there is no difference.
    """
    languages = list(dict.fromkeys(table["language"]))
    first, *others = names.items()
    values = table.groupby("language", sort=False)["baseline_value"].first()
    wide = {"language": map(language_title, languages), first[1]: values.reindex(languages)}
    cells: dict[str, list[str]] = {}
    for encoder, column in others:
        rows = table[table["encoder"] == encoder].set_index("language").reindex(languages)
        wide[column] = rows["difference"]
        cells[column] = [
            _cell(*bounds, digits=digits)
            for bounds in zip(rows["difference"], rows["ci_low"], rows["ci_high"], strict=True)
        ]
    return pd.DataFrame({name: list(column) for name, column in wide.items()}), cells


def _cell(difference: float, low: float, high: float, *, digits: int) -> str:
    if pd.isna(difference):
        return "–"
    shown = decimal(difference, digits, signed=True)
    if pd.isna(low) or pd.isna(high):
        return shown
    bounds = ", ".join(decimal(bound, digits, signed=True) for bound in (low, high))
    return f"{shown} [{bounds}]"


def _column_names(
    table: pd.DataFrame, baseline: str, titles: Mapping[str, str]
) -> Mapping[str, str]:
    """Returns a column name for each encoder, the baseline first; no two are the same."""
    encoders = [baseline, *dict.fromkeys(table["encoder"])]
    shown = [titles.get(name, name) for name in encoders]
    unique = [
        f"{title} ({name})" if shown.count(title) > 1 else title
        for name, title in zip(encoders, shown, strict=True)
    ]
    return {
        name: title if name == baseline else f"{title} {MINUS} {unique[0]}"
        for name, title in zip(encoders, unique, strict=True)
    }


def _explained(kind: ScoreKind, table: pd.DataFrame, baseline: str) -> str:
    if not kind.is_share:
        unit = table["unit"].iloc[0]
        return f"Differences to {baseline} in {unit}; shape scores have no interval."
    return (
        f"Differences to {baseline} in percentage points, with 95 % intervals over "
        f"{int(table['n'].iloc[0]):,} concepts, resampled as pairs."
    )
