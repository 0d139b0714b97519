"""Prompts: edited by language, and the accuracy before and after them under every encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from tomclip.core.formatting import decimal
from tomclip.core.scores import capitalised, score_kind
from tomclip.data.emoji import Subset
from tomclip.data.prompts import PLACE, Prompts
from tomclip.evaluation import EvaluationReport
from tomclip.figures import difference_figure
from tomclip.ui.computing import cached
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.pages.zero_shot.prompting import kept
from tomclip.ui.pages.zero_shot.prompting.asked import Prompted, prompted
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes, refuse
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.tables import show_table
from tomclip.ui.parts.uploads import LIST_MEGABYTES, LIST_SUFFIXES
from tomclip.ui.scores.score_names import language_title, score_titles
from tomclip.ui.view_state import choices

ALONE = "names alone"
NO_CLASSES = (
    "Prompts are sentences that names of classes are put into, and {} has no classes; give its "
    "pictures labels, two or more, under Your data."
)


def show_prompts(encoders: Sequence[str], subset: Subset, place: Place) -> None:
    """Shows the field for a language's prompts, what is kept, and what it changes."""
    if (asked := prompted(subset)) is None:
        st.info(NO_CLASSES.format(cached.dataset().title), icon=":material/edit_note:")
        return
    prompts = kept.own_prompts(asked.languages)
    with place.row():
        language = asked.languages[0]
        if len(asked.languages) > 1:
            language = controls.language_picker("Prompts in")
        titles = score_titles(asked.scores)
        score = controls.select_picker("Score", choices.ACCURACY_SCORE, titles) if prompts else ""
    show_unread(encoders, prompts.languages)
    _field(language, asked.languages)
    _buttons(prompts, asked.languages)
    if refused := kept.refusal():
        refuse(refused)
    if not prompts:
        st.info(
            "What is asked are the names alone. Write a prompt above, or take those of the paper, "
            "to see what changes.",
            icon=":material/edit_note:",
        )
        return
    _show_kept(prompts)
    _show_effects(encoders, asked, prompts, score)


def effects_table(
    before: Mapping[str, EvaluationReport], after: Mapping[str, EvaluationReport], score: str
) -> pd.DataFrame:
    """Returns `prompt_effects` of every encoder that has both reports, language by language."""
    from tomclip.evaluation.readings.prompt_effects import prompt_effects

    kind = score_kind(score)
    parts = [
        prompt_effects(before[name], after[name], asked=kind.family, k=kind.k).assign(encoder=name)
        for name in before
        if name in after
    ]
    if not parts:
        return pd.DataFrame()
    codes = list(parts[0]["language"])
    table = pd.concat(parts, ignore_index=True)
    order = table["language"].map(codes.index).argsort(kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _field(language: str, languages: Sequence[str]) -> None:
    st.text_area(
        f"One prompt a line; {PLACE} stands for the name",
        "\n".join(kept.own_prompts(languages).own(language)),
        key=kept.field_key(language),
        height=100,
        placeholder=f"the name alone, as {PLACE} would be",
        help="Several prompts are an ensemble: a name is the mean of its vectors under all.",
        on_change=kept.take_typed,
        args=(language,),
    )


def _buttons(prompts: Prompts, languages: Sequence[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Take the paper's",
            icon=":material/article:",
            key="zero_shot_paper_prompts",
            on_click=kept.take_paper,
            args=(languages,),
        )
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            key="zero_shot_reset_prompts",
            on_click=kept.reset,
            disabled=not prompts,
        )
        st.download_button(
            "Download",
            prompts.to_csv(),
            "prompts.csv",
            "text/csv",
            icon=":material/download:",
            key="zero_shot_download_prompts",
            on_click="ignore",
            disabled=not prompts,
            help="A language per column, a prompt per row: what `--prompts` reads.",
        )
        with st.popover("Upload", icon=":material/upload:"):
            st.file_uploader(
                "A CSV or TSV: a language per column, a prompt per row",
                type=list(LIST_SUFFIXES),
                max_upload_size=LIST_MEGABYTES,
                key=kept.FILE_KEY,
                on_change=kept.take_file,
                args=(languages,),
            )


def _show_kept(prompts: Prompts) -> None:
    with st.expander(f"Prompts of {len(prompts.languages)} languages"):
        rows = [
            (language_title(code), one) for code in prompts.languages for one in prompts.own(code)
        ]
        show_table(pd.DataFrame(rows, columns=["language", "prompt"]), hide_index=True)


def _show_effects(encoders: Sequence[str], asked: Prompted, prompts: Prompts, score: str) -> None:
    plain = {name: asked.alone_job(name, prompts) for name in encoders}
    jobs = {name: asked.report_job(name, prompts) for name in encoders}
    before = outcomes(plain)
    after = outcomes({name: job for name, job in jobs.items() if name in before})
    table = effects_table(before, after, score)
    if table.empty:
        return
    kind, count = score_kind(score), int(table["n"].iloc[0])
    chart = difference_figure(
        table.assign(value=table["difference"]),
        context=figure_context(
            after, n_points=count, points=asked.task.items_title, other_encoders={ALONE: ALONE}
        ),
        baseline=ALONE,
        label=kind.title,
        title=f"{capitalised(kind.title)}: your prompts less the names alone",
    )
    figure(
        chart,
        key="zero_shot/prompts",
        data=lambda: table,
        reading=f"Filled: the 95 % interval over {asked.task.items_title}, resampled as pairs, "
        "excludes zero.",
    )
    shown = shown_effects(table, controls.encoder_titles())
    show_table(shown, hide_index=True, height="content")


def shown_effects(table: pd.DataFrame, titles: Mapping[str, str]) -> pd.DataFrame:
    """Returns the effects as a person reads them: each number with its 95 % interval.

    Args:
        table: of `effects_table`.
        titles: shown title by encoder name.
    """
    columns = {
        "names alone, %": ("before", "before_low", "before_high", False),
        "your prompts, %": ("after", "after_low", "after_high", False),
        "difference, points": ("difference", "ci_low", "ci_high", True),
    }
    shown = pd.DataFrame(
        {
            "encoder": [titles.get(str(name), str(name)) for name in table["encoder"]],
            "language": [language_title(str(code)) for code in table["language"]],
        }
    )
    for head, (*names, signed) in columns.items():
        rows = table[list(names)].to_numpy(float).tolist()
        shown[head] = [_with_interval(row, signed=bool(signed)) for row in rows]
    return shown


def _with_interval(numbers: Sequence[float], *, signed: bool) -> str:
    value, low, high = (decimal(one, 1, signed=signed) for one in numbers)
    return f"{value} [{low}, {high}]"
