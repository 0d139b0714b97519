"""The two published XLM-R sizes, known without asking their repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import XLMRobertaConfig

# Layers, width and heads: Conneau et al. 2020, "Unsupervised Cross-lingual Representation Learning
# at Scale".
_SHAPES = {"xlm-roberta-base": (12, 768, 12), "xlm-roberta-large": (24, 1024, 16)}
_COMMON = {
    "vocab_size": 250002,
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}


def known_backbone(name: str) -> XLMRobertaConfig | None:
    """Returns the configuration of "[FacebookAI/]xlm-roberta-base" or "-large", None of others."""
    from transformers import XLMRobertaConfig

    shape = _SHAPES.get(name.removeprefix("FacebookAI/"))
    if shape is None:
        return None
    layers, width, heads = shape
    return XLMRobertaConfig(
        **_COMMON,
        num_hidden_layers=layers,
        hidden_size=width,
        num_attention_heads=heads,
        intermediate_size=4 * width,
    )
