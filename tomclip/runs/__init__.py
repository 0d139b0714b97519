"""Run directories: what training writes and everyone else reads, and how training is started."""

from tomclip.runs.catalogue import list_runs, read_run
from tomclip.runs.directory import RunDirectory, claim_run, create_run, open_run
from tomclip.runs.events import append_event, read_events, truncate_events
from tomclip.runs.jobs.control import change_weights, kill_run, seconds_until_kill, stop_run
from tomclip.runs.jobs.launcher import (
    advance_queue,
    launch,
    resume_command,
    resume_run,
    train_command,
)
from tomclip.runs.jobs.queue import active_runs, queue_position
from tomclip.runs.observation import ObservedState, log_tail, observed_state
from tomclip.runs.reader import EventsReader, read_milestones
from tomclip.runs.records import (
    RunNotes,
    RunSummary,
    config_differences,
    read_notes,
    run_summary,
    set_notes,
)
from tomclip.runs.snapshots import (
    Snapshot,
    read_snapshot,
    snapshot_steps,
    truncate_snapshots,
    write_snapshot,
)
from tomclip.runs.status import RunStatus, read_status, write_status
from tomclip.runs.sweeps.sweep import (
    Sweep,
    expand,
    launch_sweep,
    list_sweeps,
    plan_sweep,
    read_sweep,
)
from tomclip.runs.sweeps.trade_off import pareto_front, sweep_points, trade_off
from tomclip.runs.trash import TrashedRun, empty_trash, list_trash, restore_run, trash_run

__all__ = [
    "EventsReader",
    "ObservedState",
    "RunDirectory",
    "RunNotes",
    "RunStatus",
    "RunSummary",
    "Snapshot",
    "Sweep",
    "TrashedRun",
    "active_runs",
    "advance_queue",
    "append_event",
    "change_weights",
    "claim_run",
    "config_differences",
    "create_run",
    "empty_trash",
    "expand",
    "kill_run",
    "launch",
    "launch_sweep",
    "list_runs",
    "list_sweeps",
    "list_trash",
    "log_tail",
    "observed_state",
    "open_run",
    "pareto_front",
    "plan_sweep",
    "queue_position",
    "read_events",
    "read_milestones",
    "read_notes",
    "read_run",
    "read_snapshot",
    "read_status",
    "read_sweep",
    "restore_run",
    "resume_command",
    "resume_run",
    "run_summary",
    "seconds_until_kill",
    "set_notes",
    "snapshot_steps",
    "stop_run",
    "sweep_points",
    "trade_off",
    "train_command",
    "trash_run",
    "truncate_events",
    "truncate_snapshots",
    "write_snapshot",
    "write_status",
]
