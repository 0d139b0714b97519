"""A newcomer's first training run, start to end in its own process, as one JSON line.

`first_accuracy` is the time from the start to the first probe's event, light or full, in wall and
in CPU seconds: on a machine with other work only the second says much. `light_share` is the part of
the time of all steps and light probes that the light ones took.

python benchmarks/small_run.py --config configs/emoji_small.yaml
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import psutil
from shared.machine import describe

from tomclip.core.paths import project_directory
from tomclip.core.scores import MEAN
from tomclip.core.types import Event
from tomclip.runs import read_events, read_status
from tomclip.runs.scores import LIGHT_PROBE, recorded_scores


def until_first_accuracy(run: Path, process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Returns wall and CPU seconds from now to the run's first probe; {} without one."""
    started = perf_counter()
    while process.poll() is None:
        if any(event.split in ("probe", LIGHT_PROBE) for event in read_events(run)):
            used = psutil.Process(process.pid).cpu_times()
            return {
                "first_accuracy": round(perf_counter() - started, 1),
                "first_accuracy_cpu": round(used.user + used.system, 1),
            }
        sleep(0.05)
    return {}


def light_facts(events: list[Event]) -> dict[str, Any]:
    """Returns what the light probes of a run cost, the first one apart, and what they saw."""
    light = [event for event in events if event.split == LIGHT_PROBE]
    if len(light) < 2:
        return {}
    seconds = [event.values["probe_seconds"] for event in light[1:]]
    steps = sum(event.values["step_seconds"] for event in events if event.split == "train")
    top1 = [recorded_scores(event)["sampled_zero_shot_top1"][MEAN] for event in light]
    return {
        "light_probes": len(light),
        "light_seconds": round(statistics.median(seconds), 3),
        "light_share": round(sum(seconds) / (sum(seconds) + steps), 3),
        "sampled_top1_first": round(top1[0], 1),
        "sampled_top1_last": round(top1[-1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", default="configs/emoji_small.yaml")
    config = parser.parse_args().config
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        command = [sys.executable, "-m", "tomclip", "train", "--config", config]
        started = perf_counter()
        with subprocess.Popen(
            [*command, "--directory", str(run)], cwd=project_directory(), stdout=subprocess.DEVNULL
        ) as process:
            first = until_first_accuracy(run, process)
        seconds = perf_counter() - started
        status, events = read_status(run), read_events(run)
        validations = [recorded_scores(e) for e in events if e.split == "validation"]
    record = {
        "benchmark": "small_run",
        "config": config,
        "state": status.state,
        "steps": status.step,
        "seconds": round(seconds, 1),
        **first,
        **light_facts(events),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "mean_reciprocal_rank_first": round(validations[0]["mean_reciprocal_rank"][MEAN], 3),
        "mean_reciprocal_rank_last": round(validations[-1]["mean_reciprocal_rank"][MEAN], 3),
        **describe(),
    }
    print(json.dumps(record))


if __name__ == "__main__":
    main()
