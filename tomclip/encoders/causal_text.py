"""CLIP's text tower on the tokens that count, rather than on 77 of them.

Its attention looks back only, and the text's vector is read at the end token: what stands behind
that token, the padding, changes nothing. open_clip computes it all the same.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from open_clip import CLIP
from torch import Tensor, nn

from tomclip.encoders.batches import to_device

POOLING = ("argmax", "eos")


def encode_text(model: nn.Module, tokens: Tensor, device: str) -> Tensor:
    """Returns the model's vectors of tokenized texts, (n, dimension), not normalised.

    For a model in open_clip's plain CLIP class the columns behind every text's end token are left
    out; any other model computes them as it does.

    Args:
        model: An open_clip model on `device`.
        tokens: (n, context) integers on the CPU, padded on the right.
        device: Where the model computes.
    """
    if not _reads_at_the_end_token(model) or not len(tokens):
        return cast(Any, model).encode_text(to_device(tokens, device))
    tower: Any = model
    if tower.text_pool_type == "eos":
        ends = tokens.eq(tower.text_eos_id).int().argmax(dim=-1)
    else:
        ends = tokens.argmax(dim=-1)
    used = int(ends.max()) + 1
    return _encode(tower, to_device(tokens[:, :used].contiguous(), device), to_device(ends, device))


def _reads_at_the_end_token(model: nn.Module) -> bool:
    """Returns whether `_encode` computes what the model does; its only mask is the causal one."""
    is_plain = type(model) is CLIP and model.attn_mask is not None
    return is_plain and model.text_pool_type in POOLING


def _encode(tower: Any, tokens: Tensor, ends: Tensor) -> Tensor:
    used = tokens.shape[1]
    kind = tower.transformer.get_cast_dtype()
    states = tower.token_embedding(tokens).to(kind) + tower.positional_embedding[:used].to(kind)
    mask = tower.attn_mask[:used, :used]
    states = tower.ln_final(tower.transformer(states, attn_mask=mask))
    pooled = states[torch.arange(len(states), device=states.device), ends]
    projection = tower.text_projection
    if projection is None:
        return pooled
    return projection(pooled) if isinstance(projection, nn.Linear) else pooled @ projection
