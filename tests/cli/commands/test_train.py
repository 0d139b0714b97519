"""The train command: what it hands to training, and what it refuses."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support.checkout import RECIPE
from support.command_line import refuse, tomclip
from support.emoji_doubles import EncoderDoubles, as_embeddings, concept_vectors, tiny_dataset

from tomclip import training
from tomclip.cli.commands.train import unseen_probe
from tomclip.cli.config_changes import configured
from tomclip.config import load_config, parse_config
from tomclip.core.errors import ConfigError
from tomclip.core.types import Embeddings, Event
from tomclip.evaluation import MEAN, EmojiSettings, evaluate_vectors, student_vectors
from tomclip.runs import RunDirectory, create_run, read_snapshot
from tomclip.topology import persistence_diagrams


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, dict[str, Any]]]:
    """What training was called with; it "finishes" after one validation."""
    calls: list[tuple[str, Any, dict[str, Any]]] = []

    def finish(kind: str, subject: Any, **options: Any) -> SimpleNamespace:
        calls.append((kind, subject, options))
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
    assert callable(options["probe"])
    assert (config.name, config.loss.h0_weight) == ("mine", 0.5)
    assert config.data.languages == ("en", "ko")
    assert "step 7 of 500: mean reciprocal rank 0.2500" in result.stdout
    assert "runs/one: finished at step 7, best 7" in result.stdout


def test_train_without_an_interval_has_no_probe(trained: list) -> None:
    change = "validation.probe_every_steps=0"
    assert tomclip("train", "--config", RECIPE, "--set", change).exit_code == 0
    assert trained[0][2]["probe"] is None


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
        ((), "either --config"),
        (("--config", RECIPE, "--resume", "runs/one"), "either --config"),
        (("--resume", "runs/one", "--set", "seed=1"), "leave --set and --directory out"),
        (("--resume", "no-such-run"), "name a run directory"),
        (("--config", "no-such-file.yaml"), "does not exist"),
    ],
)
def test_contradicting_train_options_are_refused(arguments: tuple, sentence: str) -> None:
    assert sentence in refuse("train", *arguments)


class StudentDouble:
    """A student in training whose Korean is exact and whose English is not."""

    name, dimension = "run", 8

    def __init__(self) -> None:
        self.calls: list[str] = []

    def embed_texts(self, texts: Any, *, language: str, ids: Any, labels: Any) -> Embeddings:
        self.calls.append(f"{self.name} text {language}")
        rows = [int(text.split()[-1]) for text in texts]
        vectors = concept_vectors()[rows]
        vectors = vectors if language == "ko" else np.roll(vectors, 1, axis=0)
        return as_embeddings(vectors, labels, language=language, encoder=self.name)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Mapping[str, Any], list]:
    """What the probe returned for the double at step 3 of the run `tmp_path`, and its calls."""
    doubles = EncoderDoubles().install(monkeypatch)
    config = parse_config({"teacher": "teacher", "data": {"languages": ["en", "ko"]}})
    student = StudentDouble()
    values = unseen_probe(config)(student, 3, RunDirectory(tmp_path))  # type: ignore[arg-type]
    return values, [*doubles.calls, *student.calls]


def test_probe_scores_a_student_in_training_per_language(probed: tuple) -> None:
    values, _ = probed
    assert values["zero_shot_top1"] == {"ko": 100.0, "en": 0.0, "mean": 50.0}
    h0 = values["wasserstein_h0_to_teacher"]
    assert h0["ko"] == pytest.approx(0.0, abs=1e-6)
    assert h0["mean"] == pytest.approx((h0["en"] + h0["ko"]) / 2)


def test_probe_finds_what_an_evaluation_finds(probed: tuple) -> None:
    values, _ = probed
    vectors = student_vectors(StudentDouble(), "teacher", tiny_dataset())  # type: ignore[arg-type]
    settings = EmojiSettings(("en", "ko"), "held-out", subset="unseen", references=("teacher",))
    report = evaluate_vectors(vectors, tiny_dataset(), settings)
    assert {"linear_cka_to_teacher", "wasserstein_h1_to_teacher"} <= set(values)
    for name, by_language in values.items():
        assert by_language == {code: report.score(name, code).value for code in by_language}
        assert set(by_language) == {"en", "ko", MEAN}


def test_probe_embeds_every_text_once_and_the_teacher_s_english(probed: tuple) -> None:
    _, calls = probed
    assert sorted(call for call in calls if "text" in call) == [
        "run text en",
        "run text ko",
        "teacher text en",
    ]


def test_probe_leaves_the_diagrams_of_every_language_in_the_run(
    probed: tuple, tmp_path: Path
) -> None:
    snapshot = read_snapshot(tmp_path, 3)
    assert snapshot.languages == ("en", "ko")
    assert snapshot.concepts.tolist() == list(range(26, 40))
    expected = persistence_diagrams(concept_vectors()[26:].astype(np.float32))
    for found, diagram in zip(snapshot.diagrams["ko"], expected, strict=True):
        np.testing.assert_allclose(found.pairs, diagram.pairs, rtol=1e-6)
    np.testing.assert_allclose(snapshot.vectors["ko"], concept_vectors()[26:], atol=1e-3)


def test_config_error_names_file_and_changes() -> None:
    with pytest.raises(ConfigError, match=r"emoji_small\.yaml with --set"):
        configured(RECIPE, ["optimiser.steps=0"])
