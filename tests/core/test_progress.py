"""One signature of progress: (steps done, steps in all)."""

from __future__ import annotations

from tomclip.core.progress import Pace, part_of, silent


def test_parts_add_up_to_the_whole() -> None:
    seen: list[float] = []

    def note(done: int, total: int) -> None:
        seen.append(done / total)

    for part in range(2):
        report = part_of(note, part, 2)
        for done in range(3):
            report(done, 2)
    assert seen == [0, 0.25, 0.5, 0.5, 0.75, 1]


def test_without_a_listener_parts_are_silent() -> None:
    assert part_of(None, 0, 3) is silent
    silent(1, 2)


def test_the_pace_counts_only_this_runs_steps() -> None:
    times = iter([100.0, 102.0, 104.0])
    pace = Pace(clock=lambda: next(times))
    pace(50, 100)
    assert (pace.per_second, pace.seconds_left) == (0, None)
    pace(60, 100)
    assert (pace.per_second, pace.seconds_left) == (5, 8)
    pace(100, 100)
    assert (pace.done, pace.total, pace.per_second, pace.seconds_left) == (100, 100, 12.5, 0)
