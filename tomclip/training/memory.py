"""How much memory training takes, read where that makes nobody wait."""

from __future__ import annotations

import psutil
import torch


def memory_in_use(device: str) -> dict[str, int]:
    """Returns what is recorded of memory, without waiting for the device.

    Returns:
        On a GPU `memory_bytes`, the most that tensors took there since the process began, and
        `memory_total_bytes`, what the card has. Elsewhere `memory_bytes`, what the process holds in
        main memory now.
    """
    if device != "cuda":
        return {"memory_bytes": psutil.Process().memory_info().rss}
    card = torch.cuda.current_device()
    return {
        "memory_bytes": torch.cuda.max_memory_allocated(card),
        "memory_total_bytes": torch.cuda.get_device_properties(card).total_memory,
    }
