"""Run directories: what training writes and everyone else reads."""

from tomclip.runs.catalogue import list_runs, read_run
from tomclip.runs.directory import RunDirectory, create_run
from tomclip.runs.events import append_event, read_events, truncate_events
from tomclip.runs.snapshots import (
    Snapshot,
    read_snapshot,
    snapshot_steps,
    truncate_snapshots,
    write_snapshot,
)
from tomclip.runs.status import RunStatus, read_status, write_status

__all__ = [
    "RunDirectory",
    "RunStatus",
    "Snapshot",
    "append_event",
    "create_run",
    "list_runs",
    "read_events",
    "read_run",
    "read_snapshot",
    "read_status",
    "snapshot_steps",
    "truncate_events",
    "truncate_snapshots",
    "write_snapshot",
    "write_status",
]
