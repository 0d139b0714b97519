"""The scripts that build the assets, as far as they run without their build-time packages."""

from __future__ import annotations

from typing import Any

import torch
from build_tokenizer import tokenizer_texts
from emoji_sources import code_point_id
from teacher_model import encode_short_text

from tomclip.data import load_emoji
from tomclip.encoders import load_teacher


def test_variation_selectors_are_no_part_of_an_id():
    assert code_point_id("1F469-200D-2764-FE0F-200D-1F468") == "1f469-200d-2764-200d-1f468"


def test_a_text_without_its_padding_gets_the_vector_of_the_padded_one():
    teacher = load_teacher("emoji-teacher")
    model: Any = teacher.model
    padded = teacher.tokenizer(["fox", "a sleepy cat", "birthday cake"])
    shortened = padded[:, : int((padded != 0).sum(dim=1).max())]
    assert shortened.shape[1] < padded.shape[1]
    with torch.no_grad():
        expected = model.encode_text(padded, normalize=True)
        torch.testing.assert_close(encode_short_text(model, shortened), expected)


def test_the_tokenizer_learns_from_training_concepts_and_single_characters_only():
    dataset = load_emoji()
    allowed = {
        text
        for code in dataset.languages
        for row in dataset.splits["train"]
        for text in (dataset.names[code][row], *dataset.keywords[code][row])
    }
    assert all(text in allowed or len(text) == 1 for text in tokenizer_texts(dataset))
