"""What the first word costs: bare Python, `import tomclip`, `tomclip --help`, in turn.

    python benchmarks/imports.py [--rounds N]

Prints a JSON line a case: the fastest and the median of the rounds, in seconds. The cases are run
in turn, so that a machine that slows down slows them all. The goals are in `GOALS`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

from shared.machine import describe

CASES = {
    "python": ("-c", "pass"),
    "import tomclip": ("-c", "import tomclip"),
    "tomclip --help": ("-m", "tomclip", "--help"),
    "import tomclip.losses": ("-c", "import tomclip.losses"),
    "import tomclip.topology": ("-c", "import tomclip.topology"),
}
GOALS = {"import tomclip": 0.15, "tomclip --help": 0.6}


def seconds(arguments: tuple[str, ...]) -> float:
    """Returns how long a new Python takes with these arguments."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measures every case, after one round that fills the disk's cache."""
    parser = argparse.ArgumentParser(description="The time of imports.")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    for turn in range(rounds + 1):
        for name, arguments in CASES.items():
            value = seconds(arguments)
            if turn:
                taken[name].append(value)
    for name, values in taken.items():
        figures = {"fastest": round(min(values), 3), "median": round(statistics.median(values), 3)}
        print(json.dumps({"case": name, **figures, "goal": GOALS.get(name), **describe()}))


if __name__ == "__main__":
    main()
