"""What `benchmarks/train_step.py` times is a step of the same student, and failures are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from shared.step_cases import Bench, step_cases
from shared.step_rounds import bytes_of_child, interleaved
from shared.step_speed import COLUMNS, table_rows


def gradients(names: list[str]) -> list[torch.Tensor]:
    """The unit gradient of each case on one batch, without dropout: ours may clip it."""
    bench = Bench("tiny", "cpu", 12, mean_tokens=9.0)
    for part in bench.model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0
    bench.optimiser.step = lambda closure=None: None  # type: ignore[method-assign]
    cases, batch, found = step_cases(bench, bf16=False, compiled=False), bench.batch(), []
    for name in names:
        cases[name].step(batch)
        whole = torch.cat(
            [p.grad.flatten() for p in bench.model.parameters() if p.grad is not None]
        )
        found.append(torch.nn.functional.normalize(whole, dim=0))
    return found


@pytest.mark.parametrize(
    "names",
    [
        ["plain, point-wise only", "ours, point-wise only"],
        ["ours", "ours, checkpointed"],
    ],
)
def test_cases_of_one_loss_compute_one_gradient(names: list[str]) -> None:
    torch.testing.assert_close(*gradients(names), rtol=0, atol=1e-6)


def test_topology_is_part_of_the_step_where_the_case_says_so() -> None:
    whole, alone = gradients(["ours", "ours, point-wise only"])
    plain, plain_alone = gradients(["plain", "plain, point-wise only"])
    assert float((whole - alone).norm()) > 0.01
    assert float((plain - plain_alone).norm()) > 0.01


def test_captions_have_the_mean_length_asked_for() -> None:
    _, mask, targets = Bench("tiny", "cpu", 2000, mean_tokens=13.0).batch()
    lengths = mask.sum(dim=1)
    assert float(lengths.float().mean()) == pytest.approx(13.0, abs=0.5)
    assert int(lengths.min()) >= 4
    assert len(targets.unique(dim=0)) == 2000


class FakeCard:
    """Stands in for `torch.cuda`: work takes time at once, and events read only when waited for."""

    def __init__(self) -> None:
        self.now, self.peak, self.waits = 0.0, 0, 0
        card = self

        class Event:
            def __init__(self, enable_timing: bool) -> None:
                assert enable_timing

            def record(self) -> None:
                self.at, self.waits = card.now, card.waits

            def elapsed_time(self, end: Event) -> float:
                assert card.waits > end.waits
                return 1000 * (end.at - self.at)

        self.Event = Event

    def run(self, *, seconds: float, memory: int) -> None:
        self.now += seconds
        self.peak = max(self.peak, memory)

    def synchronize(self) -> None:
        self.waits += 1

    def reset_peak_memory_stats(self) -> None:
        self.peak = 0

    def max_memory_allocated(self) -> int:
        return self.peak


def timed(works: dict[str, Callable[[int], None]], freed: list[str]):
    batches = iter(range(10))
    return interleaved(
        works,
        lambda: next(batches),
        device="cpu",
        rounds=3,
        warm_up=2,
        release=lambda: freed.append("freed"),
    )


def test_a_work_that_runs_out_of_memory_is_dropped_and_the_others_go_on() -> None:
    freed: list[str] = []

    def too_large(batch: int) -> None:
        if batch == 3:
            torch.empty(10**15)

    readings = timed({"small": lambda batch: None, "large": too_large}, freed)
    assert readings.out_of_memory == {"large"}
    assert list(readings.seconds) == ["small"]
    assert len(readings.seconds["small"]) == 3
    assert readings.batches == [2, 3, 4]
    assert freed == ["freed"]


def test_a_card_is_waited_for_once_a_round_and_its_peak_is_that_of_each_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = FakeCard()
    for name in ("Event", "synchronize", "reset_peak_memory_stats", "max_memory_allocated"):
        monkeypatch.setattr(torch.cuda, name, getattr(card, name))
    works: dict[str, Callable[[int], None]] = {
        "small": lambda batch: card.run(seconds=1.0, memory=10 + batch),
        "large": lambda batch: card.run(seconds=2.0, memory=70 - batch),
    }
    readings = interleaved(works, lambda: card.waits, device="cuda", rounds=2, warm_up=1)
    assert card.waits == 3
    assert readings.seconds == {"small": [1.0, 1.0], "large": [2.0, 2.0]}
    assert readings.peak_bytes == {"small": 12, "large": 69}  # without the warm-up's 70


def test_another_error_stops_the_rounds() -> None:
    def broken(batch: int) -> None:
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        timed({"broken": broken}, [])


def test_a_child_killed_for_its_memory_has_no_number(tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text("import os, signal, sys\nsys.argv[1:] or os.kill(os.getpid(), 9)\nprint(7)")
    assert bytes_of_child([str(script)]) is None
    assert bytes_of_child([str(script), "--quiet"]) == 7


def test_the_table_says_which_step_did_not_fit() -> None:
    terms, large = {"part": "terms", "case": "edges"}, {"part": "speed", "shape": "large"}
    records = [terms, large | {"case": "plain", "out_of_memory": True}, large | {"case": "ours"}]
    heading, rule, *rows = table_rows(map(json.dumps, records))
    assert heading.count("|") == rule.count("|") == len(COLUMNS) + 1
    assert [row.split(" | ")[2:4] for row in rows] == [["plain", "out of memory"], ["ours", ""]]
