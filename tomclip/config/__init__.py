"""The training configuration: one tree behind the YAML files, the command line and the form.

Every class is a frozen pydantic dataclass that refuses unknown keys. `load_config` turns pydantic's
report into one sentence.
"""

from tomclip.config.data import AnchorConfig, DataConfig, UnpairedConfig
from tomclip.config.fields import LONGEST_NAME, LanguageCode, Weight
from tomclip.config.files import load_config, shipped_configs
from tomclip.config.loss import (
    LOSS_WEIGHTS,
    LossConfig,
    PointwiseLoss,
    Recipe,
    loss_weights,
    with_loss_weights,
)
from tomclip.config.optimiser import OptimiserConfig
from tomclip.config.student import StudentConfig
from tomclip.config.validation import ValidationConfig
from tomclip.config.values import change_config, config_to_dict, parse_config
from tomclip.config.whole import SCHEMA, Tracking, TrainConfig

__all__ = [
    "LONGEST_NAME",
    "LOSS_WEIGHTS",
    "SCHEMA",
    "AnchorConfig",
    "DataConfig",
    "LanguageCode",
    "LossConfig",
    "OptimiserConfig",
    "PointwiseLoss",
    "Recipe",
    "StudentConfig",
    "Tracking",
    "TrainConfig",
    "UnpairedConfig",
    "ValidationConfig",
    "Weight",
    "change_config",
    "config_to_dict",
    "load_config",
    "loss_weights",
    "parse_config",
    "shipped_configs",
    "with_loss_weights",
]
