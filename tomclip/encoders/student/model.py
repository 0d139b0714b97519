"""The student network: a text backbone, pooling over its tokens and one linear layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase, XLMRobertaConfig, XLMRobertaModel

from tomclip.config import StudentConfig
from tomclip.encoders.student.settings import StudentSettings
from tomclip.encoders.student.steps import Steps, steps_of
from tomclip.encoders.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from tomclip.encoders.student.frozen import FrozenStates


class StudentModel(nn.Module):
    """Token ids to vectors in the teacher's space, not normalised.

    Attributes:
        backbone: An XLM-R, or another module that `steps_of` knows.
        head: The linear layer from pooled features to the teacher's space.
        settings: What the weights do not say.
        changed: Names of the backbone's tensors that differ from `settings.prior`.
        frozen_depth: The depth below which nothing is trained: those steps run without gradient
            and without dropout, whatever the mode; 0 is none of them.

    References:
        Carlsson, Eisen, Rekathati, Sahlgren 2022, "Cross-lingual and Multilingual CLIP".
    """

    def __init__(self, backbone: nn.Module, settings: StudentSettings) -> None:
        super().__init__()
        self.backbone: Any = backbone
        self.head = nn.Linear(steps_of(backbone).width, settings.dimension)
        self.settings = settings
        self.changed: frozenset[str] = frozenset()
        self.frozen_depth = 0
        self.frozen_states: FrozenStates | None = None

    @property
    def steps(self) -> Steps:
        """What the backbone does, step by step."""
        return steps_of(self.backbone)

    def forward(self, inputs: Tensor, attention_mask: Tensor) -> Tensor:
        """Returns (n, dimension): the mean of the unmasked token states through the linear layer.

        Args:
            inputs: (n, tokens) token ids; or what `frozen_states` gave of them.
            attention_mask: (n, tokens), 1 for a token and 0 for padding; at least one 1 per row.
        """
        return self.pooled(self.words(inputs), attention_mask, depth=self.depth_of(inputs))

    def depth_of(self, inputs: Tensor) -> int:
        """Returns how deep the inputs of `forward` are: ids at 0, states at `frozen_depth`."""
        return self.frozen_depth if inputs.is_floating_point() else 0

    def words(self, inputs: Tensor) -> Tensor:
        """Returns (n, tokens, length of a word): each id's row of the word table; states as is."""
        return inputs if inputs.is_floating_point() else self.steps.words(inputs)

    def entered(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Returns what `forward` takes of padded token ids: kept states where there are some."""
        kept = self.frozen_states
        return (ids, mask) if kept is None else kept.batch(ids, mask)

    def pooled(self, states: Tensor, attention_mask: Tensor, *, depth: int = 0) -> Tensor:
        """Returns what `forward` does, from the words, or from states of another `depth`.

        Texts that share one look-up also share its gradient, which is as large as the word table.
        """
        steps = self.steps
        if depth < self.frozen_depth:
            with torch.no_grad():
                states = steps.advance(states, attention_mask, depth, self.frozen_depth)
            depth = self.frozen_depth
        return self.head(steps.advance(states, attention_mask, depth, steps.pooled).squeeze(1))

    def train(self, mode: bool = True) -> StudentModel:
        """Sets the mode of all that is trained; what lies below `frozen_depth` stays evaluating."""
        super().train(mode)
        for module in self.steps.below(self.frozen_depth):
            module.eval()
        return self


def new_student(
    config: StudentConfig, *, tokenizer_directory: Path | str, teacher_name: str, dimension: int
) -> tuple[StudentModel, PreTrainedTokenizerBase]:
    """Returns a student with fresh weights (drawn from torch's generator) and its tokenizer.

    Args:
        config: The shape; `start_from` and `tokenizer` are for the caller to resolve.
        tokenizer_directory: Holds tokenizer.json and tokenizer_config.json.
        teacher_name: Encoder name of the teacher.
        dimension: Length of the teacher's vectors.

    Raises:
        EncoderUnavailable: when the tokenizer directory does not exist.
        AssetError: when the tokenizer's files cannot be read.
    """
    tokenizer = load_tokenizer(Path(tokenizer_directory))
    padding = cast(int, tokenizer.pad_token_id)
    backbone = XLMRobertaModel(
        XLMRobertaConfig(
            vocab_size=len(tokenizer),
            hidden_size=config.hidden_size,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            intermediate_size=config.intermediate_size,
            hidden_dropout_prob=config.dropout,
            attention_probs_dropout_prob=config.dropout,
            max_position_embeddings=config.max_tokens + padding + 1,
            type_vocab_size=1,
            pad_token_id=padding,
            bos_token_id=cast(int, tokenizer.bos_token_id),
            eos_token_id=cast(int, tokenizer.eos_token_id),
        ),
        add_pooling_layer=False,
    )
    settings = StudentSettings(teacher_name, dimension, config.max_tokens)
    return StudentModel(backbone, settings), tokenizer
