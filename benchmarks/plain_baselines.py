"""What plain baselines reach: `python benchmarks/plain_baselines.py [--from ENCODER] [--seeds 3]`.

Fits ridge maps on shares of the pairs, with and without the English anchor, a Procrustes map and
centrings, evaluates each on the concepts that students have not read, and prints a Markdown table:
means over the languages, and over the seeds that chose the concepts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.baselines import fit_baseline
from tomclip.config import DataConfig
from tomclip.evaluation import emoji_task, evaluate

SCORES = ("zero_shot_top1", "zero_shot_top5", "text_to_image_recall_at_1")
SHARES = (0.02, 0.1, 1.0)


@dataclass(frozen=True)
class Row:
    """One line of the table: its title, and the steps of `fit_baseline` one behind the other."""

    title: str
    steps: Sequence[dict[str, Any]]
    data: DataConfig = field(default_factory=DataConfig)

    @property
    def follows_a_seed(self) -> bool:
        """Whether another seed chooses other concepts."""
        return self.data.share < 1


def main() -> None:
    arguments = parse_arguments()
    print("| fitted | seeds | top-1 | top-5 | text to image R@1 | top-1, English | seconds |")
    print("|---|---|---|---|---|---|---|")
    for row in rows():
        seeds = arguments.seeds if row.follows_a_seed else 1
        with tempfile.TemporaryDirectory() as folder:
            found = [measured(row, arguments.source, seed, Path(folder)) for seed in range(seeds)]
        print(line(row, np.asarray(found)))
        sys.stdout.flush()
    for name in arguments.beside:
        print(line(Row(f"`{name}`", ()), np.asarray([[*scores_of(name), np.nan]])))


def rows() -> Iterator[Row]:
    """Yields what is fitted, in the order of the table."""
    ridge = {"kind": "ridge"}
    for share in SHARES:
        yield Row(f"ridge, {100 * share:g} % of the pairs", [ridge], DataConfig(share=share))
    centred = [{"kind": "centring"}, ridge]
    yield Row("centring, then ridge, 100 %", centred)
    yield Row("Procrustes, 100 %", [{"kind": "procrustes"}])
    yield Row("ridge, English alone, no pair", [ridge], DataConfig(languages=("en",)))
    anchored = {**ridge, "anchor": "emoji"}
    yield Row("ridge, 10 % and the English anchor", [anchored], DataConfig(share=0.1))


def measured(row: Row, source: str, seed: int, folder: Path) -> list[float]:
    """Returns the scores of the last step's encoder, and the seconds of all fits."""
    seconds = 0.0
    for place, step in enumerate(row.steps):
        data = row.data if step["kind"] != "centring" else DataConfig(share=row.data.share)
        path = folder / f"{seed}-{place}"
        made = fit_baseline(source=source, data=data, seed=seed, directory=path, **step)
        seconds += made.settings.facts["seconds"]
        source = str(made.path)
    return [*scores_of(source), seconds]


def scores_of(encoder: str) -> list[float]:
    """Returns the means over the languages, and top-1 in English, in per cent."""
    report = evaluate(encoder, emoji_task("unseen"), references=())
    means = [report.score(name).value for name in SCORES]
    return [*means, report.score(SCORES[0], "en").value]


def line(row: Row, found: np.ndarray) -> str:
    """Returns the row of the table: means over the seeds, and their range where there are more."""
    cells = [
        f"{mean:.1f}" + (f" ({low:.1f} to {high:.1f})" if len(found) > 1 else "")
        for mean, low, high in zip(
            found.mean(axis=0)[:-1], found.min(axis=0)[:-1], found.max(axis=0)[:-1], strict=True
        )
    ]
    seconds = found[:, -1].mean()
    last = "-" if np.isnan(seconds) else f"{seconds:.0f}"
    return f"| {' | '.join([row.title, str(len(found)), *cells, last])} |"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", default="multilingual-e5-small")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--beside", nargs="*", default=["mclip", "tomclip", "tomclip_exact", "anchored"]
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
