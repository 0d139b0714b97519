"""What a step of a student costs that starts from a pretrained encoder, beside plain PyTorch.

The backbone has multilingual E5 small's shape and random weights: a step takes as long whatever the
weights are. Captions have the length of emoji names. "plain" is the loop that one would write: the
whole backbone on padded ids, gradients of what is trained alone, AdamW, the point-wise loss. Ours
takes the frozen layers' states from the cache where there are some. The floor of a step is what its
layers multiply, padding not counted, at the rate of a bare product in the same rounds.
"""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from shared.machine import describe
from transformers import XLMRobertaConfig, XLMRobertaModel

from tomclip.config import TrainConfig, parse_config
from tomclip.encoders.student.encoder import StudentModel, StudentSettings, pad_batch
from tomclip.encoders.student.frozen import FrozenStates
from tomclip.encoders.student.settings import Prior
from tomclip.encoders.student.trainable import make_trainable
from tomclip.training.hardware.products import is_available, product, use_onednn
from tomclip.training.optimisation import new_optimiser
from tomclip.training.step import optimisation_step

E5_SMALL = {
    "vocab_size": 250_037,
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "pad_token_id": 1,
}
DIMENSION = 384
LENGTHS = (4, 12)
"""Tokens of a caption, special ones included: evenly from the first to the second."""
KINDS = ("head", "top:4", "lora", "all")
WARM_UP = 1
PRODUCTS = 10
"""Matrix products in one timing."""
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
Work = Callable[[], None]


def prior_records(batch_size: int, rounds: int, *, bf16: bool) -> Iterator[dict[str, Any]]:
    """Yields wall and CPU seconds of a step, ours and the plain loop's, for each part trained.

    With `bf16` ours is timed in either precision, in turn.
    """
    precisions = ["fp32", "bf16"] if bf16 else ["fp32"]
    generator = np.random.default_rng(0)
    tokens = [
        [0, *generator.integers(5, 250_000, length - 2).tolist(), 2]
        for length in generator.integers(LENGTHS[0], LENGTHS[1] + 1, batch_size)
    ]
    targets = torch.randn(batch_size, DIMENSION)
    for kind in KINDS:
        torch.manual_seed(0)
        config = parse_config({"student": {"start_from": "prior", "trainable": kind}})
        model = _student(config)
        works = {("plain", "fp32"): _plain(copy.deepcopy(model), tokens, targets, config)}
        use_onednn(model)
        for precision in precisions:
            works["ours", precision] = _ours(model, tokens, targets, config, precision == "bf16")
            works["product", precision] = _product(sum(map(len, tokens)), DTYPES[precision])
        found = _timed(works, rounds)
        operations = _operations(model)
        for (name, precision), (wall, cpu) in found.items():
            if name == "product":
                continue
            bare = found["product", precision]
            yield {
                "benchmark": "train_step",
                "part": "priors",
                "trainable": kind,
                "step": name,
                "batch_size": batch_size,
                "precision": precision,
                "seconds": round(wall, 4),
                "cpu_seconds": round(cpu, 4),
                "floor_seconds": round(operations * bare[0], 4),
                "floor_cpu_seconds": round(operations * bare[1], 4),
                "threads": torch.get_num_threads(),
                "rounds": rounds,
                **describe(),
            }


def _student(config: TrainConfig) -> StudentModel:
    backbone = XLMRobertaModel(XLMRobertaConfig(**E5_SMALL), add_pooling_layer=False)  # type: ignore[arg-type]
    prior = Prior("prior", "0" * 64)
    model = StudentModel(backbone, StudentSettings("emoji-teacher", DIMENSION, 48, prior=prior))
    make_trainable(model, config.student)
    return model.train()


def _ours(
    model: StudentModel,
    tokens: list[list[int]],
    targets: torch.Tensor,
    config: TrainConfig,
    bf16: bool,
) -> Work:
    optimiser, _ = new_optimiser(model, config.optimiser)
    kept = FrozenStates(model, bf16=bf16) if model.frozen_depth else None
    ids, mask = pad_batch(tokens, 1)

    def step() -> None:
        inputs = (ids, mask) if kept is None else kept.batch(ids, mask)
        optimisation_step(
            model,
            (*inputs, targets),
            config.loss,
            optimiser,
            step=1,
            bf16=bf16,
            gradient_clip=1.0,
        )

    return step


def _plain(
    model: StudentModel,
    tokens: list[list[int]],
    targets: torch.Tensor,
    config: TrainConfig,
) -> Work:
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=config.optimiser.learning_rate)
    ids, mask = pad_batch(tokens, 1)

    def step() -> None:
        optimiser.zero_grad()
        states = model.backbone(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        vectors = model.head((states * weights).sum(dim=1) / weights.sum(dim=1))
        torch.nn.functional.mse_loss(vectors, targets).backward()
        optimiser.step()

    return step


def _product(tokens: int, dtype: torch.dtype) -> Work:
    """Returns a layer's widest product of a batch, several times."""
    states = torch.randn(tokens, E5_SMALL["hidden_size"], dtype=dtype)
    weights = torch.randn(E5_SMALL["intermediate_size"], E5_SMALL["hidden_size"], dtype=dtype)
    onednn = dtype == torch.float32 and is_available()

    def products() -> None:
        for _ in range(PRODUCTS):
            product(states, weights) if onednn else torch.mm(states, weights.t())

    return products


def _operations(model: StudentModel) -> float:
    """Returns what the layers of a step multiply, in units of what `_product` does.

    A matrix is multiplied with the states, and its transpose with their gradient; where it is
    trained, states and gradient are multiplied too. Attention's own products are left out.
    """
    width, inner = E5_SMALL["hidden_size"], E5_SMALL["intermediate_size"]
    passes = 0
    for layer in model.backbone.encoder.layer:
        if any(parameter.requires_grad for parameter in layer.parameters()):
            matrices = [p for p in layer.parameters() if p.ndim == 2 and min(p.shape) >= width]
            passes += sum((3 if p.requires_grad else 2) * p.numel() for p in matrices)
    return passes / (PRODUCTS * width * inner)


def _timed(
    works: dict[tuple[str, str], Work], rounds: int
) -> dict[tuple[str, str], tuple[float, float]]:
    """Returns median wall and CPU seconds of each, measured in turn."""
    readings: dict[tuple[str, str], list[tuple[float, float]]] = {name: [] for name in works}
    for turn in range(WARM_UP + rounds):
        for name, work in works.items():
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            if turn >= WARM_UP:
                readings[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {
        name: (statistics.median(w for w, _ in found), statistics.median(c for _, c in found))
        for name, found in readings.items()
    }
