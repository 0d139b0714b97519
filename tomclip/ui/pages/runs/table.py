"""The table of runs: what each is, how it did, and the settings in which the runs differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from tomclip.config import LOSS_WEIGHTS
from tomclip.core.errors import TomclipError
from tomclip.core.reading.characters import searched
from tomclip.core.types import RunRecord
from tomclip.runs import RunSummary, config_differences, observed_state, run_summary
from tomclip.runs.observation import state_in_words
from tomclip.runs.reader import damage_in_words, events_state
from tomclip.runs.records import ACCURACY, SHAPE_DISTANCE, flat_config
from tomclip.runs.weight_history import config_as_trained
from tomclip.ui import view_state
from tomclip.ui.parts import controls
from tomclip.ui.parts.tables import show_table
from tomclip.ui.run_view.progress import ENDED
from tomclip.ui.view_state import choices

EVERY_SECONDS = 5.0
DAMAGED = "damaged"
COLUMNS: dict[str, Any] = {
    "name": "Name",
    "state": "State",
    "pinned": st.column_config.CheckboxColumn("Pinned", help="Its student is on the Overview."),
    "step": "Step",
    "best top-1": st.column_config.NumberColumn(
        "Best top-1, %",
        format="%.1f",
        help="Zero-shot, mean of the languages, at its best full probe.",
    ),
    "top-1": st.column_config.NumberColumn(
        "Last top-1, %",
        format="%.1f",
        help="Zero-shot, mean of the languages, at the last full probe.",
    ),
    "best H0": st.column_config.NumberColumn(
        "Best H0, cosine distance",
        format="%.3f",
        help="Smallest Wasserstein distance to the teacher's English, at a full probe.",
    ),
    "H0": st.column_config.NumberColumn(
        "Last H0, cosine distance",
        format="%.3f",
        help="Wasserstein distance to the teacher's English, at the last full probe.",
    ),
    "minutes": st.column_config.NumberColumn("Minutes", format="%.1f"),
    "tags": "Tags",
    "notes": "Notes",
    "id": "Folder",
}


def run_table(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Shows the runs that match the filter, and returns those selected."""
    words = controls.text_field(
        "Filter", choices.RUN_FILTER, placeholder="name, tag, state, setting or note"
    )
    wanted = searched(words)
    summaries = [_summary(str(run.path), events_state(run.path), run.state) for run in runs]
    rows = [_row(run, summary) for run, summary in zip(runs, summaries, strict=True)]
    kept = [i for i, row in enumerate(rows) if wanted in _text(row, runs[i])]
    shown = [runs[i] for i in kept]
    columns = [name for name in rows[0] if name != "pinned" or any(run.pinned for run in shown)]
    table = pd.DataFrame([rows[i] for i in kept], columns=columns)
    settings = differing_settings([as_trained(run) for run in shown])
    ids, key = [run.id for run in shown], table_key(shown)
    ticked = view_state.several_of(choices.TICKED_RUNS, ids, len(ids))
    event = show_table(
        _with_settings(table, settings),
        hide_index=True,
        key=key,
        on_select=lambda: _tick(ids, st.session_state[key]["selection"]["rows"]),
        selection_default={"selection": {"rows": list(map(ids.index, ticked))}},
        selection_mode="multi-row",
        column_config=COLUMNS,
        placeholder="–",
    )
    st.caption(
        f"{len(kept)} of {len(runs)} runs. Tick one for what can be done with it, several to "
        "compare them."
    )
    _follow(runs)
    chosen = [shown[i] for i in event["selection"]["rows"] if i < len(shown)]
    view_state.note(choices.TICKED_RUNS, [run.id for run in chosen])
    return chosen


def _tick(ids: Sequence[str], rows: Sequence[int]) -> None:
    view_state.choose(choices.TICKED_RUNS, tuple(ids[row] for row in rows if row < len(ids)))


def table_key(shown: Sequence[RunRecord]) -> str:
    """Returns the table's key: another one for other rows, so that no tick moves to another run."""
    return f"run_table_{crc32(' '.join(run.id for run in shown).encode()):08x}"


def differing_settings(runs: Sequence[RunRecord]) -> pd.DataFrame:
    """Returns a row per run, in order, and a column per setting in which they differ.

    A weight that was changed on the way is always among them, with its history. The columns have
    short names where those are unambiguous. The runs' names are left out; the cells of damaged runs
    are empty.
    """
    whole = {run.id: run.config for run in runs if not run.damage}
    table = config_differences(whole).drop(columns="name", errors="ignore")
    for key in _changed_on_the_way(whole.values()):
        table[key] = [flat_config(config).get(key) for config in whole.values()]
    short = {str(key): str(key).rpartition(".")[2] for key in table}
    last = Counter(short.values())
    table = table.rename(columns={key: name for key, name in short.items() if last[name] == 1})
    table = table.apply(_one_type)
    return table.reindex([run.id for run in runs])


def as_trained(run: RunRecord) -> RunRecord:
    """Returns the run with the history of each weight that was changed on the way as its value."""
    summary = _summary(str(run.path), events_state(run.path), run.state)
    if summary is None or not summary.weight_changes:
        return run
    return replace(run, config=config_as_trained(run.config, summary.weight_changes))


def _changed_on_the_way(configs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Returns the weights that are told as a history in one of the configurations."""
    keys = [f"loss.{name}" for name in LOSS_WEIGHTS]
    flat = [flat_config(config) for config in configs]
    return [key for key in keys if any(isinstance(config.get(key), str) for config in flat)]


def _one_type(column: pd.Series) -> pd.Series:
    """Returns numbers as they are and everything else as text."""
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in column)
    return column.astype(float) if numbers else column.map(_in_words)


def _in_words(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _with_settings(table: pd.DataFrame, settings: pd.DataFrame) -> pd.DataFrame:
    """Returns the table with the settings in which the shown runs differ before their tags."""
    settings = settings.reset_index(drop=True)
    settings = settings[[name for name in settings if name not in table]]
    before = list(table.columns).index("tags")
    return pd.concat([table.iloc[:, :before], settings, table.iloc[:, before:]], axis=1)


def _text(row: Mapping[str, object], run: RunRecord) -> str:
    """Returns what the filter looks at: the row, its settings, and its state as it is on disk."""
    settings = (f"{key}={_in_words(value)}" for key, value in flat_config(run.config).items())
    pinned = "pinned" if run.pinned else ""
    return searched(" ".join([*map(str, row.values()), *settings, run.state, pinned]))


def _row(run: RunRecord, summary: RunSummary | None) -> dict[str, object]:
    best = {name: score.value for name, score in summary.best.items()} if summary else {}
    last = summary.last if summary else {}
    return {
        "name": run.name,
        "state": DAMAGED if run.damage else state_in_words(observed_state(run.path, lines=1)),
        "pinned": run.pinned,
        "step": summary.status.step if summary else 0,
        "best top-1": best.get(ACCURACY),
        "top-1": last.get(ACCURACY),
        "best H0": best.get(SHAPE_DISTANCE),
        "H0": last.get(SHAPE_DISTANCE),
        "minutes": summary.duration_seconds / 60 if summary else None,
        "tags": ", ".join(run.tags),
        "notes": run.damage or " · ".join(filter(None, (_left_out(summary), run.notes))),
        "id": run.id,
    }


def _left_out(summary: RunSummary | None) -> str:
    return damage_in_words(summary.damaged_lines) if summary else ""


@st.cache_resource(max_entries=500, show_spinner=False)
def _summary(path: str, events: tuple[int, int, int], state: str) -> RunSummary | None:
    """Returns the run in numbers; read again when its events or its state changed."""
    try:
        return run_summary(Path(path))
    except TomclipError:
        return None


def _follow(runs: Sequence[RunRecord]) -> None:
    """Draws the page anew when a run that is under way got on."""
    going = [run.path for run in runs if not run.damage and _observed(run.path)[0] not in ENDED]
    if going:
        st.fragment(_look, run_every=EVERY_SECONDS)(going, _moments(going))


def _look(going: Sequence[Path], seen: Sequence[object]) -> None:
    if _moments(going) != seen:
        st.rerun()


def _moments(going: Sequence[Path]) -> list[object]:
    """Returns what changes as the runs get on: what they do, and how much they have recorded."""
    return [(_observed(path), events_state(path)) for path in going]


def _observed(path: Path) -> tuple[str, str]:
    """Returns a run's state and the phase it is in."""
    try:
        observed = observed_state(path, lines=1)
    except TomclipError:
        return DAMAGED, ""
    return observed.state, observed.status.phase
