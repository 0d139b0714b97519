"""Published encoders to choose from: a few recommended ones, and a search over all of them.

Numbers come from open_clip's own configurations when they are asked for; whether a model is on this
machine is seen in the Hugging Face cache, without any network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tomclip.encoders.hub.names import (
    STUDENT_PREFIX,
    is_published_cached,
    open_clip_config,
    parse_published_name,
    published_names,
    published_revision,
)
from tomclip.encoders.hub.repository import split_revision
from tomclip.encoders.student.settings import published_teacher_name

Kind = Literal["teacher", "multilingual", "student"]

_RECOMMENDED = {
    "ViT-B-32/openai": "CLIP ViT-B/32, the paper's teacher",
    "ViT-L-14/openai": "CLIP ViT-L/14",
    "ViT-B-16-plus-240/laion400m_e32": "OpenCLIP ViT-B/16+",
    "M-CLIP/XLM-Roberta-Large-Vit-B-32": "M-CLIP of ViT-B/32",
    "M-CLIP/XLM-Roberta-Large-Vit-L-14": "M-CLIP of ViT-L/14",
    "M-CLIP/XLM-Roberta-Large-Vit-B-16Plus": "M-CLIP of ViT-B/16+",
    "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k": "OpenCLIP with XLM-R base",
    "xlm-roberta-large-ViT-H-14/frozen_laion5b_s13b_b90k": "OpenCLIP with XLM-R large, ViT-H/14",
    "nllb-clip-base-siglip/v1": "NLLB-CLIP base",
    "nllb-clip-large-siglip/mrl": "NLLB-CLIP large",
    "ViT-B-16-SigLIP2/webli": "SigLIP 2 ViT-B/16",
    "ViT-H-14-worldwide/metaclip2_worldwide": "MetaCLIP 2 worldwide ViT-H/14",
}
_MULTILINGUAL_WORDS = ("xlm-roberta", "nllb", "mt5", "siglip2", "i18n", "worldwide")


@dataclass(frozen=True, slots=True)
class PublishedEncoder:
    """A published encoder. `dimension` is the length of a vector, `repository` where it comes from.

    `revision` is the commit on this machine; it is None, and `is_cached` False, before the weights
    are downloaded. What it needs of memory: `tomclip.encoders.memory_estimate(name)`.
    """

    name: str
    kind: Kind
    title: str
    dimension: int
    languages: Literal["English", "many"]
    repository: str
    is_cached: bool
    revision: str | None


def published_encoders() -> tuple[PublishedEncoder, ...]:
    """Returns the recommended encoders: teachers, published students, multilingual baselines."""
    return tuple(_describe(name, title) for name, title in _RECOMMENDED.items())


def search_encoders(words: str = "") -> tuple[PublishedEncoder, ...]:
    """Returns every published encoder whose name or title holds all the words, in any case.

    The recommended ones come first; without words all are returned.
    """
    wanted = words.lower().split()
    names = dict.fromkeys((*_RECOMMENDED, *published_names()))
    titles = {name: _RECOMMENDED.get(name, name) for name in names}
    return tuple(
        _describe(name, title)
        for name, title in titles.items()
        if all(word in f"{name} {title}".lower() for word in wanted)
    )


def _describe(name: str, title: str) -> PublishedEncoder:
    published = parse_published_name(name)
    is_student = name.startswith(STUDENT_PREFIX)
    teacher = published_teacher_name(split_revision(name)[0]) if is_student else name
    is_multilingual = is_student or any(word in name.lower() for word in _MULTILINGUAL_WORDS)
    return PublishedEncoder(
        name=name,
        kind="student" if is_student else "multilingual" if is_multilingual else "teacher",
        title=title,
        dimension=int(open_clip_config(teacher.rpartition("/")[0])["embed_dim"]),
        languages="many" if is_multilingual else "English",
        repository=published.source.repository,
        is_cached=is_published_cached(name),
        revision=published_revision(name),
    )
