"""What is known of an encoder on this machine before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

KIND_WORDS = {"vectors": "file of vectors", "text": "text encoder"}
"""Kinds of encoders that are called otherwise in a sentence."""


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """One encoder on this machine. `teacher` names the encoder whose image tower goes with it.

    A "text" encoder has no pictures, and "" as its teacher. `facts` is what its manifest says
    beside the file table; {} where there is no readable manifest. `lacking` says what it stands on
    that is not on this machine, without a full stop; "" where it can be loaded.
    """

    name: str
    kind: Literal["teacher", "student", "vectors", "text"]
    path: Path
    teacher: str
    title: str
    description: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    lacking: str = ""
