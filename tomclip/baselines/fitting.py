"""From a text encoder and captions to a baseline in the catalogue."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from tomclip.baselines.captions import FittingCaptions, all_concepts, fitting_captions
from tomclip.baselines.choosing import Choice, chosen_procrustes, chosen_ridge
from tomclip.baselines.store import Baseline, place_for
from tomclip.baselines.vectors import (
    english_mean,
    fitting_vectors,
    language_means,
    pair_vectors,
)
from tomclip.baselines.words import default_name, described, titled
from tomclip.config import DataConfig
from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, begin, part_of
from tomclip.core.subsets import UNSEEN
from tomclip.encoders import choose_device, load_text_encoder
from tomclip.encoders.catalogue import EMOJI_TEACHER, find_encoder, image_encoder_name
from tomclip.encoders.fingerprints import encoder_fingerprint
from tomclip.encoders.mapped.files import save_mapped
from tomclip.encoders.mapped.settings import KINDS, MapKind, MappedSettings

READ = (
    "source",
    "share",
    "translations",
    "fold",
    "captions",
    "targets",
    "pairs",
    "validation_pairs",
)
"""Keys of the data settings that decide a baseline, beside the languages."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of `fit_baseline`, checked."""

    kind: MapKind
    source: str
    teacher: str
    data: DataConfig
    seed: int
    anchor: str | None
    anchor_weight: float | None
    strength: float | None
    all_concepts: bool

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"kind is {self.kind!r}; use {', '.join(KINDS)}")
        allowed = {
            "strength": self.kind == "ridge",
            "anchor": self.kind != "centring",
            "all_concepts": self.kind == "centring",
            "anchor_weight": self.anchor is not None,
        }
        for name, fits in allowed.items():
            if getattr(self, name) not in (None, False) and not fits:
                what = "without an anchor" if name == "anchor_weight" else f"of {self.kind}"
                raise InputError(f"{name} says nothing {what}; leave it out")
        if self.anchor_weight is not None and not 0 < self.anchor_weight < 1:
            raise InputError(
                f"anchor_weight is {self.anchor_weight}; give more than 0, less than 1"
            )


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """What is written: the numbers, whose space they lead into, and what was found on the way."""

    arrays: Mapping[str, np.ndarray]
    teacher: str
    dimension: int
    languages: tuple[str, ...]
    facts: Mapping[str, Any]


def fit_baseline(
    kind: MapKind,
    source: str,
    *,
    name: str | None = None,
    teacher: str = EMOJI_TEACHER,
    data: DataConfig | None = None,
    seed: int = 0,
    anchor: str | None = None,
    anchor_weight: float | None = None,
    strength: float | None = None,
    all_concepts: bool = False,
    directory: Path | None = None,
    force: bool = False,
    on_progress: OnProgress | None = None,
) -> Baseline:
    """Returns a map fitted in closed form behind a text encoder, kept as an encoder.

    "ridge" and "procrustes" carry the encoder's unit vectors of captions in every language to the
    teacher's unit vectors of the English ones. What they leave open, the strength and the weight of
    the anchor, is chosen by the mean reciprocal rank of the right English caption among those of
    the validation concepts, the criterion of training. "centring" takes each language's mean away
    and puts that of the teacher's English vectors in its place, so that pictures keep their
    texts; an encoder without pictures is centred on 0. Its means are of the training captions
    alone, and with `all_concepts` of all, unseen ones included.

    Args:
        kind: "ridge", "procrustes" or "centring".
        source: Name of any text encoder: teacher, student, packaged, baseline, stored vectors.
        name: What it is called, "baseline:" before it; by default after what it is.
        teacher: Whose space a ridge or Procrustes map leads into.
        data: As of a training configuration, its pairs alone (`anchor` is asked for here); by
            default all emoji captions in 13 languages.
        seed: Of the choice of concepts where `data.share` is below 1.
        anchor: English captions without translations: "emoji", "rest" or a file; see
            `fitting_captions`.
        anchor_weight: The anchor's share of the error, above 0 and below 1; None chooses it.
        strength: Of the ridge; None chooses it.
        all_concepts: Let a centring know the captions of unseen concepts.
        directory: Where it goes instead of among the baselines; then it is called by its path.
        force: Whether it may take the place of an earlier one.
        on_progress: Called with (steps done, steps in all) and the phases by name.

    Raises:
        InputError: when a setting says nothing of the kind or is out of range, there are too few
            pairs, or the name is taken.
        EncoderUnavailable, AssetError: when the source or the teacher cannot be loaded.
        RunError: when it cannot be written.
    """
    asked = Request(
        kind,
        _absolute(source),
        teacher,
        data or DataConfig(),
        seed,
        anchor,
        anchor_weight,
        strength,
        all_concepts,
    )
    started = perf_counter()
    load_text_encoder(asked.source, device=choose_device())  # first: refuses what is not here
    given = name or default_name(kind, asked.source, asked.data, seed, anchor, all_concepts)
    if directory is None:
        encoder, path = place_for(given, asked.source, force=force)
    else:
        encoder, path = str(directory), Path(directory)
    fit = _centring if kind == "centring" else _linear
    fitted = fit(asked, on_progress)
    settings = save_mapped(path, _settings(asked, fitted, perf_counter() - started), fitted.arrays)
    return Baseline(encoder, path, settings)


def _linear(asked: Request, on_progress: OnProgress | None) -> _Fitted:
    info = find_encoder(asked.teacher)
    if info is not None and info.kind != "teacher":
        raise InputError(f"teacher is {asked.teacher!r}, a {info.kind}; name a teacher")
    captions = fitting_captions(
        asked.data, seed=asked.seed, teacher=asked.teacher, anchor=asked.anchor
    )
    vectors = fitting_vectors(
        captions, asked.source, asked.teacher, on_progress=part_of(on_progress, 0, 2)
    )
    begin(on_progress, "fitting the map")
    rest: dict[str, Any] = {
        "anchor_weight": asked.anchor_weight,
        "on_progress": part_of(on_progress, 1, 2),
    }
    if asked.kind == "ridge":
        choice = chosen_ridge(vectors, strength=asked.strength, **rest)
    else:
        choice = chosen_procrustes(vectors, **rest)
    return _Fitted(
        arrays={"weight": choice.map.weight, "bias": choice.map.bias},
        teacher=asked.teacher,
        dimension=len(choice.map.bias),
        languages=captions.languages,
        facts=_linear_facts(asked, captions, choice),
    )


def _linear_facts(asked: Request, captions: FittingCaptions, choice: Choice) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "pairs": len(captions.training),
        "english_captions": captions.different,
        "validation_captions": len(captions.validation),
        "validation_mean_reciprocal_rank": choice.score,
    }
    if choice.strength is not None:
        facts |= {"strength": choice.strength, "strength_chosen": asked.strength is None}
    if asked.anchor is not None:
        facts["anchor"] = {
            "captions": asked.anchor,
            "count": len(captions.anchor),
            "left_out": captions.left_out,
            "weight": choice.anchor_weight,
            "weight_chosen": asked.anchor_weight is None,
        }
    return facts


def _centring(asked: Request, on_progress: OnProgress | None) -> _Fitted:
    if asked.all_concepts:
        pairs = all_concepts(asked.data)
    else:
        pairs = fitting_captions(asked.data, seed=asked.seed, teacher=asked.teacher).training
    begin(on_progress, "embedding the captions")
    means = language_means(
        pairs, pair_vectors(pairs, asked.source, on_progress=part_of(on_progress, 0, 1))
    )
    info = find_encoder(asked.source)
    teacher = image_encoder_name(asked.source) if info is None else info.teacher
    centre = np.zeros(means.shape[1], dtype=np.float32)
    if teacher:
        begin(on_progress, "embedding the English captions with the teacher")
        centre = english_mean(pairs, teacher)
    return _Fitted(
        arrays={"means": means, "centre": centre},
        teacher=teacher,
        dimension=means.shape[1],
        languages=tuple(dict.fromkeys(pairs.languages)),
        facts={
            "pairs": len(pairs),
            "means_of": f"all concepts, those {UNSEEN} included"
            if asked.all_concepts
            else "training captions",
        },
    )


def _settings(asked: Request, fitted: _Fitted, seconds: float) -> MappedSettings:
    read = asdict(asked.data)
    data = {key: read[key] for key in READ if read[key] is not None}
    facts = {
        **fitted.facts,
        "data": {**data, "languages": list(fitted.languages)},
        "seed": asked.seed,
        "seconds": round(seconds, 2),
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("tomclip", "numpy", "scipy")},
        },
    }
    return MappedSettings(
        kind=asked.kind,
        source=asked.source,
        source_fingerprint=encoder_fingerprint(asked.source),
        teacher=fitted.teacher,
        dimension=fitted.dimension,
        languages=fitted.languages,
        map_sha256="",
        title=titled(
            asked.kind, asked.source, asked.data, asked.seed, asked.anchor, asked.all_concepts
        ),
        description=described(asked.kind, asked.source, fitted.teacher, facts),
        facts=facts,
    )


def _absolute(source: str) -> str:
    """Returns the source's name, a directory or file in it by its whole path."""
    info = find_encoder(source)
    if info is None or not info.path.exists():
        return source
    if info.kind == "vectors":
        return f"vectors:{info.path.resolve()}"
    is_name = info.name == source and not Path(source).is_dir()
    return source if is_name else str(info.path.resolve())
