"""What the terms of a study's forms do to each other while heads train, and what they leave.

For one fold and seed of a study whose settings are chosen, every structural form is trained as in
the study. At some steps the gradients of its point-wise part and of its weighted structural part
with respect to the batch's vectors are measured: their lengths' ratio, their cosine, and the share
of the batch's rows that carry half of the structural gradient's squared length. Prints a Markdown
table.

    python benchmarks/study_gradients.py few_pairs --directory studies/few_pairs
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from tomclip.config import LOSS_WEIGHTS, TrainConfig
from tomclip.studies.choosing import read_choices
from tomclip.studies.settings import is_structural
from tomclip.studies.study import read_fold_study, study_file
from tomclip.studies.trials import Group, trials_of
from tomclip.training.heads.shared_start import Beginning, begin_heads
from tomclip.training.objective import batch_terms
from tomclip.training.optimisation import new_optimiser

STEPS = (1, 25, 100, 300)


@dataclass(frozen=True)
class Measured:
    """Of one batch: structural over point-wise length, their cosine, rows that carry half."""

    ratio: float
    cosine: float
    carriers: float


def measured_steps(beginning: Beginning, config: TrainConfig) -> Iterator[tuple[int, Measured]]:
    """Trains a head as the study does, and yields what was measured before each of `STEPS`."""
    head, sampler = copy.deepcopy(beginning.model.head), beginning.sampler.twin()
    optimiser, schedule = new_optimiser(head, config.optimiser)
    for step in range(1, STEPS[-1] + 1):
        features, targets = beginning.batch(sampler.next_batch())
        vectors = head(features)
        if step in STEPS:
            yield step, measured(vectors.detach().requires_grad_(), targets, config, beginning)
        total = batch_terms(vectors, targets, config.loss, beginning.rows).total
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(head.parameters(), config.optimiser.gradient_clip)
        optimiser.step()
        schedule.step()


def measured(
    vectors: torch.Tensor, targets: torch.Tensor, config: TrainConfig, beginning: Beginning
) -> Measured:
    """Returns what both parts do to a batch's vectors."""
    without = dict.fromkeys(LOSS_WEIGHTS[1:], 0.0)
    point_wise = replace(config.loss, **without, weights_in="loss")
    gradients = []
    for loss in (point_wise, config.loss):
        total = batch_terms(vectors, targets, loss, beginning.rows).total
        gradients.append(torch.autograd.grad(total, vectors)[0])
    structural = gradients[1] - gradients[0]
    rows = structural.square().sum(dim=1).sort(descending=True).values
    half = int((rows.cumsum(0) < rows.sum() / 2).sum()) + 1
    return Measured(
        ratio=float(structural.norm() / gradients[0].norm()),
        cosine=float(torch.cosine_similarity(structural.flatten(), gradients[0].flatten(), dim=0)),
        carriers=half / len(rows),
    )


def main() -> None:
    """Prints a row per structural form."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("study", help="a study's file, or one that ships")
    parser.add_argument("--directory", type=Path, required=True, help="with choices.json")
    parser.add_argument("--condition", help="title; default: the first")
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    study = read_fold_study(study_file(asked.study))
    condition = asked.condition or next(iter(study.conditions))
    group = Group(condition, asked.fold, asked.seed)
    trials = trials_of(study, group, read_choices(study, asked.directory) or {})
    beginning = begin_heads(trials[0].config, device="cpu")
    heads = " | ".join(f"step {step}" for step in STEPS)
    print(f"{condition}, fold {asked.fold}, seed {asked.seed}; length / cosine / rows in %\n")
    print(f"| form | weights × | learning rate | {heads} |\n|---|---|---|{'---|' * len(STEPS)}")
    for trial in trials:
        if trial.plain is None and is_structural(trial.config):
            cells = [
                f"{one.ratio:.2g} / {one.cosine:+.2f} / {100 * one.carriers:.0f}"
                for _, one in measured_steps(beginning, trial.config)
            ]
            weight = max(getattr(trial.config.loss, name) for name in LOSS_WEIGHTS[1:])
            rate = trial.config.optimiser.learning_rate
            print(f"| {trial.form} | {weight:g} | {rate:g} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
