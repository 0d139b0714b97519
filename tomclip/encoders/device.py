"""Which processor the encoders and training use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tomclip.core.errors import InputError, first_line


@dataclass(frozen=True, slots=True)
class DeviceMemory:
    """Memory of this machine or of its card, in bytes; `title` names it for people."""

    title: str
    free: int
    total: int


def choose_device(wanted: Literal["auto", "cpu", "cuda"] = "auto") -> str:
    """Returns the torch device: "auto" is the CUDA card where there is one, else the CPU.

    Raises:
        InputError: when "cuda" is wanted and torch can use no card here.
    """
    import torch

    if wanted == "cuda":
        _require_card()
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"


def _require_card() -> None:
    import torch

    try:
        torch.zeros(1, device="cuda")
    except (RuntimeError, AssertionError) as error:  # AssertionError: built without CUDA
        raise InputError(
            f"device is 'cuda', but torch can use no card here ({first_line(error).rstrip('.')}); "
            "use 'cpu', or 'auto' for the card where there is one"
        ) from error


def describe_device() -> str:
    """Returns the chosen device in words, for people: the card's name, or the CPU's threads."""
    import torch

    if torch.cuda.is_available():
        return f"CUDA: {torch.cuda.get_device_name()}"
    return f"CPU, {torch.get_num_threads()} threads"


def device_memories() -> tuple[DeviceMemory, ...]:
    """Returns the machine's memory, then that of the CUDA card where there is one.

    Encoders are loaded into the last of them.
    """
    import psutil
    import torch

    main = psutil.virtual_memory()
    found = [DeviceMemory("Memory", main.available, main.total)]
    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        found.append(DeviceMemory(torch.cuda.get_device_name(), free, total))
    return tuple(found)
