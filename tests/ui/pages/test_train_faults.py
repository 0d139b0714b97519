"""The Train and the Runs page beside damaged runs, a worker that will not end, and a huge log."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from support.checkout import APP
from support.fake_worker import wait_for
from support.recorded_runs import STEPS, lose, record_probe, recorded_run
from support.studio_pages import PATIENCE, figures, sentences

from tomclip.config import parse_config
from tomclip.core.types import Event
from tomclip.runs import append_event, launch, observed_state, stop_run
from tomclip.runs.jobs import launcher
from tomclip.runs.jobs.processes import active_process
from tomclip.runs.jobs.queue import Ticket, write_ticket
from tomclip.runs.status import RunStatus, write_status

pytestmark = pytest.mark.usefixtures("fake_workers")

TINY = parse_config({"name": "tiny", "device": "cpu"})
TRAIN, RUNS = "6_train", "7_runs"


def open_page(page: str) -> AppTest:
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    studio.switch_page(f"pages/{page}.py").run()
    assert not studio.exception
    return studio


def labels(studio: AppTest) -> list[str]:
    return [button.label for button in studio.button]


def progress(studio: AppTest) -> str:
    (bar,) = (bar for bar in studio.get("progress") if "step" in bar.proto.text)
    return bar.proto.text


def text_in(name: str, text: str) -> Callable[[Path], None]:
    def write(run: Path) -> None:
        (run / name).write_text(text)

    return write


def no_status(run: Path) -> None:
    (run / "status.json").unlink()


def notes_folder(run: Path) -> None:
    (run / "notes.json").mkdir()


def rubbish_lines(run: Path) -> None:
    """Adds three damaged lines, a whole event, and the beginning of another."""
    with (run / "metrics.jsonl").open("ab") as stream:
        stream.write(b'\x00\xff\x9f\n{"step": "many"}\n')
        stream.write(b'{"step": 2, "epoch": 1, "split": "control", "values": {"weights": 3}}\n')
    append_event(run, Event(STEPS + 1, 2.0, "train", {"total": 1.0, "seconds": 9.0}))
    with (run / "metrics.jsonl").open("ab") as stream:
        stream.write(b'{"step": 10, "epo')


def snapshot_file(run: Path) -> Path:
    return run / "artifacts" / "snapshots" / f"step_{STEPS}.npz"


def cut_snapshot(run: Path) -> None:
    file = snapshot_file(run)
    file.write_bytes(file.read_bytes()[:500])


def foreign_snapshot(run: Path) -> None:
    with zipfile.ZipFile(snapshot_file(run), "w") as archive:
        archive.writestr("schema.npy", b"no array")


UNREADABLE = {
    "half a status": (text_in("status.json", "{"), "status.json is damaged"),
    "no status": (no_status, "holds no status.json"),
    "no such state": (text_in("status.json", '{"state": "asleep"}'), "state: "),
}
MENDABLE = {
    "a section that is a number": (text_in("config.yaml", "loss: 3"), "loss"),
    "a weight that is a word": (text_in("config.yaml", "loss: {h0_weight: much}"), "h0_weight"),
    "a day that is none": (text_in("config.yaml", "name: 2025-13-45"), "is not YAML"),
    "a list of settings": (text_in("config.yaml", "- 1"), "holds no keys"),
    "no process": (text_in("handle.json", "[]"), "handle.json is damaged"),
    "notes in a folder": (notes_folder, "notes.json is damaged"),
}
DAMAGES = UNREADABLE | MENDABLE


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_newest_run_is_named_and_the_train_page_goes_on(damage: str) -> None:
    spoil, reason = DAMAGES[damage]
    whole, newest = recorded_run("whole"), recorded_run("zeta")
    spoil(newest)
    studio = open_page(TRAIN)
    (sentence,) = sentences(studio)
    assert sentence.startswith("Run '")
    assert newest.name in sentence
    assert reason in sentence
    watched = whole if damage in UNREADABLE else newest
    studio.selectbox(key="choice:run").set_value(watched.name).run()
    assert not studio.exception
    assert f"finished · step {STEPS} of {STEPS}" in progress(studio)
    assert len(figures(studio)) == 5


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_newest_run_is_named_and_the_runs_page_goes_on(damage: str) -> None:
    spoil, reason = DAMAGES[damage]
    recorded_run("whole")
    spoil(recorded_run("zeta"))
    studio = open_page(RUNS)
    rows = {row["state"]: row for row in studio.dataframe[0].value.to_dict("records")}
    assert set(rows) == {"damaged", "finished"}
    assert reason in rows["damaged"]["notes"]
    assert not sentences(studio)


def test_with_damaged_runs_alone_the_page_names_some_and_offers_a_new_one() -> None:
    for number in range(5):
        no_status(recorded_run(f"run-{number}"))
    studio = open_page(TRAIN)
    assert len(sentences(studio)) == 3
    assert "2 more damaged runs are on the Runs page." in [one.value for one in studio.caption]
    assert "Start training" in labels(studio)


def test_a_run_that_is_damaged_while_it_is_watched_is_one_sentence_and_another_is_watched() -> None:
    recorded_run("whole")
    watched = recorded_run("zeta")
    studio = open_page(TRAIN)
    studio.multiselect(key="choice:other_runs").set_value([]).run()
    no_status(watched)
    studio.run()
    assert not studio.exception
    assert "holds no status.json" in sentences(studio)[0]
    assert "finished" in progress(studio)


def test_an_overlaid_run_that_is_damaged_is_left_out() -> None:
    other = recorded_run("other")
    recorded_run("zeta")
    studio = open_page(TRAIN)
    studio.multiselect(key="choice:other_runs").set_value([other.name]).run()
    no_status(other)
    studio.run()
    assert not studio.exception
    assert studio.multiselect(key="choice:other_runs").value == []
    assert len(figures(studio)) == 5


def test_damaged_lines_of_the_metrics_are_counted_and_the_others_drawn() -> None:
    rubbish_lines(recorded_run())
    studio = open_page(TRAIN)
    assert sentences(studio) == ["3 damaged lines are left out of metrics.jsonl."]
    assert len(figures(studio)) == 5
    (row,) = open_page(RUNS).dataframe[0].value.to_dict("records")
    assert (row["state"], row["top-1"]) == ("finished", 18.0)
    assert row["notes"] == "3 damaged lines are left out of metrics.jsonl"


def test_metrics_that_cannot_be_read_are_one_sentence_and_another_run_is_watched() -> None:
    whole, newest = recorded_run("whole"), recorded_run("zeta")
    (newest / "metrics.jsonl").unlink()
    (newest / "metrics.jsonl").mkdir()
    studio = open_page(TRAIN)
    assert "metrics.jsonl cannot be read" in sentences(studio)[0]
    studio.selectbox(key="choice:run").set_value(whole.name).run()
    studio.multiselect(key="choice:other_runs").set_value([newest.name]).run()
    assert not studio.exception
    assert len(figures(studio)) == 5
    states = open_page(RUNS).dataframe[0].value["state"].tolist()
    assert states == ["finished", "finished"]


@pytest.mark.parametrize("spoil", [cut_snapshot, foreign_snapshot])
def test_a_damaged_snapshot_is_told_and_the_others_are_played(
    spoil: Callable[[Path], None],
) -> None:
    run = recorded_run(probes=(0, 4, STEPS))
    spoil(run)
    studio = open_page(TRAIN)
    (sentence,) = sentences(studio)
    assert sentence == f"The diagrams that 'one' recorded at step {STEPS} are damaged and left out."
    assert len(figures(studio)[-1]["frames"]) == 2
    studio.segmented_control(key="choice:recorded_as").set_value("map").run()
    assert not studio.exception
    assert not sentences(open_page(RUNS))


def test_a_run_whose_only_snapshot_is_damaged_still_shows_its_curves() -> None:
    cut_snapshot(recorded_run(probes=(STEPS,)))
    studio = open_page(TRAIN)
    assert "are damaged and left out" in sentences(studio)[0]
    assert len(figures(studio)) == 4


@pytest.mark.parametrize("step", [-3, STEPS * 100])
def test_a_step_that_cannot_be_leaves_the_bar_within_its_ends(step: int) -> None:
    write_status(recorded_run(), RunStatus("finished", step=step, total=STEPS))
    assert f"of {STEPS}" in progress(open_page(TRAIN))


def test_a_new_studio_draws_the_curves_of_the_one_that_was_killed() -> None:
    run = recorded_run(state="running", probes=(0,))
    lose(run)
    before = figures(open_page(TRAIN))
    st.cache_resource.clear()
    st.cache_data.clear()
    assert figures(open_page(TRAIN)) == before
    record_probe(run, STEPS)
    assert figures(open_page(TRAIN)) != before


def test_the_end_of_a_log_of_200_megabytes_is_shown() -> None:
    with (recorded_run() / "log.txt").open("wb") as stream:
        stream.truncate(200_000_000)
        stream.seek(0, os.SEEK_END)
        stream.write(b"\nthe last words\n")
    studio = open_page(TRAIN)
    (log,) = (code.value for code in studio.code if "the last words" in code.value)
    assert len(log) < 100_000


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run at work whose worker does not listen."""
    code = "import signal\nwhile True: signal.pause()"
    command = [sys.executable, "-S", "-c", code]
    monkeypatch.setattr(launcher, "train_command", lambda *_: command)
    return launch(TINY).path


def test_killing_is_offered_after_the_grace_period_and_done_after_a_confirmation(
    deaf: Path,
) -> None:
    studio = open_page(TRAIN)
    assert "Kill it now" not in labels(studio)
    next(button for button in studio.button if button.label == "Stop").click().run()
    assert not {"Stop", "Kill it now"} & set(labels(studio))
    assert any("Killing is offered in" in caption.value for caption in studio.caption)
    asked = (deaf / "control" / "stop").stat().st_mtime
    os.utime(deaf / "control" / "stop", (asked - 31, asked - 31))
    studio.run()
    (popover,) = (block for block in studio.get("popover") if block.proto.popover.label == "Kill")
    assert [button.label for button in popover.button] == ["Kill it now"]
    assert active_process(deaf)
    popover.button[0].click().run()
    assert not studio.exception
    assert active_process(deaf) is None
    assert observed_state(deaf).state == "cancelled"
    assert "Resume" in labels(studio)


def test_a_run_whose_device_was_taken_is_shown_in_its_place_of_the_queue(runs: Path) -> None:
    launch(TINY)
    waiting = recorded_run("waiting", state="queued", probes=())
    write_ticket(waiting, Ticket(1))
    studio = open_page(TRAIN)
    studio.selectbox(key="choice:run").set_value(waiting.name).run()
    assert "queued, number 1 in the queue" in progress(studio)
    stop_run(waiting)


def test_a_run_before_its_first_step_says_when_its_curves_begin() -> None:
    run = recorded_run("waiting", state="queued", probes=())
    said = "Its curves begin with the first step."
    assert said not in [one.value for one in open_page(TRAIN).caption]
    (run / "metrics.jsonl").unlink()
    assert said in [one.value for one in open_page(TRAIN).caption]


def test_the_memory_of_the_gpu_is_shown_beside_the_speed() -> None:
    run = recorded_run()
    memory = {"memory_bytes": 3_100_000_000, "memory_total_bytes": 80_000_000_000}
    append_event(run, Event(STEPS, 2.0, "validation", {"mean_reciprocal_rank": 0.5, **memory}))
    tiles = {tile.label: tile.value for tile in open_page(TRAIN).metric}
    assert tiles["GPU memory"] == "3.1 of 80 GB"
    memory["memory_bytes"] = 62_500_000_000
    append_event(run, Event(STEPS, 2.0, "validation", memory))
    tiles = {tile.label: tile.value for tile in open_page(TRAIN).metric}
    assert tiles["GPU memory"] == "62 of 80 GB"


def test_the_memory_of_a_worker_that_has_ended_is_what_it_last_recorded() -> None:
    run = recorded_run()
    append_event(run, Event(STEPS, 2.0, "validation", {"memory_bytes": 1_440_000_000}))
    tiles = {tile.label: tile.value for tile in open_page(TRAIN).metric}
    assert tiles["Memory"] == "1.4 GB"


@pytest.mark.parametrize(("stop", "state"), [(True, "cancelled"), (False, "running")])
def test_control_c_on_the_studio_stops_its_runs_when_that_was_chosen(
    stop: bool, state: str, runs: Path
) -> None:
    code = (
        "import time\n"
        "from tomclip.ui.pages.train import shutdown as ending\n"
        f"ending.remember({stop})\n"
        "ending.watch_the_end()\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    path = launch(TINY).path
    wait_for(lambda: observed_state(path).state == "running")
    studio = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=APP.parent,
        text=True,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert studio.stdout is not None
    assert studio.stdout.readline() == "ready\n"
    os.killpg(studio.pid, signal.SIGINT)
    studio.communicate(timeout=60)
    wait_for(lambda: not stop or active_process(path) is None)
    assert observed_state(path).state == state


def test_a_folder_that_is_removed_while_it_is_watched_gives_way_to_another() -> None:
    recorded_run("whole")
    watched = recorded_run("zeta")
    studio = open_page(TRAIN)
    shutil.rmtree(watched)
    studio.run()
    assert not studio.exception
    assert not sentences(studio)
    assert "finished" in progress(studio)
