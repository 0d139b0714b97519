"""One run in progress: the loop that trains, validates, saves and tells how it is going."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from tomclip.config import TrainConfig, loss_weights
from tomclip.encoders.student import Student, load_student_model
from tomclip.errors import ConfigError, RunError, TomclipError
from tomclip.runs import RunDirectory, truncate_events, truncate_snapshots
from tomclip.runs.atomic import write_errors
from tomclip.training.batches import CaptionSampler
from tomclip.training.checkpoint import save_checkpoint
from tomclip.training.data import TrainingData, training_data, validation_data
from tomclip.training.early_stopping import EarlyStopping
from tomclip.training.optimisation import new_optimiser
from tomclip.training.probe import Probe, run_probe
from tomclip.training.recording import Recorder
from tomclip.training.seeding import generator_states, restore_generators, seed_everything
from tomclip.training.step import optimisation_step
from tomclip.training.student import build_student
from tomclip.training.tracking import Tracker
from tomclip.training.validation import CRITERION, validate
from tomclip.training.weights import WeightSchedule
from tomclip.types import Event, RunState

_LOGGER = logging.getLogger(__name__)
EARLY_PROBE = 10
"""One more probe comes after this part of the first interval, when a student changes fastest."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """How a run ended. `best_score` is the stopping criterion at `best_step`."""

    run: RunDirectory
    state: RunState
    step: int
    best_step: int
    best_score: float
    seconds: float

    @property
    def best_checkpoint(self) -> Path:
        """Student directory of the best validation."""
        return self.run.checkpoints / "best"


class Worker:
    """One run in progress: what it trains, where it writes, and when it stops."""

    def __init__(
        self,
        run: RunDirectory,
        config: TrainConfig,
        device: str,
        probe: Probe | None,
        on_event: Callable[[Event], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.run, self.config, self.device = run, config, device
        self.probe = probe if config.validation.probe_every_steps else None
        self.should_stop = should_stop
        self.tracker = Tracker(run, config)
        self.recorder = Recorder(run, config.optimiser.steps, self.tracker, on_event, device)
        self.bf16 = config.precision == "bf16" or (
            config.precision == "auto" and device == "cuda" and torch.cuda.is_bf16_supported()
        )
        self.stopping = EarlyStopping(config.validation.patience)
        self.step = 0
        self.seconds = 0.0
        self.saved_step = -1
        self.probed_step = -1

    def work(self, state: dict[str, Any] | None = None) -> TrainingResult:
        """Trains to the end, whatever the end is, and leaves a truthful status behind."""
        try:
            self._declare("starting")
            self._prepare(state)
            self._declare("running")
            ending: RunState = self._train()
        except KeyboardInterrupt:
            self._declare("cancelled", error="interrupted", exit_code=130)
            raise
        except Exception as error:
            self._declare_failed(error)
            raise
        finally:
            self.tracker.close()
        self._declare(ending, exit_code=0)
        return TrainingResult(
            self.run,
            ending,
            self.step,
            self.stopping.best_step,
            self.stopping.best_score,
            self.seconds,
        )

    def _prepare(self, state: dict[str, Any] | None) -> None:
        seed_everything(self.config.seed)
        self.weights = WeightSchedule(self.config.loss, self.run.weights_request)
        self.loss = self.weights.after(self.step if state is None else state["step"])
        if state is None:
            self.model, self.tokenizer = build_student(self.config)
        else:
            self.model, self.tokenizer = load_student_model(self.run.checkpoints / "latest")
        self.model.to(self.device).train()
        # A student that training starts from may read shorter texts than the configuration says.
        longest = self.model.settings.max_tokens
        self.data = training_data(self.config, self.tokenizer, max_tokens=longest)
        self.validation: TrainingData = validation_data(
            self.config, self.tokenizer, max_tokens=longest
        )
        self.optimiser, self.schedule = new_optimiser(self.model, self.config.optimiser)
        self.sampler = CaptionSampler(
            self.data.pairs.english,
            batch_size=self.config.optimiser.batch_size,
            seed=self.config.seed,
        )
        if state is not None:
            self._restore(state)

    def _restore(self, state: dict[str, Any]) -> None:
        self.step, self.seconds = state["step"], state["seconds"]
        self.saved_step = self.step
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.sampler.restore(state["sampler"])
        self.stopping = EarlyStopping(**state["stopping"])
        with write_errors(self.run.path):
            truncate_events(self.run.path, after_step=self.step)
            truncate_snapshots(self.run.path, after_step=self.step)
        restore_generators(state["generators"])

    def _train(self) -> RunState:
        if self.saved_step < 0:
            self._measure()
        while self.step < self.config.optimiser.steps:
            self._change_weights()
            self._one_step()
            self._measure()
            if self.stopping.exhausted:
                self._probe()
                return "finished"
            if self._asked_to_stop():
                self._save(best=False)
                return "cancelled"
            self.recorder.heartbeat(self.step, self._best_step())
        return "finished"

    def _change_weights(self) -> None:
        """Looks for a change of the weights that holds from the next step on, and records it."""
        try:
            with write_errors(self.run.path):
                self.weights.take_request(self.step)
        except ConfigError as error:
            self._record("control", {"error": str(error)})
        loss = self.weights.after(self.step)
        if loss != self.loss:
            self.loss = loss
            self._record("control", {"weights": loss_weights(loss), "seconds": self.seconds})

    def _one_step(self) -> None:
        started = time.perf_counter()
        rows = self.sampler.next_batch()
        rate = self.schedule.get_last_lr()[0]
        values = optimisation_step(
            self.model,
            self.data.batch(rows, self.device),
            self.loss,
            self.optimiser,
            step=self.step + 1,
            bf16=self.bf16,
            gradient_clip=self.config.optimiser.gradient_clip,
        )
        self.schedule.step()
        self.step += 1
        taken = time.perf_counter() - started
        self.seconds += taken
        extra = {"learning_rate": rate, "step_seconds": taken, "seconds": self.seconds}
        self._record("train", {**values, **extra})

    def _measure(self) -> None:
        """Probes before it validates, so that what a checkpoint follows is recorded before it."""
        every = self.config.validation.probe_every_steps
        if self._is_due(every) or self.step == every // EARLY_PROBE:
            self._probe()
        if self._is_due(self.config.validation.every_steps):
            self._validate()

    def _validate(self) -> None:
        values = validate(self.model, self.validation, device=self.device)
        best = self.stopping.update(values[CRITERION], self.step)
        self._save(best=best)
        self._record("validation", values)

    def _probe(self) -> None:
        if self.probe is None or self.probed_step == self.step:
            return
        student = Student(self.model, self.tokenizer, name=self.run.id, device=self.device)
        self._record("probe", run_probe(self.probe, student, self.step, self.run))
        self.model.train()
        self.probed_step = self.step

    def _save(self, *, best: bool) -> None:
        if self.step == self.saved_step and not best:
            return
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "sampler": self.sampler.state(),
            "stopping": asdict(self.stopping),
            "generators": generator_states(),
        }
        save_checkpoint(
            self.run.checkpoints, self.step, self.model, self.tokenizer, state, best=best
        )
        self.saved_step = self.step

    def _record(self, split: str, values: Mapping[str, Any]) -> None:
        self.recorder.record(Event(self.step, self.sampler.epoch, split, values))

    def _is_due(self, every: int) -> bool:
        return every > 0 and (self.step % every == 0 or self.step == self.config.optimiser.steps)

    def _asked_to_stop(self) -> bool:
        return self.run.stop_request.exists() or bool(self.should_stop and self.should_stop())

    def _best_step(self) -> int | None:
        return self.stopping.best_step if self.step else None

    def _declare(
        self, state: RunState, *, error: str | None = None, exit_code: int | None = None
    ) -> None:
        self.recorder.declare(state, self.step, self._best_step(), error=error, exit_code=exit_code)

    def _declare_failed(self, error: Exception) -> None:
        reason = str(error)
        if not isinstance(error, TomclipError):
            reason = f"{type(error).__name__}: {error}"
        try:
            self._declare("failed", error=reason, exit_code=1)
        except RunError as unwritable:
            _LOGGER.error("the run failed (%s), which cannot be recorded: %s", reason, unwritable)
