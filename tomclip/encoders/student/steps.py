"""A backbone as a row of steps, so that training can start from any of them.

Depth 0 is the word table's rows, depth 1 those with positions and normalisation, depth 1 + i the
states behind layer i, and the last depth the texts' pooled features.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, cast

from torch import Tensor, nn
from transformers import XLMRobertaModel
from transformers.masking_utils import create_bidirectional_mask

from tomclip.encoders.packaged.use_model import UseModel


class Steps(Protocol):
    """What a student needs of its backbone."""

    @property
    def width(self) -> int:
        """Length of a text's pooled features."""
        ...

    @property
    def layers(self) -> int:
        """Number of layers that can be trained or left frozen, from above."""
        ...

    @property
    def pooled(self) -> int:
        """The last depth, that of the pooled features."""
        ...

    def width_at(self, depth: int) -> int:
        """Returns the length of a state at this depth."""
        ...

    def rows_at(self, depth: int) -> bool:
        """Returns whether a text is one row at this depth, whatever its number of tokens."""
        ...

    def depth_below(self, top: int) -> int:
        """Returns the depth that the `top` upper layers begin at."""
        ...

    def table(self) -> Tensor:
        """Returns the word table."""
        ...

    def words(self, ids: Tensor) -> Tensor:
        """Returns (n, tokens, length of a word) of (n, tokens) ids: depth 0."""
        ...

    def advance(self, states: Tensor, mask: Tensor, start: int, stop: int) -> Tensor:
        """Returns the states of depth `stop` from those of depth `start`.

        Args:
            states: (n, tokens, width).
            mask: (n, tokens), 1 for a token and 0 for padding; at least one 1 per row.
            start: From 0 on.
            stop: At most `pooled`, whose states are (n, 1, width).
        """
        ...

    def below(self, depth: int) -> Iterator[nn.Module]:
        """Yields the modules that states pass on their way to this depth."""
        ...


class XlmRobertaSteps:
    """The steps of an XLM-R: word table, embedding, its layers, and the mean over tokens."""

    def __init__(self, backbone: XLMRobertaModel) -> None:
        self._backbone = backbone

    @property
    def width(self) -> int:
        """Length of a text's pooled features."""
        return self._backbone.config.hidden_size

    @property
    def layers(self) -> int:
        """Number of transformer layers."""
        return self._backbone.config.num_hidden_layers

    @property
    def pooled(self) -> int:
        """The last depth."""
        return self.layers + 2

    def width_at(self, depth: int) -> int:
        """Length of a state: the same at every depth."""
        return self.width

    def rows_at(self, depth: int) -> bool:
        """Whether a text is one row."""
        return depth == self.pooled

    def depth_below(self, top: int) -> int:
        """The depth that the upper layers begin at."""
        return self.pooled - 1 - top

    def table(self) -> nn.Parameter:
        """Returns the word table."""
        return cast(nn.Parameter, self._backbone.get_input_embeddings().weight)

    def words(self, ids: Tensor) -> Tensor:
        """Returns each token's row of the word table."""
        return self._backbone.get_input_embeddings()(ids)

    def advance(self, states: Tensor, mask: Tensor, start: int, stop: int) -> Tensor:
        """Returns the states of depth `stop`; all layers at once take transformers' own way."""
        if start == 0 and stop >= self.pooled - 1:
            states = self._backbone(
                inputs_embeds=states, attention_mask=mask, position_ids=self._positions(mask)
            ).last_hidden_state
        else:
            states = self._some_layers(states, mask, start, min(stop, self.pooled - 1))
        return mean_over_tokens(states, mask) if start < self.pooled == stop else states

    def below(self, depth: int) -> Iterator[nn.Module]:
        """Yields the embedding, then the layers below `depth`."""
        backbone: Any = self._backbone
        if depth >= self.pooled - 1:
            yield backbone
        elif depth > 0:
            yield backbone.embeddings
            yield from backbone.encoder.layer[: depth - 1]

    def _some_layers(self, states: Tensor, mask: Tensor, start: int, stop: int) -> Tensor:
        backbone: Any = self._backbone
        if start == 0 < stop:
            states = backbone.embeddings(inputs_embeds=states, position_ids=self._positions(mask))
            start = 1
        if start < stop:
            attended = create_bidirectional_mask(
                config=backbone.config, inputs_embeds=states, attention_mask=mask
            )
            for layer in backbone.encoder.layer[start - 1 : stop - 1]:
                states = layer(states, attended)
        return states

    def _positions(self, mask: Tensor) -> Tensor:
        padding = cast(int, self._backbone.config.pad_token_id)
        return mask.cumsum(dim=1) * mask + padding


class UseSteps:
    """The steps of the Universal Sentence Encoder: words, the branches' sum, the dense network."""

    def __init__(self, backbone: UseModel) -> None:
        self._backbone = backbone

    @property
    def width(self) -> int:
        """Length of a text's pooled features."""
        return self._backbone.shape.dimension

    @property
    def layers(self) -> int:
        """The branches and the dense network."""
        return 2

    @property
    def pooled(self) -> int:
        """The last depth: 1 and 2 are one row a text, before and behind the dense network."""
        return 2

    def width_at(self, depth: int) -> int:
        """Length of a state."""
        return self.width if depth == self.pooled else self._backbone.shape.width

    def rows_at(self, depth: int) -> bool:
        """Whether a text is one row."""
        return depth > 0

    def depth_below(self, top: int) -> int:
        """The depth that the upper layers begin at."""
        return self.pooled - top

    def table(self) -> Tensor:
        """Returns the word table, which is never trained: it has 6 bits a number."""
        return self._backbone.words.get_buffer("table")

    def words(self, ids: Tensor) -> Tensor:
        """Returns each piece's row of the word table."""
        return self._backbone.words(ids)

    def advance(self, states: Tensor, mask: Tensor, start: int, stop: int) -> Tensor:
        """Returns the states of depth `stop`."""
        if start < 1 <= stop:
            states = self._backbone.branches(states, mask).unsqueeze(1)
        return self._backbone.dense(states) if start < 2 == stop else states

    def below(self, depth: int) -> Iterator[nn.Module]:
        """Yields the branches, then the dense network."""
        yield from (self._backbone.branches, self._backbone.dense)[:depth]


def steps_of(backbone: nn.Module) -> Steps:
    """Returns the steps of a backbone.

    Raises:
        TypeError: when it is none that a student can have.
    """
    if isinstance(backbone, XLMRobertaModel):
        return XlmRobertaSteps(backbone)
    if isinstance(backbone, UseModel):
        return UseSteps(backbone)
    raise TypeError(f"a {type(backbone).__name__} is no backbone of a student")


def mean_over_tokens(states: Tensor, mask: Tensor) -> Tensor:
    """Returns (n, 1, width): the mean of the unmasked tokens' states."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1, keepdim=True) / weights.sum(dim=1, keepdim=True)
