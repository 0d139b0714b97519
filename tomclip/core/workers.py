"""Tasks spread over worker processes that go away when they are not wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

_IDLE_SECONDS = 60
_WORKERS = Lock()


def run_tasks(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    on_result: Callable[[Any], None],
    *,
    processes: int,
) -> None:
    """Calls `on_result(function(*task))` for every task, in the order in which they are done.

    Workers start in about half a second, import the module of `function` and stay for a minute, so
    that the next call finds them ready. An exception in a task or in `on_result` ends them at once
    and is raised here. They are shared in this process: while one thread has them, or with one
    process, the tasks run serially in the caller.

    Args:
        function: A module's function; it and its arguments are pickled.
        tasks: The arguments of each call.
        on_result: Called in this process, in this thread.
        processes: Most worker processes, >= 1.
    """
    workers = min(processes, len(tasks))
    if workers > 1 and _WORKERS.acquire(blocking=False):
        try:
            _in_workers(function, tasks, on_result, workers)
        finally:
            _WORKERS.release()
    else:
        for task in tasks:
            on_result(function(*task))


def _in_workers(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    on_result: Callable[[Any], None],
    workers: int,
) -> None:
    from joblib import Parallel, delayed

    parallel = Parallel(
        n_jobs=workers,
        backend="loky",
        return_as="generator_unordered",
        batch_size=1,  # type: ignore[arg-type]
        idle_worker_timeout=_IDLE_SECONDS,
    )
    results: Any = parallel(delayed(function)(*task) for task in tasks)
    for result in results:
        try:
            on_result(result)
        except BaseException as stop:
            results.throw(stop)  # joblib kills the workers and raises it again
