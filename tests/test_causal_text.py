"""CLIP's text tower without the padding: what open_clip computes with it."""

from __future__ import annotations

import open_clip
import pytest
import torch

from tomclip.encoders.causal_text import encode_text

CONTEXT, VOCABULARY, END = 20, 60, 59


def model(**text: object) -> torch.nn.Module:
    """Returns an untrained CLIP with a small text tower."""
    torch.manual_seed(0)
    tower = {"context_length": CONTEXT, "vocab_size": VOCABULARY, "width": 16, "heads": 2,
             "layers": 2, **text}  # fmt: skip
    vision = {"image_size": 32, "layers": 1, "width": 16, "patch_size": 16, "head_width": 8}
    made = open_clip.CLIP(12, vision, tower)  # type: ignore[arg-type]
    return made.eval()


def tokens(lengths: list[int]) -> torch.Tensor:
    """Returns texts of these many tokens, the last of each the end token, padded with 0."""
    torch.manual_seed(1)
    made = torch.zeros((len(lengths), CONTEXT), dtype=torch.long)
    for row, length in enumerate(lengths):
        made[row, : length - 1] = torch.randint(1, END, (length - 1,))
        made[row, length - 1] = END
    return made


@torch.inference_mode()
@pytest.mark.parametrize("text", [{}, {"pool_type": "eos", "eos_id": END}, {"proj_bias": True}])
@pytest.mark.parametrize("lengths", [[1], [3, 9, 4], [CONTEXT, 2]])
def test_padding_never_changes_a_vector(text: dict[str, object], lengths: list[int]) -> None:
    clip, texts = model(**text), tokens(lengths)
    expected = clip.encode_text(texts)  # type: ignore[operator]
    torch.testing.assert_close(encode_text(clip, texts, "cpu"), expected, atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_columns_that_are_padding_everywhere_are_left_out() -> None:
    clip, widths = model(), []
    clip.transformer.register_forward_pre_hook(  # type: ignore[union-attr]
        lambda module, arguments: widths.append(arguments[0].shape[1])
    )
    encode_text(clip, tokens([3, 7]), "cpu")
    assert widths == [7]


@torch.inference_mode()
@pytest.mark.parametrize("text", [{"no_causal_mask": True}, {"pool_type": "last"}])
def test_a_tower_that_looks_at_the_padding_keeps_it(text: dict[str, object]) -> None:
    clip, texts = model(**text), tokens([3, 7])
    expected = clip.encode_text(texts)  # type: ignore[operator]
    torch.testing.assert_close(encode_text(clip, texts, "cpu"), expected)
