"""Which loss weight pulls as hard as the point-wise loss: `python benchmarks/gradient_lengths.py`.

Starts a student as a recipe says (E5 under a layer at the ridge solution unless another is named)
and divides, on batches of its training pairs, the length of the point-wise loss's gradient with
respect to the batch's vectors by that of every structural term. Prints a Markdown table of medians
over batches: the weight, where weights count in the loss, at which a term pulls as hard as the
point-wise loss of weight 1; "-" where the term has no gradient. With `loss.weights_in: gradient`
that weight is 1 throughout.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tomclip.config import TrainConfig, change_config, load_config
from tomclip.core.paths import project_directory
from tomclip.encoders.student.encoder import StudentModel
from tomclip.losses import RECIPES
from tomclip.runs import RunDirectory
from tomclip.training.gradient_weights import STRUCTURAL
from tomclip.training.hardware.distributed import ALONE
from tomclip.training.step import loss_terms
from tomclip.training.worker.preparation import Parts, prepare

WEIGHT_OF = dict(zip(STRUCTURAL, ("distance_matrix_weight", "h0_weight", "h1_weight"), strict=True))
OWN_TERMS: Mapping[str, Sequence[str]] = {
    "edges": STRUCTURAL[1:],
    "relative": STRUCTURAL[:1],
    "neighbours": STRUCTURAL[:1],
    "landmarks": STRUCTURAL[:1],
    "clusters": STRUCTURAL[1:2],
    "divergence": STRUCTURAL[1:2],
    "cross": STRUCTURAL[:2],
    "transport": STRUCTURAL[:1],
    "moments": STRUCTURAL[:1],
    "consistency": STRUCTURAL[:1],
}
"""Of recipes that share the others with "exact"."""
METRICS = ("euclidean", "cosine")
Row = tuple[str, str, str]


class Silent:
    """Listens to the preparation of a run and says nothing."""

    def phase(self, name: str) -> None:
        """Is told what is done next."""

    def progress(self, of: str) -> Any:
        """Returns what is called while captions are encoded."""
        return lambda *now: None

    def new_student(self, model: StudentModel, tokenizer: object) -> None:
        """Is given the student."""


def main() -> None:
    options = parse_arguments()
    changes = {"student.head": "ridge"} if options.config is None else {}
    file = options.config or project_directory() / "configs" / "emoji_from_e5.yaml"
    columns = [
        equal_pulls(
            change_config(load_config(file), changes | {"optimiser.batch_size": n}), options.batches
        )
        for n in options.sizes
    ]
    print(f"| recipe | distance | term | {' | '.join(f'batch of {n}' for n in options.sizes)} |")
    print("|---|---|---|" + "---|" * len(columns))
    for row in columns[0]:
        print(f"| {' | '.join(row)} | {' | '.join(_shown(column[row]) for column in columns)} |")


def equal_pulls(config: TrainConfig, batches: int) -> Mapping[Row, float]:
    """Returns each term's median weight at which it pulls as hard as the point-wise loss."""
    with tempfile.TemporaryDirectory() as folder:
        run = RunDirectory(Path(folder))
        parts = prepare(run, config, "cpu", ALONE, resuming=False, listener=Silent())
    parts.model.eval()  # dropout would give every term other vectors
    rounds = [measured(parts, config) for _ in range(batches)]
    return {row: statistics.median(found[row] for found in rounds) for row in rounds[0]}


def measured(parts: Parts, config: TrainConfig) -> dict[Row, float]:
    """Returns every term's weight on the next batch."""
    batch, found = parts.data.batch(parts.sampler.next_batch(), "cpu"), {}
    for recipe, metric, term in cases():
        asked = {name: float(name == term) for name in STRUCTURAL}
        loss = replace(
            config.loss,
            recipe=recipe,
            metric=metric,
            pointwise_weight=1.0,
            weights_in="gradient",
            **{WEIGHT_OF[name]: weight for name, weight in asked.items()},
        )
        terms = loss_terms(parts.model, batch, loss, bf16=False, rows=parts.rows)
        found[recipe, metric, term] = float(getattr(terms, f"scale_{term}"))
    return found


def cases() -> Iterator[Row]:
    """Yields recipe, metric and term; once what recipes share."""
    for recipe in RECIPES:
        for metric in METRICS:
            for term in OWN_TERMS.get(recipe, STRUCTURAL):
                yield recipe, metric, term


def _shown(weight: float) -> str:
    return f"{weight:.2g}" if weight else "-"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=str(__doc__).partition(":")[0])
    parser.add_argument("--config", type=Path, help="another recipe's file")
    parser.add_argument("--sizes", type=int, nargs="+", default=[32, 192], help="pairs a batch")
    parser.add_argument("--batches", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
