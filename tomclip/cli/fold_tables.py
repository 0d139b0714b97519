"""The tables of a study over folds, on the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tomclip.cli.score_tables import plain_rows
from tomclip.cli.terminal import show_table
from tomclip.core.formatting import decimal
from tomclip.core.scores import score_kind

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.core.scores import ScoreKind
    from tomclip.studies.study import FoldStudy


def show_tables(
    study: FoldStudy, results: pd.DataFrame, condition: str | None, **options: str
) -> None:
    """Prints the forms of each condition against the baseline, then the contrasts.

    Args:
        study: Which.
        results: From `results_table`.
        condition: Show this one alone; None: all that have results.
        options: Keywords of `form_tests`.
    """
    from tomclip.studies.tables import contrast_tests, form_tests

    kind = score_kind(options["score"])
    for title in study.conditions if condition is None else (condition,):
        table = form_tests(study, results, title, **options)
        if len(table):
            rows = [_form_row(row, kind) for row in table.to_dict("records")]
            header = ["form", kind.short_title, "gain", "p, Holm", "could have seen", "verdict"]
            show_table(f"{title or 'forms'}: {kind.title}", header, rows, numbers=False)
    contrasts = contrast_tests(study, results, **options)
    if condition is None and len(contrasts):
        rows = [_contrast_row(row, kind) for row in contrasts.to_dict("records")]
        header = ["contrast", "before", "after", "gain", "p", "could have seen"]
        show_table(f"{study.baseline} between conditions", header, rows, numbers=False)


def as_json(
    study: FoldStudy, results: pd.DataFrame, condition: str | None, **options: str
) -> dict[str, Any]:
    """Returns the same tables as plain values."""
    from tomclip.studies.tables import contrast_tests, form_tests

    titles = study.conditions if condition is None else (condition,)
    return {
        **options,
        "conditions": {
            title: plain_rows(form_tests(study, results, title, **options)) for title in titles
        },
        "contrasts": plain_rows(contrast_tests(study, results, **options)),
    }


def _form_row(row: Mapping[Any, Any], kind: ScoreKind) -> list[str]:
    own = [str(row["form"]), decimal(row["value"], kind.digits)]
    if row.get("gain") is None or row["gain"] != row["gain"]:
        return [*own, "", "", "", ""]
    return [
        *own,
        _gain(row, kind),
        f"{row['adjusted_p']:.3f}",
        decimal(row["smallest_effect"], kind.digits + 1),
        str(row["verdict"] or ""),
    ]


def _contrast_row(row: Mapping[Any, Any], kind: ScoreKind) -> list[str]:
    return [
        str(row["contrast"]),
        decimal(row["before"], kind.digits),
        decimal(row["after"], kind.digits),
        _gain(row, kind),
        f"{row['p_value']:.3f}",
        decimal(row["smallest_effect"], kind.digits + 1),
    ]


def _gain(row: Mapping[Any, Any], kind: ScoreKind) -> str:
    digits = kind.digits + 1
    gain, low, high = (decimal(row[name], digits, signed=True) for name in ("gain", "low", "high"))
    return f"{gain} [{low}, {high}]"
