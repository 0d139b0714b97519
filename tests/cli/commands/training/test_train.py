"""The train command: what it hands to training, and what it refuses."""

from __future__ import annotations

import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.checkout import RECIPE
from support.command_line import refuse, tomclip

from tomclip import training
from tomclip.cli.config_changes import configured
from tomclip.config import load_config
from tomclip.core.errors import ConfigError
from tomclip.core.types import Event
from tomclip.runs import create_run


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, dict[str, Any]]]:
    """What training was called with; it "finishes" after one validation."""
    calls: list[tuple[str, Any, dict[str, Any]]] = []

    def finish(kind: str, subject: Any, **options: Any) -> SimpleNamespace:
        calls.append((kind, subject, options))
        lone = {"anchor_captions": "words.txt", "anchor_texts": 9, "anchor_blank_left_out": 2}
        options["on_event"](Event(0, 0.0, "sources", lone))
        options["on_event"](Event(7, 0.5, "validation", {"mean_reciprocal_rank": 0.25}))
        state = "cancelled" if options["should_stop"]() else "finished"
        run = SimpleNamespace(path=Path("runs/one"))
        return SimpleNamespace(run=run, state=state, step=7, best_step=7)

    monkeypatch.setattr(training, "train", lambda config, **o: finish("train", config, **o))
    monkeypatch.setattr(training, "resume", lambda path, **o: finish("resume", path, **o))
    return calls


def test_train_hands_over_the_file_with_the_changes(trained: list, tmp_path: Path) -> None:
    result = tomclip(
        *("train", "--config", RECIPE, "--directory", tmp_path / "run"),
        *("--set", "loss.h0_weight=0.5", "--set", "data.languages=[en, ko]", "--set", "name=mine"),
    )
    assert result.exit_code == 0, result.output
    ((kind, config, options),) = trained
    assert (kind, options["directory"]) == ("train", tmp_path / "run")
    assert "probe" not in options
    assert (config.name, config.loss.h0_weight) == ("mine", 0.5)
    assert config.data.languages == ("en", "ko")
    assert "step 7 of 500: mean reciprocal rank 0.2500" in result.stdout
    assert "runs/one: finished at step 7, best 7" in result.stdout


def test_train_without_changes_is_the_file() -> None:
    assert configured(RECIPE, []) == load_config(RECIPE)


def test_train_continues_a_run(trained: list, tmp_path: Path) -> None:
    run = create_run(load_config(RECIPE), directory=tmp_path / "run")
    assert tomclip("train", "--resume", run.path).exit_code == 0
    assert trained[0][:2] == ("resume", run.path)


def test_train_that_is_interrupted_ends_with_130(
    trained: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = training.train

    def interrupted(config: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return finish(config, **options)

    monkeypatch.setattr(training, "train", interrupted)
    result = tomclip("train", "--config", RECIPE)
    assert result.exit_code == 130
    assert "stopped at step 7" in result.stdout
    assert "tomclip train --resume runs/one" in result.stdout


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("loss.h0_weight", "write key=value"),
        ("loss.h0=1", "h0: is not a known key"),
        ("los.h0_weight=1", "los is not a group of settings"),
        ("seed.value=1", "seed is not a group of settings"),
        ("loss.h0_weight=-1", "loss.h0_weight"),
        ("name=[", "not YAML"),
    ],
)
def test_a_change_that_fits_nothing_is_refused(change: str, sentence: str) -> None:
    assert sentence in refuse("train", "--config", RECIPE, "--set", change)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "multilingual-e5-small' comes with the package"),
        (("--config", RECIPE, "--resume", "runs/one"), "either --config"),
        (("--resume", "runs/one", "--set", "seed=1"), "leave --set and --directory out"),
        (("--resume", "no-such-run"), "name a run directory"),
        (("--config", "no-such-file.yaml"), "does not exist"),
    ],
)
def test_contradicting_train_options_are_refused(arguments: tuple, sentence: str) -> None:
    assert sentence in refuse("train", *arguments)


def test_config_error_names_file_and_changes() -> None:
    with pytest.raises(ConfigError, match=r"emoji_small\.yaml with --set"):
        configured(RECIPE, ["optimiser.steps=0"])


def test_captions_without_a_pair_are_told_with_what_was_left_out(trained: list) -> None:
    result = tomclip("train", "--config", str(RECIPE))
    assert "English anchor: 9 texts of words.txt; left out: 2 blank." in result.output
