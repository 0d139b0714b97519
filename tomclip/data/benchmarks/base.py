"""What a benchmark is once it is loaded: pictures with classes, or pictures with captions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.languages import language as known_language
from tomclip.core.languages import require_prompt
from tomclip.data.pictures import PictureFiles, first_of
from tomclip.data.prompts import Prompts, filled

Pictures = np.ndarray | PictureFiles
"""uint8 (n, height, width, 3), or n picture files that are read when they are asked for."""


@dataclass(frozen=True, slots=True)
class ClassificationBenchmark:
    """Pictures of known classes, and each language's names of the classes.

    Attributes:
        name: "cifar100" or "babel_imagenet".
        pictures: n pictures.
        picture_ids: n ids, each once.
        picture_labels: the class id of each picture.
        class_ids: c ids in the official order.
        class_names: by language code, c names in the order of `class_ids`. A language that names
            only some classes holds "" for the others.
        own_prompts: take the place of the paper's, where a language has some.
    """

    name: str
    pictures: Pictures
    picture_ids: tuple[str, ...]
    picture_labels: tuple[str, ...]
    class_ids: tuple[str, ...]
    class_names: Mapping[str, tuple[str, ...]]
    own_prompts: Prompts = field(default_factory=Prompts)

    def __post_init__(self) -> None:
        require_pictures(self.name, self.pictures, self.picture_ids)
        if len(self.picture_labels) != len(self.picture_ids):
            raise InputError(
                f"{self.name}: {len(self.picture_labels)} labels came for {len(self.picture_ids)} "
                "pictures; give one per picture"
            )
        require_distinct(f"{self.name}: class ids", self.class_ids)
        _require_known(
            f"{self.name}: labels of unknown classes", self.picture_labels, self.class_ids
        )
        for code, names in self.class_names.items():
            if len(names) != len(self.class_ids):
                raise InputError(
                    f"{self.name}: {len(names)} names in {code!r} came for {len(self.class_ids)} "
                    "classes; give one per class"
                )

    def __len__(self) -> int:
        return len(self.picture_ids)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that name the classes."""
        return tuple(self.class_names)

    def named_classes(self, language: str) -> np.ndarray:
        """Returns the rows of the classes that have a name in `language`, ascending.

        Raises:
            InputError: when the benchmark has no names in `language`, listing those it has.
        """
        return np.flatnonzero([bool(name) for name in self._names(language)])

    def prompts_of(self, language: str) -> tuple[str, ...]:
        """Returns the prompts of a language, `{}` included: its own, else the paper's, else ()."""
        paper = known_language(language).prompt
        return self.own_prompts.own(language) or ((paper,) if paper else ())

    def prompts(self, language: str) -> tuple[str, ...]:
        """Returns the named classes in the language's first prompt, in `named_classes`' order.

        Raises:
            InputError: when the benchmark has no names in `language`, or nobody wrote a prompt.
        """
        return self.wordings(language)[0]

    def wordings(self, language: str) -> tuple[tuple[str, ...], ...]:
        """Returns the named classes in each of the language's prompts, as `prompts` does."""
        names = [name for name in self._names(language) if name]
        prompts = self.prompts_of(language) or (require_prompt(language),)
        return tuple(tuple(filled(prompt, name) for name in names) for prompt in prompts)

    def _names(self, language: str) -> tuple[str, ...]:
        if language not in self.class_names:
            raise InputError(
                f"{self.name} has no class names in {language!r}; use one of "
                f"{', '.join(self.class_names)}"
            )
        return self.class_names[language]


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption of one picture."""

    id: str
    picture_id: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalBenchmark:
    """Pictures and, in each language, their captions; a picture may have several.

    Attributes:
        name: "xflickr_co", "xtd10" or "crossmodal_3600".
        pictures: n pictures.
        picture_ids: n ids, each once.
        captions: by language code, captions in the order of the pictures; every picture has one.
    """

    name: str
    pictures: Pictures
    picture_ids: tuple[str, ...]
    captions: Mapping[str, tuple[Caption, ...]]

    def __post_init__(self) -> None:
        require_pictures(self.name, self.pictures, self.picture_ids)
        for code, captions in self.captions.items():
            what = f"{self.name}: {code!r} captions"
            require_distinct(what, tuple(caption.id for caption in captions))
            described = tuple(caption.picture_id for caption in captions)
            _require_known(f"{what} of unknown pictures", described, self.picture_ids)
            _require_known(
                f"{self.name}: pictures without a caption in {code!r}", self.picture_ids, described
            )

    def __len__(self) -> int:
        return len(self.picture_ids)

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that have captions."""
        return tuple(self.captions)


Benchmark = ClassificationBenchmark | RetrievalBenchmark


def require_pictures(name: str, pictures: Pictures, ids: tuple[str, ...]) -> None:
    """Raises InputError unless there is one distinct id per picture."""
    if len(pictures) != len(ids):
        raise InputError(f"{name}: {len(ids)} ids came for {len(pictures)} pictures; give one each")
    require_distinct(f"{name}: picture ids", ids)


def require_distinct(what: str, ids: tuple[str, ...]) -> None:
    """Raises InputError naming the first ids that occur twice."""
    seen: set[str] = set()
    twice = list(dict.fromkeys(i for i in ids if i in seen or seen.add(i)))
    if twice:
        raise InputError(f"{what} hold duplicate ids: {first_of(twice)}; keep each id once")


def _require_known(what: str, used: tuple[str, ...], known: tuple[str, ...]) -> None:
    strange = sorted(set(used) - set(known))
    if strange:
        raise InputError(f"{what}: {first_of(strange)}; use files of one release together")
