"""The student network: XLM-RoBERTa, mean pooling over its tokens and one linear layer."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase, XLMRobertaConfig, XLMRobertaModel

from tomclip.config import StudentConfig
from tomclip.encoders.student.settings import StudentSettings
from tomclip.encoders.tokenizer import load_tokenizer


class StudentModel(nn.Module):
    """Token ids to vectors in the teacher's space, not normalised.

    References:
        Carlsson, Eisen, Rekathati, Sahlgren 2022, "Cross-lingual and Multilingual CLIP".
    """

    def __init__(self, backbone: XLMRobertaModel, settings: StudentSettings) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(backbone.config.hidden_size, settings.dimension)
        self.settings = settings

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Returns (n, dimension): the mean of the unmasked token states through the linear layer.

        Args:
            input_ids: (n, tokens) integers.
            attention_mask: (n, tokens), 1 for a token and 0 for padding; at least one 1 per row.
        """
        return self.pooled(self.words(input_ids), attention_mask)

    def words(self, input_ids: Tensor) -> Tensor:
        """Returns (n, tokens, hidden size): each token's row of the word table."""
        return self.backbone.get_input_embeddings()(input_ids)

    def pooled(self, words: Tensor, attention_mask: Tensor) -> Tensor:
        """Returns what `forward` does, from the tokens' words.

        Texts that share one look-up also share its gradient, which is as large as the word table.
        """
        padding = cast(int, self.backbone.config.pad_token_id)
        positions = attention_mask.cumsum(dim=1) * attention_mask + padding
        states = self.backbone(
            inputs_embeds=words, attention_mask=attention_mask, position_ids=positions
        ).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        return self.head((states * weights).sum(dim=1) / weights.sum(dim=1))


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
