"""YAML files of configurations, and those that ship."""

from __future__ import annotations

from pathlib import Path

from tomclip.config.values import parse_config
from tomclip.config.whole import TrainConfig
from tomclip.core.errors import ConfigError, TomclipError
from tomclip.core.paths import configs_directory, user_path
from tomclip.core.reading.text import read_text
from tomclip.core.reading.yaml_text import parse_yaml


def shipped_configs() -> dict[str, Path]:
    """Returns the files of the configurations that ship, by name, such as "emoji_small"."""
    return {path.stem: path for path in sorted(configs_directory().glob("*.yaml"))}


def load_config(path: Path | str) -> TrainConfig:
    """Returns the configuration in a YAML file.

    Args:
        path: A file; or the name of one that ships, as "emoji_small", "emoji_small.yaml" or
            "configs/emoji_small.yaml". A file of that name in the current folder goes first.

    Raises:
        ConfigError: when the file is missing, is not YAML, or `parse_config` refuses it.
    """
    path = user_path(path)
    file = _file_of(path)
    if not file.exists():
        raise ConfigError(
            f"{path} does not exist; name a file such as configs/emoji_tomclip.yaml, or one that "
            f"ships: {', '.join(shipped_configs())}"
        )
    try:
        values = parse_yaml(read_text(file))
    except TomclipError as error:
        raise ConfigError(f"{path} is not a YAML file: {error}") from error
    if not isinstance(values, dict):
        raise ConfigError(
            f"{path} holds {type(values).__name__}, not keys and values; see configs/"
        )
    return parse_config(values, source=str(path))


def _file_of(path: Path) -> Path:
    is_name = path.suffix in ("", ".yaml") and str(path.parent) in (".", "configs")
    return shipped_configs().get(path.stem, path) if is_name and not path.exists() else path
