"""What a person adds to a run, its row in numbers, its way to the trash and back, its events."""

from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tomclip.config import parse_config
from tomclip.core.errors import InputError, RunError
from tomclip.core.types import Event
from tomclip.runs import append_event, create_run, list_runs, read_events, records, truncate_events
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.runs.reader import EventsReader, milestones_and_damage, read_milestones
from tomclip.runs.records import (
    RecordedScore,
    RunNotes,
    config_differences,
    read_notes,
    run_summary,
    set_notes,
)
from tomclip.runs.status import read_status, utc_now, write_status
from tomclip.runs.trash import empty_trash, list_trash, restore_run, trash_run


def ended_run(name: str = "one") -> Path:
    """Returns the folder of a run that finished after a minute and a half."""
    path = create_run(parse_config({"name": name})).path
    times = {"started_at": "2025-01-31T12:00:00+00:00", "finished_at": "2025-01-31T12:01:30+00:00"}
    write_status(path, replace(read_status(path), state="finished", step=8, **times))
    return path


def training(step: int) -> Event:
    return Event(step, step / 2, "train", {"total": 1.0, "seconds": step / 4})


def test_name_tags_and_notes_are_kept_apart_and_shown_by_the_catalogue(runs: Path) -> None:
    path = ended_run()
    set_notes(path, name=" Best so far ", tags=["paper", "h0", "paper"])
    assert set_notes(path, notes="two\nlines") == read_notes(path)
    (record,) = list_runs()
    assert (record.name, record.tags, record.notes) == (
        "Best so far",
        ("paper", "h0"),
        "two\nlines",
    )
    set_notes(path, name="")
    assert [run.name for run in list_runs()] == ["one"]


def test_damaged_notes_are_not_overwritten_and_hide_no_run(runs: Path) -> None:
    path = ended_run()
    (path / "notes.json").write_text('{"name": "half')
    with pytest.raises(RunError, match="damaged"):
        set_notes(path, name="new")
    assert [run.name for run in list_runs()] == ["one"]
    assert (path / "notes.json").read_text() == '{"name": "half'


@pytest.mark.parametrize("name", ["می‌خواهم", "👩‍🚀 and 👨‍👩‍👧", "שלום\u200f 2"])
def test_a_name_may_hold_what_joins_its_letters(runs: Path, name: str) -> None:
    assert set_notes(ended_run(), name=f" {name} ", tags=[name]).name == name
    assert [(run.name, run.tags) for run in list_runs()] == [(name, (name,))]
    assert parse_config({"name": name}).name == name


def test_a_name_that_shows_nothing_is_none(runs: Path) -> None:
    assert set_notes(ended_run(), name=" \u200b\u3164").name == ""


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "x" * 81}, "the name has 81 characters; write at most 80"),
        ({"name": "two\nlines"}, "holds a line break"),
        ({"name": "a\x1b[2Jb"}, "holds a line break or a control character"),
        ({"tags": ["a,b"]}, "none of them empty or with a comma"),
        ({"tags": map(str, range(21))}, "give at most 20"),
        ({"notes": "x" * 20_001}, "write at most 20,000"),
    ],
)
def test_notes_out_of_range_are_refused(runs: Path, given: dict, sentence: str) -> None:
    path = ended_run()
    with pytest.raises(InputError, match=sentence):
        set_notes(path, **given)
    assert read_notes(path) == RunNotes()


def test_only_settings_that_differ_are_shown() -> None:
    table = config_differences(
        {
            "a": {"seed": 0, "loss": {"h0_weight": 0.0, "recipe": "exact"}},
            "b": {"seed": 0, "loss": {"h0_weight": 0.1, "recipe": "exact"}, "extra": [1]},
        }
    )
    assert table.to_dict("index") == {
        "a": {"loss.h0_weight": 0.0, "extra": None},
        "b": {"loss.h0_weight": 0.1, "extra": [1]},
    }


def test_a_summary_has_best_and_last_scores_and_both_durations(runs: Path) -> None:
    path = ended_run()
    for step, accuracy, distance in ((0, 1.0, 3.0), (4, 9.0, 1.0), (8, 7.0, 2.0)):
        append_event(path, training(step))
        values = {"zero_shot_top1": accuracy, "wasserstein_h0_to_teacher": distance}
        append_event(path, Event(step, 0.0, "probe", values))
    append_event(path, Event(8, 0.0, "probe", {"error": "OutOfMemory: no room"}))
    append_event(path, Event(8, 0.0, "validation", {"mean_reciprocal_rank": float("nan")}))
    summary = run_summary(path)
    assert summary.best == {
        "zero_shot_top1": RecordedScore(9.0, 4),
        "wasserstein_h0_to_teacher": RecordedScore(1.0, 4),
    }
    assert summary.last == {"zero_shot_top1": 7.0, "wasserstein_h0_to_teacher": 2.0}
    assert (summary.duration_seconds, summary.training_seconds) == (90.0, 2.0)


def test_a_summary_follows_a_growing_file_and_needs_none(runs: Path) -> None:
    path = create_run(parse_config({})).path
    assert run_summary(path).best == {}
    assert math.isnan(run_summary(path).duration_seconds)
    for step, rank in ((0, 0.25), (1, 0.5)):
        append_event(path, Event(step, 0.0, "validation", {"mean_reciprocal_rank": rank}))
        assert run_summary(path).last == {"mean_reciprocal_rank": rank}


def test_an_unchanged_file_is_read_once(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, reads = ended_run(), []

    def count(directory: Path) -> tuple[tuple[Event, ...], int]:
        reads.append(directory)
        return milestones_and_damage(directory)

    monkeypatch.setattr(records, "milestones_and_damage", count)
    append_event(path, training(1))
    assert run_summary(path) == run_summary(path)
    assert reads == [path]
    append_event(path, training(2))
    assert run_summary(path).training_seconds == 0.5
    assert reads == [path, path]


def test_milestones_are_all_but_the_earlier_training_steps(tmp_path: Path) -> None:
    validation = Event(2, 1.0, "validation", {"mean_reciprocal_rank": 0.5})
    control = Event(3, 1.5, "control", {"weights": {"h0_weight": 0.1}})
    for event in (training(1), training(2), validation, training(3), control):
        append_event(tmp_path, event)
    with (tmp_path / "metrics.jsonl").open("a") as stream:
        stream.write('not JSON\n{"step": 4, "epoch": 2.0, "split": "probe", "values": 3}\n{"ste')
    assert read_milestones(tmp_path) == (validation, training(3), control)


def test_the_reader_returns_each_event_once_and_waits_for_the_end_of_a_line(tmp_path: Path) -> None:
    reader = EventsReader(tmp_path)
    assert reader.refresh() == []
    append_event(tmp_path, training(1))
    assert reader.refresh() == [training(1)]
    line = json.dumps({"step": 2, "epoch": 1.0, "split": "probe", "values": {"a": "é"}})
    content = (line + "\n").encode()
    for half in (content[:-3], content[-3:]):
        with (tmp_path / "metrics.jsonl").open("ab") as stream:
            stream.write(half)
        found = reader.refresh()
    assert [event.step for event in found] == [2]
    assert reader.events == read_events(tmp_path)
    assert reader.refresh() == []
    assert reader.generation == 0


def test_events_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").mkdir()
    with pytest.raises(RunError, match="cannot be read"):
        EventsReader(tmp_path).refresh()
    with pytest.raises(RunError, match="cannot be read"):
        read_milestones(tmp_path)


def test_the_reader_begins_anew_when_a_resumed_run_dropped_events(tmp_path: Path) -> None:
    reader = EventsReader(tmp_path)
    for step in range(5):
        append_event(tmp_path, training(step))
    reader.refresh()
    truncate_events(tmp_path, after_step=2)
    for step in range(3, 9):
        append_event(tmp_path, training(step))
    assert [event.step for event in reader.refresh()] == list(range(9))
    assert reader.generation == 1
    assert reader.events == read_events(tmp_path)


def test_the_reader_notices_a_file_cut_off_or_rewritten_in_place(tmp_path: Path) -> None:
    reader, file = EventsReader(tmp_path), tmp_path / "metrics.jsonl"
    for step in range(3):
        append_event(tmp_path, training(step))
    reader.refresh()
    os.truncate(file, len(file.read_bytes().splitlines(keepends=True)[0]))
    assert reader.refresh() == [training(0)]
    file.unlink()
    assert reader.refresh() == []
    assert (reader.events, reader.generation) == ([], 2)


def test_a_deleted_run_comes_back_as_it_was(runs: Path) -> None:
    path = ended_run()
    set_notes(path, tags=["kept"])
    before = {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}
    target = trash_run(path)
    assert (list_runs(), path.exists(), target.parent.name) == ((), False, ".trash")
    (deleted,) = list_trash()
    assert (deleted.record.id, deleted.record.tags) == (path.name, ("kept",))
    assert deleted.deleted_at <= utc_now()
    assert restore_run(path.name) == path
    assert {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()} == before
    assert list_trash() == ()


def test_an_emptied_trash_holds_nothing_to_restore(runs: Path) -> None:
    gone, kept = ended_run("gone"), ended_run("kept")
    trash_run(gone)
    assert empty_trash() == 1
    assert empty_trash() == 0
    with pytest.raises(RunError, match="the trash holds no run"):
        restore_run(gone.name)
    assert [run.id for run in list_runs()] == [kept.name]


def test_a_run_that_waits_or_works_is_not_deleted(runs: Path) -> None:
    waiting = create_run(parse_config({"name": "waiting"})).path
    with pytest.raises(RunError, match="is queued; stop it before"):
        trash_run(waiting)
    working = ended_run("working")
    write_handle(working, handle_of(os.getpid()))
    with pytest.raises(RunError, match="stop it before deleting it"):
        trash_run(working)
    assert len(list_runs()) == 2


def test_a_lost_run_can_be_deleted(runs: Path) -> None:
    path = ended_run()
    write_status(path, replace(read_status(path), state="running", heartbeat_at=utc_now()))
    write_handle(path, replace(handle_of(os.getpid()), created=1.0))
    assert trash_run(path).is_dir()


def test_a_run_with_a_damaged_status_can_be_deleted(runs: Path) -> None:
    path = ended_run()
    (path / "status.json").write_text("{")
    trash_run(path)
    assert [run.record.id for run in list_trash()] == [path.name]


def test_what_stands_in_the_way_is_named_and_not_replaced(runs: Path) -> None:
    path = ended_run()
    trash_run(path)
    path.mkdir()
    with pytest.raises(RunError, match="exists already; move that folder away"):
        restore_run(path.name)
    assert len(list_trash()) == 1


@pytest.mark.parametrize("run_id", ["..", "", "../runs", "unknown"])
def test_only_a_run_in_the_trash_is_restored(runs: Path, run_id: str) -> None:
    trash_run(ended_run())
    with pytest.raises(RunError, match="the trash holds no run"):
        restore_run(run_id)


def test_a_folder_that_is_no_run_of_ours_is_not_deleted(runs: Path, tmp_path: Path) -> None:
    elsewhere = create_run(parse_config({}), directory=tmp_path / "mine").path
    with pytest.raises(RunError, match="delete that folder by hand"):
        trash_run(elsewhere)
    (runs / "photos").mkdir(parents=True)
    with pytest.raises(RunError, match="is not a run"):
        trash_run(runs / "photos")
    assert (runs / "photos").is_dir()
