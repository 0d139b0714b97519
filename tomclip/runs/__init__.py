"""Run directories: what training writes and everyone else reads."""

from tomclip.runs.catalogue import list_runs, read_run
from tomclip.runs.directory import RunDirectory, create_run
from tomclip.runs.events import append_event, read_events, truncate_events
from tomclip.runs.status import RunStatus, read_status, write_status

__all__ = [
    "RunDirectory",
    "RunStatus",
    "append_event",
    "create_run",
    "list_runs",
    "read_events",
    "read_run",
    "read_status",
    "truncate_events",
    "write_status",
]
