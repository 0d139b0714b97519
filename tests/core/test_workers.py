"""Tasks in worker processes: results, errors, and that no worker outlives an exception."""

from __future__ import annotations

import os
import time

import psutil
import pytest

from tomclip.core.errors import InputError
from tomclip.core.workers import run_tasks


def working() -> list[int]:
    """Process ids of this process's workers."""
    return [
        child.pid
        for child in psutil.Process().children(recursive=True)
        if "popen_loky_posix" in " ".join(child.cmdline())
    ]


def nap(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def refuse(word: str) -> None:
    raise InputError(f"{word} came")


def stop(result: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("processes", [1, 2])
def test_every_task_gives_its_result(processes: int) -> None:
    results: list[int] = []
    run_tasks(divmod, [(i, 1) for i in range(7)], results.append, processes=processes)
    assert sorted(results) == [(i, 0) for i in range(7)]


def test_workers_are_other_processes_and_stay_for_the_next_call() -> None:
    first: set[int] = set()
    run_tasks(nap, [(0.01,)] * 8, first.add, processes=2)
    assert os.getpid() not in first
    second: set[int] = set()
    run_tasks(nap, [(0.01,)] * 8, second.add, processes=2)
    assert second <= set(working())
    assert first & second


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_in_a_task_is_raised_here(processes: int) -> None:
    with pytest.raises(InputError, match=r"^nothing came$"):
        run_tasks(refuse, [("nothing",)] * 3, print, processes=processes)


def test_an_exception_in_the_caller_ends_the_workers_at_once() -> None:
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_tasks(nap, [(0.0,), *[(60.0,)] * 3], stop, processes=2)
    assert time.monotonic() - start < 20
    assert working() == []


def test_after_an_exception_new_workers_start() -> None:
    with pytest.raises(KeyboardInterrupt):
        run_tasks(nap, [(0.0,)] * 3, stop, processes=2)
    results: list[int] = []
    run_tasks(abs, [(-1,), (-2,)], results.append, processes=2)
    assert sorted(results) == [1, 2]


def test_while_the_workers_are_taken_tasks_run_in_the_caller() -> None:
    inner: list[int] = []

    def work_too(result: int) -> None:
        run_tasks(nap, [(0.0,)] * 2, inner.append, processes=2)

    run_tasks(nap, [(0.0,)] * 2, work_too, processes=2)
    assert set(inner) == {os.getpid()}
