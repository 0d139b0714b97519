"""Probes: a run from a notebook records what one from the command line does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from support.tiny_encoders import write_teacher
from support.tiny_training import END_TO_END, recorded, tiny_config, train_losses

from tomclip.config import TrainConfig, parse_config
from tomclip.core.sampled_scores import SAMPLED
from tomclip.encoders import TextEncoder
from tomclip.runs import RunDirectory, snapshot_steps
from tomclip.runs.scores import LIGHT_PROBE, recorded_scores
from tomclip.training import resume, train
from tomclip.training.checkpoint import load_training_state
from tomclip.training.probe import LightPace
from tomclip.training.worker import probing


def test_a_run_records_accuracy_and_shape_without_being_given_a_probe(tmp_path: Path) -> None:
    (tmp_path / "teacher").mkdir()
    teacher = write_teacher(tmp_path / "teacher")
    run = tmp_path / "run"
    train(parse_config({**END_TO_END, "teacher": str(teacher)}), directory=run)
    start, end = recorded(run, "probe")
    assert (start.step, end.step) == (0, 2)
    for event in (start, end):
        scores = recorded_scores(event)
        assert set(scores["zero_shot_top1"]) == {"en", "ko", "mean"}
        assert scores["wasserstein_h0_to_teacher"]["ko"] > 0
    assert snapshot_steps(run) == (0, 2)
    light = recorded(run, LIGHT_PROBE)[0]
    assert light.step == 0
    assert set(recorded_scores(light)) == set(SAMPLED)
    for name, of_languages in recorded_scores(light).items():
        assert set(of_languages) == {"en", "ko", "mean"}
        assert recorded_scores(start)[name] == pytest.approx(of_languages, rel=1e-4)


def test_a_probe_of_one_s_own_takes_its_place(tmp_path: Path) -> None:
    config = tiny_config(
        optimiser={"steps": 2, "batch_size": 32}, validation={"probe_every_steps": 2}
    )
    train(config, directory=tmp_path / "run", probe=lambda student, step, run: {"step_seen": step})
    probes = recorded(tmp_path / "run", "probe")
    assert [recorded_scores(event) for event in probes] == [
        {"step_seen": {"mean": float(event.step)}} for event in probes
    ]


def test_a_default_probe_that_cannot_be_loaded_stops_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tomclip.evaluation import probe

    def gone(subset: str, **options: object) -> None:
        raise OSError("the emoji are gone")

    monkeypatch.setattr(probe, "emoji_task", gone)
    config = tiny_config(
        optimiser={"steps": 2, "batch_size": 32}, validation={"probe_every_steps": 2}
    )
    result = train(config, directory=tmp_path / "run")
    assert result.state == "finished"
    errors = {event.values["error"] for event in recorded(tmp_path / "run", "probe")}
    assert errors == {"OSError: the emoji are gone"}


class Clock:
    """A clock that a test moves."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


def probed_at(pace: LightPace, clock: Clock, *, until: float, cost: float) -> list[float]:
    """Returns when probes of so many seconds were due, of steps of a tenth of a second."""
    began, found = clock.now, []
    while clock.now - began < until:
        if pace.is_due():
            found.append(clock.now - began)
            with pace.timed():
                clock.now += cost
        clock.now += 0.1
    return found


def test_quick_light_probes_follow_each_other_within_three_seconds() -> None:
    clock = Clock()
    times = probed_at(LightPace(0.1, clock), clock, until=60.0, cost=0.15)
    apart = [later - earlier for earlier, later in pairwise(times)]
    assert 2.0 <= times[0] <= 2.2
    assert max(apart) < 3.0
    assert 0.15 * len(times) < 0.1 * 60.0


@pytest.mark.parametrize(("cost", "share"), [(1.0, 0.1), (6.0, 0.1), (1.0, 0.02)])
def test_slow_light_probes_keep_to_their_share_of_the_time(cost: float, share: float) -> None:
    clock = Clock()
    pace = LightPace(share, clock)
    with pace.timed():
        clock.now += 20.0  # loading, before the first step
    times = probed_at(pace, clock, until=40 * cost / share, cost=cost)
    assert len(times) > 30
    assert cost * (len(times) - 1) <= share * 40 * cost / share + cost


def test_a_long_run_is_probed_more_slowly_as_it_goes_on() -> None:
    clock = Clock()
    times = probed_at(LightPace(0.1, clock), clock, until=36_000.0, cost=0.1)
    assert len([time for time in times if time < 1200.0]) > 500
    assert len(times) < 3_000


def test_no_share_means_no_light_probe() -> None:
    clock = Clock()
    assert probed_at(LightPace(0.0, clock), clock, until=60.0, cost=0.1) == []


class Watched:
    """A probe whose light half draws from training's generator, or fails."""

    def __init__(self, *, fails: bool = False) -> None:
        self.light_steps: list[int] = []
        self.fails = fails

    def __call__(
        self, student: TextEncoder, step: int, run: RunDirectory
    ) -> Mapping[str, Mapping[str, float]]:
        return {"zero_shot_top1": {"mean": float(torch.rand(()))}}

    def light(
        self, student: TextEncoder, step: int, run: RunDirectory
    ) -> Mapping[str, Mapping[str, float]]:
        self.light_steps.append(step)
        if self.fails:
            raise OSError("no pictures")
        student.embed_texts(["fox", "여우"])
        return {"sampled_zero_shot_top1": {"mean": float(torch.rand(()))}}


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step is worth a light probe."""

    class Always(LightPace):
        def is_due(self) -> bool:
            return self._share > 0

    monkeypatch.setattr(probing, "LightPace", Always)


def light_config(share: float = 0.1, **validation: Any) -> TrainConfig:
    often = {"every_steps": 3, "probe_every_steps": 50, "light_probe_share": share}
    return tiny_config(validation={**often, **validation})


@pytest.mark.usefixtures("always")
def test_training_is_bit_for_bit_the_same_with_light_probes_and_without(tmp_path: Path) -> None:
    watched, never = Watched(), Watched()
    train(light_config(), directory=tmp_path / "probed", probe=watched)
    train(light_config(0.0), directory=tmp_path / "plain", probe=never)
    assert watched.light_steps == [0, 1, 3, 4, 5]  # after 2 steps and at the end in full
    assert never.light_steps == []
    assert train_losses(tmp_path / "probed") == train_losses(tmp_path / "plain")
    states = [
        load_training_state(tmp_path / name / "checkpoints" / "latest")
        for name in ("probed", "plain")
    ]
    assert torch.equal(*(state["generators"]["torch"] for state in states))
    assert [event.step for event in recorded(tmp_path / "probed", LIGHT_PROBE)] == [0, 1, 3, 4, 5]
    assert recorded(tmp_path / "plain", LIGHT_PROBE) == []


@pytest.mark.usefixtures("always")
def test_a_resumed_run_goes_on_as_one_that_was_never_probed(tmp_path: Path) -> None:
    steps = iter([False, False, False, True])
    run = train(
        light_config(), directory=tmp_path / "run", probe=Watched(), should_stop=lambda: next(steps)
    ).run.path
    again = Watched()
    resume(run, probe=again)
    train(light_config(0.0), directory=tmp_path / "plain", probe=Watched())
    assert again.light_steps == [5]
    assert [event.step for event in recorded(run, LIGHT_PROBE)] == [0, 1, 3, 4, 5]
    assert train_losses(run) == train_losses(tmp_path / "plain")


@pytest.mark.usefixtures("always")
def test_a_light_probe_that_fails_is_recorded_and_not_tried_again(tmp_path: Path) -> None:
    broken = Watched(fails=True)
    result = train(light_config(), directory=tmp_path / "run", probe=broken)
    assert result.state == "finished"
    (event,) = recorded(tmp_path / "run", LIGHT_PROBE)
    assert event.values["error"] == "OSError: no pictures"
    assert broken.light_steps == [0]
    assert [event.step for event in recorded(tmp_path / "run", "probe")] == [0, 2, 6]


def without_light(student: TextEncoder, step: int, run: RunDirectory) -> Mapping[str, Any]:
    return {"zero_shot_top1": 1.0}


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(
    ("probe", "validation"), [(without_light, {}), (Watched(), {"probe_every_steps": 0})]
)
def test_a_run_without_probes_or_with_plain_ones_has_no_light_ones(
    tmp_path: Path, probe: Callable[..., Any], validation: dict[str, int]
) -> None:
    train(light_config(**validation), directory=tmp_path / "run", probe=probe)
    assert recorded(tmp_path / "run", LIGHT_PROBE) == []
