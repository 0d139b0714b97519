"""When the student is validated and probed, and when training stops early."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from tomclip.config.fields import STRICT, LanguageCode


@dataclass(frozen=True, config=STRICT)
class ValidationConfig:
    """When the student is validated and when training stops early.

    The criterion is the same for every variant: mean reciprocal rank of the right English caption's
    teacher vector among the validation captions, averaged over captions and languages. `patience`
    counts validations without a new best; 0 never stops early. A run is probed at its start, after
    a 25th of `probe_every_steps`, then every so many steps and at its end; 0 never probes. Between
    those probes light ones follow each other as closely as that share of the run's time allows, at
    most every two seconds; 0 makes none. Probes look at `probe_languages`, by default those that
    the student reads captions in.
    """

    every_steps: Annotated[int, Field(ge=1)] = 100
    patience: Annotated[int, Field(ge=0)] = 0
    probe_every_steps: Annotated[int, Field(ge=0)] = 0
    light_probe_share: Annotated[float, Field(ge=0.0, le=0.5)] = 0.1
    probe_languages: tuple[LanguageCode, ...] = ()
