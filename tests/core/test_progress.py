"""One signature of progress: (steps done, steps in all)."""

from __future__ import annotations

from tomclip.core.progress import OnProgress, Pace, begin, part_of, silent


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


def test_a_phase_of_a_part_is_heard_by_who_listens_to_the_whole() -> None:
    heard: list[str] = []

    class Listener:
        def __call__(self, done: int, total: int) -> None:
            heard.append(f"{done} of {total}")

        def begin(self, phase: str) -> None:
            heard.append(phase)

    part = part_of(part_of(Listener(), 1, 2), 0, 3)
    begin(part, "arranging points")
    part(1, 1)
    assert heard == ["arranging points", "1333 of 2000"]


def test_who_listens_to_numbers_only_hears_no_phase() -> None:
    deaf: list[OnProgress | None] = [None, silent, part_of(silent, 0, 2)]
    for on_progress in deaf:
        begin(on_progress, "arranging points")
