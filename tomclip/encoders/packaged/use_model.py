"""Universal Sentence Encoder, multilingual, version 3: the convolutional one, as a torch model.

Three branches look at windows of 2, 3 and 5 pieces. What they see is summed over the text and
divided by the square root of its length, and goes through a small dense network with shortcuts.

References:
    Yang et al. 2020, "Multilingual Universal Sentence Encoder for Semantic Retrieval".
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class UseShape:
    """Sizes of the model; the real one's are the defaults.

    Attributes:
        rows: Of the word table.
        chunks: Parts of the table with a scale of their own; row r belongs to part r % chunks.
        width: Of a row.
        branch: Width of one branch.
        inner: Width of the dense network's first layers.
        dimension: Length of one vector.
        epsilon: Of the layer norms.
    """

    rows: int = 128010
    chunks: int = 17
    width: int = 512
    branch: int = 256
    inner: int = 320
    dimension: int = 512
    epsilon: float = 1e-12


WINDOWS = ((2, 0), (3, 1), (5, 2))
"""(pieces in the window, of which stand before the one it belongs to) of each branch."""


class UseModel(nn.Module):
    """Piece ids to vectors, not normalised. The word table stays in the 6 bits that it came in."""

    def __init__(self, shape: UseShape) -> None:
        super().__init__()
        self.shape = shape
        self.words = QuantisedTable(shape)
        self.branches = Branches(shape)
        self.dense = Dense(shape)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Returns (n, dimension), each number in [-1, 1].

        Args:
            input_ids: (n, pieces) integers.
            attention_mask: (n, pieces), 1 for a piece and 0 for padding, which stands behind.
        """
        return self.dense(self.summed(input_ids, attention_mask))

    def summed(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Returns (n, width): what goes into the dense network, the same for every head on top."""
        return self.branches(self.words(input_ids), attention_mask)


class QuantisedTable(nn.Module):
    """The word table: a byte per number, and a scale and a lowest value for every chunk of rows."""

    def __init__(self, shape: UseShape) -> None:
        super().__init__()
        self.register_buffer("table", torch.zeros(shape.rows, shape.width, dtype=torch.uint8))
        self.register_buffer("scale", torch.ones(shape.chunks))
        self.register_buffer("lowest", torch.zeros(shape.chunks))

    def forward(self, input_ids: Tensor) -> Tensor:
        """Returns (n, pieces, width) float32."""
        table, scale, lowest = (self.get_buffer(name) for name in ("table", "scale", "lowest"))
        chunk = input_ids % len(scale)
        rows = F.embedding(input_ids, table).to(scale.dtype)
        return rows * scale[chunk].unsqueeze(-1) + lowest[chunk].unsqueeze(-1)


class Branches(nn.Module):
    """Words to the sum over a text of what its windows show."""

    def __init__(self, shape: UseShape) -> None:
        super().__init__()
        together = shape.branch * len(WINDOWS)
        features = shape.width + together
        self.projection = nn.Linear(shape.width, together)
        self.projection_norm = nn.LayerNorm(together, eps=shape.epsilon)
        self.first = nn.ModuleList(nn.Conv1d(shape.branch, shape.branch, n) for n, _ in WINDOWS)
        self.second = nn.ModuleList(nn.Conv1d(shape.branch, shape.branch, n) for n, _ in WINDOWS)
        self.norm = nn.LayerNorm(features, eps=shape.epsilon)
        self.output = nn.Linear(features, shape.width)

    def forward(self, words: Tensor, attention_mask: Tensor) -> Tensor:
        """Returns (n, width) of (n, pieces, width)."""
        there = attention_mask.unsqueeze(-1).to(words.dtype)
        projected = self.projection_norm(self.projection(words)).chunk(len(WINDOWS), dim=-1)
        seen = [words]
        for part, first, second, window in zip(
            projected, self.first, self.second, WINDOWS, strict=True
        ):
            middle = part + _convolved(first, part * there, window)
            seen.append(middle + _convolved(second, middle * there, window))
        features = self.norm(torch.cat(seen, dim=-1)) * there
        length = there.sum(dim=1)
        summed = F.linear(features.sum(dim=1), self.output.weight) + length * self.output.bias
        return summed / length.sqrt()


def _convolved(layer: nn.Module, states: Tensor, window: tuple[int, int]) -> Tensor:
    """Returns a window's view of every piece, (n, pieces, branch); beyond the text are zeros."""
    size, before = window
    padded = F.pad(states.transpose(1, 2), (before, size - 1 - before))
    return layer(padded).relu().transpose(1, 2)


class Dense(nn.Module):
    """Four layers without biases, each pair with a shortcut around it."""

    def __init__(self, shape: UseShape) -> None:
        super().__init__()
        width, inner, dimension = shape.width, shape.inner, shape.dimension
        self.first = nn.Linear(width, inner, bias=False)
        self.second = nn.Linear(inner, inner, bias=False)
        self.third = nn.Linear(inner, dimension, bias=False)
        self.fourth = nn.Linear(dimension, dimension, bias=False)
        self.shortcut = nn.Linear(width, inner, bias=False)
        self.last_shortcut = nn.Linear(inner, dimension, bias=False)

    def forward(self, summed: Tensor) -> Tensor:
        """Returns (n, dimension) of (n, width), each number in [-1, 1]."""
        middle = (self.shortcut(summed) + self.second(self.first(summed).relu())).relu()
        last = self.fourth(self.third(middle).relu())
        return (self.last_shortcut(middle) + last).tanh()
