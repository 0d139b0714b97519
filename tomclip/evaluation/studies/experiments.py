"""The paper's experiments, and the same on the embedded data: recipes, measures, published values.

References:
    You, Kang and Jung, Topological Alignment of Shared Vision-Language Embedding Space, AISTATS
    2026 (arXiv 2510.10889).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tomclip.core.errors import InputError
from tomclip.core.subsets import UNSEEN_CONCEPTS
from tomclip.encoders.mapped.settings import MapKind

BASELINE = "MCLIP"
TOP = ("zero_shot_top1", "zero_shot_top5", "zero_shot_top10")
RECALL = ("text_to_image_recall_at_1", "image_to_text_recall_at_1")
MEASURES: Mapping[str, tuple[str, ...]] = {
    "emoji": (*TOP, *RECALL[:1]),
    "cifar100": TOP,
    "xflickr_co": RECALL,
}
"""The scores of each data set that the table shows, all of them means over the languages."""

E5 = "multilingual-e5-small"
PLAIN = (
    "Plain baselines are fitted in closed form on the same pairs, so that seeds differ only where "
    "they choose the pairs; a recipe that does not beat them has not helped."
)
CLASS_NAMES = (
    "The names of CIFAR-100's classes outside English are this project's own; where the paper "
    "used other words, its scores are not of the same prompts."
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One row of the table: a configuration in `configs_directory()`, and what differs from it."""

    title: str
    file: str
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlainBaseline:
    """One row of the table that is fitted in closed form, on the data of `BASELINE`'s runs.

    `source` names the text encoder that it stands behind; "" is each seed's student of `BASELINE`.
    `kind` and `anchor` are those of `tomclip.baselines.fit_baseline`.
    """

    title: str
    kind: MapKind
    source: str = ""
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """One experiment. `published` maps (data set, recipe's title) to values by score, in per cent.

    `options` are those of `TaskOptions` by data set; the data sets in `asked_as_trained` are asked
    in the languages of training, the others in all of theirs. What has to be known beside the
    table stands in `notes`. `baselines` are rows below those of the recipes.
    """

    name: str
    title: str
    recipes: tuple[Recipe, ...]
    data: tuple[str, ...]
    published: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    asked_as_trained: tuple[str, ...] = ()
    baselines: tuple[PlainBaseline, ...] = ()


def study(name: str) -> Study:
    """Returns an experiment by name.

    Raises:
        InputError: when there is none of that name.
    """
    if name not in STUDIES:
        raise InputError(f"there is no study {name!r}; use one of {', '.join(STUDIES)}")
    return STUDIES[name]


def _plain(*, anchored: bool) -> tuple[PlainBaseline, ...]:
    """Returns the baselines of a study; the English anchor is of the emoji."""
    found = (
        PlainBaseline("ridge, E5", "ridge", E5),
        PlainBaseline("Procrustes, E5", "procrustes", E5),
        PlainBaseline(f"{BASELINE}, centred", "centring"),
    )
    extra = PlainBaseline("ridge, E5, English anchor", "ridge", E5, anchor="emoji")
    return (*found, extra) if anchored else found


def _of_the_paper(size: str) -> tuple[Recipe, ...]:
    titles = {
        BASELINE: "mclip",
        "ToMCLIP (dm)": "tomclip_dm",
        "ToMCLIP (ta)": "tomclip_ta",
        "ToMCLIP": "tomclip",
        "ToMCLIP exact": "tomclip_exact",
    }
    return tuple(Recipe(title, f"{stem}_{size}.yaml") for title, stem in titles.items())


STUDIES: Mapping[str, Study] = {
    found.name: found
    for found in (
        Study(
            name="low-resource",
            title="Low-resource, 15,000 caption pairs",
            recipes=_of_the_paper("low_resource"),
            data=("cifar100", "xflickr_co"),
            published={
                ("cifar100", BASELINE): dict(zip(TOP, (50.24, 73.50, 81.17), strict=True)),
                ("cifar100", "ToMCLIP"): dict(zip(TOP, (53.31, 74.88, 82.01), strict=True)),
                ("xflickr_co", "ToMCLIP"): dict(zip(RECALL, (34.50, 40.29), strict=True)),
            },
            notes=(CLASS_NAMES, PLAIN),
            baselines=_plain(anchored=False),
        ),
        Study(
            name="full",
            title="Full data, 1,995,000 caption pairs",
            recipes=_of_the_paper("full"),
            data=("cifar100", "xflickr_co"),
            published={
                ("xflickr_co", "ToMCLIP"): dict(zip(RECALL, (50.85, 54.07), strict=True)),
            },
            notes=(
                "Of CIFAR-100 top-1 the paper reports a gain of up to 1.64 points over MCLIP.",
                CLASS_NAMES,
                PLAIN,
            ),
            baselines=_plain(anchored=False),
        ),
        Study(
            name="emoji",
            title=f"Embedded emoji, {UNSEEN_CONCEPTS}, in drawings of another hand",
            recipes=(
                Recipe(BASELINE, "emoji_mclip.yaml"),
                Recipe("ToMCLIP (dm)", "emoji_tomclip.yaml", {"loss.h0_weight": 0.0}),
                Recipe("ToMCLIP (ta)", "emoji_tomclip.yaml", {"loss.distance_matrix_weight": 0.0}),
                Recipe("ToMCLIP", "emoji_tomclip.yaml"),
                Recipe("ToMCLIP exact", "emoji_tomclip_exact.yaml"),
            ),
            data=("emoji",),
            options={"emoji": {"subset": "unseen"}},
            asked_as_trained=("emoji",),
            notes=(PLAIN,),
            baselines=_plain(anchored=True),
        ),
    )
}
