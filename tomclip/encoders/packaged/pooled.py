"""Transformers whose text vector is the mean of their token states, as E5 and MiniLM are read."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from torch import Tensor, nn
from transformers import BertModel, XLMRobertaModel

from tomclip.encoders.student.backbone_files import load_backbone
from tomclip.encoders.token_encoder import TokenEncoder
from tomclip.encoders.tokenizer import load_tokenizer


class MeanPooled(nn.Module):
    """Token ids to the mean of the last layer's states over the tokens that are no padding."""

    def __init__(self, backbone: XLMRobertaModel | BertModel) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Returns (n, hidden size), not normalised.

        Args:
            input_ids: (n, tokens) integers.
            attention_mask: (n, tokens), 1 for a token and 0 for padding; at least one 1 per row.
        """
        states = self.backbone(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=self._positions(attention_mask),
        ).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        return (states * weights).sum(dim=1) / weights.sum(dim=1)

    def _positions(self, attention_mask: Tensor) -> Tensor | None:
        """Returns XLM-R's positions, which begin behind the padding's; None lets a BERT count."""
        if not isinstance(self.backbone, XLMRobertaModel):
            return None
        padding = cast(int, self.backbone.config.pad_token_id)
        return attention_mask.cumsum(dim=1) * attention_mask + padding


def longest_text(backbone: XLMRobertaModel | BertModel) -> int:
    """Returns how many tokens the backbone has positions for."""
    positions = cast(int, backbone.config.max_position_embeddings)
    skipped = cast(int, backbone.config.pad_token_id) + 1
    return positions - skipped if isinstance(backbone, XLMRobertaModel) else positions


def load_mean_pooled(
    directory: Path,
    architecture: type[XLMRobertaModel] | type[BertModel],
    *,
    name: str,
    max_tokens: int,
    device: str,
) -> TokenEncoder:
    """Returns the encoder in a transformers directory; a BERT's pooler there is left out.

    Texts are cut at `max_tokens`, or where the backbone has no more positions.

    Raises:
        AssetError: when a file is missing, truncated or does not fit the others.
    """
    backbone = load_backbone(directory, architecture, pooler=architecture is BertModel)
    backbone.pooler = None
    return TokenEncoder(
        MeanPooled(backbone),
        load_tokenizer(directory),
        name=name,
        dimension=cast(int, backbone.config.hidden_size),
        max_tokens=min(max_tokens, longest_text(backbone)),
        device=device,
    )
