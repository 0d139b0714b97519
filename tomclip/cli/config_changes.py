"""`--set key=value`: a configuration file with some keys changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tomclip.core.errors import ConfigError
from tomclip.core.reading.yaml_text import parse_yaml

if TYPE_CHECKING:
    from tomclip.config import TrainConfig


def configured(path: Path, changes: Sequence[str]) -> TrainConfig:
    """Returns the file's configuration with every "key.key=value" of `changes` put in.

    Values are read as YAML: 0.01 is a number, [en, ko] a list.

    Raises:
        ConfigError: when the file or a change is not a known key with an accepted value.
    """
    from tomclip.config import change_config, load_config

    source = f"{path} with --set" if changes else str(path)
    return change_config(load_config(path), parse_changes(changes), source=source)


def parse_changes(changes: Sequence[str]) -> dict[str, Any]:
    """Returns the keys and values of texts such as "loss.h0_weight=0.01", values read as YAML.

    Raises:
        ConfigError: when a text is not of that form.
    """
    values: dict[str, Any] = {}
    for change in changes:
        key, equals, text = change.partition("=")
        if not equals:
            raise ConfigError(f"--set is {change!r}; write key=value, such as loss.h0_weight=0.01")
        values[key.strip()] = _value(change, text)
    return values


def _value(change: str, text: str) -> Any:
    try:
        return parse_yaml(text)
    except ConfigError as error:
        raise ConfigError(f"--set is {change!r}; its value is not YAML, quote it") from error
