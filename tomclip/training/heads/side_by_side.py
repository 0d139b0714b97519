"""Heads that differ in objective and learning rate, trained on the same batches at once.

A head's training is that of `tomclip.training.train` step for step: the same batches, terms,
gradient clipping, optimiser, validations and early end. What a batch and the teacher's cloud cost
is paid once for all heads, and heads whose objectives have the same terms are one computation.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch

from tomclip.config import LOSS_WEIGHTS, LossConfig, TrainConfig, loss_weights
from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, silent
from tomclip.core.results import ArrayRecord
from tomclip.training.early_stopping import EarlyStopping
from tomclip.training.gradient_weights import weighted_by_gradient
from tomclip.training.heads.shared_start import Beginning, require_alike
from tomclip.training.loss_weights import loss_at
from tomclip.training.objective import SETTINGS, batch_terms
from tomclip.training.optimisation import new_optimiser
from tomclip.training.validation import true_ranks

PILOT_BATCHES = 20


@dataclass(frozen=True, eq=False, repr=False)
class TrainedHead(ArrayRecord):
    """A head at its best validation.

    Attributes:
        weight: (dimension, width) float32.
        bias: (dimension,) float32.
        best_step: the step of the best validation; 0 is the beginning.
        best_score: its mean reciprocal rank.
        steps: those that were taken before patience ran out.
        error: why training broke off, or "". What there was before is kept.
    """

    weight: torch.Tensor
    bias: torch.Tensor
    best_step: int
    best_score: float
    steps: int
    error: str = ""


def train_heads(
    beginning: Beginning,
    configs: Sequence[TrainConfig],
    *,
    should_stop: Callable[[], bool] | None = None,
    on_progress: OnProgress | None = None,
) -> list[TrainedHead] | None:
    """Returns one trained head per configuration; None when it was asked to stop.

    Args:
        beginning: What all begin with.
        configs: Alike but for name, objective and learning rate.
        should_stop: Asked after every step.
        on_progress: Called with (steps done, steps in all).

    Raises:
        ConfigError: when two configurations differ in more.
    """
    for config in configs:
        require_alike(beginning.config, config)
    heads = [_Head(beginning, config) for config in configs]
    sampler, steps = beginning.sampler.twin(), beginning.config.optimiser.steps
    report = on_progress or silent
    _validate(beginning, heads, 0)
    for step in range(1, steps + 1):
        features, targets = beginning.batch(sampler.next_batch())
        for group in _groups(heads):
            _one_step(group, features, targets, beginning)
        every = beginning.config.validation.every_steps
        if step == steps or (every and step % every == 0):
            _validate(beginning, [head for head in heads if head.going], step)
        report(step, steps)
        if should_stop is not None and should_stop():
            return None
        if not any(head.going for head in heads):
            break
    return [head.result() for head in heads]


def gradient_ratio(beginning: Beginning, loss: LossConfig) -> float:
    """Returns the factor of a structural part at which it pulls as hard as the point-wise part.

    The mean length of the gradient of the weighted point-wise part with respect to a batch's
    vectors, over that of the weighted structural terms together, at the beginning, over the first
    20 batches, a schedule of the weights left aside. Multiplying all structural weights by it makes
    both equal. 1 where weights count in lengths of gradients: there they say it themselves.

    Args:
        beginning: Where the head stands.
        loss: With a point-wise and at least one structural weight.

    Raises:
        InputError: when the structural part has no gradient there, or there is none.
    """
    if loss.weights_in == "gradient":
        return 1.0
    head, sampler = beginning.model.head, beginning.sampler.twin()
    rows = beginning.rows_for(replace(beginning.config, loss=loss))
    lengths = torch.zeros(2)
    structural = {name: 0.0 for name in LOSS_WEIGHTS[1:]}
    for _ in range(PILOT_BATCHES):
        features, targets = beginning.batch(sampler.next_batch())
        vectors = head(features).detach().requires_grad_()
        for place, part in enumerate(
            (replace(loss, **structural), replace(loss, pointwise_weight=0.0))
        ):
            total = batch_terms(vectors, targets, part, rows).total
            (gradient,) = torch.autograd.grad(total, vectors)
            lengths[place] += float(gradient.norm())
    if not lengths[1] > 0:
        raise InputError(
            "the structural terms have no gradient at the beginning, so that no weight can be "
            "named by it; give the weights themselves"
        )
    return float(lengths[0] / lengths[1])


@dataclass(eq=False)
class _Head:
    """One head with all that its training changes."""

    beginning: Beginning
    config: TrainConfig
    layer: torch.nn.Linear = field(init=False)
    steps: int = 0
    error: str = ""

    def __post_init__(self) -> None:
        self.layer = copy.deepcopy(self.beginning.model.head)
        self.optimiser, self.schedule = new_optimiser(self.layer, self.config.optimiser)
        self.stopping = EarlyStopping(self.config.validation.patience)
        self.keep()

    @property
    def going(self) -> bool:
        """Whether it still trains."""
        return not self.error and not self.stopping.exhausted

    @property
    def loss(self) -> LossConfig:
        """The objective of its next step."""
        return loss_at(self.config.loss, self.steps + 1, self.config.optimiser.steps)

    def keep(self) -> None:
        """Notes the present weights as the best."""
        self.best = tuple(part.detach().clone() for part in (self.layer.weight, self.layer.bias))

    def update(self) -> None:
        """Takes one step along the gradient that is there."""
        norm = torch.nn.utils.clip_grad_norm_(
            self.layer.parameters(), self.config.optimiser.gradient_clip
        )
        if not math.isfinite(float(norm)):
            self.error = f"the gradient's norm became {float(norm)} at step {self.steps + 1}"
            return
        self.optimiser.step()
        self.schedule.step()
        self.steps += 1

    def result(self) -> TrainedHead:
        weight, bias = (part.cpu() for part in self.best)
        best = self.stopping
        return TrainedHead(weight, bias, best.best_step, best.best_score, self.steps, self.error)


def _groups(heads: Iterable[_Head]) -> list[list[_Head]]:
    """Returns the heads that still train, together where their objectives have the same terms."""
    groups: dict[LossConfig, list[_Head]] = {}
    for head in heads:
        if head.going:
            groups.setdefault(_terms_of(head.config.loss), []).append(head)
    return list(groups.values())


def _terms_of(loss: LossConfig) -> LossConfig:
    """Returns the objective with every weight that counts at 1, whatever its schedule."""
    ones = {name: float(weight > 0) for name, weight in loss_weights(loss).items()}
    return replace(loss, schedule="constant", **ones)


def _one_step(
    group: list[_Head], features: torch.Tensor, targets: torch.Tensor, beginning: Beginning
) -> None:
    shape = _terms_of(group[0].config.loss)
    weight = torch.stack([head.layer.weight for head in group])
    bias = torch.stack([head.layer.bias for head in group])
    vectors = torch.matmul(features, weight.mT) + bias.unsqueeze(1)
    try:
        rows = beginning.rows_for(group[0].config)
        terms = batch_terms(vectors, targets, replace(shape, weights_in="loss"), rows)
    except InputError as error:
        _without_the_broken(group, features, targets, beginning, str(error))
        return
    losses = [head.loss for head in group]
    weights: dict[str, float | torch.Tensor] = {
        term: vectors.new_tensor([getattr(loss, name) for loss in losses])
        for term, name in SETTINGS.items()
    }
    if shape.weights_in == "gradient":
        total = weighted_by_gradient(terms, vectors, weights).total
    else:
        total = _weighted(terms.as_dict(), weights)
    for head in group:
        head.optimiser.zero_grad(set_to_none=True)
    total.sum().backward()
    for head in group:
        head.update()


def _weighted(
    terms: Mapping[str, torch.Tensor], weights: Mapping[str, float | torch.Tensor]
) -> torch.Tensor:
    return torch.stack([weights[name] * terms[name] for name in weights if name in terms]).sum(0)


def _without_the_broken(
    group: list[_Head],
    features: torch.Tensor,
    targets: torch.Tensor,
    beginning: Beginning,
    reason: str,
) -> None:
    """Takes the step of each head by itself, so that only those end that cannot take it."""
    if len(group) > 1:
        for head in group:
            _one_step([head], features, targets, beginning)
        return
    group[0].error = f"no loss can be computed at step {group[0].steps + 1}, since the {reason}"


@torch.inference_mode()
def _validate(beginning: Beginning, heads: Sequence[_Head], step: int) -> None:
    """Scores as `tomclip.training.validation.validate` does, and keeps each new best."""
    data = beginning.validation
    for head in heads:
        vectors = head.layer(beginning.validation_features).float().cpu()
        score = float((1.0 / true_ranks(vectors, data.targets, data.target_rows)).mean())
        if head.stopping.update(score, step):
            head.keep()
