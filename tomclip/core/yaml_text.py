"""YAML as people write it: a key comes once, and `no` is a word, such as the code of Norwegian."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

from tomclip.core.errors import ConfigError

_BOOLEAN, _TRUE_OR_FALSE = "tag:yaml.org,2002:bool", re.compile("true|True|TRUE|false|False|FALSE")


class _Loader(yaml.SafeLoader):
    """Reads booleans as YAML 1.2 does, and refuses a key that comes twice in one mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        lines: dict[Any, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and lines.setdefault(key.value, line) != line:
                raise ConfigError(
                    f"the key {key.value!r} comes twice, in line {lines[key.value]} and in line "
                    f"{line}; keep one"
                )
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, _TRUE_OR_FALSE, list("tTfF"))


def parse_yaml(text: str) -> Any:
    """Returns the values in a text; only true and false are booleans, no, yes, on and off words.

    Raises:
        ConfigError: with what is wrong and in which line, when it is not YAML or a key comes twice.

    References:
        YAML 1.2, section 10.2 (core schema), of whose 1.1 a bare no was false.
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{error.problem or error.context}{line}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(str(error).partition("\n")[0] or type(error).__name__) from error
