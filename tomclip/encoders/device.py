"""Which processor the encoders and training use."""

from __future__ import annotations

from typing import Literal


def choose_device(wanted: Literal["auto", "cpu", "cuda"] = "auto") -> str:
    """Returns the torch device: "auto" is the CUDA card where there is one, else the CPU."""
    import torch

    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def describe_device() -> str:
    """Returns the chosen device in words, for people: the card's name, or the CPU's threads."""
    import torch

    if torch.cuda.is_available():
        return f"CUDA: {torch.cuda.get_device_name()}"
    return f"CPU, {torch.get_num_threads()} threads"
