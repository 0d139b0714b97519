"""What the student reads: caption pairs, and captions without a pair."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import ArgsKwargs

from tomclip.config.fields import STRICT, LanguageCode, OptionalGroup
from tomclip.core.languages import LANGUAGES, is_language_tag

EMBEDDED_ANCHOR = "emoji"
EMBEDDED_UNPAIRED = "emoji"
REST_ANCHOR = "rest"


@dataclass(frozen=True, config=STRICT)
class AnchorConfig(OptionalGroup):
    """English captions without translations, which join every batch: the student reads English.

    `captions` is "emoji" (names and keyword captions of all training concepts, whatever `share`
    says), "rest" (the English captions of `data.captions` that neither train nor validate; their
    translations are not read) or a file of English texts; None: no anchor. `rows` of them follow
    the pairs of a batch (None: as many as there are pairs). The point-wise loss of these rows is
    added to that of the pairs `weight` times. With `structure` they are points of the structural
    terms' clouds too.
    """

    captions: str | None = None
    weight: Annotated[float, Field(gt=0.0, le=1e4)] = 1.0
    rows: Annotated[int | None, Field(ge=4)] = None
    structure: bool = False


@dataclass(frozen=True, config=STRICT)
class UnpairedConfig(OptionalGroup):
    """Captions in the student's languages without English ones: points of its diagrams alone.

    `captions` is a file of texts, or "emoji" (names and keyword captions of all training concepts
    in `languages`, whatever `share` says); None: none. `rows` of them join the student's side of H0
    and H1 in every batch (None: as many as there are pairs), and of the distance-matrix term of
    recipes that pair no rows in it; no other term sees them.
    """

    captions: str | None = None
    rows: Annotated[int | None, Field(ge=4)] = None


@dataclass(frozen=True, config=STRICT)
class DataConfig:
    """What the student reads: caption pairs, English and translated, and captions without a pair.

    "emoji" are the embedded names and keywords, of which `share` of the concepts is used, and of
    those `translations` in each language but English; `fold` holds out another fifth of the
    concepts than the split that ships (`tomclip.data.load_emoji`), and accuracy is to be asked with
    it. "captions" are pairs of any size: `captions` names a file, a folder or a Hugging Face data
    set, `targets` a folder of the teacher's vectors of them (None: encoded into the cache when the
    run starts). `pairs` of them are trained on (None: all that validation leaves),
    `validation_pairs` decide which checkpoint is best. `languages` without a word are the thirteen
    of the emoji, or every language of the captions.
    """

    source: Literal["emoji", "captions"] = "emoji"
    languages: tuple[LanguageCode, ...] = LANGUAGES
    share: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    translations: Annotated[float, Field(gt=0.0, le=1.0)] = 1.0
    fold: Annotated[int | None, Field(ge=0, le=4)] = None
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
            shares = {"share": self.share, "translations": self.translations}
            others = {name: None if value == 1.0 else value for name, value in shares.items()}
            others["fold"] = self.fold
        if set_for_nothing := [name for name, value in others.items() if value is not None]:
            name = set_for_nothing[0]
            raise ValueError(
                f"{name} is {others[name]!r}, which source {self.source!r} does not read; leave it "
                "out, or change the source"
            )
        return self

    @model_validator(mode="after")
    def _rest_of_something(self) -> DataConfig:
        if self.source == "emoji" and self.english_anchor.captions == REST_ANCHOR:
            raise ValueError(
                f"english_anchor.captions is {REST_ANCHOR!r}, the English captions that pairs of "
                f"source 'captions' leave; with source 'emoji' write {EMBEDDED_ANCHOR!r}, or name "
                "a file"
            )
        return self
