"""Loss weights changed while a run trains: applied, recorded, and repeated by a resume."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.tiny_training import recorded, tiny_config, train_losses

from tomclip.config import LossConfig, TrainConfig, loss_weights
from tomclip.core.errors import ConfigError
from tomclip.core.types import Event
from tomclip.training import resume, train
from tomclip.training.loss_weights import WeightSchedule, loss_at


def ask(directory: Path, weights: Any) -> None:
    text = weights if isinstance(weights, str) else json.dumps(weights)
    (directory / "control" / "weights.json").write_text(text)


def asking(directory: Path, changes: Mapping[int, Any]) -> Callable[[Event], None]:
    """Returns a listener that asks for `changes[step]` when that step is recorded."""

    def listen(event: Event) -> None:
        if event.split == "train" and event.step in changes:
            ask(directory, changes[event.step])

    return listen


def changes_of(directory: Path) -> list[tuple[int, dict[str, float]]]:
    return [(event.step, event.values["weights"]) for event in recorded(directory, "control")]


def stop_after(step: int) -> tuple[list[Event], Callable[[], bool]]:
    seen: list[Event] = []
    return seen, lambda: any(e.split == "train" and e.step == step for e in seen)


def test_a_change_holds_from_the_next_step_on_and_is_recorded(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(tiny_config(), directory=tmp_path / "plain")
    train(tiny_config(), directory=run, on_event=asking(run, {2: {"h0_weight": 5.0}}))
    (event,) = recorded(run, "control")
    expected = {**loss_weights(tiny_config().loss), "h0_weight": 5.0}
    assert (event.step, event.values["weights"]) == (2, expected)
    assert event.values["seconds"] == recorded(run, "train")[1].values["seconds"]
    plain, changed = train_losses(tmp_path / "plain"), train_losses(run)
    assert changed[:2] == plain[:2]
    third = recorded(run, "train")[2].values
    assert third["total"] == pytest.approx(
        third["pointwise"] + 0.1 * third["distance_matrix"] + 5.0 * third["topological_h0"]
    )
    assert not (run / "control" / "weights.json").exists()


def test_a_term_that_gets_a_weight_of_0_is_no_longer_computed(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(tiny_config(), directory=run, on_event=asking(run, {3: {"h0_weight": 0.0}}))
    terms = ["topological_h0" in event.values for event in recorded(run, "train")]
    assert terms == [True, True, True, False, False, False]


def test_stopped_and_resumed_with_changed_weights_is_the_uninterrupted_run(tmp_path: Path) -> None:
    changes = {2: {"h0_weight": 1.0}, 5: {"distance_matrix_weight": 0.7}}
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(tiny_config(), directory=whole, on_event=asking(whole, changes))
    seen, should_stop = stop_after(4)
    listen = asking(parts, changes)

    def on_event(event: Event) -> None:
        seen.append(event)
        listen(event)

    train(tiny_config(), directory=parts, on_event=on_event, should_stop=should_stop)
    resume(parts, on_event=listen)
    assert train_losses(parts) == train_losses(whole)
    assert changes_of(parts) == changes_of(whole)


def test_a_run_that_died_after_a_change_changes_again_at_the_same_step(tmp_path: Path) -> None:
    changes = {4: {"h0_weight": 1.0}}
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(tiny_config(), directory=whole, on_event=asking(whole, changes))
    with pytest.raises(MemoryError):
        train(tiny_config(), directory=parts, on_event=dying(5, asking(parts, changes)))
    with pytest.raises(MemoryError):
        resume(parts, on_event=dying(4))
    assert (parts / "checkpoints" / "latest").resolve().name == "step_3"
    resume(parts)
    assert train_losses(parts) == train_losses(whole)
    assert changes_of(parts) == changes_of(whole)


def dying(step: int, before: Callable[[Event], None] | None = None) -> Callable[[Event], None]:
    """Returns a listener that calls `before`, and raises when `step` is recorded."""

    def listen(event: Event) -> None:
        if before is not None:
            before(event)
        if event.split == "train" and event.step == step:
            raise MemoryError

    return listen


@pytest.mark.parametrize(
    ("request_text", "sentence"),
    [
        ("{", "not JSON"),
        ("[1]", "write weights by their names"),
        ('{"h2_weight": 1}', "h2_weight is no weight; use pointwise_weight"),
        ('{"h0_weight": NaN}', "holds NaN"),
        ('{"h0_weight": -1}', "greater than or equal to 0"),
        ('{"pointwise_weight": 0, "distance_matrix_weight": 0, "h0_weight": 0}', "all four"),
    ],
)
def test_a_request_that_cannot_be_used_changes_nothing(
    request_text: str, sentence: str, tmp_path: Path
) -> None:
    loss = LossConfig(distance_matrix_weight=0.1, h0_weight=0.1)
    schedule = WeightSchedule(loss, tmp_path / "weights.json")
    (tmp_path / "weights.json").write_text(request_text)
    with pytest.raises(ConfigError, match=sentence):
        schedule.take_request(3)
    assert schedule.after(3) == loss
    assert list(tmp_path.iterdir()) == []


def test_a_bad_request_is_recorded_and_training_goes_on(tmp_path: Path) -> None:
    run = tmp_path / "run"
    result = train(tiny_config(), directory=run, on_event=asking(run, {2: "{", 4: {"h9": 1}}))
    assert result.state == "finished"
    errors = [event.values["error"] for event in recorded(run, "control")]
    assert len(errors) == 2
    assert "not JSON" in errors[0]
    assert "h9 is no weight" in errors[1]
    train(tiny_config(), directory=tmp_path / "plain")
    assert train_losses(run) == train_losses(tmp_path / "plain")


def test_a_new_request_replaces_the_changes_that_a_resume_would_repeat(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    schedule = WeightSchedule(LossConfig(), file)
    for step, weight in ((2, 0.2), (8, 0.8)):
        file.write_text(json.dumps({"h0_weight": weight}))
        schedule.take_request(step)
    continued = WeightSchedule(LossConfig(), file)
    assert [continued.after(step).h0_weight for step in (1, 2, 7, 8)] == [0.0, 0.2, 0.2, 0.8]
    file.write_text('{"h1_weight": 0.5}')
    continued.take_request(5)
    assert [continued.after(step).h0_weight for step in (1, 5, 8)] == [0.0, 0.2, 0.2]
    assert [continued.after(step).h1_weight for step in (4, 5, 8)] == [0.0, 0.5, 0.5]


def test_a_history_damaged_by_hand_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "weights_history.json").write_text('{"changes": [{"step": 1}]}')
    with pytest.raises(ConfigError, match="delete it to go on"):
        WeightSchedule(LossConfig(), tmp_path / "weights.json")


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("rising", [0.5, 1.0, 1.5, 2.0]), ("falling", [2.0, 1.5, 1.0, 0.5]), ("constant", [2.0] * 4)],
)
def test_a_schedule_multiplies_the_structural_weights_of_each_step(
    schedule: Any, expected: list[float]
) -> None:
    loss = LossConfig(
        pointwise_weight=3.0, distance_matrix_weight=2.0, h1_weight=4.0, schedule=schedule
    )
    steps = [loss_at(loss, step, 4) for step in (1, 2, 3, 4)]
    assert [one.distance_matrix_weight for one in steps] == expected
    assert [one.h1_weight for one in steps] == [2 * weight for weight in expected]
    assert {(one.pointwise_weight, one.h0_weight) for one in steps} == {(3.0, 0.0)}
    assert loss_at(loss, 1, 1).distance_matrix_weight == 2.0


def test_a_schedule_needs_no_point_wise_weight() -> None:
    loss = LossConfig(pointwise_weight=0.0, h0_weight=1.0, schedule="rising")
    assert loss_at(loss, 1, 1_000).h0_weight == 0.001


def test_an_unknown_schedule_is_refused() -> None:
    with pytest.raises(ConfigError, match="'constant', 'rising' or 'falling'"):
        scheduled("waving")


def scheduled(schedule: str, **loss: Any) -> TrainConfig:
    """Returns a run of 6 steps with a schedule."""
    weights = {"distance_matrix_weight": 0.1, "h0_weight": 0.1}
    return tiny_config(loss={**weights, "schedule": schedule, **loss})


def test_a_run_descends_and_records_its_schedule(tmp_path: Path) -> None:
    run, change = tmp_path / "run", {3: {"h0_weight": 5.0}}
    train(scheduled("falling"), directory=run, on_event=asking(run, change))
    events = recorded(run, "train")
    factors = [event.values["schedule_factor"] for event in events]
    assert factors == pytest.approx([6 / 6, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6])
    for event, factor in zip(events, factors, strict=True):
        values, h0_weight = event.values, 0.1 if event.step <= 3 else 5.0
        assert values["total"] == pytest.approx(
            values["pointwise"]
            + factor * 0.1 * values["distance_matrix"]
            + factor * h0_weight * values["topological_h0"]
        )
    (control,) = recorded(run, "control")
    assert control.values["weights"]["h0_weight"] == 5.0, "what was asked, not what it comes to"


def test_a_constant_schedule_records_what_runs_recorded_before(tmp_path: Path) -> None:
    train(tiny_config(), directory=tmp_path)
    assert all("schedule_factor" not in event.values for event in recorded(tmp_path, "train"))


@pytest.mark.parametrize("weights_in", ["loss", "gradient"])
def test_stopped_and_resumed_on_a_schedule_is_the_uninterrupted_run(
    tmp_path: Path, weights_in: str
) -> None:
    changes = {2: {"h0_weight": 1.0}, 5: {"distance_matrix_weight": 0.7}}
    config = scheduled("rising", weights_in=weights_in)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(config, directory=whole, on_event=asking(whole, changes))
    seen, should_stop = stop_after(4)
    listen = asking(parts, changes)

    def on_event(event: Event) -> None:
        seen.append(event)
        listen(event)

    train(config, directory=parts, on_event=on_event, should_stop=should_stop)
    resume(parts, on_event=listen)
    assert train_losses(parts) == train_losses(whole)
    assert changes_of(parts) == changes_of(whole)
    factors = [event.values["schedule_factor"] for event in recorded(parts, "train")]
    assert factors == pytest.approx([step / 6 for step in range(1, 7)])
