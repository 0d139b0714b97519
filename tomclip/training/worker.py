"""One run in progress: the loop that trains, validates, saves and tells how it is going."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import asdict
from functools import partial
from typing import Any

import torch

from tomclip.config import TrainConfig, loss_weights
from tomclip.core.atomic import write_errors
from tomclip.core.errors import ConfigError, RunError, TomclipError
from tomclip.core.progress import Pace
from tomclip.core.scores import MEAN
from tomclip.core.types import Event, RunState
from tomclip.encoders.student.encoder import Student
from tomclip.runs import RunDirectory, truncate_events, truncate_snapshots
from tomclip.training.checkpoint import SavePace, save_checkpoint
from tomclip.training.data.prefetch import BatchLoader
from tomclip.training.early_stopping import EarlyStopping
from tomclip.training.hardware.distributed import ALONE, Processes
from tomclip.training.hardware.memory import out_of_memory
from tomclip.training.preparation import prepare, sources
from tomclip.training.probe import Probe, run_probe
from tomclip.training.recording import Recorder
from tomclip.training.result import TrainingResult
from tomclip.training.seeding import generator_states, restore_generators, seed_everything
from tomclip.training.step import optimisation_step
from tomclip.training.tracking import Tracker
from tomclip.training.validation import CRITERION, validate
from tomclip.training.weights import WeightSchedule

_LOGGER = logging.getLogger(__name__)
TARGETS_SECONDS = 10.0
EARLY_PROBE = 25
"""One more probe comes after this part of the first interval, when a student changes fastest."""


class _StopAsked(Exception):
    """Somebody asked to stop before there was anything to save."""


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
        processes: Processes = ALONE,
    ) -> None:
        self.run, self.config, self.device = run, config, device
        self.processes = processes
        self.probe = probe if config.validation.probe_every_steps else None
        self.should_stop = should_stop
        self.tracker = Tracker(run, config)
        self.recorder = Recorder(
            run,
            config.optimiser.steps,
            self.tracker,
            on_event,
            device,
            writes=processes.is_main,
        )
        self.bf16 = config.precision == "bf16" or (
            config.precision == "auto" and device == "cuda" and torch.cuda.is_bf16_supported()
        )
        self.stopping = EarlyStopping(config.validation.patience)
        self.step = 0
        self.seconds = 0.0
        self.saved_step = -1
        self.probed_step = -1
        self.told = time.monotonic()
        self.pace = SavePace()

    def work(self, state: dict[str, Any] | None = None) -> TrainingResult:
        """Trains to the end, whatever the end is, and leaves a truthful status behind."""
        try:
            if state is not None:
                self._take_up(state)
            self._declare("starting", phase="preparing")
            self._prepare(state)
            self._declare("running")
            ending: RunState = self._train()
            self.stopping = self.processes.agree(self.stopping)
        except _StopAsked:
            ending = "cancelled"
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
        self.loss = self.weights.after(self.step)
        self.parts = prepare(
            self.run,
            self.config,
            self.device,
            self.processes,
            resuming=state is not None,
            on_progress=partial(self._targets_encoded, Pace()),
            on_phase=lambda phase: self._declare("starting", phase=phase),
        )
        if state is not None:
            self._restore(state)
        elif given := sources(self.config, self.parts):
            self._record("sources", given)
        if self.parts.not_compiled is not None:
            self._record("compile", {"error": self.parts.not_compiled})

    def _take_up(self, state: dict[str, Any]) -> None:
        """Knows how far the run is before anything is loaded, so that nobody reads step 0."""
        self.step, self.seconds = state["step"], state["seconds"]
        self.saved_step = self.step
        self.stopping = EarlyStopping(**state["stopping"])

    def _restore(self, state: dict[str, Any]) -> None:
        self.parts.optimiser.load_state_dict(state["optimiser"])
        self.parts.schedule.load_state_dict(state["schedule"])
        self.parts.sampler.restore(state["sampler"])
        if self.processes.is_main:
            with write_errors(self.run.path):
                truncate_events(self.run.path, after_step=self.step)
                truncate_snapshots(self.run.path, after_step=self.step)
        restore_generators(state["generators"])

    def _train(self) -> RunState:
        part = self.processes.part(self.config.optimiser.batch_size)
        with closing(
            BatchLoader(self.parts.data, self.parts.sampler, device=self.device, part=part)
        ) as batches:
            if self.saved_step < 0:
                self._measure()
            while self.step < self.config.optimiser.steps:
                self._change_weights()
                self._one_step(batches)
                self._measure()
                ending: RunState | None = self.processes.agree(self._ending())
                if ending is not None:
                    return ending
                self.recorder.heartbeat(self.step, self._best_step())
        return "finished"

    def _ending(self) -> RunState | None:
        """Does what is left to do when training ends early; returns how it ends, or None."""
        if self.stopping.exhausted:
            self._save(best=False)
            self._probe()
            return "finished"
        if self.processes.is_main and self._asked_to_stop():
            self._save(best=False)
            return "cancelled"
        return None

    def _change_weights(self) -> None:
        """Looks for a change of the weights that holds from the next step on, and records it."""
        if self.processes.is_main:
            try:
                with write_errors(self.run.path):
                    self.weights.take_request(self.step)
            except ConfigError as error:
                self._record("control", {"error": str(error)})
        loss = self.processes.agree(self.weights.after(self.step))
        if loss != self.loss:
            self.loss = loss
            self._record("control", {"weights": loss_weights(loss), "seconds": self.seconds})

    def _one_step(self, batches: BatchLoader) -> None:
        started = time.perf_counter()
        self.parts.sampler.next_batch()
        rate = self.parts.schedule.get_last_lr()[0]
        self.processes.seed_step(self.config.seed, self.step)
        values = self._optimise(next(batches))
        self.parts.schedule.step()
        self.step += 1
        taken = time.perf_counter() - started
        self.seconds += taken
        extra = {"learning_rate": rate, "step_seconds": taken, "seconds": self.seconds}
        self._record("train", {**values, **extra})

    def _optimise(self, batch: tuple[torch.Tensor, ...]) -> dict[str, float]:
        accumulation = self.config.optimiser.accumulation
        with suppress(torch.OutOfMemoryError):
            return optimisation_step(
                self.parts.model,
                batch,
                self.loss,
                self.parts.optimiser,
                step=self.step + 1,
                bf16=self.bf16,
                gradient_clip=self.config.optimiser.gradient_clip,
                accumulation=accumulation,
                processes=self.processes,
            )
        # Only here is the memory free again that the step's own frames held.
        raise out_of_memory(
            self.parts.model, batch, step=self.step + 1, accumulation=accumulation, bf16=self.bf16
        )

    def _measure(self) -> None:
        """Probes before it validates, so that what a checkpoint follows is recorded before it."""
        if not self.processes.is_main:
            return
        every = self.config.validation.probe_every_steps
        if self._is_due(every) or self.step == every // EARLY_PROBE:
            self._probe()
        if self._is_due(self.config.validation.every_steps):
            self._validate()

    def _validate(self) -> None:
        values = validate(self.parts.model, self.parts.validation, device=self.device)
        best = self.stopping.update(values[CRITERION][MEAN], self.step)
        if best or self.step == self.config.optimiser.steps or self.pace.is_due():
            self._save(best=best)
        self._record("validation", values)

    def _probe(self) -> None:
        if self.probe is None or self.probed_step == self.step:
            return
        parts = self.parts
        self._declare("running", phase="probe" if self.step else "first probe")
        student = Student(parts.model, parts.tokenizer, name=self.run.id, device=self.device)
        self._record("probe", run_probe(self.probe, student, self.step, self.run))
        parts.model.train()
        self.probed_step = self.step

    def _save(self, *, best: bool) -> None:
        if self.step == self.saved_step and not best:
            return
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "optimiser": self.parts.optimiser.state_dict(),
            "schedule": self.parts.schedule.state_dict(),
            "sampler": self.parts.sampler.state(),
            "stopping": asdict(self.stopping),
            "generators": generator_states(),
        }
        model, tokenizer = self.parts.model, self.parts.tokenizer
        with self.pace.timed():
            save_checkpoint(self.run.checkpoints, self.step, model, tokenizer, state, best=best)
        self.saved_step = self.step

    def _targets_encoded(self, pace: Pace, done: int, total: int) -> None:
        """Records now and then how far the encoding of the targets is; stops it when asked to."""
        if self._asked_to_stop():
            raise _StopAsked
        pace(done, total)
        if time.monotonic() - self.told >= TARGETS_SECONDS or done == total:
            self.told = time.monotonic()
            values = {
                "done": done,
                "total": total,
                "captions_per_second": pace.per_second,
                "seconds_left": pace.seconds_left,
            }
            self.recorder.record(Event(self.step, 0.0, "targets", values))
            self._declare("starting", phase=f"teacher's vectors, {done:,} of {total:,}")

    def _record(self, split: str, values: Mapping[str, Any]) -> None:
        epoch = self.parts.sampler.epoch
        self.recorder.record(Event(self.step, epoch, split, values))

    def _is_due(self, every: int) -> bool:
        return every > 0 and (self.step % every == 0 or self.step == self.config.optimiser.steps)

    def _asked_to_stop(self) -> bool:
        return self.run.stop_request.exists() or bool(self.should_stop and self.should_stop())

    def _best_step(self) -> int | None:
        return self.stopping.best_step if self.step else None

    def _declare(self, state: RunState, **details: Any) -> None:
        self.recorder.declare(state, self.step, self._best_step(), **details)

    def _declare_failed(self, error: Exception) -> None:
        reason = str(error)
        if not isinstance(error, TomclipError):
            reason = f"{type(error).__name__}: {error}"
        try:
            self._declare("failed", error=reason, exit_code=1)
        except RunError as unwritable:
            _LOGGER.error("the run failed (%s), which cannot be recorded: %s", reason, unwritable)
