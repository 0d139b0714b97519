"""How the command line shows the gap of languages: cells, confusions, and what merges tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from tomclip.cli.score_tables import plain_rows
from tomclip.cli.terminal import show_table
from tomclip.core.formatting import decimal
from tomclip.core.scores import EVERY_CLASS, MEAN

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation import Task

TITLES = {
    "accuracy": "top-1 accuracy, %",
    "gap": "top-1 accuracy less that in English, percentage points",
    "difference": "top-1 accuracy, percentage points",
}
MERGE_LEGEND = (
    "AUC: the chance that a confused pair of classes is nearer than one that is not; 0.5 is "
    "guessing. merge: the distance at which two classes meet in the H0 tree of a language's texts; "
    "text: the distance between their two texts. Intervals at 95 %, over classes."
)


def show_cells(
    cells: pd.DataFrame, of: str, kind: str, top: int, titles: Mapping[str, str]
) -> None:
    """Prints groups by languages: the largest gaps first, otherwise the best group first.

    Args:
        cells: as `tomclip.evaluation.language_gap.cells` makes them.
        of: the encoder, or two.
        kind: a key of `TITLES`.
        top: most groups shown.
        titles: shown name of a group, where it is not its own.
    """
    from tomclip.evaluation.language_gap.cells import ordered_groups

    groups = ordered_groups(cells, ascending=kind == "gap")
    codes = [code for code in dict.fromkeys(cells["language"]) if code != MEAN] + [MEAN]
    written = {(row["group"], row["language"]): _cell(row, kind) for row in plain_rows(cells)}
    counts = cells[cells["language"] == MEAN].set_index("group")["pictures"]
    shown = [*groups[:top], EVERY_CLASS]
    body = [
        [
            titles.get(group, group),
            str(counts[group]),
            *(written.get((group, code), "") for code in codes),
        ]
        for group in shown
    ]
    more = f", {top} of {len(groups)} groups" if len(groups) > top else ""
    show_table(f"{of}: {TITLES[kind]}{more}", ["group", "pictures", *codes], body)


def _cell(row: Mapping[Any, Any], kind: str) -> str:
    low, high = row["ci_low"], row["ci_high"]
    clear = kind != "accuracy" and low is not None and (low > 0 or high < 0)
    text = decimal(row["value"], 1, signed=kind != "accuracy", minus="-")
    return f"{text}{'*' if clear else ''}"


def group_titles(task: Task, by: str) -> dict[str, str]:
    """Returns the words of every class in English, where the groups are classes.

    Names without English are those of the first language.
    """
    from tomclip.evaluation.language_gap.confusions import class_words
    from tomclip.evaluation.settings import ENGLISH

    spoken = ENGLISH if ENGLISH in task.languages else next(iter(task.languages))
    return class_words(task, spoken) if by == "class" else {}


def show_confusions(table: pd.DataFrame, of: str, top: int) -> None:
    """Prints which class is taken for which, the most frequent confusions first."""
    from tomclip.evaluation.language_gap.confusion_table import IN_ENGLISH_TOO

    glossed = IN_ENGLISH_TOO in table
    body = [_confusion(row, glossed) for row in plain_rows(table.head(top))]
    share = ""
    if glossed and len(table):
        share = f", {100 * table[IN_ENGLISH_TOO].mean():.0f} % of them in English too"
    title = f"{of}: {len(table)} confusions{share}"
    header = ["class", "taken for", "pictures", *(["in English too"] if glossed else [])]
    show_table(title, header, body, numbers=False)


def _confusion(row: Mapping[Any, Any], glossed: bool) -> list[str]:
    from tomclip.evaluation.language_gap.confusion_table import (
        ENGLISH_WORDS,
        IN_ENGLISH_TOO,
        SIDES,
    )

    words = [row[f"{side}_text"] for side in SIDES]
    count = f"{row['pictures']} of {row['of']}"
    if not glossed:
        return [*words, count]
    english = [row[f"{side}_{ENGLISH_WORDS}"] for side in SIDES]
    both = [f"{own} ({gloss})" for own, gloss in zip(words, english, strict=True)]
    return [*both, count, "yes" if row[IN_ENGLISH_TOO] else "no"]


def show_merge_order(table: pd.DataFrame, encoder: str) -> None:
    """Prints the AUCs by language, and what they say in a sentence."""
    body = [
        [
            row["language"],
            f"{row['confused']:,} of {row['pairs']:,}",
            *(_estimate(row, name) for name in ("merge", "distance", "merge_minus_distance")),
        ]
        for row in plain_rows(table)
    ]
    header = ["language", "confused pairs", "AUC, merge", "AUC, text", "merge less text"]
    show_table(f"{encoder}: does the H0 tree tell which classes are confused?", header, body)
    typer.echo(MERGE_LEGEND)


def _estimate(row: Mapping[Any, Any], name: str) -> str:
    signed = name == "merge_minus_distance"
    parts = [row[name], row[f"{name}_low"], row[f"{name}_high"]]
    text = ["" if one is None else decimal(one, 3, signed=signed, minus="-") for one in parts]
    return f"{text[0]} [{text[1]}, {text[2]}]" if text[1] else text[0] or "nothing to tell"


def plain(found: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Returns tables as plain JSON values."""
    return {name: plain_rows(table) for name, table in found.items()}
