"""Terms in the place of the distance matrix that do not ask which row translates which.

The clouds may differ in size, so captions without a pair take part.
"""

from __future__ import annotations

import math

import numpy as np
import torch

from tomclip.core.extras import extras_named
from tomclip.losses.cloud import Cloud, by_language, require_comparable, require_same_space
from tomclip.losses.pointwise import squared_difference
from tomclip.losses.relations import mean_divergence, soft_neighbours

STEPS = 100
"""Steps of conditional gradients at most, each one linear assignment; 128 rows take 1 to 20."""

NOISE = 0.1
"""Length of the noise of `neighbour_consistency`, in root mean squared distances from the mean."""

_SEED = 20101
_NO_MASS = 1e-10


def gromov_wasserstein(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the squared Gromov-Wasserstein cost between both clouds' distances.

    Rows of weight 1 / n are matched softly so that the distances between matched rows agree:
    the sum over pairs of matches of their weights and the squared difference of distances. No root
    is taken, so where the plan pairs row i with row i this is (n - 1) / n times `distance_mse`. It
    looks at the first `h1_points` rows, as H1 does; the sizes may differ.

    The plan is found outside autograd on the host, and the cost is differentiated at that plan. It
    is a local optimum, the cheaper of two at which conditional gradients end: they begin at the
    plan that matches rows in the order of their root mean squared distances, which is optimal for
    the first lower bound, and at the plan that matches all rows alike. Equal input, equal bits.

    Returns:
        Scalar, or (languages,); >= 0, in squared units of the teacher's mean distance.

    Raises:
        MissingExtra: without POT.

    References:
        Memoli, "Gromov-Wasserstein distances and the metric approach to object matching", 2011,
        with the first lower bound in sec. 6; Peyre, Cuturi and Solomon, "Gromov-Wasserstein
        averaging of kernel and distance matrices", 2016.
    """
    shape = require_comparable(student, teacher)
    return by_language(_gromov_wasserstein, student.languages, teacher.languages, shape)


def moment_gap(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the squared differences of mean and covariance, added.

    Of the points that the metric is made of: unit vectors for cosine. The difference of means is in
    units of the teacher's total variance V, that of covariances (Frobenius, divided by n) in units
    of V squared. V is 1 where all the teacher's points coincide. The sizes may differ.

    Returns:
        Scalar, or (languages,); >= 0, without unit.

    Raises:
        InputError: when the clouds differ in dimension.

    References:
        Sun and Saenko, "Deep CORAL: Correlation Alignment for Deep Domain Adaptation", 2016, eq. 1,
        for the covariances.
    """
    require_same_space(student, teacher, "distance-matrix")
    (mean, covariance), (wanted_mean, wanted) = map(_moments, (student.points, teacher.points))
    total = wanted.diagonal(dim1=-2, dim2=-1).sum(dim=-1)
    total = torch.where(total == 0, 1.0, total)
    of_means = squared_difference(mean, wanted_mean).sum(dim=-1)
    unit = total[..., None, None]
    of_covariances = squared_difference(covariance / unit, wanted / unit).sum(dim=(-2, -1))
    return of_means / total + of_covariances


def neighbour_consistency(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns how much a little noise changes the student's soft neighbours.

    The mean divergence of the soft neighbours of the noisy rows from those of the rows as they are,
    which are detached; see `neighbour_divergence`. The noise is Gaussian, of root mean squared
    length `NOISE` times the root mean squared distance of the rows from their mean, detached. It is
    drawn from one fixed seed, the same for all batches of one shape (n, d) and for all languages.
    The teacher is not read. The sizes may differ.

    Returns:
        Scalar, or (languages,), in nats; >= 0 up to rounding.

    References:
        Miyato et al., "Virtual Adversarial Training", 2017, for a divergence from the own detached
        prediction; there the noise is the worst and the prediction a class.
    """
    require_comparable(student, teacher)
    noisy = student.moved(_noise(student.vectors.detach()))
    return mean_divergence(soft_neighbours(noisy), soft_neighbours(student).detach())


def _gromov_wasserstein(student: Cloud, teacher: Cloud) -> torch.Tensor:
    here, there = (
        side.distances[: side.cycle_points, : side.cycle_points] / teacher.scale
        for side in (student, teacher)
    )
    sides = [side.detach().cpu().double().numpy() for side in (here, there)]
    plan = _plan(*sides)
    matches = np.nonzero(plan > _NO_MASS)
    rows, columns = (torch.from_numpy(ends).to(here.device) for ends in matches)
    mass = torch.from_numpy(plan[matches]).to(here)
    gaps = squared_difference(_between(here, rows), _between(there, columns))
    return (gaps * mass[:, None] * mass).sum()


def _between(distances: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    return distances.index_select(0, rows).index_select(1, rows)


def _plan(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The cheaper plan (n, m) of two beginnings; NaN distances leave the first beginning."""
    begin = _in_order_of_spread(here, there)
    if not (np.isfinite(here).all() and np.isfinite(there).all()):
        return begin
    with extras_named():
        from ot.gromov import gromov_wasserstein as conditional_gradients
    found = [
        conditional_gradients(here, there, G0=plan, symmetric=True, max_iter=STEPS, log=True)
        for plan in (begin, np.full_like(begin, 1 / begin.size))
    ]
    return min(found, key=lambda plan_and_log: plan_and_log[1]["gw_dist"])[0]


def _in_order_of_spread(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Optimal transport (n, m) between the rows' mean squared distances, by rank."""
    n, m = len(here), len(there)
    first, second = (np.square(side).mean(axis=1).argsort(kind="stable") for side in (here, there))
    starts = np.unique(np.concatenate([np.arange(n) * m, np.arange(m) * n]))
    plan = np.zeros((n, m))
    plan[first[starts // m], second[starts // n]] = np.diff(starts, append=n * m) / (n * m)
    return plan


def _moments(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    mean = points.mean(dim=-2)
    centred = points - mean[..., None, :]
    with torch.autocast(points.device.type, enabled=False):
        return mean, centred.mT @ centred / points.shape[-2]


def _noise(vectors: torch.Tensor) -> torch.Tensor:
    n, d = vectors.shape[-2:]
    centred = vectors - vectors.mean(dim=-2, keepdim=True)
    largest = centred.abs().amax(dim=(-2, -1), keepdim=True)
    unit = torch.where(largest == 0, 1.0, largest)  # keeps the squares in range
    spread = (centred / unit).square().sum(dim=-1, keepdim=True).mean(dim=-2, keepdim=True).sqrt()
    draw = torch.randn(n, d, generator=torch.Generator().manual_seed(_SEED)).to(vectors)
    return draw * (NOISE / math.sqrt(d) * spread * unit)
