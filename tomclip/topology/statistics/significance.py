"""Is the shape of one language different from another's, beyond the choice of concepts?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, begin, part_of
from tomclip.core.types import Embeddings
from tomclip.topology.statistics.between_languages import LanguageTest
from tomclip.topology.statistics.permutation import PermutationTest, permutation_test
from tomclip.topology.statistics.sample_diagrams import sample_diagrams

Vectors = np.ndarray | Embeddings
Correction = Literal["bh", "by"]
SMALLEST_SUBSAMPLE = 10
LARGEST_SUBSAMPLE = 100


def cloud_difference_test(
    a: Vectors,
    b: Vectors,
    *,
    homology_dimension: int = 1,
    metric: str = "cosine",
    pairs: int = 12,
    sample_size: int | None = None,
    scaled: bool = False,
    distance: str = "wasserstein",
    permutations: int = 2047,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> PermutationTest:
    """Returns the paired test of "two row-matched clouds have the same shape".

    The concepts are dealt at random into `pairs` disjoint subsamples, the same on both sides. Each
    gives one diagram per cloud, so pairs are independent of each other, and under the hypothesis
    the two diagrams of a pair can be exchanged (`permutation_test` with paired=True). What a set of
    concepts does to the shape of both clouds cancels. The test speaks of shape at the size of a
    subsample: a loop that needs every concept is not seen. Equal clouds give p = 1.

    The defaults try all 2 ** 11 labellings, so p can fall to 1 / 2048 = 0.0005: 295 concepts give
    12 pairs of 24, and 1,583 give 12 pairs of 100.

    Args:
        a: (n, d) vectors or Embeddings.
        b: (n, e) vectors of the same concepts in the same order.
        homology_dimension: Of homology: 0, 1 or 2.
        metric: "cosine" or "euclidean".
        pairs: Disjoint subsamples, >= 2; k pairs reach p = 2 ** (1 - k) at best.
        sample_size: Concepts in each, >= 10 and at most n / pairs; None for n / pairs, 100 at most.
        scaled: Divide the distances of every sample by their median. Without it a cloud whose
            points lie closer together has another shape; with it only the proportions count.
        distance: As in `permutation_test`.
        permutations: As in `permutation_test`.
        seed: Of the dealing and the permutations.
        on_progress: Called with (steps done, steps in all) after every diagram and distance. An
            exception raised in it stops the work.

    Raises:
        InputError: for unmatched rows, too few of them, or what `permutation_test` and
            `sample_diagrams` refuse.
    """
    tests = _tests_against(
        "a",
        {"a": a, "b": b},
        (homology_dimension,),
        _Sampling(metric, pairs, sample_size, scaled),
        {"distance": distance, "permutations": permutations, "seed": seed},
        on_progress,
    )
    return tests["b", homology_dimension]


def language_difference_tests(
    clouds: Mapping[str, Vectors],
    *,
    reference: str = "en",
    homology_dimensions: Sequence[int] = (0, 1),
    metric: str = "cosine",
    pairs: int = 12,
    sample_size: int | None = None,
    scaled: bool = False,
    distance: str = "wasserstein",
    correction: Correction = "bh",
    permutations: int = 2047,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> tuple[LanguageTest, ...]:
    """Returns `cloud_difference_test` of every language against the reference, corrected together.

    Adjusted p-values hold the expected share of false findings among all findings at the level they
    are compared with. "bh" (Benjamini and Hochberg) needs independent or positively dependent
    tests; comparisons of many groups with one common control, as here, are the standard case of
    positive dependence. "by" (Benjamini and Yekutieli) needs nothing and costs a factor of 3 to 4
    for 24 tests.

    Args:
        clouds: By language, (n, d) vectors of the same concepts in the same order.
        reference: The language that the others are compared with.
        homology_dimensions: Of homology, all corrected as one family of tests.
        metric: As in `cloud_difference_test`.
        pairs: As in `cloud_difference_test`.
        sample_size: As in `cloud_difference_test`.
        scaled: As in `cloud_difference_test`.
        distance: As in `cloud_difference_test`.
        correction: "bh" or "by".
        permutations: As in `cloud_difference_test`.
        seed: The same subsamples and permutations for every language.
        on_progress: As in `cloud_difference_test`, over all languages.

    Returns:
        One test per language (in the order given, reference left out) and dimension.

    Raises:
        InputError: for a missing reference, no other language, no dimension, an unknown
            correction, or what `cloud_difference_test` refuses.

    References:
        Benjamini and Hochberg, 1995; Benjamini and Yekutieli, "The control of the false discovery
        rate in multiple testing under dependency", Annals of Statistics 2001.
    """
    from scipy.stats import false_discovery_control

    _require_known(clouds, reference, homology_dimensions, correction)
    tests = _tests_against(
        reference,
        clouds,
        homology_dimensions,
        _Sampling(metric, pairs, sample_size, scaled),
        {"distance": distance, "permutations": permutations, "seed": seed},
        on_progress,
    )
    adjusted = false_discovery_control([test.p_value for test in tests.values()], method=correction)
    return tuple(
        LanguageTest(*key, test, float(p))
        for (key, test), p in zip(tests.items(), adjusted, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Sampling:
    """How diagrams are taken of a cloud: see `cloud_difference_test`."""

    metric: str
    pairs: int
    sample_size: int | None
    scaled: bool


def _tests_against(
    reference: str,
    clouds: Mapping[str, Vectors],
    homology_dimensions: Sequence[int],
    sampling: _Sampling,
    options: Mapping[str, Any],
    on_progress: OnProgress | None,
) -> dict[tuple[str, int], PermutationTest]:
    """Returns the paired tests of all other clouds by (name, dimension), in the order given."""
    _require_matched(clouds)
    n, seed = len(clouds[reference]), options["seed"]
    rows = dealt_rows(n, sampling.pairs, sampling.sample_size, seed=seed)
    begin(on_progress, "computing diagrams")
    found = {
        name: sample_diagrams(
            cloud,
            rows,
            max_dimension=max(homology_dimensions),
            metric=sampling.metric,
            scaled=sampling.scaled,
            on_progress=part_of(on_progress, i, 2 * len(clouds)),
        )
        for i, (name, cloud) in enumerate(clouds.items())
    }
    begin(on_progress, "exchanging pairs")
    keys = [(name, k) for name in clouds if name != reference for k in homology_dimensions]
    return {
        (name, k): permutation_test(
            [diagrams[k] for diagrams in found[reference]],
            [diagrams[k] for diagrams in found[name]],
            paired=True,
            on_progress=part_of(on_progress, len(keys) + i, 2 * len(keys)),
            **options,
        )
        for i, (name, k) in enumerate(keys)
    }


def dealt_rows(n: int, pairs: int, sample_size: int | None, *, seed: int = 0) -> np.ndarray:
    """Returns (pairs, sample_size) different rows of 0 .. n - 1, dealt at random.

    Args:
        n: Rows there are.
        pairs: Disjoint subsamples, >= 2.
        sample_size: Rows in each, >= 10; None for n / pairs, 100 at most.
        seed: Of the dealing.

    Raises:
        InputError: for fewer than 2 pairs or 10 rows in each, or more rows than there are.
    """
    if pairs < 2:
        raise InputError(f"pairs is {pairs}; give at least 2, and 6 or more to reach p < 0.05")
    size = min(n // pairs, LARGEST_SUBSAMPLE) if sample_size is None else sample_size
    if size < SMALLEST_SUBSAMPLE or pairs * size > n:
        raise InputError(
            f"{pairs} disjoint subsamples of {size} came for {n} concepts; "
            f"give each at least {SMALLEST_SUBSAMPLE} and all together at most {n}"
        )
    return np.random.default_rng(seed).permutation(n)[: pairs * size].reshape(pairs, size)


def _require_matched(clouds: Mapping[str, Vectors]) -> None:
    counts = {name: len(cloud) for name, cloud in clouds.items()}
    if len(set(counts.values())) > 1:
        raise InputError(
            f"the clouds have {', '.join(f'{n} ({name})' for name, n in counts.items())} rows; "
            "give the same concepts in the same order for each"
        )


def _require_known(
    clouds: Mapping[str, Vectors],
    reference: str,
    homology_dimensions: Sequence[int],
    correction: str,
) -> None:
    if reference not in clouds or len(clouds) < 2:
        raise InputError(
            f"clouds of {', '.join(clouds) or 'no language'} came with the reference "
            f"{reference!r}; give the reference and at least one other language"
        )
    if not homology_dimensions or not set(homology_dimensions) <= {0, 1, 2}:
        raise InputError(f"dimensions are {tuple(homology_dimensions)}; give some of 0, 1 and 2")
    if correction not in get_args(Correction):
        raise InputError(f"correction is {correction!r}; use 'bh' or 'by'")
