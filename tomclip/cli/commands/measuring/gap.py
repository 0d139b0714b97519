"""`tomclip gap`: where languages fall behind English, class by class."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from tomclip.cli.evaluation import Evaluation, on_data
from tomclip.cli.options import (
    Encoder,
    Force,
    JsonFile,
)
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress
from tomclip.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation import ClassHits

Show = Literal["accuracy", "gap", "difference"]


@on_data(shape=False)
def gap(
    encoder: Encoder,
    baseline: Annotated[
        str | None, typer.Option(help="Encoder that differences are taken from.")
    ] = None,
    show: Annotated[
        Show | None,
        typer.Option(
            help="What the cells hold; default: the gap to English, or the difference to a "
            "--baseline."
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Groups of classes: category, subcategory or class; default: the first."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="Most rows of a table.")] = 20,
    confused: Annotated[
        str | None,
        typer.Option(metavar="LANGUAGE", help="List which classes are confused in a language."),
    ] = None,
    merge_order: Annotated[
        bool,
        typer.Option(
            "--merge-order", help="Measure how well the H0 tree tells which classes are confused."
        ),
    ] = False,
    *,
    chosen: Evaluation,
    seed: Annotated[int, typer.Option(min=0, help="Of the intervals.")] = 0,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Show where languages fall behind English, class by class, and what is confused there.

    Rows are groups of classes; an asterisk says that a 95 % interval excludes zero.
    """
    target = json_file and require_output(json_file, force=force, suffixes=(".json",))
    languages = chosen.languages
    chosen = replace(chosen, languages=_with_english(languages))
    from tomclip.cli import gap_tables
    from tomclip.evaluation.language_gap.class_hits import require_classes
    from tomclip.evaluation.language_gap.confusion_table import confusion_table
    from tomclip.evaluation.language_gap.grouping import groupings

    kind, by = _kind(show, baseline), by or groupings(require_classes(chosen.task))[0]
    if kind == "gap":
        _require_english(chosen)
    cells = _cells(chosen, [encoder, *([baseline] if baseline else [])], kind, by, seed)
    found: dict[str, Any] = {"cells": cells}
    if confused:
        found["confusions"] = confusion_table(encoder, chosen.task, confused)
    if merge_order:
        found["merge_order"] = _merge_order(encoder, chosen, languages, seed)
    if target != STANDARD_OUTPUT:
        minus = f" minus {baseline}" if kind == "difference" else ""
        gap_tables.show_cells(
            cells, f"{encoder}{minus}", kind, top, gap_tables.group_titles(chosen.task, by)
        )
        if confused:
            gap_tables.show_confusions(found["confusions"], f"{encoder}, {confused}", top)
        if merge_order:
            gap_tables.show_merge_order(found["merge_order"], encoder)
    if target:
        facts = {
            "data": chosen.data,
            **chosen.task.choices,
            **{name: str(path) for name, path in chosen.files.items()},
            "encoder": encoder,
            "baseline": baseline,
        }
        write_json(target, {**facts, "show": kind, "by": by, **gap_tables.plain(found)})


def _with_english(languages: str | None) -> str | None:
    """Returns the languages to ask in: English is what the others are held against."""
    return languages and ",".join(dict.fromkeys(["en", *languages.split(",")]))


def _require_english(chosen: Evaluation) -> None:
    known = chosen.task.languages
    if "en" not in known:
        raise InputError(
            f"the gap is to English, in which {chosen.data} names no classes here (it has "
            f"{', '.join(known)}); add English names, or ask for --show accuracy"
        )


def _kind(show: Show | None, baseline: str | None) -> Show:
    if show == "difference" and not baseline:
        raise InputError("show is 'difference' without an encoder to subtract; add --baseline NAME")
    if baseline and show in ("accuracy", "gap"):
        raise InputError(
            f"show is {show!r}, which is of one encoder; leave --baseline {baseline} out"
        )
    return show or ("difference" if baseline else "gap")


def _cells(chosen: Evaluation, encoders: list[str], kind: Show, by: str, seed: int) -> pd.DataFrame:
    from tomclip.evaluation import class_hits
    from tomclip.evaluation.language_gap import cells
    from tomclip.evaluation.language_gap.grouping import groups_of

    groups, hits = groups_of(chosen.task, by), []
    for name in encoders:
        with progress(f"evaluating {name}") as report:
            answers = chosen.report(name, seed=seed, cache=True, on_progress=report)
        hits.append(class_hits(answers, chosen.task))
    return _of_kind(cells, hits, kind, groups)


def _of_kind(cells: Any, hits: list[ClassHits], kind: Show, groups: Any) -> pd.DataFrame:
    if kind == "difference":
        return cells.difference_cells(*hits, groups)
    return {"accuracy": cells.accuracy_cells, "gap": cells.english_gap_cells}[kind](hits[0], groups)


def _merge_order(
    encoder: str, chosen: Evaluation, languages: str | None, seed: int
) -> pd.DataFrame:
    from tomclip.cli.options import language_codes
    from tomclip.evaluation import merge_order_table

    with progress(f"merge order of {encoder}") as report:
        return merge_order_table(
            encoder,
            chosen.task,
            languages=language_codes(languages),
            seed=seed,
            on_progress=report,
        )
