"""Files dropped, their columns confirmed, what is odd counted, and a name given."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from tomclip.ui import view_state
from tomclip.ui.pages.your_data.columns import show_columns
from tomclip.ui.pages.your_data.drafts import (
    Draft,
    contents_job,
    draft_of,
    inspection_job,
    saving_job,
)
from tomclip.ui.pages.your_data.findings import show_counts, show_findings
from tomclip.ui.parts.feedback import outcomes, sentences
from tomclip.ui.view_state import choices
from tomclip.workspaces import LIMITS, Contents, list_workspaces, require_name, template_csv
from tomclip.workspaces.importing import Changes

UPLOAD_MEGABYTES = LIMITS.archive_bytes // 1_000_000
DRAFT, CONFIRMED, SAVING, SAVED = "data_draft", "data_confirmed", "data_saving", "data_saved"
ROUND = "data_round"
KINDS = ["csv", "tsv", "jsonl", "ndjson", "parquet", "gz", "npz", "npy", "safetensors", "zip"]
PICTURE_KINDS = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"]


def show_bringing() -> None:
    """Shows the way from files to a workspace, as far as a person has gone it."""
    draft = _draft()
    if draft is None:
        return
    found = outcomes({"files": inspection_job(draft)}).get("files")
    if found is None:
        return
    if found.sources.others:
        left = ", ".join(found.sources.others[:5])
        st.warning(f"Left out, as of no kind that is read: {left}.", icon=":material/rule:")
    number, changes = draft.number, show_columns(found, draft.number)
    mapping = found.mapping and found.mapping.changed(changes)
    if mapping is not None:
        mapping.require_ready()
    if st.session_state.get(CONFIRMED) != (number, tuple(changes.items())):
        st.button(
            "These columns are right",
            icon=":material/check:",
            type="primary",
            key="confirm_columns",
            on_click=_confirm,
            args=(number, changes),
        )
        return
    contents = outcomes({"data": contents_job(draft, found, changes)}).get("data")
    if contents is not None:
        _report(contents)
        _saving(draft, contents, changes)


def _confirm(number: int, changes: Changes) -> None:
    st.session_state[CONFIRMED] = (number, tuple(changes.items()))


def _draft() -> Draft | None:
    """Shows where files are dropped, and returns them; the same ones as long as they stay."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        whole = st.toggle("A whole folder", key="data_folder", help="Such as one of pictures.")
        st.download_button(
            "Template",
            template_csv(),
            "template.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="data_template",
            type="tertiary",
            help="A table to fill in: an item a row, a language a column.",
        )
    files = st.file_uploader(
        "A folder" if whole else "Captions, pictures, vectors, or a zip of them",
        type=PICTURE_KINDS + KINDS,
        accept_multiple_files="directory" if whole else True,
        max_upload_size=UPLOAD_MEGABYTES,
        key=f"data_files_{whole}_{st.session_state.get(ROUND, 0)}",
    )
    st.caption(
        "CSV, TSV, JSONL or parquet with an item a row and a language a column, or a text a row "
        "and a column of languages; pictures named by their item; .npy, .npz or parquet of "
        "vectors. Text is UTF-8."
    )
    if not isinstance(files, list) or not files:
        _drop()
        return None
    return _kept(files)


def _kept(files: list[UploadedFile]) -> Draft:
    key = tuple(file.file_id for file in files)
    kept: Draft | None = st.session_state.get(DRAFT)
    if kept is None or kept.key != key:
        _drop()
        kept = st.session_state[DRAFT] = draft_of(key, [(file.name, file) for file in files])
    return kept


def _drop() -> None:
    """Removes the files that the session kept, as far as there are any."""
    kept: Draft | None = st.session_state.pop(DRAFT, None)
    if kept is not None:
        kept.close()


def _report(contents: Contents) -> None:
    st.markdown("**What they hold**")
    counts = contents.captions["language"].value_counts()
    show_counts(
        len(contents.items),
        {code: int(counts[code]) for code in contents.languages},
        len(contents.pictures),
        sum(len(part) for part in contents.vectors),
    )
    st.markdown("**What is odd about them**")
    show_findings(contents.findings)


def _saving(draft: Draft, contents: Contents, changes: Changes) -> None:
    """Asks for a name and writes the workspace; an earlier one gives way only when told."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name of the workspace", key="workspace_name", placeholder="my-captions", max_chars=64
        ).strip()
        there = {one.name: one for one in list_workspaces()}
        replace = False
        if name in there:
            version = there[name].latest["version"]
            replace = st.checkbox(f"Replace version {version}", key="workspace_replace")
        blocked = not name or (name in there and not replace)
        wanted = st.button(
            "Save",
            icon=":material/save:",
            type="primary",
            key="save_workspace",
            disabled=blocked,
        )
    if wanted:
        require_name(name)
        st.session_state[SAVING] = (draft.key, name, replace)
    if st.session_state.get(SAVING) == (draft.key, name, replace) and not blocked:
        job = saving_job(draft, contents, changes, name, replace=replace)
        with sentences():
            made = outcomes({name: job}).get(name)
            del st.session_state[SAVING]
            if made is not None:
                _begin_anew(made.name)


def _begin_anew(name: str) -> None:
    """Clears what was dropped, since it is kept now, and shows the new workspace."""
    _drop()
    st.session_state.pop(CONFIRMED, None)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.session_state[SAVED] = name
    view_state.choose(choices.WORKSPACE, name)
    st.rerun()
