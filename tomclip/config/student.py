"""The student: its shape or what decides it, and which part of it is trained."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from tomclip.config.fields import STRICT

_TRAINABLE = re.compile(r"all|head|lora|top:[1-9][0-9]{0,2}")


@dataclass(frozen=True, config=STRICT)
class StudentConfig:
    """The student's shape, or what decides it, and which part of it is trained.

    `start_from` is a whole student; or a pretrained text encoder, by the name of one that a package
    brings, as a transformers directory or a repository such as "xlm-roberta-large", "@" before a
    revision: it decides shape and tokenizer, and gets a new linear layer, the head. `backbone` is
    such an encoder whose word table is trained too. Both None: fresh weights in the shape below.

    `head` "ridge" starts the linear layer at the closed-form solution from the training captions'
    pooled features to the teacher's vectors. `trainable` is "all", "head", "top:N" (the N upper
    layers) or "lora" (additions of `lora_rank` to each layer's attention); the head always is. What
    lies below is frozen, without dropout. `words` says whether the word table is trained: "auto"
    freezes that of a `start_from` that is pretrained, and trains any other with "all".
    """

    start_from: str | None = None
    backbone: str | None = None
    head: Literal["random", "ridge"] = "random"
    trainable: str = "all"
    words: Literal["auto", "frozen", "trained"] = "auto"
    lora_rank: Annotated[int, Field(ge=1, le=256)] = 4
    tokenizer: str = "emoji"
    hidden_size: Annotated[int, Field(ge=16, le=4096)] = 128
    layers: Annotated[int, Field(ge=1, le=48)] = 3
    heads: Annotated[int, Field(ge=1, le=64)] = 4
    intermediate_size: Annotated[int, Field(ge=16, le=16384)] = 512
    max_tokens: Annotated[int, Field(ge=4, le=512)] = 48
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.1

    @model_validator(mode="after")
    def _one_beginning(self) -> StudentConfig:
        if self.start_from is not None and self.backbone is not None:
            raise ValueError(
                f"start_from is {self.start_from!r} and backbone {self.backbone!r}; leave one out"
            )
        return self

    @model_validator(mode="after")
    def _a_part_to_train(self) -> StudentConfig:
        if not _TRAINABLE.fullmatch(self.trainable):
            raise ValueError(
                f"trainable is {self.trainable!r}; use all, head, lora, or top:N for the N upper "
                "layers, such as top:4"
            )
        if self.words == "trained" and self.freezes_layers:
            raise ValueError(
                f"words is 'trained', but trainable {self.trainable!r} freezes all below it; use "
                "all or lora, or leave the words frozen"
            )
        if self.start_from is None and self.backbone is None:
            for name, usual in (("head", "random"), ("trainable", "all")):
                if (value := getattr(self, name)) != usual:
                    raise ValueError(
                        f"{name} is {value!r}, but the student starts from nothing; name what it "
                        "starts from, such as start_from multilingual-e5-small"
                    )
        return self

    @property
    def top_layers(self) -> int | None:
        """N of "top:N", else None."""
        kind, _, number = self.trainable.partition(":")
        return int(number) if kind == "top" else None

    @property
    def freezes_layers(self) -> bool:
        """Whether layers are frozen, from the lowest up to some, so that they can be cached."""
        return self.trainable == "head" or self.top_layers is not None

    @model_validator(mode="after")
    def _heads_divide(self) -> StudentConfig:
        if self.hidden_size % self.heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} is not a multiple of heads {self.heads}"
            )
        return self
