"""Shapes of published text towers, known without asking their repositories.

An M-CLIP student is built from the XLM-R ones; the others serve to count memory before anything is
downloaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PretrainedConfig, XLMRobertaConfig

# Layers, width and heads: Conneau et al. 2020, "Unsupervised Cross-lingual Representation Learning
# at Scale".
_XLM_R = {"xlm-roberta-base": (12, 768, 12), "xlm-roberta-large": (24, 1024, 16)}
_XLM_R_COMMON = {
    "vocab_size": 250002,
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}
# Layers and feed-forward width of the encoders.
_NLLB = {
    "facebook/nllb-200-distilled-600M": (12, 4096),
    "facebook/nllb-200-distilled-1.3B": (24, 8192),
}


def known_backbone(name: str) -> XLMRobertaConfig | None:
    """Returns the configuration of "[FacebookAI/]xlm-roberta-base" or "-large", None of others."""
    from transformers import XLMRobertaConfig

    shape = _XLM_R.get(name.removeprefix("FacebookAI/"))
    if shape is None:
        return None
    layers, width, heads = shape
    return XLMRobertaConfig(
        **_XLM_R_COMMON,
        num_hidden_layers=layers,
        hidden_size=width,
        num_attention_heads=heads,
        intermediate_size=4 * width,
    )


def known_text_tower(name: str) -> PretrainedConfig | None:
    """Returns a configuration of the published tower's shape, or None when it is not known.

    Known are XLM-R, RoBERTa base and the distilled NLLB models, of which CLIP uses the encoder.
    """
    from transformers import M2M100Config, RobertaConfig

    if name == "roberta-base":
        return RobertaConfig(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1)
    if name not in _NLLB:
        return known_backbone(name)
    layers, width = _NLLB[name]
    return M2M100Config(
        vocab_size=256206,
        d_model=1024,
        encoder_layers=layers,
        encoder_ffn_dim=width,
        encoder_attention_heads=16,
        decoder_layers=1,
    )
