"""What a mark stands for: its runs, their configuration, and the command that repeats one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st
import yaml

from tomclip.config import config_to_dict
from tomclip.core.formatting import decimal
from tomclip.core.scores import score_kind
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report import figures
from tomclip.studies.report.conditions import chosen_in
from tomclip.studies.report.frames import Asked
from tomclip.studies.report.opened import differences, repeating_command, trials_of_form
from tomclip.studies.trials import Trial
from tomclip.ui.parts.layout import figure, side_by_side
from tomclip.ui.parts.selection import Selection
from tomclip.ui.parts.tables import show_table
from tomclip.ui.theme import theme
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.kinds import Mark

if TYPE_CHECKING:
    from tomclip.studies.report.figures import Drawn

MOST_ROWS, TABLE_HEIGHT = 8, 320


def show_opened(loaded: LoadedStudy, condition: str, form: str, asked: Asked) -> None:
    """Shows the runs of a form in a condition, how they were set, and how to repeat one."""
    trials = trials_of_form(loaded, condition, form)
    if not trials:
        st.info(f"{form} has no trial in this condition yet: settings are still being chosen.")
        return
    with st.container(border=True):
        st.subheader(" · ".join(filter(None, (form, condition))), anchor=False)
        st.markdown(_chosen_sentence(loaded, condition, form))
        drawn = figures.form_runs(loaded, condition, form, asked, theme=theme())
        opened: tuple[Mark, ...] = ()
        places = side_by_side("opened", wide=True)
        with places.container():
            if form != loaded.study.baseline:
                opened = _runs_figure(loaded, condition, form, drawn)
            else:
                st.caption("The baseline: every other form is held against these runs.")
        with places.container():
            _runs_table(drawn.table, asked)
        _configuration(loaded, condition, form, _trial_of(trials, opened))


def _runs_figure(loaded: LoadedStudy, condition: str, form: str, drawn: Drawn) -> tuple[Mark, ...]:
    return figure(
        drawn.figure,
        key="study/runs",
        data=lambda: drawn.table,
        reading="The means of the folds are tested; seeds of one fold share its concepts. Click a "
        "run for its command below.",
        selection=Selection(choices.OPENED_RUN, (str(loaded.directory), condition, form)),
    )


def _trial_of(trials: Sequence[Trial], opened: Sequence[Mark]) -> Trial:
    """Returns the trial of the selected run, by default the first."""
    places: dict[Mark, Trial] = {(str(one.group.fold), str(one.group.seed)): one for one in trials}
    return next((places[mark] for mark in opened if mark in places), trials[0])


def _chosen_sentence(loaded: LoadedStudy, condition: str, form: str) -> str:
    """Returns which weight and learning rate were chosen for a form."""
    settings = chosen_in(loaded, condition).get(form)
    if settings is None:
        if form in loaded.study.plain:
            return "A closed form: its strength is chosen on validation concepts in every run."
        return "No setting was chosen: it is trained as the study's file says."
    rate = f"learning rate {settings.learning_rate:g}"
    if settings.multiple is None:
        return f"Chosen on validation concepts: {rate}."
    return (
        f"Chosen on validation concepts: weight {settings.multiple:g} times that of an equal pull "
        f"(a factor of {settings.factor:g}), {rate}."
    )


def _runs_table(runs: pd.DataFrame, asked: Asked) -> None:
    kind = score_kind(asked.score)
    unit = f", {kind.unit}" if kind.is_share else ""
    titles = {
        "fold": "Fold",
        "seed": "Seed",
        "value": f"{kind.short_title.capitalize()}{unit}",
        "gain": "Gain",
        "best_step": "Best step",
        "seconds": "Seconds",
        "commit": "Commit",
    }
    digits = kind.digits + 1
    table = runs[list(titles)].assign(commit=runs["commit"].str[:7]).rename(columns=titles)
    number = st.column_config.NumberColumn
    forms = {
        titles["value"]: number(format=f"%.{digits}f"),
        "Gain": number(format=f"%+.{digits}f"),
        "Best step": number(format="%d"),
        "Seconds": number(format="%.1f"),
    }
    height = "content" if len(table) <= MOST_ROWS else TABLE_HEIGHT
    shown = table.dropna(axis="columns", how="all") if len(table) else table
    show_table(shown, hide_index=True, column_config=forms, placeholder="–", height=height)
    if len(runs):
        mean = decimal(float(runs["seconds"].mean()), 1)
        st.caption(f"{len(runs)} runs, {mean} seconds each, what they shared included.")


def _configuration(loaded: LoadedStudy, condition: str, form: str, trial: Trial) -> None:
    """Shows what differs from the baseline, the whole configuration, and the command."""
    changed = differences(loaded, condition, form)
    if changed:
        rows = [(key, str(own), str(other)) for key, (own, other) in changed.items()]
        columns = ["Setting", form, loaded.study.baseline]
        show_table(pd.DataFrame(rows, columns=columns), hide_index=True, height="content")
    place = f"fold {trial.group.fold}, seed {trial.group.seed}"
    if trial.plain is None:
        st.markdown(f"This trains the run of {place} again, as a run of its own:")
    else:
        st.markdown(f"This fits {place} again, with the condition's other trials, in a new folder:")
    st.code(repeating_command(loaded, trial), language="sh", wrap_lines=True)
    with st.expander("Configuration that these runs share", icon=":material/settings:"):
        values = config_to_dict(trial.config)
        st.code(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), language="yaml")
