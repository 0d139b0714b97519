"""Works off the trials of one condition, fold and seed: trains, asks, writes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.core.files.atomic import write_errors
from tomclip.core.progress import OnProgress, part_of
from tomclip.encoders import load_text_encoder
from tomclip.runs import RunDirectory
from tomclip.runs.commit import git_commit
from tomclip.studies.outcomes import (
    FoldQuestions,
    Scores,
    fold_questions,
    outcomes,
)
from tomclip.studies.plain import ToVectors, fit_plain
from tomclip.studies.results import write_result
from tomclip.studies.trials import Trial
from tomclip.training.heads.shared_start import Beginning, reads_frozen_features
from tomclip.training.heads.side_by_side import TrainedHead, train_heads

RUNS, HEADS = "runs", "heads"


class TrialWork:
    """Works off trials into a study's folder.

    Args:
        directory: The study's folder.
        keep_heads: Keep the weights of trained heads in the folder `heads`.
        should_stop: Asked after every step.
    """

    def __init__(
        self, directory: Path, *, keep_heads: bool, should_stop: Callable[[], bool]
    ) -> None:
        self._directory, self._keep_heads = directory, keep_heads
        self._should_stop = should_stop
        self._commit = git_commit()  # now: files may change while a study runs for hours
        self._questions: tuple[int, FoldQuestions] | None = None

    def work_off(
        self, trials: Sequence[Trial], begin: Callable[[], Beginning], on_progress: OnProgress
    ) -> bool:
        """Does trials of one group, heads and closed forms together; returns False when stopped.

        Args:
            trials: Without a result.
            begin: Returns what heads and closed forms begin with.
            on_progress: Called while they are trained.
        """
        shared = [t for t in trials if t.plain is not None or reads_frozen_features(t.config)]
        others = [trial for trial in trials if trial not in shared]
        report = part_of(on_progress, 0, 2 if others else 1)
        if shared and not self._together(shared, begin, report):
            return False
        for place, trial in enumerate(others):
            if self._should_stop() or not self._by_itself(trial):
                return False
            on_progress(place + 1, len(others))
        return True

    def _together(
        self, trials: list[Trial], begin: Callable[[], Beginning], report: OnProgress
    ) -> bool:
        begun, beginning = time.perf_counter(), begin()
        trained = [trial for trial in trials if trial.plain is None]
        configs = [trial.config for trial in trained]
        heads = train_heads(beginning, configs, should_stop=self._should_stop, on_progress=report)
        if heads is None:
            return False
        part = (time.perf_counter() - begun) / len(trials)
        ask = _Asked(self._questions_of(trials[0]), beginning)
        head_of = dict(zip((trial.name for trial in trained), heads, strict=True))
        for trial in trials:
            started, head = time.perf_counter(), head_of.get(trial.name)
            scores = ask.scores(trial, head)
            seconds = part + time.perf_counter() - started
            self._write(trial, scores, seconds, {} if head is None else _said(head))
            if head is not None and self._keep_heads:
                self._keep(trial, head)
        return True

    def _by_itself(self, trial: Trial) -> bool:
        """Trains a student that is more than a head, as `tomclip train` does."""
        from tomclip import training

        begun = time.perf_counter()
        path = self._directory / RUNS / trial.name
        if (RunDirectory(path).checkpoints / "latest").exists():
            ended = training.resume(path, should_stop=self._should_stop)
        else:
            shutil.rmtree(path, ignore_errors=True)
            ended = training.train(trial.config, directory=path, should_stop=self._should_stop)
        if ended.state != "finished":
            return False
        student = load_text_encoder(str(ended.best_checkpoint))
        questions = self._questions_of(trial)
        scores = outcomes(
            questions,
            lambda code: student.embed_texts(questions.names(code), language=code).vectors,
        )
        said = {"best_step": ended.best_step, "criterion": ended.best_score, "steps": ended.step}
        self._write(trial, scores, time.perf_counter() - begun, said)
        shutil.rmtree(path, ignore_errors=True)
        return True

    def _write(self, trial: Trial, scores: Scores, seconds: float, said: dict[str, Any]) -> None:
        write_result(
            trial, scores, self._directory, seconds=seconds, training=said, commit=self._commit
        )

    def _questions_of(self, trial: Trial) -> FoldQuestions:
        fold = trial.group.fold
        if self._questions is None or self._questions[0] != fold:
            self._questions = (fold, fold_questions(fold, trial.config.teacher))
        return self._questions[1]

    def _keep(self, trial: Trial, head: TrainedHead) -> None:
        from safetensors.torch import save_file

        path = self._directory / HEADS / f"{trial.name}.safetensors"
        with write_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            save_file({"weight": head.weight, "bias": head.bias}, path)


@dataclass(frozen=True)
class _Asked:
    """The questions of a fold with the features of its names, which all heads of a group share."""

    questions: FoldQuestions
    beginning: Beginning

    @cached_property
    def _features(self) -> dict[str, np.ndarray]:
        asked = self.questions
        return {code: self.beginning.features_of(asked.names(code)) for code in asked.languages}

    def scores(self, trial: Trial, head: TrainedHead | None) -> Scores:
        """Returns what a trial's head or closed form answers; nothing when the head broke off."""
        if head is not None and head.error:
            return {}
        if head is not None:
            to_vectors = _applied(head)
        else:
            assert trial.plain is not None
            to_vectors = fit_plain(trial.plain, self.beginning)
        return outcomes(self.questions, lambda code: to_vectors(self._features[code], code))


def _applied(head: TrainedHead) -> ToVectors:
    weight, bias = head.weight.numpy().T, head.bias.numpy()
    return lambda features, language: features @ weight + bias


def _said(head: TrainedHead) -> dict[str, Any]:
    said = {"best_step": head.best_step, "criterion": head.best_score, "steps": head.steps}
    return {**said, "error": head.error} if head.error else said
