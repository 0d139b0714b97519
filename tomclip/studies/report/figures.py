"""The figures of a study, made of its tables: what the page, the notebook and the files show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tomclip.core.results import ArrayRecord
from tomclip.core.scores import MEAN, ScoreKind, capitalised, score_kind
from tomclip.figures import FigureContext
from tomclip.figures.studies.gains import LEVELS, form_gains_figure
from tomclip.figures.studies.languages import language_gains_figure
from tomclip.figures.studies.runs import form_runs_figure
from tomclip.figures.studies.settings import settings_figure
from tomclip.figures.studies.shares import pair_share_figure
from tomclip.figures.studies.trade_off import form_trade_off_figure
from tomclip.figures.style.context import LANGUAGE_NAMES
from tomclip.figures.style.palette import ThemeName
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.outcomes import EMOJI, ICONS
from tomclip.studies.report import frames
from tomclip.studies.report.conditions import core_conditions
from tomclip.studies.report.frames import Asked
from tomclip.studies.report.opened import runs
from tomclip.studies.report.selection import selected

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

METRIC = "cosine"
"""Of every shape that a study measures."""
SHAPE = "wasserstein_h0_to_teacher"
PICTURES: Mapping[str, str] = {EMOJI: "held-out drawings of the emoji", ICONS: "icons"}


@dataclass(frozen=True, eq=False, repr=False)
class Drawn(ArrayRecord):
    """A figure and the table that it shows."""

    figure: go.Figure
    table: pd.DataFrame


def gains(
    loaded: LoadedStudy,
    conditions: Sequence[str],
    asked: Asked,
    *,
    theme: ThemeName = "light",
    table: pd.DataFrame | None = None,
) -> Drawn:
    """Returns the forest plot of the gains over the baseline, a panel per condition.

    Args:
        loaded: The study.
        conditions: Titles.
        asked: The score.
        theme: Ground of the figure.
        table: From `frames.gains`, where it is there already.
    """
    table = frames.gains(loaded, conditions, asked) if table is None else table
    kind = score_kind(asked.score)
    figure = form_gains_figure(
        table,
        context=_context(loaded, asked, theme),
        baseline=loaded.study.baseline,
        label=kind.title,
        unit=_difference_unit(kind),
        value_unit=kind.unit_in(METRIC),
        digits=_digits(kind),
        levels=LEVELS if kind.is_share else (),
        higher_is_better=kind.higher_is_better,
    )
    return Drawn(figure, table)


def language_gains(
    loaded: LoadedStudy,
    conditions: Sequence[str],
    asked: Asked,
    *,
    theme: ThemeName = "light",
    table: pd.DataFrame | None = None,
) -> Drawn:
    """Returns the heat maps of the gains by language; arguments as of `gains`."""
    table = frames.gains_by_language(loaded, conditions, asked) if table is None else table
    kind = score_kind(asked.score)
    figure = language_gains_figure(
        table,
        context=_context(loaded, Asked(asked.score, asked.data, ""), theme),
        baseline=loaded.study.baseline,
        label=kind.title,
        unit=_difference_unit(kind),
        digits=kind.digits,
    )
    return Drawn(figure, table)


def pair_shares(
    loaded: LoadedStudy,
    asked: Asked,
    *,
    theme: ThemeName = "light",
    table: pd.DataFrame | None = None,
) -> Drawn:
    """Returns the score against the share of pairs, with and without the English captions."""
    table = frames.shares(loaded, asked) if table is None else table
    kind = score_kind(asked.score)
    figure = pair_share_figure(
        table,
        context=_context(loaded, asked, theme),
        baseline=loaded.study.baseline,
        label=kind.title,
        unit=kind.unit_in(METRIC),
        digits=kind.digits,
    )
    return Drawn(figure, table)


def trade_off(
    loaded: LoadedStudy,
    conditions: Sequence[str],
    asked: Asked,
    *,
    shape: str = SHAPE,
    theme: ThemeName = "light",
    table: pd.DataFrame | None = None,
) -> Drawn:
    """Returns accuracy against a shape score, with each condition's Pareto front."""
    table = frames.trade_offs(loaded, conditions, asked, shape) if table is None else table
    kind, other = score_kind(asked.score), score_kind(shape)
    figure = form_trade_off_figure(
        table,
        context=_context(loaded, asked, theme),
        accuracy_label=kind.title,
        accuracy_unit=kind.unit_in(METRIC),
        accuracy_digits=kind.digits,
        shape_label=other.title,
        shape_unit=other.unit_in(METRIC),
        shape_higher_is_better=other.higher_is_better,
        shape_digits=other.digits,
        title=f"{capitalised(kind.title)} against {other.short_title}",
    )
    return Drawn(figure, table)


def settings(
    loaded: LoadedStudy,
    condition: str,
    *,
    theme: ThemeName = "light",
    table: pd.DataFrame | None = None,
) -> Drawn:
    """Returns what the choice of settings found for a condition.

    Raises:
        RunError: when a file of the choice is damaged.
    """
    table = selected(loaded, condition) if table is None else table
    source = loaded.study.conditions[condition].settings_of or condition
    choose = loaded.study.choose
    held = f"{_listed('fold', choose.folds)}, {_listed('seed', choose.seeds)}" if choose else ""
    note = " \u00b7 ".join(filter(None, (source, held)))
    context = FigureContext(metric="", note=note, theme=theme)
    figure = settings_figure(table, context=context, baseline=loaded.study.baseline)
    return Drawn(figure, table)


def form_runs(
    loaded: LoadedStudy, condition: str, form: str, asked: Asked, *, theme: ThemeName = "light"
) -> Drawn:
    """Returns the gain of every run of a form over the baseline's of its fold and seed."""
    table, kind = runs(loaded, condition, form, asked), score_kind(asked.score)
    figure = form_runs_figure(
        table,
        context=_context(loaded, asked, theme),
        condition=condition,
        form=form,
        baseline=loaded.study.baseline,
        label=kind.title,
        unit=_difference_unit(kind),
        digits=_digits(kind),
    )
    return Drawn(figure, table)


def study_figures(loaded: LoadedStudy) -> dict[str, Drawn]:
    """Returns the figures of a study's document, by the names of their files.

    Raises:
        RunError: when a file of the choice of settings is damaged.
    """
    core, asked = core_conditions(loaded.study), Asked()
    drawn = {
        "gains": gains(loaded, core, asked),
        "gains_by_language": language_gains(loaded, core, asked),
        "shares": pair_shares(loaded, asked),
        "trade_off": trade_off(loaded, core, asked),
    }
    choosing = [c for c in core if loaded.study.conditions[c].settings_of is None]
    for number, condition in enumerate(choosing if loaded.study.choose else [], start=1):
        drawn[f"settings_{number}"] = settings(loaded, condition)
    return drawn


def _context(loaded: LoadedStudy, asked: Asked, theme: ThemeName) -> FigureContext:
    study = loaded.study
    parts = (
        PICTURES[asked.data],
        {"": "", MEAN: "mean of the languages", **LANGUAGE_NAMES}[asked.language],
        f"{len(study.folds)} folds, {len(study.seeds)} seeds",
    )
    is_shape = score_kind(asked.score).reference is not None
    return FigureContext(
        metric=METRIC if is_shape else "",
        languages=LANGUAGE_NAMES,
        note=" \u00b7 ".join(filter(None, parts)),
        theme=theme,
    )


def _difference_unit(kind: ScoreKind) -> str:
    return "points" if kind.is_share else kind.unit_in(METRIC)


def _digits(kind: ScoreKind) -> int:
    """Returns the decimals of a difference: one more than of a share."""
    return kind.digits + 1 if kind.is_share else kind.digits


def _listed(what: str, numbers: Sequence[int]) -> str:
    return f"{what}{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
