"""The Train page: its form, what its buttons ask of a run, and what it shows of one."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from support.checkout import APP
from support.fake_worker import wait_for
from support.recorded_runs import STEPS, lose, record_light_probe, recorded_run
from support.studio_pages import PATIENCE, figures, sentences, titles

from tomclip.config import load_config, parse_config
from tomclip.core.paths import runs_directory
from tomclip.core.types import Event
from tomclip.runs import (
    append_event,
    launch,
    list_runs,
    list_sweeps,
    observed_state,
    queue_position,
    stop_run,
    write_status,
)
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.runs.status import RunStatus, utc_now
from tomclip.ui.pages.train import page, settings
from tomclip.ui.pages.train.presets import first_preset

pytestmark = pytest.mark.usefixtures("fake_workers")

TINY = parse_config({"name": "tiny", "device": "cpu"})
WEIGHTS = ("pointwise_weight", "distance_matrix_weight", "h0_weight", "h1_weight")


@pytest.fixture
def at_work() -> Path:
    """A run whose worker is at work."""
    path = launch(TINY).path
    wait_for(lambda: observed_state(path).state == "running")
    return path


def open_train() -> AppTest:
    """Returns the page as a person finds it."""
    studio = AppTest.from_file(APP, default_timeout=PATIENCE)
    studio.switch_page("pages/6_train.py").run()
    assert not studio.exception
    return studio


def shown(studio: AppTest, name: str) -> object:
    """Returns what the form's widget of that setting holds."""
    return studio.session_state[f"train_{name}"]


def press(studio: AppTest, label: str) -> AppTest:
    button = next(button for button in studio.button if button.label == label)
    button.click().run()
    assert not studio.exception
    return studio


def labels(studio: AppTest) -> list[str]:
    return [button.label for button in studio.button]


def progress(studio: AppTest) -> str:
    (bar,) = (bar for bar in studio.get("progress") if "step" in bar.proto.text)
    return bar.proto.text


def numbers(sent: Any) -> np.ndarray:
    """Returns a trace's x or y as it is sent to the browser."""
    if "bdata" in sent:
        return np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"])
    return np.asarray(sent, dtype=float)


def last_step(figure: dict[str, Any]) -> float:
    """Returns the greatest x of a figure."""
    return max(numbers(trace["x"])[-1] for trace in figure["data"])


def total_loss(studio: AppTest) -> np.ndarray:
    (total,) = (trace for trace in figures(studio)[1]["data"] if trace["name"] == "total loss")
    return numbers(total["y"])


def test_the_form_opens_with_the_first_recipe_and_says_that_there_is_no_run() -> None:
    studio, first = open_train(), first_preset()
    assert shown(studio, "name") == first.name
    assert shown(studio, "optimiser.steps") == first.optimiser.steps
    assert shown(studio, "loss.h0_weight") == first.loss.h0_weight
    assert "Start training" in labels(studio)
    assert not studio.error
    assert studio.info[0].value.startswith("No run yet")


def test_any_name_is_made_to_fit_into_the_folders_and_kept_as_it_is(runs: Path) -> None:
    studio = open_train()
    studio.text_input(key="train_name").set_value("My Run").run()
    assert not studio.error
    assert any("Its folder is named 'my-run'." in caption.value for caption in studio.caption)
    press(studio, "Start training")
    (run,) = list_runs(runs)
    assert run.name == "My Run"
    assert run.id[16:-7] == "my-run"


def test_no_name_is_one_sentence_and_nothing_can_be_started() -> None:
    studio = open_train()
    studio.text_input(key="train_name").set_value(" ").run()
    assert len(studio.error) == 1
    assert studio.error[0].value.startswith("Name: ")
    assert studio.button(key="train_start").disabled


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("optimiser.learning_rate", 1e6, "Optimiser.learning_rate: use a number less than"),
        ("optimiser.batch_size", 1, "batch_size: use a number greater than or equal to 4"),
        ("optimiser.steps", 0, "optimiser.steps is 0, which leaves a student as it begins"),
        ("seed", -1, "eed: use a number greater than or equal to 0"),
    ],
)
def test_an_absurd_number_is_one_sentence_and_nothing_can_be_started(
    setting: str, value: float, sentence: str
) -> None:
    studio = open_train()
    studio.number_input(key=f"train_{setting}").set_value(value).run()
    assert len(studio.error) == 1
    assert sentence.casefold() in studio.error[0].value.casefold()
    assert studio.button(key="train_start").disabled
    assert "Sweep" not in labels(studio)


def test_an_absurd_number_of_seeds_starts_no_sweep() -> None:
    studio = open_train()
    studio.number_input(key="sweep_seeds").set_value(500).run()
    assert studio.error[0].value == "Seeds of each is 500; use a number from 1 to 20."
    assert studio.button(key="sweep_start").disabled


def test_four_weights_of_zero_are_one_sentence_and_nothing_can_be_started() -> None:
    studio = open_train()
    for name in WEIGHTS:
        studio.select_slider(key=f"train_loss.{name}").set_value(0.0)
    studio.run()
    assert len(studio.error) == 1
    assert "loss weights are 0; set at least one above 0" in studio.error[0].value
    assert studio.button(key="train_start").disabled


def test_a_recipe_that_ships_fills_the_form() -> None:
    studio = open_train()
    studio.selectbox(key="train_preset").set_value("emoji_mclip").run()
    mclip = load_config(APP.parent / "configs" / "emoji_mclip.yaml")
    assert shown(studio, "name") == mclip.name
    assert shown(studio, "loss.h0_weight") == mclip.loss.h0_weight
    assert studio.number_input(key="train_optimiser.steps").value == mclip.optimiser.steps


def test_a_titled_recipe_is_one_click_and_gives_way_to_another_recipe() -> None:
    studio = open_train()
    titled = studio.button_group(key="train_title")
    assert titled.options[0] == "From scratch, 1 minute"
    titled.set_value("from_scratch").run()
    assert shown(studio, "name") == "from_scratch"
    studio.selectbox(key="train_preset").set_value("emoji_mclip").run()
    assert shown(studio, "name") == "mclip"
    assert not studio.button_group(key="train_title").value


def test_an_english_anchor_is_a_field_with_a_sentence_and_is_trained_with(runs: Path) -> None:
    studio = open_train()
    field = studio.text_input(key="train_data.english_anchor.captions")
    assert (field.label, field.value) == ("English anchor", "")
    assert "need no translation" in field.help
    field.set_value("emoji").run()
    studio.number_input(key="train_data.english_anchor.weight").set_value(0.5).run()
    press(studio, "Start training")
    (run,) = list_runs(runs)
    assert run.config["data"]["english_anchor"] | {"rows": None} == {
        "captions": "emoji",
        "weight": 0.5,
        "rows": None,
        "structure": False,
    }


def test_unpaired_captions_without_a_diagram_term_are_one_sentence() -> None:
    studio = open_train()
    for name in ("h0_weight", "h1_weight"):
        studio.select_slider(key=f"train_loss.{name}").set_value(0.0)
    studio.text_input(key="train_data.unpaired.captions").set_value("texts.txt").run()
    assert any("joins H0 and H1 alone, whose weights are 0" in one for one in sentences(studio))


def test_a_cloned_run_fills_the_form_with_what_it_cannot_show_as_well() -> None:
    run = recorded_run("earlier")
    studio = open_train()
    studio.selectbox(key="train_clone").set_value(run.name).run()
    assert shown(studio, "name") == "earlier"
    assert studio.select_slider(key="train_loss.h0_weight").value == 0.1
    press(studio, "Start training")
    assert load_config(list_runs()[0].path / "config.yaml") == load_config(run / "config.yaml")


def test_a_configuration_file_fills_the_form() -> None:
    studio = open_train()
    studio.file_uploader[0].upload("mine.yaml", b"name: mine\nseed: 7\n").run()
    assert (shown(studio, "name"), shown(studio, "seed")) == ("mine", 7)
    assert not studio.error


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a: [1, 2", "not YAML"),
        (b"\xff\xfe\x00", "not YAML"),
        (b"just words", "holds str"),
        (b"optimiser: {steps: -1}", "steps"),
        (b"weight: 1", "weight"),
    ],
)
def test_a_file_of_nonsense_is_one_sentence_and_the_form_stays(
    content: bytes, complaint: str
) -> None:
    studio = open_train()
    studio.file_uploader[0].upload("bad.yaml", content).run()
    assert not studio.exception
    assert len(studio.error) == 1
    assert complaint in studio.error[0].value
    assert shown(studio, "name") == "small"


def test_a_file_with_rare_values_fills_the_form_unchanged() -> None:
    studio = open_train()
    content = b"data: {share: 0.01}\nloss: {h0_weight: 77.5}\nstudent: {start_from: some/folder}\n"
    studio.file_uploader[0].upload("rare.yaml", content).run()
    assert not studio.exception
    assert not studio.error
    press(studio, "Start training")
    config = load_config(list_runs()[0].path / "config.yaml")
    assert (config.data.share, config.loss.h0_weight) == (0.01, 77.5)
    assert config.student.start_from == "some/folder"


def test_the_form_is_as_it_was_when_a_person_comes_back_from_another_page() -> None:
    studio = open_train()
    studio.text_input(key="train_name").set_value("mine").run()
    studio.select_slider(key="train_loss.h0_weight").set_value(3.0).run()
    studio.switch_page("pages/7_runs.py").run()
    studio.switch_page("pages/6_train.py").run()
    assert not studio.exception
    assert (shown(studio, "name"), shown(studio, "loss.h0_weight")) == ("mine", 3.0)


def test_only_installed_trackers_are_offered_and_none_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda name: name in ("accelerate", "mlflow"))
    (choice,) = (group for group in open_train().segmented_control if group.label == "Tracking")
    assert choice.options == ["none", "mlflow"]
    assert choice.value == "none"


def test_the_time_is_estimated_before_the_first_run_and_measured_after_it() -> None:
    assert any("a rough guess" in caption.value for caption in open_train().caption)
    run = recorded_run("measured")
    studio = open_train()
    studio.selectbox(key="train_clone").set_value(run.name).run()
    assert any(
        "4.0 steps a second: measured took 0.25 s a step here" in caption.value
        for caption in studio.caption
    )


def test_starting_makes_a_run_that_trains_and_is_watched(runs: Path) -> None:
    studio = press(open_train(), "Start training")
    (run,) = list_runs(runs)
    assert studio.session_state["choice:run"] == run.id
    wait_for(lambda: observed_state(run.path).state == "running")
    studio.run()
    assert "running" in progress(studio)
    assert "Stop" in labels(studio)


def test_the_same_wish_twice_is_one_run(runs: Path) -> None:
    studio = open_train()
    token = studio.session_state["train_token"]
    press(studio, "Start training")
    studio.session_state["train_token"] = token
    press(studio.run(), "Start training")
    assert len(list_runs(runs)) == 1


def test_a_second_click_at_once_starts_nothing_and_a_later_one_does(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = press(open_train(), "Start training")
    press(studio, "Start training")
    assert len(list_runs(runs)) == 1
    monkeypatch.setattr(page, "DOUBLE_CLICK_SECONDS", 0.0)
    press(studio, "Start training")
    assert len(list_runs(runs)) == 2


def test_a_run_that_cannot_be_made_is_one_sentence(runs: Path) -> None:
    runs.write_text("no folder")
    studio = press(open_train(), "Start training")
    assert len(studio.error) == 1
    assert str(runs) in studio.error[0].value


def test_a_run_shows_its_state_losses_scores_and_diagrams() -> None:
    recorded_run()
    studio = open_train()
    assert "finished" in progress(studio)
    assert f"step {STEPS} of {STEPS}" in progress(studio)
    assert len(figures(studio)) == 5
    watched, loss, _scores, _spread, diagram = figures(studio)
    assert last_step(watched) == STEPS
    assert last_step(loss) == STEPS
    assert len(diagram["frames"]) == 2
    tiles = {tile.label: tile for tile in studio.metric}
    assert tiles["Steps a second"].value == "4.0"
    assert tiles["Time left, about"].value == "–"
    assert tiles["Zero-shot top-1"].value.startswith("18.0")
    assert tiles["Zero-shot top-1"].delta.startswith("+8.0")
    assert not {"Stop", "Resume"} & set(labels(studio))
    assert not sentences(studio)


def test_light_probes_are_drawn_between_the_full_ones() -> None:
    run = recorded_run()
    for step in range(STEPS + 1):
        record_light_probe(run, step)
    studio = open_train()
    watched, loss, full, *_ = figures(studio)
    assert watched["layout"]["meta"]["scores"] == [
        "sampled_zero_shot_top1",
        "sampled_wasserstein_h0",
        "zero_shot_top1",
        "sampled_text_rank",
    ]
    assert watched["layout"]["meta"]["full_probes"] == [0, STEPS]
    assert loss["layout"]["meta"]["figure"] == "live_loss"
    assert full["layout"]["meta"]["scores"] == ["zero_shot_top1", "wasserstein_h0_to_teacher"]
    tiles = {tile.label: tile for tile in studio.metric}
    assert tiles["Top-1 of 100"].value == "42.0 %"
    assert tiles["Top-1 of 100"].delta == "+40.0 points since the start"
    assert tiles["H0 of 100 points"].value == "1.2000"
    assert not sentences(studio)


def test_the_settings_of_the_curves_stand_below_them() -> None:
    recorded_run()
    studio = open_train()
    keys = [element.proto.id for element in studio.main if hasattr(element.proto, "id")]
    places = [
        next(place for place, key in enumerate(keys) if name in key)
        for name in ("figure:train/watched", "figure:train/loss", "choice:smoothing")
    ]
    assert places == sorted(places)


def test_a_light_probe_that_failed_is_one_sentence() -> None:
    run = recorded_run(probes=())
    append_event(run, Event(3, 1.0, "light_probe", {"error": "OSError: no pictures"}))
    assert sentences(open_train()) == [
        "The probe at step 3 failed: OSError: no pictures. Training goes on."
    ]


def test_a_score_that_has_hardly_moved_has_neither_sign_nor_arrow() -> None:
    run = recorded_run(probes=())
    for step, value in ((0, 20.0), (STEPS, 19.96)):
        append_event(run, Event(step, 0.0, "probe", {"zero_shot_top1": value}))
    (tile,) = (tile for tile in open_train().metric if tile.label == "Zero-shot top-1")
    assert tile.delta == "0.0 points since the start"
    assert tile.proto.direction == tile.proto.MetricDirection.NONE
    assert tile.proto.color == tile.proto.MetricColor.GRAY


def test_a_slow_step_is_told_by_how_long_it_takes() -> None:
    run = recorded_run(probes=())
    for step in range(STEPS + 1, STEPS + 80):
        append_event(run, Event(step, 1.0, "train", {"total": 1.0, "step_seconds": 34.0}))
    tiles = {tile.label: tile.value for tile in open_train().metric}
    assert tiles["A step takes"] == "34 s"
    assert "Steps a second" not in tiles


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (RunStatus("starting", total=STEPS, phase="teacher's vectors"), "starting, teacher's"),
        (RunStatus("running", total=STEPS, phase="first probe"), "running, first probe · step 0"),
        (RunStatus("cancelled", step=4, total=STEPS), "stopped, can be resumed · step 4 of"),
    ],
)
def test_the_line_of_a_run_says_what_it_does(status: RunStatus, shown: str) -> None:
    path = recorded_run(probes=())
    write_handle(path, handle_of(os.getpid()))
    write_status(path, replace(status, heartbeat_at=utc_now()))
    assert shown in progress(open_train())


def test_new_events_are_drawn_when_the_page_runs_again() -> None:
    run = recorded_run()
    studio = open_train()
    append_event(run, Event(STEPS + 1, 3.0, "train", {"total": 0.5, "seconds": 3.0}))
    studio.run()
    assert last_step(figures(studio)[1]) == STEPS + 1


def test_a_run_without_probes_shows_its_losses_alone() -> None:
    recorded_run(probes=())
    assert len(titles(open_train())) == 1


def test_the_curves_of_another_run_are_drawn_into_the_same_figures() -> None:
    other = recorded_run("other")
    recorded_run("watched")
    studio = open_train()
    before = [len(figure["data"]) for figure in figures(studio)[:2]]
    studio.selectbox(key="choice:run").set_value(list_runs()[0].id).run()
    studio.multiselect(key="choice:other_runs").set_value([other.name]).run()
    assert not studio.exception
    after = [len(figure["data"]) for figure in figures(studio)[:2]]
    assert all(now > then for now, then in zip(after, before, strict=True))


def test_smoothing_lets_the_loss_lag_behind_itself() -> None:
    recorded_run()
    studio = open_train()
    raw = total_loss(studio)
    studio.slider(key="choice:smoothing").set_value(0.9).run()
    smooth = total_loss(studio)
    assert raw[0] == pytest.approx(smooth[0])
    assert np.all(smooth[1:] > raw[1:])


def test_curves_over_time_end_with_the_seconds_trained() -> None:
    recorded_run()
    studio = open_train()
    studio.segmented_control(key="choice:over").set_value("time").run()
    assert [last_step(figure) for figure in figures(studio)[:2]] == [STEPS / 4, STEPS / 4]


def test_captions_without_a_pair_that_were_left_out_are_counted() -> None:
    given = {"anchor_captions": "my_*.txt", "anchor_texts": 1024, "anchor_held_out_left_out": 3}
    append_event(recorded_run(), Event(0, 0.0, "sources", given))
    studio = open_train()
    assert [one.value for one in studio.text] == [
        "English anchor: 1,024 texts of my_*.txt; left out: 3 held out."
    ]


def test_a_probe_that_failed_is_one_sentence() -> None:
    run = recorded_run()
    append_event(run, Event(STEPS, 2.0, "probe", {"error": "ValueError: no pictures"}))
    assert sentences(open_train()) == [
        f"The probe at step {STEPS} failed: ValueError: no pictures. Training goes on."
    ]


def test_stop_asks_the_worker_to_stop(at_work: Path) -> None:
    press(open_train(), "Stop")
    assert (at_work / "control" / "stop").exists()
    wait_for(lambda: observed_state(at_work).state == "cancelled")


def test_another_weight_is_asked_of_the_worker(at_work: Path) -> None:
    studio = open_train()
    assert studio.button(key="live_apply").disabled
    studio.select_slider(key=f"live_{at_work.name}_h0_weight").set_value(3.0).run()
    press(studio, "Apply from the next step on")
    assert json.loads((at_work / "control" / "weights.json").read_text()) == {"h0_weight": 3.0}


def test_a_lost_run_says_why_and_is_resumed_when_its_device_is_free(at_work: Path) -> None:
    lost = recorded_run("gone")
    lose(lost)
    studio = open_train()
    studio.selectbox(key="choice:run").set_value(lost.name).run()
    assert "ended without a final status" in studio.warning[0].value
    press(studio, "Resume")
    assert queue_position(lost) == 1
    assert "number 1 in the queue" in progress(studio)
    stop_run(at_work)
    wait_for(lambda: observed_state(lost).state == "running")


def test_a_resume_that_came_too_late_is_one_sentence() -> None:
    lost = recorded_run()
    lose(lost)
    studio = open_train()
    write_handle(lost, handle_of(os.getpid()))
    press(studio, "Resume")
    assert [error.value for error in studio.error] == [
        f"Process {os.getpid()} works on {lost.name}; stop it before continuing it."
    ]


def test_a_sweep_is_a_run_for_every_weight_and_seed(runs: Path) -> None:
    studio = open_train()
    studio.multiselect(key="sweep_h0_weight").set_value([0.0, 1.0]).run()
    press(studio, "Start the sweep")
    (sweep,) = list_sweeps()
    configs = [load_config(run.path / "config.yaml") for run in list_runs(runs) if run.config]
    assert len(sweep.runs) == len(configs)
    assert {(config.loss.h0_weight, config.seed) for config in configs} == {
        (0.0, 0),
        (0.0, 1),
        (1.0, 0),
        (1.0, 1),
    }


def test_a_sweep_over_two_weights_is_their_grid(runs: Path) -> None:
    studio = open_train()
    studio.multiselect(key="sweep_h0_weight").set_value([0.0, 1.0]).run()
    studio.multiselect(key="sweep_h1_weight").set_value([0.0, 0.1]).run()
    studio.number_input(key="sweep_seeds").set_value(1).run()
    press(studio, "Start the sweep")
    configs = [load_config(run.path / "config.yaml") for run in list_runs(runs) if run.config]
    assert {(config.loss.h0_weight, config.loss.h1_weight) for config in configs} == {
        (0.0, 0.0),
        (0.0, 0.1),
        (1.0, 0.0),
        (1.0, 0.1),
    }


def test_a_sweep_over_rows_begins_with_the_form_and_its_baseline(runs: Path) -> None:
    studio = open_train()
    studio.segmented_control(key="sweep_way").set_value("every row").run()
    studio.number_input(key="sweep_seeds").set_value(1).run()
    press(studio, "Start the sweep")
    (sweep,) = list_sweeps()
    weights = [(one.loss.pointwise_weight, one.loss.h0_weight) for one in sweep.configs()]
    assert weights == [(1.0, 0.0), (1.0, 0.1)]


def test_the_runs_of_a_sweep_are_shown_with_their_places_which_move_up() -> None:
    studio = open_train()
    studio.number_input(key="sweep_seeds").set_value(1).run()
    press(studio, "Start the sweep")
    first, second, third = list_sweeps()[0].runs
    assert studio.session_state["choice:run"] == first
    wait_for(lambda: states(studio)[0] == "running")
    assert states(studio) == ["running", "number 1 in the queue", "number 2 in the queue"]
    stop_run(list_runs()[-1].path)
    wait_for(lambda: states(studio) == ["running", "number 1 in the queue"])
    assert [queue_position(runs_directory() / run) for run in (second, third)] == [None, 1]


def test_all_runs_under_way_are_stopped_at_once() -> None:
    studio = open_train()
    press(studio, "Start the sweep")
    wait_for(lambda: states(studio)[0] == "running")
    press(studio, "Stop all runs")
    wait_for(lambda: {observed_state(run.path).state for run in list_runs()} == {"cancelled"})


def states(studio: AppTest) -> list[str]:
    """Returns the states in the table of runs under way, after the page ran again."""
    studio.run()
    assert not studio.exception
    return studio.dataframe[0].value["state"].tolist() if studio.dataframe else []


def test_a_sweep_without_weights_cannot_be_started() -> None:
    studio = open_train()
    studio.multiselect(key="sweep_h0_weight").set_value([]).run()
    (button,) = (button for button in studio.button if button.label == "Start the sweep")
    assert button.disabled
