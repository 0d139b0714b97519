"""The teacher's text tower learns to give the vectors of a space, and is frozen then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import open_clip
import torch
import torch.nn.functional as F

from teacher.model import CONTEXT, encode_short_text
from tomclip.config import OptimiserConfig
from tomclip.encoders.tokenizer import load_tokenizer
from tomclip.training.optimisation import learning_rate_factor

TEMPERATURE = 0.05
COSINE_WEIGHT = 5.0


class TextReader:
    """Token ids of a batch, cut to the longest text in it."""

    def __init__(self, directory: Path) -> None:
        self._tokenizer = load_tokenizer(directory)

    def __call__(self, texts: list[str]) -> torch.Tensor:
        return self._tokenizer(
            texts, padding=True, truncation=True, max_length=CONTEXT, return_tensors="pt"
        )["input_ids"]


def decaying(optimiser: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    """Returns the students' schedule: linear warm-up, then a cosine to 0."""
    config = OptimiserConfig(steps=steps, warmup_steps=min(60, steps // 4))
    return torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: learning_rate_factor(step, config)
    )


def contrast(a: torch.Tensor, b: torch.Tensor, scale: torch.Tensor | float) -> torch.Tensor:
    """Returns the symmetric cross-entropy of unit rows a[i] against b[i] within the batch."""
    logits = scale * a @ b.T
    labels = torch.arange(len(a))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2


def text_parameters(model: open_clip.CLIP) -> list[torch.nn.Parameter]:
    """Returns the parameters of the text tower, the temperature of the pair left out."""
    named = model.named_parameters()
    return [p for name, p in named if not name.startswith("visual") and name != "logit_scale"]


def learn_space(
    model: open_clip.CLIP,
    reader: TextReader,
    texts: list[str],
    targets: torch.Tensor,
    *,
    concepts: int,
    steps: int,
    batch_size: int = 384,
) -> None:
    """Trains the text tower to give `targets`.

    Args:
        model: Its text tower is trained in place.
        reader: Its tokenizer.
        texts: n English texts; the last `concepts` are names and captions of concepts.
        targets: (n, d) unit vectors.
        concepts: A quarter of every batch are such texts, so that the tower gives their vectors
            closely: what it misses there, no student can make up for.
        steps: Optimisation steps.
        batch_size: Texts a step.
    """
    parameters = text_parameters(model)
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=0.02)
    schedule = decaying(optimiser, steps)
    first = len(texts) - concepts
    general = _rows_of_like_length(texts[:first], batch_size - batch_size // 4)
    named = _rows_of_like_length(texts[first:], batch_size // 4)
    for step in range(steps):
        rows = [next(general), next(named) + first]
        losses = []
        for chosen in rows:
            tokens = reader([texts[i] for i in chosen.tolist()])
            with torch.autocast("cpu", torch.bfloat16):
                vectors = encode_short_text(model, tokens).float()
            losses.append(_distance(vectors, targets[chosen]))
        loss = 0.75 * losses[0] + 0.25 * losses[1]
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        if step % 100 == 99 or step == steps - 1:
            print(
                f"text step {step + 1}: {losses[0]:.3f} general, {losses[1]:.3f} concepts",
                flush=True,
            )


def _distance(vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    cosine = (vectors * targets).sum(-1)
    return contrast(vectors, targets, 1 / TEMPERATURE) + COSINE_WEIGHT * (1 - cosine).mean()


def _rows_of_like_length(texts: Sequence[str], batch_size: int) -> Iterator[torch.Tensor]:
    """Yields endless batches of rows whose texts are about equally long, in random order."""
    lengths = torch.tensor([len(text) for text in texts], dtype=torch.float)
    while True:
        order = (lengths + 3 * torch.rand(len(texts))).argsort()
        batches = order.split(batch_size)
        yield from (batches[i] for i in torch.randperm(len(batches)))


@torch.no_grad()
def text_vectors(model: open_clip.CLIP, reader: TextReader, texts: Sequence[str]) -> torch.Tensor:
    """Returns the (n, d) unit vectors that the tower gives."""
    parts = [
        encode_short_text(model.eval(), reader(list(texts[start : start + 512])))
        for start in range(0, len(texts), 512)
    ]
    return torch.cat(parts)
