"""What a table of millions of caption pairs costs: to make, to open, to read and to divide.

Writes a synthetic table of two languages as parquet and as CSV to a temporary folder, makes the
memory-mapped table of each in a process of its own, then opens it again, reads random batches, and
finds the English captions that 15,000 pairs and 5,000 for validation leave. Memory is the largest
resident set of that process, imports and the operating system's cached pages of mapped files
included. One JSON object a line:

    python benchmarks/captions.py --pairs 2000000 --rows 256
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from shared.machine import describe

PIECE = 100_000
TARGET_MILLISECONDS = 10.0
WORDS = "dog beach red old bridge night snow train valley child football apple river stone".split()


def write_pairs(path: Path, pairs: int) -> None:
    """Writes pairs of 6 to 14 words as parquet or CSV; about one caption in ten comes twice."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv, parquet

    rng = np.random.default_rng(0)
    kinds = [(name, pa.string()) for name in ("caption", "caption_multi", "multi_language_code")]
    schema = pa.schema(kinds)
    writer: Any = parquet.ParquetWriter if path.suffix == ".parquet" else csv.CSVWriter
    with writer(path, schema) as stream:
        for start in range(0, pairs, PIECE):
            numbers = np.arange(start, min(start + PIECE, pairs))
            numbers[rng.random(len(numbers)) < 0.1] //= 2
            lengths = rng.integers(5, 14, len(numbers))
            words = rng.integers(len(WORDS), size=(len(numbers), 13))
            english = [
                f"{number} " + " ".join(WORDS[word] for word in row[:length])
                for number, row, length in zip(numbers, words, lengths, strict=True)
            ]
            columns = [english, [f"번역 {text}" for text in english], ["ko", "de"] * len(english)]
            columns[2] = columns[2][: len(english)]
            stream.write_table(pa.table(dict(zip(schema.names, columns, strict=True)), schema))


def measure(path: Path, rows: int, rounds: int) -> dict[str, Any]:
    """Returns seconds and memory of one open, of one sample and of random batches."""
    import numpy as np

    from tomclip.data.captions.table import open_captions
    from tomclip.targets.selection import Selection, english_of_the_rest

    started = perf_counter()
    table = open_captions(path)
    opened = perf_counter() - started
    rng = np.random.default_rng(1)
    batches = [rng.integers(0, len(table), rows) for _ in range(rounds)]
    table.english(batches[0])
    seconds = []
    for batch in batches:
        started = perf_counter()
        table.english(batch)
        table.translated(batch)
        seconds.append(perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    started = perf_counter()
    split = table.select(15_000, validation_pairs=5000)
    selected = perf_counter() - started
    started = perf_counter()
    rest = english_of_the_rest(Selection(table, split, None))
    of_the_rest = perf_counter() - started
    whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    median = 1000 * statistics.median(seconds)
    return {
        "pairs": len(table),
        "open_seconds": round(opened, 3),
        "rows": rows,
        "milliseconds": round(median, 3),
        "worst_milliseconds": round(1000 * max(seconds), 3),
        "ratio_to_target": round(median / TARGET_MILLISECONDS, 3),
        "peak_gigabytes": round(peak, 3),
        "select_seconds": round(selected, 3),
        "rest_captions": len(rest.rows),
        "rest_seconds": round(of_the_rest, 3),
        "peak_gigabytes_with_rest": round(whole, 3),
    }


def alone(path: Path, options: argparse.Namespace, cache: str) -> dict[str, Any]:
    """Returns `measure` from a fresh process that has this cache."""
    command = [sys.executable, __file__, "--alone", str(path)]
    command += ["--rows", str(options.rows), "--rounds", str(options.rounds)]
    environment = os.environ | {"TOMCLIP_CACHE": cache}
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(result.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=2_000_000)
    parser.add_argument("--rows", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone is not None:
        print(json.dumps(measure(options.alone, options.rows, options.rounds)))
        return
    for suffix in (".parquet", ".csv"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"pairs{suffix}"
            write_pairs(path, options.pairs)
            for case in ("first open", "later open"):
                record = alone(path, options, f"{folder}/cache") | {"case": f"{suffix}, {case}"}
                print(json.dumps({"benchmark": "captions", **record, **describe()}), flush=True)


if __name__ == "__main__":
    main()
