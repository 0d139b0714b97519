"""Low-rank additions to a backbone's attention, the only part of it that is trained then.

References:
    Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models".
"""

from __future__ import annotations

from torch import nn

from tomclip.core.errors import ConfigError, first_line
from tomclip.core.extras import extras_named
from tomclip.encoders.student.settings import LoraSettings

TARGETS = ("query", "value")
"""The layers that get additions, as the paper chose them; so are they called in an XLM-R."""
ALPHA_TO_RANK = 2
_MARK = "lora_"
_WRAPPED = "base_layer"


@extras_named()
def add_lora(backbone: nn.Module, settings: LoraSettings) -> None:
    """Adds A and B to every query and value layer in place: W x + (alpha / rank) B A x.

    B is 0, so that the backbone computes what it did; A is drawn from torch's generator.

    Raises:
        ConfigError: when the backbone has no layers of these names.
        MissingExtra: when peft is not installed.
    """
    from peft import LoraConfig, inject_adapter_in_model

    config = LoraConfig(
        r=settings.rank, lora_alpha=settings.alpha, target_modules=list(TARGETS), lora_dropout=0.0
    )
    try:
        inject_adapter_in_model(config, backbone)
    except ValueError as error:
        raise ConfigError(
            f"student.trainable is 'lora', but the backbone has no layers named "
            f"{' or '.join(TARGETS)} ({first_line(error)}); use head, top:N or all"
        ) from error


@extras_named()
def require_peft() -> None:
    """Raises MissingExtra when peft is not installed."""
    import peft  # noqa: F401 - whether it is there is all that is asked


def is_addition(name: str) -> bool:
    """Returns whether a tensor of this name was added by `add_lora`."""
    return _MARK in name


def name_with_lora(name: str) -> str:
    """Returns what a tensor of the backbone is called once it has additions."""
    owner, _, last = name.rpartition(".")
    wrapped = owner.rpartition(".")[2] in TARGETS
    return f"{owner}.{_WRAPPED}.{last}" if wrapped else name
