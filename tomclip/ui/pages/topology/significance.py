"""Is the shape of a language different from English, beyond the choice of concepts?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from tomclip.data import language as known_language
from tomclip.figures import permutation_figure, shape_figure, significance_figure
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.pages.topology.clouds import reference_name, vectors_ready
from tomclip.ui.pages.topology.computations import PAIRS, tests_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.selection import Selection
from tomclip.ui.scores.shape_answer import KINDS, LEVEL, shape_answer
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    from tomclip.figures import FigureContext
    from tomclip.topology import LanguageTest
    from tomclip.ui.view_state.kinds import Mark

SCALED_HELP = (
    "Divides the distances of every sample by their median: a cloud that is an enlarged copy of "
    "another has the same shape then."
)
HOW = (
    f"The {{noun}} are dealt into {PAIRS} disjoint samples, the same in both languages, and the "
    "two diagrams of a sample are exchanged in all ways. p is the share of ways that set the "
    "languages as far apart as they are, corrected for all tests (Benjamini and Hochberg). Click "
    "a language to see its permutations."
)


def show_significance(choice: CloudChoice, max_dimension: int, rows: ControlRows) -> None:
    """Shows a permutation test of every language against the reference, and one of them closely."""
    languages = cached.dataset().languages
    if len(languages) < 2:
        st.info(f"{cached.dataset().title} has one language, so there is none to compare it with.")
        return
    with rows.second:
        homology_dimension = int(controls.option_picker("Dimension", choices.TESTED))
        scaled = controls.toggle("Size divided out", choices.SCALED, help_text=SCALED_HELP)
    choice = choice.over(languages)
    if too_few := _too_few(len(choice.candidates)):
        st.info(too_few)
        return
    if not vectors_ready(choice, languages):
        return
    found = outcomes({"tests": tests_job(choice, scaled=scaled)}).get("tests", ())
    tests = [test for test in found if test.homology_dimension == homology_dimension]
    if not tests:
        return
    context = _context(choice, scaled=scaled)
    st.info(reading(tests, reference_name()))
    chart = significance_figure(
        {test.language: test.adjusted_p_value for test in tests},
        level=LEVEL,
        context=context,
        homology_dimension=homology_dimension,
        smallest=tests[0].test.smallest_p_value,
    )
    marks = figure(
        chart,
        key="topology/significance",
        data=lambda: tests_table(found),
        selection=Selection(choices.TESTED_LANGUAGE, choice),
        reading=HOW.format(noun=cached.dataset(choice.data).noun),
    )
    shown = _clicked(marks, tests) or min(tests, key=lambda test: test.adjusted_p_value)
    title = cached.encoder_title(choice.encoder)
    st.markdown(shape_answer(found, shown.language, encoder=title, reference=reference_name()))
    _distances(choice, tests, context, scaled=scaled)
    figure(
        permutation_figure(shown.test, language=shown.language, context=context),
        key="topology/permutations",
        data=lambda: pd.DataFrame({"joint_loss_of_exchanged_labels": shown.test.null}),
        reading="The joint loss is how far apart the diagrams of one language are. Real labels far "
        "to the left say that the two languages hold together better than any mix of them.",
    )


def _too_few(count: int) -> str:
    """Returns in words how many items the test needs; empty where there are as many."""
    from tomclip.topology.statistics import significance

    smallest = significance.SMALLEST_SUBSAMPLE
    if count >= PAIRS * smallest:
        return ""
    items = cached.dataset().item_word.lower()
    return (
        f"This test deals the {items} into {PAIRS} samples of at least {smallest}, so that it "
        f"needs {PAIRS * smallest}; there are {count}."
    )


def _distances(
    choice: CloudChoice, tests: Sequence[LanguageTest], context: FigureContext, *, scaled: bool
) -> None:
    """Shows how far each language is from the reference, beside its samples of other concepts."""
    reference = reference_name()
    table = pd.DataFrame(
        [(test.language, choice.encoder, *test.distance.between) for test in tests],
        columns=["language", "encoder", "value", "ci_low", "ci_high"],
    )
    dimension = tests[0].homology_dimension
    chart = shape_figure(
        table,
        context=context,
        label=f"Wasserstein distance to {reference}, H{dimension}",
        unit=f"{choice.metric} distance" + (" over its median" if scaled else ""),
        title=f"Distance to {reference}, H{dimension}",
        level=(tests[0].distance.other_concepts, f"{reference} of other concepts"),
    )
    figure(
        chart,
        key="topology/significance_distances",
        data=lambda: table,
        reading="The mean over the samples with its 95 % interval. Left of the line a language is "
        f"nearer to {reference} than {reference} is to itself where the concepts are others.",
    )


def reading(tests: Sequence[LanguageTest], reference: str = "English") -> str:
    """Returns in words which languages differ from the reference."""
    kind = KINDS[tests[0].homology_dimension]
    differ = [known_language(t.language).name for t in tests if t.adjusted_p_value < LEVEL]
    alike = [known_language(t.language).name for t in tests if t.adjusted_p_value >= LEVEL]
    if not differ:
        return f"No language's {kind} can be told from {reference} at the {100 * LEVEL:g} % level."
    those = _listed(differ, len(tests))
    told = f"The {kind} of {those} differ from {reference} by more than chance"
    if not alike:
        return f"{told}."
    return f"{told}; those of {_listed(alike, len(tests))} cannot be told from it."


def tests_table(tests: Sequence[LanguageTest]) -> pd.DataFrame:
    """Returns one row per test: language, dimension, p, adjusted p and how it was found."""
    return pd.DataFrame(
        [
            (
                t.language,
                t.homology_dimension,
                t.test.p_value,
                t.adjusted_p_value,
                *t.distance.between,
                t.distance.other_concepts,
                t.test.statistic,
                t.test.permutations,
                t.test.exact,
            )
            for t in tests
        ],
        columns=[
            "language",
            "homology_dimension",
            "p",
            "adjusted_p",
            "distance",
            "ci_low",
            "ci_high",
            "other_concepts",
            "joint_loss",
            "permutations",
            "exact",
        ],
    )


def _context(choice: CloudChoice, *, scaled: bool) -> FigureContext:
    from tomclip.topology.statistics.significance import dealt_rows

    concepts = len(choice.candidates)
    samples, size = dealt_rows(concepts, PAIRS, None).shape
    return figure_context(
        [choice.encoder],
        metric=choice.metric,
        n_points=concepts,
        note=f"{samples} samples of {size}" + (", each over its median" if scaled else ""),
    )


def _clicked(marks: Sequence[Mark], tests: Sequence[LanguageTest]) -> LanguageTest | None:
    return next((test for test in tests for (code,) in marks[:1] if test.language == code), None)


def _listed(names: Sequence[str], tested: int) -> str:
    if len(names) == tested > 1:
        return f"all {tested} other languages"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
