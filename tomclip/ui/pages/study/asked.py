"""What a person asks of a study: conditions, score, pictures and language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

from streamlit.delta_generator import DeltaGenerator

from tomclip.core.scores import MEAN, capitalised, score_kind
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report.conditions import core_conditions
from tomclip.studies.report.frames import Asked, rows_of
from tomclip.studies.tables import PRIMARY
from tomclip.ui.parts import controls
from tomclip.ui.scores.score_names import score_titles
from tomclip.ui.view_state import choices

MOST_CONDITIONS = 4
ALL_FORMS = "all forms"


def conditions_picker(loaded: LoadedStudy) -> tuple[str, ...]:
    """Returns the chosen conditions; those that compare most forms are offered first."""
    titles = _condition_titles(loaded)
    if len(titles) == 1:
        return tuple(titles)
    return controls.several_picker(
        "Conditions",
        choices.CONDITIONS,
        titles,
        most=MOST_CONDITIONS,
        help_text="Data under which the same forms are compared.",
    )


def condition_picker(loaded: LoadedStudy) -> str:
    """Returns the chosen condition of those that choose settings of their own."""
    conditions = loaded.study.conditions
    titles = {
        title: shown
        for title, shown in _condition_titles(loaded).items()
        if conditions[title].settings_of is None
    }
    return controls.select_picker("Condition", choices.CONDITION, titles)


def asked_picker(
    loaded: LoadedStudy,
    *,
    by_language: bool = False,
    accuracy: bool = False,
    more: DeltaGenerator | None = None,
) -> Asked:
    """Returns the chosen pictures, score and language.

    Args:
        loaded: The study; it has results.
        by_language: All languages are shown, so that none is asked for.
        accuracy: Offer shares of right answers alone.
        more: Where pictures and language are asked for, if not beside the score.
    """
    with more or nullcontext():
        data = controls.option_picker("Pictures", choices.STUDY_PICTURES, _pictures(loaded))
    names = list(dict.fromkeys(rows_of(loaded, data=data)["score"]))
    ordered = sorted(names, key=lambda name: name != PRIMARY)
    offered = [name for name in ordered if score_kind(name).is_share or not accuracy]
    score = controls.select_picker(
        "Score",
        choices.STUDY_SCORE,
        score_titles(offered),
        help="The first one decides; the others are secondary outcomes.",
    )
    if by_language:
        return Asked(score, data)
    known = dict.fromkeys(rows_of(loaded, data=data, scores=[score])["language"])
    codes = [code for code in known if code != MEAN]
    titles = {MEAN: "Mean of all", **controls.language_titles(codes)}
    with more or nullcontext():
        language = controls.select_picker("Language", choices.STUDY_LANGUAGE, titles)
    return Asked(score, data, language)


def shape_picker(loaded: LoadedStudy) -> str:
    """Returns the chosen shape score; "" where the study has none."""
    names = dict.fromkeys(loaded.table["score"])
    shapes = [name for name in names if score_kind(name).reference is not None]
    if not shapes:
        return ""
    titles = {name: capitalised(score_kind(name).short_title) for name in shapes}
    return controls.select_picker("Shape", choices.STUDY_SHAPE, titles)


def _pictures(loaded: LoadedStudy) -> Mapping[str, str]:
    there = set(loaded.table["data"])
    titles = choices.STUDY_PICTURES.titles
    return {name: title for name, title in titles.items() if name in there}


def _condition_titles(loaded: LoadedStudy) -> dict[str, str]:
    core = core_conditions(loaded.study)
    ordered = [*core, *(title for title in loaded.study.conditions if title not in core)]
    return {title: title or ALL_FORMS for title in ordered}
