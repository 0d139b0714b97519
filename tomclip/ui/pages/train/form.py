"""The form of a training run: the settings a person changes most, and below them all others.

Types, bounds and choices are those of the configuration classes, which check every value as soon as
it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from tomclip.config import TrainConfig, change_config, config_to_dict, parse_config
from tomclip.core.errors import ConfigError
from tomclip.core.languages import LANGUAGES
from tomclip.ui.pages.train.presets import BASE
from tomclip.ui.pages.train.settings import FORM, setting_widget, settings
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import refuse
from tomclip.ui.run_view.weights import WEIGHT_HELP, WEIGHT_TITLES, exact_weights, weight_slider

MAIN = (
    "name",
    "seed",
    "loss.recipe",
    "loss.metric",
    "loss.pointwise",
    "loss.weights_in",
    "loss.schedule",
    "optimiser.steps",
    "optimiser.batch_size",
    "optimiser.learning_rate",
    "validation.probe_every_steps",
    "data.languages",
    "data.share",
    "data.english_anchor.captions",
    "data.english_anchor.weight",
    "data.english_anchor.structure",
    "data.unpaired.captions",
    "student.start_from",
    *(f"loss.{name}" for name in WEIGHT_TITLES),
)
RECIPE_HELP: Mapping[str, str] = {
    "paper": "the published losses: short edges alone, rescaled",
    "exact": "all distances, and the true diagrams of H0 and H1",
    "edges": "lengths of the same edges on both sides",
    "relative": "as exact, but each caption's distances in units of their own spread",
    "neighbours": "as exact, but who is near whom in place of distances",
    "landmarks": "as exact, but which pictures a caption is near in place of distances",
    "clusters": "as exact, but H0 within each group of the teacher's captions",
    "divergence": "as exact, but H0 compares where the same captions join on both sides",
    "cross": "as exact, but distances from the teacher's points, and H0 of joining them",
    "transport": "as exact, but distances matched by Gromov-Wasserstein, without pairs; needs POT",
    "moments": "as exact, but mean and covariance in place of distances, without pairs",
    "consistency": "as exact, but noise must not change who is near whom, without pairs",
}
WEIGHTS_IN_HELP = (
    "loss: a weight multiplies its term. gradient: it says how many times as hard the term pulls "
    "as the point-wise loss, whatever the batch; the point-wise weight must be above 0."
)
SCHEDULE_HELP = (
    "Of the structural weights over the run's S steps. constant: they stay. rising: at step s they "
    "count s / S times. falling: (S - s + 1) / S times. The point-wise weight always stays."
)
GROUPS: Mapping[str, str] = {
    "": "Run",
    "student": "A new student",
    "loss": "Loss",
    "optimiser": "Optimiser",
    "validation": "Validation",
    "data": "Data",
    "data.english_anchor": "English anchor",
    "data.unpaired": "Unpaired captions",
}


def main_settings() -> None:
    """Shows the settings that decide most: what the loss weighs, how long, and from which seed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting_widget("name", help_text="Any name; the run's folder is named after it.")
        setting_widget("loss.recipe", help_text=_recipes_explained())
        setting_widget("loss.metric", "Distance")
        setting_widget("loss.pointwise", "Point-wise loss")
    with st.container(horizontal=True):
        for name, title in WEIGHT_TITLES.items():
            weight_slider(title, f"{FORM}loss.{name}", help_text=WEIGHT_HELP[name])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        exact_weights({title: f"{FORM}loss.{name}" for name, title in WEIGHT_TITLES.items()})
        setting_widget("loss.weights_in", "Weights count in", help_text=WEIGHTS_IN_HELP)
        setting_widget("loss.schedule", "Weights over the run", help_text=SCHEDULE_HELP)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting_widget("optimiser.steps", step=50)
        setting_widget("optimiser.batch_size", "Captions a batch", step=32)
        setting_widget("optimiser.learning_rate", step=1e-4)
        setting_widget("seed")
        setting_widget(
            "validation.probe_every_steps",
            "Steps between probes",
            step=25,
            help_text="A probe measures accuracy and shape of every language; 0 makes none.",
        )


def further_settings() -> None:
    """Shows what the student reads and starts from, and every other setting that there is."""
    with st.expander("Data and student"):
        _data_and_student()
    with st.expander("All other settings"):
        rest = [key for key in settings() if key not in MAIN]
        for group in dict.fromkeys(key.rpartition(".")[0] for key in rest):
            st.markdown(f"**{GROUPS.get(group, group)}**")
            _row(key for key in rest if key.rpartition(".")[0] == group)


def form_config() -> TrainConfig | None:
    """Returns the configuration that the form holds; says what is not valid and returns None."""
    state = st.session_state
    held = {
        key: None if one.optional and state[FORM + key] == "" else state[FORM + key]
        for key, one in settings().items()
    }
    try:
        config = change_config(parse_config(state[BASE]), held, source="form")
    except ConfigError as error:
        refuse(str(error).removeprefix("form: "))
        return None
    state[BASE] = config_to_dict(config)
    return config


def _recipes_explained() -> str:
    return "\n".join(f"- **{name}**: {what}" for name, what in RECIPE_HELP.items())


def _data_and_student() -> None:
    st.multiselect(
        "Languages",
        LANGUAGES,
        key=f"{FORM}data.languages",
        format_func=lambda code: controls.language_titles()[code],
        wrap=True,
    )
    key = f"{FORM}student.start_from"
    chosen = st.session_state[key]
    students = {chosen: chosen, "": "a new student"}
    students |= {one.name: one.title for one in controls.students()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting_widget("data.share", "Share of the captions", step=0.05)
        st.selectbox(
            "Start from",
            list(students),
            key=key,
            format_func=lambda name: students.get(name, str(name)),
            help="A student on this machine keeps its own shape and tokenizer.",
        )
    _lone_captions()


def _lone_captions() -> None:
    """Shows the captions without a pair, which join the batches."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting_widget(
            "data.english_anchor.captions",
            "English anchor",
            placeholder="none; emoji or a file",
            help_text="English captions need no translation: write emoji for all that belong to "
            "the training concepts, or the path of a file of texts; they join every batch.",
        )
        setting_widget(
            "data.english_anchor.weight",
            "Weight of the anchor",
            step=0.25,
            help_text="What its point-wise loss counts beside that of the pairs, which counts 1.",
        )
        setting_widget(
            "data.english_anchor.structure",
            "Anchor in the shape",
            help_text="Whether the anchor's captions are points of distance matrix, H0 and H1 too.",
        )
        setting_widget(
            "data.unpaired.captions",
            "Unpaired captions",
            placeholder="none; emoji or a file",
            help_text="Captions in other languages without English ones: write emoji for all that "
            "belong to the training concepts, or the path of a file; they join the student's H0 "
            "and H1 alone, and the distance-matrix term of recipes without pairs.",
        )


def _row(keys: Iterable[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for key in keys:
            setting_widget(key)
