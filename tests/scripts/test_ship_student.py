"""What ships beside a student: the command of its run, and the runs of other seeds."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from ship_student import changes, command, require_other_seed

from tomclip.config import TrainConfig, load_config
from tomclip.core.errors import RunError
from tomclip.core.paths import configs_directory
from tomclip.runs.directory import create_run


def shipped(**settings: object) -> TrainConfig:
    config = load_config(configs_directory() / "emoji_mclip.yaml")
    return dataclasses.replace(config, **settings)


def test_the_command_names_what_a_run_changed() -> None:
    probes = dataclasses.replace(shipped().validation, probe_every_steps=25)
    assert command(shipped()) == "python -m tomclip train --config configs/emoji_mclip.yaml"
    assert command(shipped(seed=2, validation=probes)) == (
        "python -m tomclip train --config configs/emoji_mclip.yaml "
        "--set seed=2 --set validation.probe_every_steps=25"
    )


def test_changes_are_dotted_keys_with_the_later_value() -> None:
    steps = dataclasses.replace(shipped().optimiser, steps=7)
    assert list(changes(shipped(), shipped(optimiser=steps))) == [("optimiser.steps", 7)]


def test_a_run_of_another_seed_and_other_probes_goes_beside(tmp_path: Path) -> None:
    probes = dataclasses.replace(shipped().validation, probe_every_steps=0)
    run = create_run(shipped(seed=1, validation=probes), directory=tmp_path / "run")
    require_other_seed(shipped(), run)


def test_a_run_that_differs_in_more_or_in_nothing_is_refused(tmp_path: Path) -> None:
    steps = dataclasses.replace(shipped().optimiser, steps=7)
    other = create_run(shipped(seed=1, optimiser=steps), directory=tmp_path / "other")
    with pytest.raises(RunError, match=r"seed=1, optimiser\.steps=7"):
        require_other_seed(shipped(), other)
    same = create_run(shipped(), directory=tmp_path / "same")
    with pytest.raises(RunError, match="differs from the run that ships in nothing"):
        require_other_seed(shipped(), same)
