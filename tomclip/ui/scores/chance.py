"""Which of the shown scores cannot be told from guessing, said in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from tomclip.evaluation import MEAN, EvaluationReport, chance_level, near_chance
from tomclip.ui.scores.score_names import language_title

MOST_NAMED = 6


def show_chance(
    reports: Mapping[str, EvaluationReport], score: str, titles: Mapping[str, str]
) -> None:
    """Shows `chance_sentence` quietly, where there is something to say."""
    if text := chance_sentence(reports, score, titles):
        st.caption(f":material/casino: {text}")


def chance_sentence(
    reports: Mapping[str, EvaluationReport], score: str, titles: Mapping[str, str]
) -> str:
    """Returns in which languages each encoder's score is near chance level, or "".

    Args:
        reports: by encoder name.
        score: name of an accuracy or recall; other scores have no chance level.
        titles: shown title by encoder name.
    """
    parts = [
        f"**{titles.get(name, name)}** in {_in_words(found, report)}"
        for name, report in reports.items()
        if (found := _languages(report, score))
    ]
    if not parts:
        return ""
    return f"Near chance level, the 95 % interval reaching down to guessing: {'; '.join(parts)}."


def common_chance(reports: Mapping[str, EvaluationReport], score: str) -> float | None:
    """Returns the score's level of chance in per cent where it is one for all languages."""
    levels = {
        chance_level(report, one)
        for report in reports.values()
        for one in report.scores
        if one.name == score and one.language != MEAN
    }
    return levels.pop() if len(levels) == 1 else None


def _languages(report: EvaluationReport, score: str) -> list[str]:
    return [s.language for s in near_chance(report) if s.name == score and s.language != MEAN]


def _in_words(found: Sequence[str], report: EvaluationReport) -> str:
    if len(found) == len(report.settings["languages"]):
        return f"all {len(found)} languages" if len(found) > 1 else language_title(found[0])
    names = [language_title(code) for code in found]
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more languages" if more > 0 else "")
