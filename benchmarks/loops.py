"""What the loops of a language cost, and for how many bars of H1 there is an exact one.

On the embedded data, the shipped student: every loop of a language and its life in English. A loop
is exact when it lives as long as its bar. One JSON object a line:

    python benchmarks/loops.py --languages ko ja de --subset unseen
"""

from __future__ import annotations

import argparse
import json
from time import perf_counter

from shared.machine import describe

from tomclip.core.types import DistanceMatrix
from tomclip.data import load_emoji
from tomclip.encoders import cached_text_embeddings
from tomclip.geometry import distance_matrix
from tomclip.topology import compare_loops

REFERENCE = "en"
TARGET_SECONDS = 1.0


def cloud(encoder: str, language: str, subset: str) -> DistanceMatrix:
    """Returns the cosine distances of the subset's captions."""
    data = load_emoji()
    ids = tuple(data.concepts["id"])
    vectors = cached_text_embeddings(encoder, data.names[language], language=language, ids=ids)
    return distance_matrix(vectors.select(data.rows(subset)))  # type: ignore[arg-type]


def measure(encoder: str, language: str, subset: str, rounds: int) -> dict[str, object]:
    """Returns the fastest round and what it found."""
    here, there = (cloud(encoder, code, subset) for code in (language, REFERENCE))
    found, seconds = compare_loops(here, there), []
    for _ in range(rounds):
        start = perf_counter()
        compare_loops(here, there)
        seconds.append(perf_counter() - start)
    return {
        "encoder": encoder,
        "language": language,
        "points": len(here),
        "bars": len(found),
        "exact": sum(comparison.loop.exact for comparison in found),
        "no_loop_in_english": sum(closes == filled for closes, filled in (c.there for c in found)),
        "seconds": round(min(seconds), 3),
        "share_of_target": round(min(seconds) / TARGET_SECONDS, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="tomclip_exact")
    parser.add_argument("--languages", nargs="+", default=["ko", "ja", "de"])
    parser.add_argument("--subset", choices=("unseen", "seen", "all"), default="unseen")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for language in options.languages:
        record = measure(options.encoder, language, options.subset, options.rounds)
        print(json.dumps({"benchmark": "loops", **record} | describe()), flush=True)


if __name__ == "__main__":
    main()
