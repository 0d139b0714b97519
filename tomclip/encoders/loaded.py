"""Encoders in memory: each is loaded once, and the least recently used go when memory is short."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

MEMORY_SHARE = 0.5
"""Share of a device's memory that the encoders loaded there may take together."""


class Loadable(Protocol):
    """An encoder that says how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes of its parameters and buffers, or of its vectors."""
        ...


E = TypeVar("E", bound=Loadable)


@dataclass(frozen=True, slots=True)
class _Loaded:
    encoder: Loadable
    state: Hashable
    device: str


class LoadedEncoders:
    """Encoders by key, kept until their files change or others need the memory.

    Of the encoders on one device, those used least recently are given up while all take more than
    `most_bytes(device)`; the last one loaded always stays. Threads that ask for one key wait for
    each other, and for nobody else.

    Args:
        most_bytes: Bytes that the encoders on a device may take.
    """

    def __init__(self, most_bytes: Callable[[str], int]) -> None:
        self._most_bytes = most_bytes
        self._loaded: OrderedDict[Hashable, _Loaded] = OrderedDict()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, key: Hashable, state: Hashable, device: str, load: Callable[[], E]) -> E:
        """Returns the encoder of this key, from `load` when there is none of this state.

        Args:
            key: What the encoder is, its device included.
            state: What its files are; an encoder of another state is replaced.
            device: Where it computes.
            load: Loads it; called by one thread at a time for one key.
        """
        with self._lock_of(key):
            found = self.find(key, state)
            if found is None:
                found = load()
                self._keep(key, _Loaded(found, state, device))
            return cast(E, found)

    def find(self, key: Hashable, state: Hashable) -> Any:
        """Returns the encoder of this key and state, or None; it counts as used now."""
        with self._guard:
            one = self._loaded.get(key)
            if one is None or one.state != state:
                return None
            self._loaded.move_to_end(key)
            return one.encoder

    def clear(self) -> None:
        """Forgets every encoder; those in use elsewhere stay alive there."""
        with self._guard:
            self._loaded.clear()

    def _lock_of(self, key: Hashable) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())

    def _keep(self, key: Hashable, one: _Loaded) -> None:
        with self._guard:
            self._loaded[key] = one
            self._loaded.move_to_end(key)
            there = [(k, other) for k, other in self._loaded.items() if other.device == one.device]
            taken = sum(other.encoder.nbytes for _, other in there)
            for oldest, other in there[:-1]:
                if taken <= self._most_bytes(one.device):
                    return
                taken -= other.encoder.nbytes
                del self._loaded[oldest]


def device_share(device: str) -> int:
    """Returns the bytes that are `MEMORY_SHARE` of a torch device's memory."""
    import torch

    if torch.device(device).type == "cuda":
        return int(MEMORY_SHARE * torch.cuda.mem_get_info(device)[1])
    import psutil

    return int(MEMORY_SHARE * psutil.virtual_memory().total)
