"""When and how a worker probes its student: rarely in full, lightly every other second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import PreTrainedTokenizerBase

from tomclip.config import ValidationConfig
from tomclip.core.types import Event, RunState
from tomclip.encoders.student.encoder import Student, StudentModel
from tomclip.runs import RunDirectory
from tomclip.runs.scores import LIGHT_PROBE
from tomclip.training.probe import LightPace, Probe, run_probe
from tomclip.training.worker.progress import TrainingProgress
from tomclip.training.worker.recording import Recorder

EARLY_PROBE = 25
"""One more probe comes after this part of the first interval, when a student changes fastest."""


class Probing:
    """Probes the student of a run and records what was found; it leaves training as it was.

    Only the run's main process has one that probes: others are given no `probe`.
    """

    def __init__(
        self,
        run: RunDirectory,
        device: str,
        config: ValidationConfig,
        probe: Probe | None,
        progress: TrainingProgress,
        recorder: Recorder,
    ) -> None:
        self._run, self._device = run, device
        self._every = config.probe_every_steps
        self._probe = probe if self._every else None
        self._light: Probe | None = getattr(self._probe, "light", None)
        self._pace = LightPace(config.light_probe_share if self._light else 0.0)
        self._share = config.light_probe_share
        self._prepared = False
        self._progress, self._recorder = progress, recorder

    def at_start(self, model: StudentModel, tokenizer: PreTrainedTokenizerBase) -> None:
        """Probes a student that was just built, lightly, so that a person soon sees a number."""
        if self._share:
            self._light_probe(model, tokenizer, epoch=0.0)

    def after_step(
        self, model: StudentModel, tokenizer: PreTrainedTokenizerBase, epoch: float, *, last: bool
    ) -> None:
        """Probes in full where the configuration says so, and lightly when its time has come."""
        step = self._progress.step
        if self._every and (step % self._every == 0 or step == self._every // EARLY_PROBE or last):
            self.in_full(model, tokenizer, epoch)
        elif self._pace.is_due():
            self._light_probe(model, tokenizer, epoch)

    def in_full(
        self, model: StudentModel, tokenizer: PreTrainedTokenizerBase, epoch: float
    ) -> None:
        """Probes in full, unless that was done at this step."""
        if self._probe is None or self._progress.probed_step == self._progress.step:
            return
        self._declare("running", "probe" if self._progress.step else "first probe")
        self._record("probe", self._values(self._probe, model, tokenizer), epoch)
        self._progress.probed_step = self._progress.step

    def _light_probe(
        self, model: StudentModel, tokenizer: PreTrainedTokenizerBase, epoch: float
    ) -> None:
        """Probes lightly; one that fails is the last one, as the next would fail too."""
        if self._light is None:
            return
        if not self._prepared:  # what it needs is loaded by the first one, for up to a minute
            self._prepared = True
            self._declare("running" if self._progress.step else "starting", "first accuracy")
        with self._pace.timed():
            values = self._values(self._light, model, tokenizer)
        self._record(LIGHT_PROBE, values, epoch)
        if "error" in values:
            self._light, self._pace = None, LightPace(0.0)

    def _values(
        self, probe: Probe, model: StudentModel, tokenizer: PreTrainedTokenizerBase
    ) -> dict[str, Any]:
        student = Student(model, tokenizer, name=self._run.id, device=self._device)
        values = run_probe(probe, student, self._progress.step, self._run)
        model.train()
        return values

    def _declare(self, state: RunState, phase: str) -> None:
        self._recorder.declare(state, self._progress.step, self._progress.best_step, phase=phase)

    def _record(self, split: str, values: Mapping[str, Any], epoch: float) -> None:
        self._recorder.record(Event(self._progress.step, epoch, split, values))
