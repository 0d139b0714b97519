"""Text towers run on as many tokens as a batch needs instead of on the whole padded context.

open_clip's tokenizers pad every text to the model's context. What follows a text's last token can
be left out where it cannot reach the text's vector: behind a causal mask, or where the tower masks
padding. Other towers (SigLIP reads its padding) get the whole context.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import open_clip
from open_clip.hf_model import HFTextEncoder
from open_clip.transformer import text_global_pool
from torch import Tensor, nn

_POOLED_AT_THE_END_TOKEN = ("argmax", "eos")


def needed_tokens(model: nn.Module, tokens: Tensor) -> np.ndarray:
    """Returns how many tokens of each row, from the left, decide its vector: (n,), at least 1.

    Args:
        model: An open_clip model.
        tokens: (n, context) integers, as its tokenizer gives them.
    """
    tower = getattr(model, "text", None)
    if isinstance(tower, HFTextEncoder):
        used = tokens != cast(Any, tower.config).pad_token_id
        from_the_right = used.flip(1).int().argmax(dim=1)
        return np.where(used.any(dim=1), tokens.shape[1] - from_the_right, 1)
    if _is_causal(model):
        clip = cast(Any, model)
        is_end = tokens == clip.text_eos_id if clip.text_pool_type == "eos" else tokens
        return (is_end.int().argmax(dim=1) + 1).numpy()
    return np.full(len(tokens), tokens.shape[1])


def encode_tokens(model: nn.Module, tokens: Tensor) -> Tensor:
    """Returns (n, dimension): what `model.encode_text` gives for the same texts fully padded.

    Args:
        model: An open_clip model.
        tokens: (n, length), cut on the right to no less than `needed_tokens`.
    """
    clip, length = cast(Any, model), tokens.shape[1]
    if not _is_causal(model) or length == len(clip.positional_embedding):
        return clip.encode_text(tokens)
    states = clip.token_embedding(tokens) + clip.positional_embedding[:length]
    states = clip.transformer(states, attn_mask=clip.attn_mask[:length, :length])
    pooled = text_global_pool(
        clip.ln_final(states),
        tokens,
        clip.text_pool_type,
        eos_token_id=getattr(clip, "text_eos_id", None),
    )
    projection = clip.text_projection
    if projection is None:
        return pooled
    return projection(pooled) if isinstance(projection, nn.Linear) else pooled @ projection


def _is_causal(model: nn.Module) -> bool:
    return (
        type(model) is open_clip.CLIP
        and model.attn_mask is not None
        and model.text_pool_type in _POOLED_AT_THE_END_TOKEN
    )
