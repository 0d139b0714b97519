"""The training configuration: one tree behind the YAML files, the command line and the form.

Every class is a frozen pydantic dataclass that refuses unknown keys. `load_config` turns pydantic's
report into one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import ArgsKwargs

from tomclip.core.errors import ConfigError, TomclipError
from tomclip.core.languages import LANGUAGES, code_or_tag, is_language_tag, parse_language
from tomclip.core.paths import configs_directory, user_path
from tomclip.core.reading.characters import is_blank, is_one_line
from tomclip.core.reading.text import read_text
from tomclip.core.reading.yaml_text import parse_yaml
from tomclip.core.types import Metric

SCHEMA = 1
LONGEST_NAME = 80
_BOUNDS = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")
_TRAINABLE = re.compile(r"all|head|lora|top:[1-9][0-9]{0,2}")
_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)

Recipe = Literal["paper", "exact", "edges"]
PointwiseLoss = Literal["mse", "cosine", "contrastive"]
Tracking = Literal["none", "tensorboard", "trackio", "mlflow", "wandb"]
LOSS_WEIGHTS: tuple[str, ...] = (
    "pointwise_weight",
    "distance_matrix_weight",
    "h0_weight",
    "h1_weight",
)
Weight = Annotated[float, Field(ge=0.0, le=1e4)]


def _language_code(tag: Any) -> Any:
    """Returns the code of a language tag; what is none is left for the data to refuse."""
    try:
        return code_or_tag(tag) if isinstance(tag, str) else parse_language(tag)
    except TomclipError as error:
        raise ValueError(str(error)) from error


LanguageCode = Annotated[str, BeforeValidator(_language_code)]


class _Optional:
    """A group of settings that a file may leave out, or set to null."""

    @model_validator(mode="before")
    @classmethod
    def _nothing(cls, values: Any) -> Any:
        return {} if values is None else values


@dataclass(frozen=True, config=_STRICT)
class AnchorConfig(_Optional):
    """English captions without translations, which join every batch: the student reads English.

    `captions` is "emoji" (names and keyword captions of all training concepts, whatever `share`
    says) or a file of English texts; None: no anchor. `rows` of them follow the pairs of a batch
    (None: as many as there are pairs). The point-wise loss of these rows is added to that of the
    pairs `weight` times. With `structure` they are points of the structural terms' clouds too.
    """

    captions: str | None = None
    weight: Annotated[float, Field(gt=0.0, le=1e4)] = 1.0
    rows: Annotated[int | None, Field(ge=4)] = None
    structure: bool = False


@dataclass(frozen=True, config=_STRICT)
class UnpairedConfig(_Optional):
    """Captions in the student's languages without English ones: points of its diagrams alone.

    `captions` is a file of texts, None: none. `rows` of them join the student's side of H0 and H1
    in every batch (None: as many as there are pairs); no other term sees them.
    """

    captions: str | None = None
    rows: Annotated[int | None, Field(ge=4)] = None


@dataclass(frozen=True, config=_STRICT)
class DataConfig:
    """What the student reads: caption pairs, English and translated, and captions without a pair.

    "emoji" are the embedded names and keywords, of which `share` is used. "captions" are pairs of
    any size: `captions` names a file, a folder or a Hugging Face data set, `targets` a folder of
    the teacher's vectors of them (None: encoded into the cache when the run starts). `pairs` of
    them are trained on (None: all that validation leaves), `validation_pairs` decide which
    checkpoint is best. `languages` without a word are the thirteen of the emoji, or every language
    of the captions.
    """

    source: Literal["emoji", "captions"] = "emoji"
    languages: tuple[LanguageCode, ...] = LANGUAGES
    share: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    captions: str | None = None
    targets: str | None = None
    pairs: Annotated[int | None, Field(ge=4)] = None
    validation_pairs: Annotated[int, Field(ge=4)] = 5000
    english_anchor: AnchorConfig = Field(default_factory=AnchorConfig)
    unpaired: UnpairedConfig = Field(default_factory=UnpairedConfig)

    @model_validator(mode="before")
    @classmethod
    def _languages_of_the_captions(cls, values: Any) -> Any:
        given = values.kwargs if isinstance(values, ArgsKwargs) else values
        if isinstance(given, dict) and given.get("source") == "captions":
            given = {"languages": (), **given}
            return ArgsKwargs((), given) if isinstance(values, ArgsKwargs) else given
        return values

    @model_validator(mode="after")
    def _known_languages(self) -> DataConfig:
        any_code = self.source == "captions"
        known = is_language_tag if any_code else LANGUAGES.__contains__
        unknown = [code for code in self.languages if not known(code)]
        empty = not self.languages and not any_code
        if unknown or empty or len(set(self.languages)) != len(self.languages):
            accepted = "the captions' languages" if any_code else ", ".join(LANGUAGES)
            raise ValueError(
                f"languages are {', '.join(self.languages) or 'empty'}; "
                f"use each at most once, from {accepted}"
            )
        return self

    @model_validator(mode="after")
    def _of_one_source(self) -> DataConfig:
        if self.source == "captions" and self.captions is None:
            raise ValueError(
                "source is 'captions', but captions names none; name a file, a folder or a data "
                "set such as M-CLIP/ImageCaptions-7M-Translations"
            )
        others = {"captions": self.captions, "targets": self.targets, "pairs": self.pairs}
        if self.source == "captions":
            others = {"share": None if self.share == 1.0 else self.share}
        if set_for_nothing := [name for name, value in others.items() if value is not None]:
            name = set_for_nothing[0]
            raise ValueError(
                f"{name} is {others[name]!r}, which source {self.source!r} does not read; leave it "
                "out, or change the source"
            )
        return self


@dataclass(frozen=True, config=_STRICT)
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


@dataclass(frozen=True, config=_STRICT)
class LossConfig:
    """The objective: which recipe, which point-wise loss, and the weight of each term.

    `h1_points` rows of each batch, from the first, enter Vietoris-Rips H1.
    """

    recipe: Recipe = "exact"
    metric: Metric = "euclidean"
    pointwise: PointwiseLoss = "mse"
    pointwise_weight: Weight = 1.0
    distance_matrix_weight: Weight = 0.0
    h0_weight: Weight = 0.0
    h1_weight: Weight = 0.0
    temperature: Annotated[float, Field(gt=0.0, le=10.0)] = 0.07
    h1_points: Annotated[int, Field(ge=3)] = 256

    @model_validator(mode="after")
    def _something_to_learn(self) -> LossConfig:
        if not any(getattr(self, name) for name in LOSS_WEIGHTS):
            raise ValueError("all four loss weights are 0; set at least one above 0")
        return self


@dataclass(frozen=True, config=_STRICT)
class OptimiserConfig:
    """AdamW with linear warm-up, then the chosen decay.

    `accumulation` is the number of pieces in which a process embeds its part of a batch: more take
    less memory, and above 1 a second forward pass. The loss sees the whole batch, the update is the
    same. `gradient_checkpointing` saves memory within a piece, also for a second forward pass.
    `compile` asks for torch.compile.
    """

    steps: Annotated[int, Field(ge=1)] = 2000
    batch_size: Annotated[int, Field(ge=4, le=65536)] = 256
    learning_rate: Annotated[float, Field(gt=0.0, le=1.0)] = 1e-3
    weight_decay: Annotated[float, Field(ge=0.0, le=1.0)] = 0.01
    warmup_steps: Annotated[int, Field(ge=0)] = 100
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    gradient_clip: Annotated[float, Field(gt=0.0)] = 1.0
    accumulation: Annotated[int, Field(ge=1)] = 1
    gradient_checkpointing: bool = False
    compile: bool = False

    @model_validator(mode="after")
    def _pieces_hold_captions(self) -> OptimiserConfig:
        if self.accumulation > self.batch_size:
            raise ValueError(
                f"accumulation {self.accumulation} is more than batch_size {self.batch_size}"
            )
        return self


@dataclass(frozen=True, config=_STRICT)
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


@dataclass(frozen=True, config=_STRICT)
class TrainConfig:
    """Everything that decides a training run, and whether an outside tracker is told of it.

    `name` is what people call the run, in any writing; its folder is named after it.
    """

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)] = "student"
    schema_version: Literal[1] = SCHEMA
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    teacher: str = "emoji-teacher"
    tracking: Tracking = "none"
    data: DataConfig = Field(default_factory=DataConfig)
    student: StudentConfig = Field(default_factory=StudentConfig)
    loss: LossConfig = Field(default_factory=LossConfig)
    optimiser: OptimiserConfig = Field(default_factory=OptimiserConfig)
    validation: ValidationConfig = Field(default_factory=ValidationConfig)

    @model_validator(mode="after")
    def _used_captions(self) -> TrainConfig:
        anchor, loss = self.data.english_anchor, self.loss
        if anchor.captions and not (loss.pointwise_weight or anchor.structure):
            raise ValueError(
                "data.english_anchor joins the point-wise loss, whose weight is 0; give "
                "loss.pointwise_weight a weight, or set data.english_anchor.structure to true"
            )
        if self.data.unpaired.captions is None:
            return self
        if loss.recipe == "edges":
            raise ValueError(
                "data.unpaired joins H0 and H1 as diagrams, and the recipe 'edges' compares pairs "
                "of rows; use the recipe 'exact' or 'paper'"
            )
        if not (loss.h0_weight or loss.h1_weight):
            raise ValueError(
                "data.unpaired joins H0 and H1 alone, whose weights are 0; give one of them a "
                "weight, or leave the captions out"
            )
        return self

    @model_validator(mode="after")
    def _something_to_compile(self) -> TrainConfig:
        if self.optimiser.compile and self.student.freezes_layers:
            raise ValueError(
                f"optimiser.compile is on, but with student.trainable {self.student.trainable!r} "
                "the backbone does not run as a whole; leave it out, or train all"
            )
        return self

    @model_validator(mode="after")
    def _name_on_one_line(self) -> TrainConfig:
        if is_blank(self.name):
            raise ValueError(f"name is {self.name!r}, which shows nothing; write a name")
        if not is_one_line(self.name):
            raise ValueError(f"name is {self.name!r}; write it on one line")
        return self


_ADAPTER = TypeAdapter(TrainConfig)
_LOSS_ADAPTER = TypeAdapter(LossConfig)


def parse_config(values: Mapping[str, Any], *, source: str = "configuration") -> TrainConfig:
    """Returns the checked configuration.

    Raises:
        ConfigError: naming the first key that is unknown or out of range, and what is accepted.
    """
    try:
        return _ADAPTER.validate_python(dict(values))
    except ValidationError as error:
        raise ConfigError(f"{source}: {_sentence(error)}") from error


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


def loss_weights(loss: LossConfig) -> dict[str, float]:
    """Returns the four weights by their names in `LOSS_WEIGHTS`."""
    return {name: getattr(loss, name) for name in LOSS_WEIGHTS}


def with_loss_weights(
    loss: LossConfig, weights: Mapping[str, Any], *, source: str = "loss weights"
) -> LossConfig:
    """Returns `loss` with some of its weights changed, each from 0 to 10,000, one above 0.

    Raises:
        ConfigError: when a key is no loss weight, or a value is not accepted.
    """
    unknown = [name for name in weights if name not in LOSS_WEIGHTS]
    if unknown:
        raise ConfigError(f"{source}: {unknown[0]} is no weight; use {', '.join(LOSS_WEIGHTS)}")
    try:
        return _LOSS_ADAPTER.validate_python({**asdict(loss), **weights})
    except ValidationError as error:
        raise ConfigError(f"{source}: {_sentence(error)}") from error


def _put(values: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Sets a nested key; an unknown last key is left for `parse_config` to refuse."""
    for depth, key in enumerate(keys[:-1], start=1):
        if not isinstance(values.get(key), dict):
            raise ConfigError(f"{'.'.join(keys[:depth])} is not a group of settings; see configs/")
        values = values[key]
    values[keys[-1]] = value


def _sentence(error: ValidationError) -> str:
    first, count = error.errors()[0], error.error_count()
    where = ".".join(str(part) for part in first["loc"]) or "configuration"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "unexpected_keyword_argument":
        message = "is not a known key"
    elif first["type"] in ("string_too_short", "string_too_long"):
        message = f"use 1 to {LONGEST_NAME} characters"
    elif (bound := message.removeprefix("Input should be ")) != message and first[
        "type"
    ] in _BOUNDS:
        message = f"use a number {bound}"
    more = f" (and {count - 1} more)" if count > 1 else ""
    given = "" if isinstance(first["input"], dict) else f" (came: {first['input']!r})"
    return f"{where}: {message}{given}{more}"
