"""The workspaces of this machine: what each holds, where it is shown, its name and its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from tomclip.encoders.added import KnownEncoder, added_encoders, remember_encoder
from tomclip.evaluation import task_sources
from tomclip.evaluation.tasks.workspace_labels import LABELS
from tomclip.ui import view_state
from tomclip.ui.computing.shown_makers import EMOJI
from tomclip.ui.pages.your_data.findings import show_findings, show_languages
from tomclip.ui.pages.your_data.forecasting import show_forecast
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import person
from tomclip.ui.parts.tables import show_table
from tomclip.ui.run_view.asked_data import ask_to_train_on
from tomclip.ui.view_state import choices
from tomclip.workspaces import (
    PREFIX,
    Workspace,
    delete_workspace,
    list_workspaces,
    rename_workspace,
)
from tomclip.workspaces.reading.limits import in_words

BENCHMARKS_PAGE, ENCODERS_PAGE = "pages/8_benchmarks.py", "pages/9_encoders.py"
MAPS_PAGE, TRAIN_PAGE = "pages/2_embeddings.py", "pages/6_train.py"
LOOK_HELP = (
    "From then on Overview, Embeddings, Topology, Compare and Zero-shot & retrieval show it."
)


def show_holdings() -> None:
    """Shows every workspace in a row, and the chosen one whole."""
    found = {one.name: one for one in list_workspaces()}
    if not found:
        st.info(
            "No workspace yet. Drop files above, or begin with the template.",
            icon=":material/upload_file:",
        )
        return
    _table(list(found.values()))
    titles = {name: name for name in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = controls.select_picker("Workspace", choices.WORKSPACE, titles)
        _renaming(name)
        _deleting(found[name])
    with sentences():
        _one(found[name])


def _table(found: Sequence[Workspace]) -> None:
    rows = [
        {
            "Workspace": one.name,
            "Items": one.latest["items"],
            "Languages": ", ".join(one.languages),
            "Pictures": one.latest["pictures"],
            "Pairs to train on": one.pairs,
            "Size": in_words(one.size),
            "Version": one.latest["version"],
            "Made": str(one.latest["made_at"])[:16].replace("T", " "),
        }
        for one in found
    ]
    form = st.column_config.NumberColumn(format="localized")
    forms = dict.fromkeys(("Items", "Pictures", "Pairs to train on"), form)
    show_table(pd.DataFrame(rows), hide_index=True, height="content", column_config=forms)


def _renaming(name: str) -> None:
    with st.popover("Rename", icon=":material/edit:"), sentences():
        new = st.text_input("New name", value=name, key=f"new_name:{name}", max_chars=64)
        if st.button("Rename", key="rename_workspace", disabled=new.strip() == name):
            renamed = rename_workspace(name, new).name
            view_state.choose(choices.WORKSPACE, renamed)
            if view_state.chosen(choices.DATA) == f"{PREFIX}{name}":
                view_state.choose(choices.DATA, f"{PREFIX}{renamed}")
            st.rerun()


def _deleting(workspace: Workspace) -> None:
    with st.popover("Delete", icon=":material/delete:"), sentences():
        st.caption(
            f"{workspace.latest['items']:,} items in {in_words(workspace.size)} are removed from "
            "the disk and cannot be brought back."
        )
        sure = st.checkbox("I am sure", key=f"sure:{workspace.name}")
        label = f"Delete {workspace.name}"
        if st.button(label, type="primary", key="delete_workspace", disabled=not sure):
            delete_workspace(workspace.name)
            if view_state.chosen(choices.DATA) == f"{PREFIX}{workspace.name}":
                view_state.choose(choices.DATA, EMOJI.name)
            st.rerun()


def _one(workspace: Workspace) -> None:
    show_languages(workspace.languages)
    _links(workspace)
    show_forecast(workspace)
    with st.expander("What was odd, and where it came from"):
        show_findings(workspace.findings)
        for version in reversed(workspace.versions):
            st.caption(_version(version))


def _version(version: Mapping[str, object]) -> str:
    sources = version["sources"]
    names = ", ".join(str(one["name"]) for one in sources) if isinstance(sources, list) else ""
    made = str(version["made_at"])[:16].replace("T", " ")
    return f"Version {version['version']}, {made} UTC, by tomclip {version['tomclip']}: {names}"


def _links(workspace: Workspace) -> None:
    """Leads to the pages and commands that work on it."""
    data = f"{PREFIX}{workspace.name}"
    named = str(workspace.path) if person() else data  # commands know no login
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            MAPS_PAGE,
            label="Look at it on every page",
            icon=":material/visibility:",
            query_params={"data": data},
            help=LOOK_HELP,
        )
        st.page_link(
            BENCHMARKS_PAGE,
            label="Evaluate encoders on it",
            icon=":material/leaderboard:",
            query_params={"benchmark": data},
        )
        if f"{data}{LABELS}" in task_sources():
            st.page_link(
                BENCHMARKS_PAGE,
                label="Name its pictures by its labels",
                icon=":material/label:",
                query_params={"benchmark": f"{data}{LABELS}"},
            )
        if workspace.pairs and st.button(
            "Train on it", icon=":material/model_training:", type="tertiary", key="train_on_it"
        ):
            ask_to_train_on(workspace.name)
            st.switch_page(TRAIN_PAGE)
        if workspace.encoder is not None:
            _vectors(workspace, workspace.encoder)
    lines = [
        f"tomclip evaluate --encoder tomclip --data {named}",
        f"tomclip diagrams --encoder tomclip --data {named}",
    ]
    if workspace.pairs:
        lines.append(f"# training: data.source: captions, data.captions: {workspace.captions_file}")
    st.code("\n".join(lines), language="bash")


def _vectors(workspace: Workspace, name: str) -> None:
    """Offers the vectors that came with it as an encoder."""
    if name in {one.name for one in added_encoders()}:
        st.page_link(ENCODERS_PAGE, label="Its vectors are an encoder", icon=":material/check:")
    elif st.button("Add its vectors as an encoder", icon=":material/add:", key="add_vectors"):
        title = f"Vectors of {workspace.name}"
        remember_encoder(KnownEncoder(name, title, "vectors", "Came with your data"))
        st.rerun()
