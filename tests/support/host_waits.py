"""A watch over tensor operations that make the host wait for a value of a device."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

WAITS = (
    "_local_scalar_dense",
    "item",
    "is_nonzero",
    "equal",
    "nonzero",
    "masked_select",
    "_unique2",
    "unique_dim",
    "unique_consecutive",
    "repeat_interleave",
)


class HostWaits(TorchDispatchMode):
    """Fails at an operation whose result's shape, or the host's next step, depends on a value."""

    def __init__(self, device: str) -> None:
        super().__init__()
        self.device = device

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        masks = args[1] if name in ("index", "index_put", "index_put_") else ()
        assert name not in WAITS, f"{name} waits for the device"
        assert all(mask is None or mask.dtype != torch.bool for mask in masks), f"{name} by a mask"
        device = (kwargs or {}).get("device") or self.device
        assert torch.device(device).type == self.device, f"{name} leaves the device"
        return func(*args, **(kwargs or {}))
