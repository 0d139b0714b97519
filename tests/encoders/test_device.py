"""Which processor is used, and what is said where there is none."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from support.command_line import refuse

from tomclip.core.errors import InputError
from tomclip.encoders import choose_device


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Found no NVIDIA driver on your system. Please check.\nMore lines."),
        AssertionError("Torch not compiled with CUDA enabled"),
    ],
)
def test_a_card_that_torch_cannot_use_is_one_sentence(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*size: int, device: str) -> Any:
        raise error

    monkeypatch.setattr(torch, "zeros", refused)
    with pytest.raises(
        InputError, match="device is 'cuda', but torch can use no card here"
    ) as raised:
        choose_device("cuda")
    assert str(error).splitlines()[0].rstrip(".") in str(raised.value)
    assert "\n" not in str(raised.value)


def test_without_a_card_auto_is_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device() == choose_device("cpu") == "cpu"


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a card")
def test_training_on_a_card_that_is_not_here_ends_with_code_2(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOMCLIP_RUNS", str(tmp_path))
    changes = ("--set", "device=cuda", "--set", "optimiser.steps=1")
    sentence = refuse("train", "--config", "configs/emoji_small.yaml", *changes)
    assert "device is 'cuda', but torch can use no card here" in sentence
