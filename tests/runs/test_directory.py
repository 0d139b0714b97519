"""The run directory, read while it is being written and after it was damaged."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tomclip.config import parse_config
from tomclip.core.errors import RunError
from tomclip.core.types import Event
from tomclip.runs import (
    RunStatus,
    append_event,
    claim_run,
    create_run,
    list_runs,
    open_run,
    read_events,
    read_status,
    truncate_events,
    write_status,
)
from tomclip.runs.directory import read_environment, slug_of
from tomclip.runs.jobs.processes import active_process, handle_of, write_handle


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


def test_a_damaged_status_is_an_error(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with pytest.raises(RunError, match="holds no status"):
        read_status(folder)
    write_status(folder, RunStatus("running"))
    assert read_status(folder).state == "running"
    (folder / "status.json").write_text("{")
    with pytest.raises(RunError, match="damaged"):
        read_status(folder)


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"state": "sleeping"}', '{"state": null}', "\0"]
)
def test_a_status_that_is_none_says_so(tmp_path, text):
    (tmp_path / "status.json").write_text(text)
    with pytest.raises(RunError, match=r"status\.json is damaged"):
        read_status(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("status.json", "{", "status.json is damaged"),
        ("config.yaml", "name: [", "config.yaml is not YAML"),
        (
            "config.yaml",
            "name: a\nname: b\n",
            "'name' comes twice, in line 1 and in line 2",
        ),
        ("config.yaml", "- name", "config.yaml holds no keys"),
        ("config.yaml", "name: mine\nsteps: 3", "steps: is not a known key"),
        ("handle.json", '{"pid": "x"}', "handle.json is damaged"),
        ("notes.json", "[]", "notes.json is damaged"),
    ],
)
def test_a_folder_edited_by_hand_is_one_damaged_entry_among_the_others(
    tmp_path, file, text, reason
):
    for name in ("a", "b"):
        create_run(parse_config({"name": name}), directory=tmp_path / name)
    (tmp_path / "a" / file).write_text(text)
    whole, damaged = list_runs(tmp_path)
    assert (whole.id, whole.damage, damaged.id) == ("b", None, "a")
    assert reason in (damaged.damage or "")


def test_a_name_written_by_hand_is_read_as_it_was_written(tmp_path):
    create_run(parse_config({"name": "first"}), directory=tmp_path / "a")
    config = tmp_path / "a" / "config.yaml"
    text = config.read_text(encoding="utf-8").replace("name: first", "name: no")
    config.write_text(f"\ufeff{text}", encoding="utf-8")
    (run,) = list_runs(tmp_path)
    assert (run.name, run.config["name"], run.damage) == ("no", "no", None)


def test_a_configuration_in_another_encoding_says_which(tmp_path):
    create_run(parse_config({"name": "first"}), directory=tmp_path / "a")
    (tmp_path / "a" / "config.yaml").write_bytes("name: Größe\n".encode("utf-16"))
    (run,) = list_runs(tmp_path)
    assert run.damage is not None
    assert "config.yaml line 1 is not UTF-8 (byte 0xff); it looks like UTF-16" in run.damage


def test_a_run_without_its_status_is_listed_and_another_folder_is_not(tmp_path):
    create_run(parse_config({"name": "first"}), directory=tmp_path / "a")
    (tmp_path / "a" / "status.json").unlink()
    (tmp_path / "b").mkdir()
    (tmp_path / ".locks").mkdir()
    (run,) = list_runs(tmp_path)
    assert (run.name, run.state) == ("first", "failed")
    assert "holds no status.json" in (run.damage or "")


def test_a_prepared_folder_is_taken_as_it_is_and_left_clean(tmp_path):
    config = parse_config({"name": "first"})
    created = create_run(config, directory=tmp_path / "run", device="cuda")
    append_event(created.path, Event(0, 0.0, "probe", {}))
    run = open_run(config, directory=created.path, device="cpu")
    assert run == created
    assert read_events(run.path) == []
    assert read_environment(run.path)["device"] == "cpu"
    handle = active_process(run.path)
    assert (handle and handle.pid) == os.getpid()
    write_status(run.path, RunStatus("finished"))
    assert active_process(run.path) is None


def test_a_folder_that_was_trained_or_prepared_otherwise_is_not_taken(tmp_path):
    config = parse_config({"name": "first"})
    run = create_run(config, directory=tmp_path / "run")
    with pytest.raises(RunError, match="another configuration"):
        open_run(parse_config({"name": "second"}), directory=run.path, device="cpu")
    write_status(run.path, RunStatus("cancelled"))
    with pytest.raises(RunError, match="is not empty"):
        open_run(config, directory=run.path, device="cpu")


def test_a_run_that_another_process_works_on_is_not_taken(tmp_path):
    run = create_run(parse_config({}), directory=tmp_path / "run")
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as other:
        write_handle(run.path, handle_of(other.pid))
        with pytest.raises(RunError, match=f"process {other.pid} works on"):
            claim_run(run)
    claim_run(run)


@pytest.mark.parametrize(("state", "stands"), [("queued", True), ("cancelled", False)])
def test_a_stop_stands_when_it_is_newer_than_the_queueing(tmp_path, state, stands):
    run = create_run(parse_config({}), directory=tmp_path / "run")
    write_status(run.path, RunStatus(state))
    run.stop_request.touch()
    claim_run(run)
    assert run.stop_request.exists() == stands


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("small", "small"),
        ("My Run, été", "my-run-ete"),
        ("../../etc", "etc"),
        ("내 실험", "run"),
        ("a" * 90, "a" * 64),
        ("H0 = 0.1", "h0-0-1"),
    ],
)
def test_any_name_is_made_to_fit_into_a_folders(name: str, slug: str) -> None:
    assert slug_of(name) == slug
