"""A large batch embedded in pieces, with the gradient of a loss that sees all of it.

The loss is no sum over captions: its distances and diagrams are of the whole batch. So the pieces
are embedded without a graph, the loss gives a gradient on their vectors, and every piece is then
embedded once more, with its graph, to pass its part of that gradient on to the weights.

References:
    Gao, Zhang, Han and Callan 2021, "Scaling Deep Contrastive Learning Batch Size under Memory
    Limited Setup".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch

from tomclip.encoders.student.encoder import StudentModel
from tomclip.training.seeding import generator_states, restore_generators

LENGTH_GROUPS = 4


def length_groups(mask: torch.Tensor, groups: int) -> tuple[torch.Tensor, ...]:
    """Returns the rows of (n, tokens) `mask` in at most `groups` groups of rising length."""
    order = torch.argsort(mask.sum(dim=1), stable=True)
    return order.tensor_split(min(groups, len(order)))


def embed_groups(
    model: StudentModel, ids: torch.Tensor, mask: torch.Tensor, groups: Sequence[torch.Tensor]
) -> torch.Tensor:
    """Returns the vectors of the groups' rows, group after group, each cut to its longest row.

    Words are looked up once for all groups: each look-up has a gradient as large as the table.
    `ids` may be states of the student's frozen layers.
    """
    widths = [int(mask[rows[-1]].sum()) for rows in groups]
    words = model.words(ids[torch.cat(list(groups)), : max(widths)])
    depth = model.depth_of(ids)
    parts = [
        model.pooled(group[:, :width], mask[rows, :width], depth=depth)
        for group, rows, width in zip(
            words.split(list(map(len, groups))), groups, widths, strict=True
        )
    ]
    return torch.cat(parts)


def embed_by_length(
    model: StudentModel, ids: torch.Tensor, mask: torch.Tensor, *, groups: int = LENGTH_GROUPS
) -> torch.Tensor:
    """Returns what `model(ids, mask)` returns, with little computed on padding.

    Rows of like length go through the network together. The batch stays one batch for the losses.
    """
    split = length_groups(mask, groups)
    return embed_groups(model, ids, mask, split)[torch.argsort(torch.cat(split))]


class Embedding(Protocol):
    """Vectors whose gradient can be passed on to the model."""

    vectors: torch.Tensor
    """(n, dimension) float32, outside of any graph."""

    def backward(self, gradient: torch.Tensor) -> None:
        """Adds the weights' gradient to them, given the loss's gradient on `vectors`."""
        ...


class WholeEmbedding:
    """Texts embedded at once; their graph is kept until `backward`."""

    def __init__(
        self, model: StudentModel, ids: torch.Tensor, mask: torch.Tensor, *, bf16: bool
    ) -> None:
        with torch.autocast(ids.device.type, torch.bfloat16, enabled=bf16):
            embedded = embed_by_length(model, ids, mask)
        self._embedded = embedded.float()
        self.vectors = self._embedded.detach()

    def backward(self, gradient: torch.Tensor) -> None:
        """Adds the weights' gradient to them."""
        self._embedded.backward(gradient)


class PiecewiseEmbedding:
    """Texts embedded in pieces without a graph; `backward` embeds each again.

    The pieces are of rising length. They consist of the groups that `embed_by_length` forms and
    draw their dropout in the same order, also the second time: with up to `LENGTH_GROUPS` pieces
    the update is that of the texts embedded at once.
    """

    def __init__(
        self, model: StudentModel, ids: torch.Tensor, mask: torch.Tensor, *, pieces: int, bf16: bool
    ) -> None:
        self._model, self._ids, self._mask, self._bf16 = model, ids, mask, bf16
        groups = length_groups(mask, max(pieces, LENGTH_GROUPS))
        parts = np.array_split(np.arange(len(groups)), min(pieces, len(groups)))
        self._pieces = [[groups[place] for place in part] for part in parts]
        self._drawn_from = generator_states()
        with torch.no_grad():
            embedded = torch.cat([self._embed(piece) for piece in self._pieces])
        self.vectors = embedded[torch.argsort(torch.cat(groups))]

    def backward(self, gradient: torch.Tensor) -> None:
        """Adds the weights' gradient to them, one piece's graph in memory at a time."""
        after = generator_states()
        restore_generators(self._drawn_from)
        for piece in self._pieces:
            self._embed(piece).backward(gradient[torch.cat(piece)])
        restore_generators(after)

    def _embed(self, piece: Sequence[torch.Tensor]) -> torch.Tensor:
        with torch.autocast(self._ids.device.type, torch.bfloat16, enabled=self._bf16):
            return embed_groups(self._model, self._ids, self._mask, piece).float()


def embed(
    model: StudentModel, ids: torch.Tensor, mask: torch.Tensor, *, pieces: int, bf16: bool
) -> Embedding:
    """Returns the texts' vectors, embedded at once or in `pieces`."""
    if pieces == 1:
        return WholeEmbedding(model, ids, mask, bf16=bf16)
    return PiecewiseEmbedding(model, ids, mask, pieces=pieces, bf16=bf16)
