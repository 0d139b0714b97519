"""AdamW and its learning-rate schedule."""

from __future__ import annotations

import math

import torch

from tomclip.config import OptimiserConfig


def learning_rate_factor(step: int, config: OptimiserConfig) -> float:
    """Returns the factor of step 0, 1, ...: linear warm-up, then the decay, to 0 at the end."""
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return 1.0
    span = max(1, config.steps - config.warmup_steps)
    done = min(1.0, (step - config.warmup_steps) / span)
    return 1.0 - done if config.schedule == "linear" else 0.5 * (1.0 + math.cos(math.pi * done))


def new_optimiser(
    model: torch.nn.Module, config: OptimiserConfig
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Returns AdamW, without decay on vectors (biases, norms), and its scheduler."""
    matrices = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    vectors = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}],
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: learning_rate_factor(step, config)
    )
    return optimiser, schedule
