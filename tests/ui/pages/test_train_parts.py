"""What the Train page computes without a browser: tables of events, sizes, the studio's end."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tomclip.config import Recipe, TrainConfig, change_config, config_to_dict, load_config
from tomclip.core.languages import LANGUAGES
from tomclip.core.types import Event
from tomclip.figures.training.loss_weights import changes_of
from tomclip.runs import RunStatus, create_run, write_status
from tomclip.runs.records import flat_config
from tomclip.runs.tables import (
    ALL_PROBES,
    full_probe_steps,
    loss_table,
    probe_failures,
    scores_table,
)
from tomclip.ui.pages.train import presets
from tomclip.ui.pages.train import shutdown as ending
from tomclip.ui.pages.train.cost import captions_a_step, expected_time, size_of, work_of_step
from tomclip.ui.pages.train.form import RECIPE_HELP
from tomclip.ui.pages.train.settings import settings
from tomclip.ui.run_view import progress
from tomclip.ui.run_view.progress import seconds_a_step

EVENTS = [
    Event(0, 0.0, "probe", {"zero_shot_top1": 1.0, "zero_shot_top1_ko": 2.0, "probe_seconds": 3.0}),
    Event(1, 0.1, "train", {"total": 2.0, "pointwise": 1.5, "seconds": 0.5, "step_seconds": 0.5}),
    Event(1, 0.1, "control", {"weights": {"h0_weight": 0.1}}),
    Event(2, 0.2, "train", {"total": 1.0, "pointwise": 0.5, "seconds": 0.8, "step_seconds": 0.3}),
    Event(2, 0.2, "probe", {"error": "OSError: gone"}),
    Event(2, 0.2, "validation", {"mean_reciprocal_rank": 0.3}),
]


def test_training_steps_become_rows_in_their_order() -> None:
    table = loss_table(EVENTS)
    assert table["step"].tolist() == [1, 2]
    assert table["pointwise"].tolist() == [1.5, 0.5]
    assert loss_table([]).empty


def test_a_score_is_known_by_its_name_and_language() -> None:
    table = scores_table(EVENTS)
    rows = table[["step", "score", "series", "value"]].to_numpy().tolist()
    assert [0, "zero_shot_top1", "mean", 1.0] in rows
    assert [0, "zero_shot_top1", "ko", 2.0] in rows
    assert len(table) == 2


def test_light_probes_are_rows_where_they_are_asked_for() -> None:
    light = Event(1, 0.5, "light_probe", {"sampled_text_rank": {"ko": 0.5, "mean": 0.25}})
    events = [EVENTS[0], light, *EVENTS[1:]]
    assert scores_table(events).equals(scores_table(EVENTS))
    table = scores_table(events, splits=ALL_PROBES, names=("sampled_text_rank",))
    assert table[["step", "series", "value"]].to_numpy().tolist() == [
        [1, "ko", 0.5],
        [1, "mean", 0.25],
    ]
    assert full_probe_steps(events) == [0, 2]


def test_a_changed_weight_is_known_with_the_old_one() -> None:
    (change,) = changes_of(EVENTS, {"pointwise_weight": 1.0, "h0_weight": 0.01})
    assert (change.step, change.before, change.after, change.seconds) == (1, 0.01, 0.1, 0.5)


def test_a_failed_probe_is_told() -> None:
    assert probe_failures(EVENTS) == [(2, "OSError: gone")]


def test_speed_is_that_of_the_latest_steps() -> None:
    assert seconds_a_step(EVENTS) == pytest.approx(0.4)
    assert seconds_a_step([]) == 0


@pytest.mark.parametrize(
    ("held", "shown"), [(0, "–"), (20_000_000, "–"), (1_400_000_000, "1.4 GB")]
)
def test_the_memory_of_a_process_that_has_only_begun_is_not_told(
    monkeypatch: pytest.MonkeyPatch, held: int, shown: str
) -> None:
    monkeypatch.setattr(progress, "_resident", lambda path: held)
    assert progress._memory(Path("run"), []) == ("Memory", shown)


def test_recipes_of_encoders_that_are_not_here_are_left_out_with_the_command_that_brings_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = change_config(TrainConfig(), {"name": "plain"})
    prior = change_config(plain, {"student.start_from": "multilingual-e5-small"})
    monkeypatch.setattr(presets, "presets", lambda: {"plain": plain, "emoji_from_e5": prior})
    monkeypatch.setattr(presets, "packaged_origin", lambda name: None)
    usable, hint = presets.usable_presets()
    assert list(usable) == ["plain"]
    assert hint.startswith("1 more recipe starts from multilingual-e5-small, which is not")
    assert "tomclip[encoders]" in hint
    monkeypatch.setattr(presets, "packaged_origin", lambda name: object())
    assert presets.usable_presets() == ({"plain": plain, "emoji_from_e5": prior}, "")


def test_the_recipes_with_a_title_come_first() -> None:
    names = list(presets.presets())
    titled = ["best", "from_scratch", "emoji_from_e5", "from_e5_english"]
    assert names[:4] == titled == list(presets.TITLES)
    assert {"emoji_small", "emoji_tomclip", "mclip_full"} < set(names)


def test_the_form_begins_with_the_best_recipe_that_can_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presets, "packaged_origin", lambda name: object())
    assert presets.first_preset() == load_config("best")
    monkeypatch.setattr(presets, "packaged_origin", lambda name: None)
    assert presets.first_preset() == load_config("emoji_small")


def test_the_recipe_from_english_alone_reads_no_translation_and_looks_at_every_language() -> None:
    config = presets.presets()["from_e5_english"]
    assert config.data.languages == ("en",)
    assert set(config.validation.probe_languages) == set(LANGUAGES)


def test_nobody_guesses_how_long_a_step_behind_another_encoder_takes() -> None:
    config = change_config(TrainConfig(), {"student.start_from": "multilingual-e5-small"})
    assert expected_time(config, []) == (
        "How long it takes is known once a run has begun on this device."
    )
    assert "a rough guess" in expected_time(TrainConfig(), [])


def test_a_run_of_no_steps_is_not_timed_by_steps() -> None:
    ridge = {"student.start_from": "multilingual-e5-small", "student.head": "ridge"}
    config = change_config(TrainConfig(), {**ridge, "optimiser.steps": 0})
    assert expected_time(config, []).startswith("No step is taken: the student is the closed form")


def test_steps_of_one_size_take_one_time() -> None:
    base = TrainConfig()
    longer = change_config(base, {"optimiser.steps": 9, "seed": 3})
    wider = change_config(base, {"student.hidden_size": 64})
    with_h0 = change_config(base, {"loss.h0_weight": 0.1})
    sizes = [size_of(config_to_dict(config)) for config in (base, longer, wider, with_h0)]
    assert sizes[0] == sizes[1]
    assert len(set(sizes)) == 3


def test_a_step_of_twice_the_captions_is_at_least_twice_the_work() -> None:
    base = TrainConfig()
    double = change_config(base, {"optimiser.batch_size": 2 * base.optimiser.batch_size})
    one, two = (work_of_step(config_to_dict(config)) for config in (base, double))
    assert one > 0
    assert two >= 2 * one
    assert work_of_step({"optimiser": {}}) == 0


def test_every_setting_of_the_configuration_has_its_place_in_the_form() -> None:
    missing = set(flat_config(config_to_dict(TrainConfig()))) - set(settings())
    assert missing <= {"schema_version", "data.source"}


def test_bounds_and_choices_are_those_that_the_classes_declare() -> None:
    found = settings()
    assert (found["optimiser.batch_size"].low, found["optimiser.batch_size"].high) == (4, 65536)
    assert (found["optimiser.steps"].low, found["optimiser.steps"].high) == (0, None)
    assert found["loss.recipe"].choices == get_args(Recipe) == tuple(RECIPE_HELP)
    assert (found["student.start_from"].kind, found["student.start_from"].optional) == (str, True)


@pytest.mark.parametrize("stop", [True, False])
def test_runs_stop_with_the_studio_only_when_that_was_chosen(
    stop: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path))
    assert not ending.stops_with_studio()
    ending.remember(stop)
    run = create_run(TrainConfig(), device="cpu")
    write_status(run.path, RunStatus("running", total=5))
    monkeypatch.setattr(ending, "active_runs", lambda root=None: [run.path])
    monkeypatch.setattr(ending, "stop_run", lambda path: run.stop_request.touch())
    assert ending.stop_active_runs() == int(stop)
    assert run.stop_request.exists() is stop


def test_captions_that_join_the_batches_are_part_of_a_step() -> None:
    pairs = TrainConfig()
    both = {"english_anchor.captions": "emoji", "english_anchor.rows": 64, "unpaired.captions": "a"}
    joined = change_config(
        pairs, {"loss.h0_weight": 0.1, **{f"data.{key}": value for key, value in both.items()}}
    )
    assert captions_a_step(config_to_dict(pairs)) == 256
    assert captions_a_step(config_to_dict(joined)) == 256 + 64 + 256
    assert work_of_step(config_to_dict(joined)) > 2 * work_of_step(config_to_dict(pairs))
    assert captions_a_step({"data": {"english_anchor": None}}) == 0
