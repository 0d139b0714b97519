"""The run directory, read while it is being written and after it was damaged."""

from __future__ import annotations

import pytest

from tomclip.config import parse_config
from tomclip.errors import RunError
from tomclip.runs import (
    RunStatus,
    append_event,
    create_run,
    list_runs,
    read_events,
    read_status,
    truncate_events,
    write_status,
)
from tomclip.types import Event


def test_events_come_back_in_order_without_a_half_last_line(tmp_path):
    events = [Event(step, step / 2, "train", {"total": 1.0 / (step + 1)}) for step in range(3)]
    for event in events:
        append_event(tmp_path, event)
    with (tmp_path / "metrics.jsonl").open("a") as stream:
        stream.write('{"step": 3, "epo')
    assert read_events(tmp_path) == events


def test_a_nan_is_written_as_null(tmp_path):
    append_event(tmp_path, Event(0, 0.0, "train", {"total": float("nan")}))
    assert read_events(tmp_path)[0].values == {"total": None}


def test_events_after_a_step_can_be_dropped(tmp_path):
    for step in range(5):
        append_event(tmp_path, Event(step, 0.0, "train", {}))
    truncate_events(tmp_path, after_step=2)
    assert [event.step for event in read_events(tmp_path)] == [0, 1, 2]


def test_a_new_run_is_queued_and_named_after_its_configuration(tmp_path, monkeypatch):
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path))
    run = create_run(parse_config({"name": "first"}))
    assert "-first-" in run.id
    assert read_status(run.path) == RunStatus("queued", total=2000)
    assert [record.name for record in list_runs()] == ["first"]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        create_run(parse_config({}), directory=tmp_path / "file" / "run")


def test_a_damaged_status_is_an_error_and_not_a_run(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with pytest.raises(RunError, match="holds no status"):
        read_status(folder)
    write_status(folder, RunStatus("running"))
    assert read_status(folder).state == "running"
    (folder / "status.json").write_text("{")
    with pytest.raises(RunError, match="damaged"):
        read_status(folder)
    assert list_runs(tmp_path) == ()
