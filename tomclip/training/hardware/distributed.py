"""One run in several processes, as `accelerate launch` or torchrun start them.

Every process embeds its share of a batch. The vectors are gathered, so that each process computes
the loss of the whole batch and passes on the gradient of its own rows; the sum over processes is
the gradient that one process would have. PyTorch's DistributedDataParallel would average gradients
of losses that each see a share.

The main process decides what is no arithmetic (weights, stopping, validation) and alone writes the
run's folder.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

import numpy as np
import torch
from torch import distributed

from tomclip.core.errors import ConfigError, RunError, first_line

T = TypeVar("T")
LAUNCHER_VARIABLES = ("RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")
ANSWER_TIME = timedelta(minutes=30)
"""How long a process that is there but does not answer is waited for."""
PREPARATION_TIME = timedelta(hours=24)
"""The same before training, when the main process may encode millions of targets."""


@dataclass(frozen=True, slots=True)
class Processes:
    """The processes of a run as one of them sees them; by default it is alone.

    Every method but `part` is called by all of them in the same order. They raise RunError when
    another process has ended or does not answer.
    """

    index: int = 0
    count: int = 1
    talking: Any = None
    preparing: Any = None

    @property
    def is_main(self) -> bool:
        """Whether this process decides, writes and measures."""
        return self.index == 0

    def part(self, size: int) -> slice:
        """Returns which rows of a batch of `size` are this process's."""
        share = size // self.count
        return slice(self.index * share, (self.index + 1) * share)

    def gathered(self, vectors: torch.Tensor) -> torch.Tensor:
        """Returns the vectors of the whole batch, (count * n, dimension), from (n, dimension)."""
        if self.count == 1:
            return vectors
        whole = vectors.new_empty((self.count * len(vectors), *vectors.shape[1:]))
        with _answering():
            distributed.all_gather(list(whole.chunk(self.count)), vectors.contiguous())
        return whole

    def sum_gradients(self, model: torch.nn.Module) -> None:
        """Adds up the gradients of all processes in each of them."""
        if self.count == 1:
            return
        with _answering():
            gradients = [p.grad for p in model.parameters() if p.grad is not None]
            for sent in [distributed.all_reduce(g, async_op=True) for g in gradients]:
                sent.wait()  # type: ignore[union-attr]

    def agree(self, value: T) -> T:
        """Returns the main process's `value` in every process."""
        if self.count == 1:
            return value
        values = [value]
        with _answering():
            distributed.broadcast_object_list(values, src=0, group=self.talking)
        return values[0]

    @contextmanager
    def together(self) -> Iterator[None]:
        """Waits until all processes are through the body; when it fails in one, all raise.

        Raises:
            RunError: with the reason, where another process failed.
        """
        if self.count == 1:
            yield
            return
        failure: Exception | None = None
        try:
            yield
        except Exception as error:
            failure = error
        reasons: list[Any] = [None] * self.count
        with _answering():
            reason = None if failure is None else str(failure)
            distributed.all_gather_object(reasons, reason, group=self.preparing)
        if failure is not None:
            raise failure
        for index, reason in enumerate(reasons):
            if reason is not None:
                raise RunError(f"process {index} of {self.count} ended: {reason}")

    def main_first(self, work: Callable[[], T]) -> T:
        """Returns what `work` returns; the others begin when the main process has left its files.

        Raises:
            RunError: as `together`.
        """
        results = []
        for turn in (True, False) if self.count > 1 else (True,):
            with self.together():
                if self.is_main == turn:
                    results.append(work())
        return results[0]

    def seed_step(self, seed: int, step: int) -> None:
        """Gives every process but the main one dropout of its own, by seed and step alone.

        The main one goes on with its generator, whose state is in the checkpoints.
        """
        if not self.is_main:
            sequence = np.random.SeedSequence([seed, self.index, step])
            torch.manual_seed(int(sequence.generate_state(1, np.uint64)[0]))


ALONE = Processes()


@cache
def launched_processes(device: str) -> Processes:
    """Returns the processes that a launcher started together with this one, or `ALONE`.

    They stay connected until they exit; when one does, the others notice at once.

    Args:
        device: "cpu" or "cuda"; every process takes the card of its local number as its current
            one.

    Raises:
        ConfigError: when accelerate is not installed.
        RunError: when the others cannot be reached.
    """
    if int(os.environ.get("WORLD_SIZE") or 1) == 1:
        return ALONE
    if missing := [name for name in LAUNCHER_VARIABLES if name not in os.environ]:
        raise _unreachable(f"{missing[0]} is not set")
    try:
        from accelerate import PartialState
    except ImportError as error:
        raise ConfigError(
            "several processes were launched, which needs accelerate; get it with "
            "'pip install \"tomclip[distributed]\"', or start one process"
        ) from error
    try:
        state = PartialState(cpu=device == "cpu", timeout=ANSWER_TIME)
        atexit.register(state.destroy_process_group)
        groups = [
            distributed.new_group(backend="gloo", timeout=timeout)
            for timeout in (ANSWER_TIME, PREPARATION_TIME)
        ]
    except (RuntimeError, ValueError) as error:
        raise _unreachable(first_line(error)) from error
    return Processes(state.process_index, state.num_processes, *groups)


def launched_as_main() -> bool:
    """Returns whether this process is alone, or the one of its launcher that reports to people."""
    return int(os.environ.get("RANK") or 0) == 0


def require_divisible(
    batch_size: int, processes: Processes, what: str = "optimiser.batch_size"
) -> None:
    """Raises ConfigError when the processes cannot share a batch evenly."""
    if batch_size % processes.count:
        raise ConfigError(
            f"{what} is {batch_size}, which {processes.count} processes cannot "
            f"share evenly; use a multiple of {processes.count}"
        )


def _unreachable(reason: str) -> RunError:
    return RunError(
        f"WORLD_SIZE is {os.environ['WORLD_SIZE']}, but the other processes cannot be reached "
        f"({reason}); start with 'accelerate launch' or torchrun, or unset it"
    )


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise RunError(
            f"another process of this run ended or does not answer ({first_line(error)}); its "
            "reason is in the launcher's output, continue from the last checkpoint with --resume"
        ) from error
