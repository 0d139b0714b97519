"""A newcomer's first training run, start to end in its own process, as one JSON line.

python benchmarks/small_run.py --config configs/emoji_small.yaml
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from shared.machine import describe

from tomclip.core.paths import project_directory
from tomclip.core.scores import MEAN
from tomclip.runs import read_events, read_status
from tomclip.runs.scores import recorded_scores


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", default="configs/emoji_small.yaml")
    config = parser.parse_args().config
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        command = [sys.executable, "-m", "tomclip", "train", "--config", config]
        started = perf_counter()
        subprocess.run(
            [*command, "--directory", str(run)],
            cwd=project_directory(),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        seconds = perf_counter() - started
        status = read_status(run)
        validations = [recorded_scores(e) for e in read_events(run) if e.split == "validation"]
    record = {
        "benchmark": "small_run",
        "config": config,
        "state": status.state,
        "steps": status.step,
        "seconds": round(seconds, 1),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "mean_reciprocal_rank_first": round(validations[0]["mean_reciprocal_rank"][MEAN], 3),
        "mean_reciprocal_rank_last": round(validations[-1]["mean_reciprocal_rank"][MEAN], 3),
        **describe(),
    }
    print(json.dumps(record))


if __name__ == "__main__":
    main()
