"""Configurations of plain values, as files and forms hold them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tomclip.config.refusal import refusal
from tomclip.config.whole import TrainConfig
from tomclip.core.errors import ConfigError

_ADAPTER = TypeAdapter(TrainConfig)


def parse_config(values: Mapping[str, Any], *, source: str = "configuration") -> TrainConfig:
    """Returns the checked configuration.

    Raises:
        ConfigError: naming the first key that is unknown or out of range, and what is accepted.
    """
    try:
        return _ADAPTER.validate_python(dict(values))
    except ValidationError as error:
        raise ConfigError(f"{source}: {refusal(error)}") from error


def config_to_dict(config: TrainConfig) -> dict[str, Any]:
    """Returns plain dicts and lists that `parse_config` reads back to an equal configuration."""
    values = asdict(config)
    values["data"]["languages"] = list(config.data.languages)
    values["validation"]["probe_languages"] = list(config.validation.probe_languages)
    return values


def change_config(
    config: TrainConfig, changes: Mapping[str, Any], *, source: str = "configuration"
) -> TrainConfig:
    """Returns a copy of `config` with each dotted key, such as "loss.h0_weight", set anew.

    Raises:
        ConfigError: when a key is unknown or a value is not accepted.
    """
    values = config_to_dict(config)
    for key, value in changes.items():
        _put(values, key.split("."), value)
    return parse_config(values, source=source)


def _put(values: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Sets a nested key; an unknown last key is left for `parse_config` to refuse."""
    for depth, key in enumerate(keys[:-1], start=1):
        if not isinstance(values.get(key), dict):
            raise ConfigError(f"{'.'.join(keys[:depth])} is not a group of settings; see configs/")
        values = values[key]
    values[keys[-1]] = value
