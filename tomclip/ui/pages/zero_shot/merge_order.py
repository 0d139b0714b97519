"""Whether the order of merges in the H0 tree tells which concepts are confused."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from tomclip.core.scores import MEAN
from tomclip.core.subsets import counted_concepts
from tomclip.data.emoji import Subset
from tomclip.figures import FigureContext, accuracy_figure
from tomclip.ui.pages.zero_shot import gap_computations as computed
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, figure_context

PREDICTORS = {"merge": "distance at which they merge (H0)", "distance": "distance of their names"}


def show_merge_order(encoder: str, subset: Subset) -> None:
    """Shows how well the H0 tree, and the plain distance, tell which concepts are confused."""
    if "table" not in (found := outcomes({"table": computed.merge_order_job(encoder, subset)})):
        return
    table = found["table"]
    if table["merge"].isna().all():
        st.info("No picture is taken for another concept, so there is nothing to tell.")
        return
    st.markdown(merge_sentence(table, subset))
    scores = merge_scores(table)
    title = "Which concepts are confused: told by merges and by distances"
    chart = accuracy_figure(
        scores,
        context=_merge_context(encoder, int(table["classes"].iloc[0]), title),
        label="AUC: how often a confused pair is nearer than another",
        unit="%",
        chance=50.0,
        sort_by="merge",
    )
    figure(
        chart,
        key="zero_shot/merge_order",
        data=lambda: table,
        reading="Pairs of concepts, confused when a picture of one is taken for the other. "
        "Lines are 95 % intervals over concepts.",
    )


def _merge_context(encoder: str, count: int, title: str) -> FigureContext:
    return figure_context([encoder], n_points=count, title=title, other_encoders=PREDICTORS)


def merge_scores(table: pd.DataFrame) -> pd.DataFrame:
    """Returns the AUCs in per cent as the long table that `accuracy_figure` takes."""
    parts = [
        pd.DataFrame(
            {
                "language": table["language"],
                "encoder": name,
                "value": 100 * table[name],
                "ci_low": 100 * table[f"{name}_low"],
                "ci_high": 100 * table[f"{name}_high"],
            }
        )
        for name in PREDICTORS
    ]
    return pd.concat(parts, ignore_index=True)


def merge_sentence(table: pd.DataFrame, subset: Subset) -> str:
    """Returns in words what merges tell in the mean of the languages, and what distances do."""
    mean = table[table["language"] == MEAN].iloc[0]
    by_merge, by_distance = (_percent(mean, name) for name in PREDICTORS)
    low, high = mean["merge_minus_distance_low"], mean["merge_minus_distance_high"]
    verdict = "as much as"
    if low > 0 or high < 0:
        verdict = "more than" if low > 0 else "less than"
    counted = counted_concepts(int(mean["classes"]), subset)
    return (
        f"On {counted}, in the mean of languages, a confused pair merges before another one with a "
        f"chance of {by_merge}; its names are nearer with {by_distance}. "
        f"The order of merges tells **{verdict}** the distance it is made from; 50 % is guessing."
    )


def _percent(row: pd.Series, name: str) -> str:
    value, low, high = (100 * float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return f"{value:.1f} % [{low:.1f}, {high:.1f}]"
