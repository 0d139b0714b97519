"""Text towers on the tokens that count: what open_clip computes with all of them."""

from __future__ import annotations

from typing import Any

import open_clip
import pytest
import torch

from tomclip.encoders.teacher.text_lengths import encode_tokens, needed_tokens

CONTEXT, END = 20, 59
CUT = [{}, {"pool_type": "eos", "eos_id": END}, {"proj_bias": True}]
WHOLE = [{"no_causal_mask": True}, {"pool_type": "last"}]


def model(made: Any = open_clip.CLIP, **text: object) -> Any:
    """Returns an untrained open_clip model with a small text tower."""
    torch.manual_seed(0)
    tower = {
        "context_length": CONTEXT,
        "vocab_size": END + 1,
        "width": 16,
        "heads": 2,
        "layers": 2,
        **text,
    }
    vision = {"image_size": 32, "layers": 1, "width": 16, "patch_size": 16, "head_width": 8}
    return made(12, vision, tower).eval()


def tokens(lengths: list[int]) -> torch.Tensor:
    """Returns texts of these many tokens, the last of each the end token, padded with 0."""
    torch.manual_seed(1)
    made = torch.zeros((len(lengths), CONTEXT), dtype=torch.long)
    for row, length in enumerate(lengths):
        made[row, : length - 1] = torch.randint(1, END, (length - 1,))
        made[row, length - 1] = END
    return made


@torch.inference_mode()
@pytest.mark.parametrize("text", CUT)
@pytest.mark.parametrize("lengths", [[1], [3, 9, 4], [CONTEXT, 2]])
def test_padding_behind_a_causal_mask_changes_nothing(
    text: dict[str, object], lengths: list[int]
) -> None:
    clip, texts = model(**text), tokens(lengths)
    assert needed_tokens(clip, texts).tolist() == lengths
    found = encode_tokens(clip, texts[:, : max(lengths)])
    torch.testing.assert_close(found, clip.encode_text(texts), atol=1e-5, rtol=1e-5)


@torch.inference_mode()
@pytest.mark.parametrize("text", WHOLE)
@pytest.mark.parametrize("made", [open_clip.CLIP, open_clip.CustomTextCLIP])
def test_a_tower_that_looks_at_the_padding_keeps_it(made: Any, text: dict[str, object]) -> None:
    clip, texts = model(made, **text), tokens([3, 7])
    assert needed_tokens(clip, texts).tolist() == [CONTEXT, CONTEXT]
    torch.testing.assert_close(encode_tokens(clip, texts), clip.encode_text(texts))


@torch.inference_mode()
def test_only_the_columns_that_are_given_are_computed() -> None:
    clip, widths = model(), []
    clip.transformer.register_forward_pre_hook(
        lambda module, arguments: widths.append(arguments[0].shape[1])
    )
    encode_tokens(clip, tokens([3, 7])[:, :7])
    assert widths == [7]
