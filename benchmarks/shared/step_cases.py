"""Students of published shapes with random weights, captions for them, and ways to make a step.

Captions are random tokens. Their lengths, special tokens included, follow a log-normal distribution
with a given mean and sigma 0.35, cut to 4 to 77: an assumption about image captions, nothing
measured. Teacher vectors lie in a narrow cone and vary in 16 of its directions: isotropic ones
would all be equally far, and the published graphs hardly keep an edge.

All cases train one student with one fused AdamW in turn, so that six of them fit where one does; a
step takes as long whatever the weights are.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import torch
import torch.nn.functional as F
from shared.published_loop import CONTEXT, published_loss, published_step
from transformers import XLMRobertaConfig, XLMRobertaModel

from tomclip.config import parse_config
from tomclip.core.errors import RunError
from tomclip.encoders.hub.backbones import known_backbone
from tomclip.encoders.student.encoder import StudentModel, StudentSettings
from tomclip.losses import alignment_loss
from tomclip.training.hardware.compilation import compile_student
from tomclip.training.optimisation import new_optimiser
from tomclip.training.step import optimisation_step

DIMENSION = 512
SHAPES = {"tiny": None, "base": "xlm-roberta-base", "large": "xlm-roberta-large"}
TINY = {
    "vocab_size": 32_000,
    "hidden_size": 128,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 512,
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "pad_token_id": 1,
}
TOPOLOGY: dict[str, Any] = {"distance_matrix_weight": 0.01, "h0_weight": 0.01}
LENGTH_SIGMA = 0.35
SHORTEST = 4
PADDING = 1
FIRST_WORD = 5
VARYING = 16
PIECE = 64

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
Step = Callable[[Batch], None]


@dataclass(frozen=True, slots=True)
class Case:
    """One way to make a step.

    `pointwise_only` names the same without topology, `loss` the loss that is timed alone.
    `weighed` cases get a process of their own on a CPU, for the memory that they take.
    """

    step: Step
    bf16: bool = False
    weighed: bool = False
    pointwise_only: str | None = None
    loss: str | None = None


class Bench:
    """The student that all cases train, and what they train it with.

    Args:
        shape: A name in `SHAPES`.
        device: "cpu" or "cuda".
        batch_size: Captions in a step.
        mean_tokens: Of a caption, special tokens included.
    """

    def __init__(self, shape: str, device: str, batch_size: int, mean_tokens: float) -> None:
        self.device, self.batch_size, self.mean_tokens = device, batch_size, mean_tokens
        config = parse_config({"optimiser": {"learning_rate": 1e-5, "batch_size": batch_size}})
        torch.manual_seed(0)
        backbone = XLMRobertaModel(backbone_shape(shape), add_pooling_layer=False)
        settings = StudentSettings("emoji-teacher", DIMENSION, CONTEXT)
        self.model = StudentModel(backbone, settings).to(device).train()
        self.optimiser, _ = new_optimiser(self.model, config.optimiser)
        self._generator = torch.Generator().manual_seed(0)
        self._directions = torch.randn(VARYING, DIMENSION, generator=self._generator)

    @property
    def trained_parameters(self) -> int:
        """Parameters outside of the embedding tables: those that multiply every token."""
        embeddings = sum(p.numel() for p in self.model.backbone.embeddings.parameters())
        return sum(p.numel() for p in self.model.parameters()) - embeddings

    def batch(self) -> Batch:
        """Returns ids and mask (batch size, 77) and teacher vectors, new ones, on the device."""
        n, vocabulary = self.batch_size, self.model.backbone.config.vocab_size
        lengths = self._lengths(n)
        ids = torch.randint(FIRST_WORD, vocabulary, (n, CONTEXT), generator=self._generator)
        mask = (torch.arange(CONTEXT) < lengths[:, None]).long()
        ids = ids.masked_fill(mask == 0, PADDING)
        varied = torch.randn(n, VARYING, generator=self._generator) @ self._directions
        targets = F.normalize(1 + varied / VARYING**0.5, dim=1)
        return ids.to(self.device), mask.to(self.device), targets.to(self.device)

    @torch.no_grad()
    def vectors(self, batch: Batch) -> torch.Tensor:
        """Returns what the student says of a batch, as a leaf for a loss alone."""
        pieces = zip(batch[0].split(PIECE), batch[1].split(PIECE), strict=True)
        return torch.cat([self.model(ids, mask) for ids, mask in pieces]).requires_grad_()

    def fill_moments(self) -> None:
        """Gives AdamW its moments, so that the first step is like the others."""
        for weight in self.model.parameters():
            weight.grad = torch.zeros_like(weight)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)

    def _lengths(self, n: int) -> torch.Tensor:
        centre = math.log(self.mean_tokens) - LENGTH_SIGMA**2 / 2
        drawn = torch.randn(n, generator=self._generator) * LENGTH_SIGMA + centre
        return drawn.exp().round().long().clamp(SHORTEST, CONTEXT)


def backbone_shape(shape: str) -> XLMRobertaConfig:
    """Returns the configuration of a name in `SHAPES`."""
    name = SHAPES[shape]
    known = None if name is None else known_backbone(name)
    return known or XLMRobertaConfig(**cast(Any, TINY))


def step_cases(bench: Bench, *, bf16: bool, compiled: bool) -> dict[str, Case]:
    """Returns the cases by name, the plain loop first; bf16 and compiled ones where asked for."""
    alone = "plain, point-wise only"
    cases = {
        "plain": Case(_plain(bench, topology=True), False, True, alone, "published"),
        alone: Case(_plain(bench, topology=False)),
    }
    for low in (False, True) if bf16 else (False,):
        ours = "ours, bf16" if low else "ours"
        alone = f"{ours}, point-wise only"
        cases[ours] = Case(_ours(bench, bf16=low), low, True, alone, "exact")
        cases[alone] = Case(_ours(bench, bf16=low, topology=False), low)
    best = "ours, bf16" if bf16 else "ours"
    checkpointed = _checkpointed(bench, cases[best].step)
    cases[f"{best}, checkpointed"] = Case(checkpointed, bf16, True, None, "exact")
    if compiled:
        step = _ours(bench, bf16=bf16, model=compiled_twin(bench))
        cases[f"{best}, compiled"] = Case(step, bf16, False, None, "exact")
    return cases


def compiled_twin(bench: Bench) -> StudentModel:
    """Returns the same student, the same weights, with a compiled backbone.

    Raises:
        RunError: with the reason, where the backbone cannot be compiled.
    """
    twin = StudentModel(copy.copy(bench.model.backbone), bench.model.settings)
    twin.head = bench.model.head
    if reason := compile_student(twin.train(), bench.device):
        raise RunError(f"the backbone cannot be compiled here ({reason}); leave out --compile")
    return twin


def losses_alone() -> dict[str, Callable[[torch.Tensor, torch.Tensor], None]]:
    """Returns forward and backward of each whole loss, on student and teacher vectors."""

    def published(student: torch.Tensor, teacher: torch.Tensor) -> None:
        torch.autograd.grad(published_loss(student, teacher).total, student)

    def exact(student: torch.Tensor, teacher: torch.Tensor) -> None:
        checked = student.device.type == "cpu"  # as in training
        loss = alignment_loss(student, teacher, **TOPOLOGY, check_values=checked)
        torch.autograd.grad(loss.total, student)

    return {"published": published, "exact": exact}


def _plain(bench: Bench, *, topology: bool) -> Step:
    return lambda batch: published_step(bench.model, batch, bench.optimiser, topology=topology)


def _ours(
    bench: Bench, *, bf16: bool, topology: bool = True, model: StudentModel | None = None
) -> Step:
    loss = parse_config({"loss": TOPOLOGY if topology else {}}).loss

    def step(batch: Batch) -> None:
        optimisation_step(
            model or bench.model,
            batch,
            loss,
            bench.optimiser,
            step=1,
            bf16=bf16,
            gradient_clip=1.0,
        )

    return step


def _checkpointed(bench: Bench, step: Step) -> Step:
    backbone: Any = bench.model.backbone
    enable = getattr(backbone, "activation_checkpointing_enable", None)  # the newer name
    (enable or backbone.gradient_checkpointing_enable)({"use_reentrant": False})
    layers = [part for part in backbone.modules() if hasattr(part, "gradient_checkpointing")]

    def switch(on: bool) -> None:
        for layer in layers:
            layer.gradient_checkpointing = on

    def checkpointed(batch: Batch) -> None:
        switch(True)
        try:
            step(batch)
        finally:
            switch(False)

    switch(False)
    return checkpointed
