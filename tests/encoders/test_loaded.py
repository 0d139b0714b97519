"""Encoders in memory: one load a key, the least recently used given up by bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tomclip.encoders.loaded import LoadedEncoders


@dataclass(frozen=True)
class Double:
    name: str
    nbytes: int


class Loads:
    """Loads doubles into a store of 10 bytes a device and notes the names."""

    def __init__(self) -> None:
        self.store = LoadedEncoders(lambda device: 10)
        self.names: list[str] = []

    def __call__(self, name: str, size: int = 4, *, state: int = 0, device: str = "cpu") -> Double:
        def load() -> Double:
            self.names.append(name)
            return Double(name, size)

        return self.store.get((name, device), state, device, load)


@pytest.fixture
def load() -> Loads:
    return Loads()


def test_two_that_fit_are_both_kept(load: Loads) -> None:
    for name in "abab":
        load(name)
    assert load.names == ["a", "b"]


def test_the_least_recently_used_go_when_memory_is_short(load: Loads) -> None:
    load("a")
    load("b")
    load("a")
    load("c")  # 12 bytes: b was used least recently
    assert load.store.find(("b", "cpu"), 0) is None
    load("a")
    load("c")
    assert load.names == ["a", "b", "c"]


def test_one_that_is_too_large_for_the_share_is_kept_alone(load: Loads) -> None:
    load("small")
    assert load("large", 50) is load("large", 50)
    assert load.store.find(("small", "cpu"), 0) is None


def test_each_device_has_memory_of_its_own(load: Loads) -> None:
    for device in ("cpu", "cuda", "cpu", "cuda"):
        load("a", 8, device=device)
    assert load.names == ["a", "a"]


def test_other_files_replace_what_was_loaded(load: Loads) -> None:
    old = load("a", state=0)
    assert load("a", state=1) is not old
    assert load.store.find(("a", "cpu"), 0) is None


def test_a_load_that_fails_is_tried_again(load: Loads) -> None:
    def fail() -> Double:
        raise OSError("cut off")

    with pytest.raises(OSError, match="cut off"):
        load.store.get(("a", "cpu"), 0, "cpu", fail)
    assert load("a").name == "a"


def test_who_waits_for_one_encoder_keeps_nobody_from_another(load: Loads) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slowly() -> Double:
        started.set()
        assert go_on.wait(60)
        return Double("slow", 1)

    get: Callable[[], Double] = lambda: load.store.get(("slow", "cpu"), 0, "cpu", slowly)  # noqa: E731
    with ThreadPoolExecutor(3) as pool:
        both = [pool.submit(get) for _ in range(2)]
        assert started.wait(60)
        assert pool.submit(load, "quick").result(60).name == "quick"
        go_on.set()
        assert both[0].result(60) is both[1].result(60)


def test_what_was_forgotten_is_loaded_again(load: Loads) -> None:
    load("a")
    load.store.clear()
    load("a")
    assert load.names == ["a", "a"]
