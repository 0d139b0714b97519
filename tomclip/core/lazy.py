"""Packages whose names are loaded when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

LazyNames = tuple[Callable[[str], Any], Callable[[], list[str]]]


def lazy_names(package: str, places: Mapping[str, str]) -> LazyNames:
    """Returns the `__getattr__` and the `__dir__` of `package`.

    Args:
        package: `__name__` of the package.
        places: Each public name to the module that defines it, relative to the package; to
            "module:name" when it is called otherwise there; to "" when it is itself a module.

    Raises:
        AttributeError: by `__getattr__`, for any other name.
        MissingExtra: by `__getattr__`, when what the name needs is not installed.
    """

    def load(name: str) -> Any:
        from tomclip.core.extras import extras_named

        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        place, _, there = places[name].partition(":")
        with extras_named():
            module = import_module(f"{package}.{place or name}")
            return getattr(module, there or name) if place else module

    return load, lambda: sorted(places)
