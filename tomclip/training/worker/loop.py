"""The loop that trains, validates, probes and saves, from what was prepared for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig, loss_weights
from tomclip.core.errors import ConfigError
from tomclip.core.files.atomic import write_errors
from tomclip.core.scores import MEAN
from tomclip.core.types import Event, RunState
from tomclip.encoders.student.encoder import StudentModel
from tomclip.runs import RunDirectory, truncate_events, truncate_snapshots
from tomclip.training.checkpoint import SavePace, save_checkpoint
from tomclip.training.data.prefetch import BatchLoader
from tomclip.training.hardware.distributed import ALONE, Processes
from tomclip.training.hardware.memory import out_of_memory
from tomclip.training.hardware.precision import uses_bf16
from tomclip.training.loss_weights import WeightSchedule, loss_at, schedule_factor
from tomclip.training.seeding import generator_states, restore_generators
from tomclip.training.step import optimisation_step
from tomclip.training.validation import CRITERION, validate
from tomclip.training.worker.preparation import Parts
from tomclip.training.worker.probing import Probing
from tomclip.training.worker.progress import TrainingProgress
from tomclip.training.worker.recording import Recorder


class TrainingLoop:
    """Trains what was prepared: it steps, validates, probes and saves until the run ends."""

    def __init__(
        self,
        run: RunDirectory,
        config: TrainConfig,
        device: str,
        parts: Parts,
        progress: TrainingProgress,
        recorder: Recorder,
        probing: Probing,
        asked_to_stop: Callable[[], bool],
        processes: Processes = ALONE,
    ) -> None:
        self.run, self.config, self.device = run, config, device
        self.parts, self.progress, self.recorder = parts, progress, recorder
        self.probing, self.asked_to_stop, self.processes = probing, asked_to_stop, processes
        self.weights = WeightSchedule(config.loss, run.weights_request)
        self.loss = self.weights.after(progress.step)
        self.bf16 = uses_bf16(config.precision, device)
        self.pace = SavePace()

    def restore(self, state: dict[str, Any]) -> None:
        """Goes on as if the training that saved `state` had never stopped."""
        self.parts.optimiser.load_state_dict(state["optimiser"])
        self.parts.schedule.load_state_dict(state["schedule"])
        self.parts.sampler.restore(state["sampler"])
        if self.processes.is_main:
            with write_errors(self.run.path):
                truncate_events(self.run.path, after_step=self.progress.step)
                truncate_snapshots(self.run.path, after_step=self.progress.step)
        restore_generators(state["generators"])

    def train(self) -> RunState:
        """Trains to the end and returns how it ended: finished, or cancelled when asked to stop."""
        part = self.processes.part(self.parts.rows.total)
        with closing(
            BatchLoader(self.parts.data, self.parts.sampler, device=self.device, part=part)
        ) as batches:
            if self.progress.saved_step < 0:
                self._measure()
            while self.progress.step < self.config.optimiser.steps:
                self._change_weights()
                self._one_step(batches)
                self._measure()
                ending: RunState | None = self.processes.agree(self._ending())
                if ending is not None:
                    return ending
                self.recorder.heartbeat(self.progress.step, self.progress.best_step)
        return "finished"

    def _ending(self) -> RunState | None:
        """Does what is left to do when training ends early; returns how it ends, or None."""
        if self.progress.stopping.exhausted:
            self._save(best=False)
            self.probing.in_full(*self._student())
            return "finished"
        if self.processes.is_main and self.asked_to_stop():
            self._save(best=False)
            return "cancelled"
        return None

    def _change_weights(self) -> None:
        """Looks for a change of the weights that holds from the next step on, and records it."""
        if self.processes.is_main:
            try:
                with write_errors(self.run.path):
                    self.weights.take_request(self.progress.step)
            except ConfigError as error:
                self.record("control", {"error": str(error)})
        loss = self.processes.agree(self.weights.after(self.progress.step))
        if loss != self.loss:
            self.loss = loss
            self.record(
                "control", {"weights": loss_weights(loss), "seconds": self.progress.seconds}
            )

    def _one_step(self, batches: BatchLoader) -> None:
        started = time.perf_counter()
        self.parts.sampler.next_batch()
        rate = self.parts.schedule.get_last_lr()[0]
        self.processes.seed_step(self.config.seed, self.progress.step)
        values = self._optimise(next(batches))
        scheduled = self._scheduled()
        self.parts.schedule.step()
        self.progress.step += 1
        taken = time.perf_counter() - started
        self.progress.seconds += taken
        extra = {"learning_rate": rate, "step_seconds": taken, "seconds": self.progress.seconds}
        self.record("train", {**values, **scheduled, **extra})

    def _scheduled(self) -> dict[str, float]:
        """Returns what multiplies the structural weights at the next step, where that changes."""
        if self.loss.schedule == "constant":
            return {}
        step, steps = self.progress.step + 1, self.config.optimiser.steps
        return {"schedule_factor": schedule_factor(self.loss, step, steps)}

    def _optimise(self, batch: tuple[torch.Tensor, ...]) -> dict[str, float]:
        accumulation = self.config.optimiser.accumulation
        step = self.progress.step + 1
        with suppress(torch.OutOfMemoryError):
            return optimisation_step(
                self.parts.model,
                batch,
                loss_at(self.loss, step, self.config.optimiser.steps),
                self.parts.optimiser,
                step=step,
                bf16=self.bf16,
                gradient_clip=self.config.optimiser.gradient_clip,
                accumulation=accumulation,
                processes=self.processes,
                rows=self.parts.rows,
            )
        # Only here is the memory free again that the step's own frames held.
        raise out_of_memory(
            self.parts.model,
            batch,
            step=step,
            accumulation=accumulation,
            bf16=self.bf16,
        )

    def _measure(self) -> None:
        """Probes before it validates, so that what a checkpoint follows is recorded before it."""
        if not self.processes.is_main:
            return
        last = self.progress.step == self.config.optimiser.steps
        self.probing.after_step(*self._student(), last=last)
        if self._is_due(self.config.validation.every_steps):
            self._validate()

    def _validate(self) -> None:
        self._enter("validation")
        values = validate(self.parts.model, self.parts.validation, device=self.device)
        best = self.progress.stopping.update(values[CRITERION][MEAN], self.progress.step)
        if best or self.progress.step == self.config.optimiser.steps or self.pace.is_due():
            self._save(best=best)
        self.record("validation", values)

    def _student(self) -> tuple[StudentModel, PreTrainedTokenizerBase, float]:
        """Returns what is probed, and the present epoch."""
        return self.parts.model, self.parts.tokenizer, self.parts.sampler.epoch

    def _save(self, *, best: bool) -> None:
        if self.progress.step == self.progress.saved_step and not best:
            return
        state = {
            **self.progress.state(),
            "optimiser": self.parts.optimiser.state_dict(),
            "schedule": self.parts.schedule.state_dict(),
            "sampler": self.parts.sampler.state(),
            "generators": generator_states(),
        }
        model, tokenizer = self.parts.model, self.parts.tokenizer
        self._enter("saving")
        with self.pace.timed():
            save_checkpoint(
                self.run.checkpoints, self.progress.step, model, tokenizer, state, best=best
            )
        self.progress.saved_step = self.progress.step

    def _enter(self, phase: str) -> None:
        self.recorder.declare("running", self.progress.step, self.progress.best_step, phase=phase)

    def record(self, split: str, values: Mapping[str, Any]) -> None:
        """Writes an event of the present step."""
        epoch = self.parts.sampler.epoch
        self.recorder.record(Event(self.progress.step, epoch, split, values))

    def _is_due(self, every: int) -> bool:
        return every > 0 and (
            self.progress.step % every == 0 or self.progress.step == self.config.optimiser.steps
        )
