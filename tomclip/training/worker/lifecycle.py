"""The life of a run: it prepares, trains, and leaves a truthful status whatever the end is."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from transformers import PreTrainedTokenizerBase

from tomclip.config import TrainConfig
from tomclip.core.errors import RunError, TomclipError
from tomclip.core.progress import OnProgress, Pace
from tomclip.core.types import Event, RunState
from tomclip.encoders.student.encoder import StudentModel
from tomclip.runs import RunDirectory
from tomclip.training.hardware.distributed import ALONE, Processes
from tomclip.training.probe import Probe
from tomclip.training.seeding import seed_everything
from tomclip.training.worker.loop import TrainingLoop
from tomclip.training.worker.preparation import TARGETS, prepare, sources
from tomclip.training.worker.probing import Probing
from tomclip.training.worker.progress import TrainingProgress
from tomclip.training.worker.recording import Recorder, beating
from tomclip.training.worker.result import TrainingResult
from tomclip.training.worker.tracking import Tracker

_LOGGER = logging.getLogger(__name__)
TARGETS_SECONDS = 10.0


class _StopAsked(Exception):
    """Somebody asked to stop before there was anything to save."""


class Lifecycle:
    """One run from its first status to its last; `state` is that of the checkpoint it goes on from.

    How far the run is, is known before anything is loaded, so that nobody reads step 0.
    """

    def __init__(
        self,
        run: RunDirectory,
        config: TrainConfig,
        device: str,
        probe: Probe | None,
        on_event: Callable[[Event], None] | None,
        should_stop: Callable[[], bool] | None,
        processes: Processes = ALONE,
        state: dict[str, Any] | None = None,
    ) -> None:
        self._run, self._config, self._device = run, config, device
        self._should_stop = should_stop
        self._processes, self._state = processes, state
        self._tracker = Tracker(run, config)
        self._recorder = Recorder(
            run,
            config.optimiser.steps,
            self._tracker,
            on_event,
            device,
            writes=processes.is_main,
        )
        self._progress = TrainingProgress.at(state, patience=config.validation.patience)
        self._probing = Probing(
            run,
            device,
            config.validation,
            probe if processes.is_main else None,
            self._progress,
            self._recorder,
        )
        self._told = time.monotonic()

    def work(self) -> TrainingResult:
        """Trains to the end, whatever the end is, and leaves a truthful status behind."""
        progress = self._progress
        try:
            with beating(self._recorder.still_in_phase):
                self._declare("starting", phase="preparing")
                loop = self._prepared()
                self._declare("running")
                ending: RunState = loop.train()
            progress.stopping = self._processes.agree(progress.stopping)
        except _StopAsked:
            ending = "cancelled"
        except KeyboardInterrupt:
            self._declare("cancelled", error="interrupted", exit_code=130)
            raise
        except Exception as error:
            self._declare_failed(error)
            raise
        finally:
            self._tracker.close()
        self._declare(ending, exit_code=0)
        best = progress.stopping
        return TrainingResult(
            self._run, ending, progress.step, best.best_step, best.best_score, progress.seconds
        )

    def _prepared(self) -> TrainingLoop:
        """Returns the training loop with all that it needs, in the state that it goes on from."""
        seed_everything(self._config.seed)
        parts = prepare(
            self._run,
            self._config,
            self._device,
            self._processes,
            resuming=self._state is not None,
            listener=self,
        )
        loop = TrainingLoop(
            self._run,
            self._config,
            self._device,
            parts,
            self._progress,
            self._recorder,
            self._probing,
            self._asked_to_stop,
            self._processes,
        )
        if self._state is not None:
            loop.restore(self._state)
        elif given := sources(self._config, parts):
            loop.record("sources", given)
        if parts.not_compiled is not None:
            loop.record("compile", {"error": parts.not_compiled})
        return loop

    def phase(self, name: str) -> None:
        """Says what the preparation does next."""
        self._declare("starting", phase=name)

    def progress(self, of: str) -> OnProgress:
        """Returns what says now and then how far an encoding is; it stops it when asked to."""
        return partial(self._encoded, Pace(), of)

    def new_student(self, model: StudentModel, tokenizer: PreTrainedTokenizerBase) -> None:
        """Probes a student that was just built."""
        self._probing.at_start(model, tokenizer)

    def _encoded(self, pace: Pace, of: str, done: int, total: int) -> None:
        if self._asked_to_stop():
            raise _StopAsked
        pace(done, total)
        if time.monotonic() - self._told < TARGETS_SECONDS and done < total:
            return
        self._told = time.monotonic()
        if of != TARGETS:
            self._declare("starting", phase=f"{of}, {100 * done // total} %")
            return
        values = {
            "done": done,
            "total": total,
            "captions_per_second": pace.per_second,
            "seconds_left": pace.seconds_left,
        }
        self._recorder.record(Event(self._progress.step, 0.0, "targets", values))
        self._declare("starting", phase=f"{of}, {done:,} of {total:,}")

    def _asked_to_stop(self) -> bool:
        return self._run.stop_request.exists() or bool(self._should_stop and self._should_stop())

    def _declare(self, state: RunState, **details: Any) -> None:
        self._recorder.declare(state, self._progress.step, self._progress.best_step, **details)

    def _declare_failed(self, error: Exception) -> None:
        reason = str(error)
        if not isinstance(error, TomclipError):
            reason = f"{type(error).__name__}: {error}"
        try:
            self._declare("failed", error=reason, exit_code=1)
        except RunError as unwritable:
            _LOGGER.error("the run failed (%s), which cannot be recorded: %s", reason, unwritable)
