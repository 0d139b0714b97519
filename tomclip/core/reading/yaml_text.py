"""YAML as people write it: a key comes once, and `no` is a word, such as the code of Norwegian."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from tomclip.core.errors import ConfigError

_BOOLEAN, _TRUE_OR_FALSE = "tag:yaml.org,2002:bool", re.compile("true|True|TRUE|false|False|FALSE")
_CLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Returns what a bare word is by its first letter: booleans as in YAML 1.2, else PyYAML's."""
    found = {
        letter: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    for letter in "tTfF":
        found.setdefault(letter, []).append((_BOOLEAN, _TRUE_OR_FALSE))
    return found


class _Loader(yaml.SafeLoader):
    """Reads with exact marks: its errors say what is wrong in which line."""

    yaml_implicit_resolvers = _resolvers()

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        _require_single_keys(node)
        return super().construct_mapping(node, deep)


class _FastLoader(_CLoader):
    """Reads the same by libyaml, where there is one, in an eighth of the time."""

    yaml_implicit_resolvers = _resolvers()

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        _require_single_keys(node)
        return super().construct_mapping(node, deep)


def parse_yaml(text: str) -> Any:
    """Returns the values in a text; only true and false are booleans, no, yes, on and off words.

    Raises:
        ConfigError: with what is wrong and in which line, when it is not YAML or a key comes twice.

    References:
        YAML 1.2, section 10.2 (core schema), of whose 1.1 a bare no was false.
    """
    try:
        return yaml.load(text, Loader=_FastLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return _explained(text)


def _explained(text: str) -> Any:
    """Returns the values, or says what is wrong better than libyaml does."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{error.problem or error.context}{line}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(str(error).partition("\n")[0] or type(error).__name__) from error


def _require_single_keys(node: yaml.MappingNode) -> None:
    first: dict[tuple[str, str], yaml.ScalarNode] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        before = first.setdefault((key.tag, key.value), key)
        if before is not key:
            one, other = (place.start_mark.line + 1 for place in (before, key))
            where = f" in line {one}" if one == other else f", in line {one} and in line {other}"
            raise ConfigError(f"the key {key.value!r} comes twice{where}; keep one")
