"""One language against the reference: the test, and how far apart the two are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.intervals import MeanInterval, mean_interval
from tomclip.topology.statistics.permutation import PermutationTest


@dataclass(frozen=True, slots=True)
class PairedDistance:
    """The distance between two languages' diagrams of the same concepts.

    `between` is its mean over the samples of concepts with the 95 % interval by Student's t, which
    covers the choice of concepts at the size of a sample. `other_concepts` is the mean distance
    between two of the reference's own diagrams, of samples without a concept in common: what the
    choice of concepts does to the shape of one language. All are in the unit of the filtration.
    """

    between: MeanInterval
    other_concepts: float


def paired_distance(test: PermutationTest) -> PairedDistance:
    """Returns the distances that a paired test between two languages was made of.

    Args:
        test: Of `permutation_test` with paired=True; its first group is the reference.

    Raises:
        InputError: when the two groups of the test are not of one size.
    """
    if 2 * test.first_group != len(test.distances):
        raise InputError(
            f"the test is of {test.first_group} and {len(test.distances) - test.first_group} "
            "diagrams; give one of pairs"
        )
    k = test.first_group
    own = test.distances[:k, :k][np.triu_indices(k, 1)]
    return PairedDistance(mean_interval(np.diag(test.distances[:k, k:])), float(own.mean()))


@dataclass(frozen=True, slots=True)
class LanguageTest:
    """One language against the reference in one dimension, corrected for all tests made."""

    language: str
    homology_dimension: int
    test: PermutationTest
    adjusted_p_value: float

    @property
    def distance(self) -> PairedDistance:
        """How far the language is from the reference, beside what other concepts do to that."""
        return paired_distance(self.test)
