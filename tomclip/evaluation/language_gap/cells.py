"""Tables of groups of classes by languages: accuracy, its gap to English, two encoders' difference.

Every cell is a mean over the group's pictures. Intervals are at 95 % and resample the pictures of
the group, or what they belong together by; languages and encoders see the same resamples, so that
gaps and differences are paired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.scores import EVERY_CLASS, MEAN
from tomclip.evaluation.language_gap.class_hits import ClassHits
from tomclip.evaluation.metrics.bootstrap import bootstrap_intervals
from tomclip.evaluation.metrics.ranking import hits_per_item
from tomclip.evaluation.settings import ENGLISH

LEAST_UNITS = 5
"""Pictures (or concepts, with all their pictures) from which on a cell has an interval."""
COLUMNS = ("group", "language", "value", "ci_low", "ci_high", "pictures", "classes")


def accuracy_cells(hits: ClassHits, groups: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Returns the share of pictures that are named rightly, per group of classes and language.

    Args:
        hits: of one encoder.
        groups: the group of every class id; None takes each class by itself.

    Returns:
        Rows with `COLUMNS`: all groups together come first, as "every class", and the mean of the
        languages last of each group. `value`, `ci_low` and `ci_high` are in per cent; groups of
        fewer than 5 resampled units have no interval (NaN). Languages that show no picture of a
        group have no row.

    Raises:
        InputError: when a class has no group.
    """
    return _cells(hits, hits.values, hits.languages, groups)


def english_gap_cells(
    hits: ClassHits, groups: Mapping[str, str] | None = None, *, reference: str = ENGLISH
) -> pd.DataFrame:
    """Returns by how many percentage points a language names fewer pictures rightly than English.

    The cells are language minus `reference`, below 0 where the language is worse, over the pictures
    that both show; `reference` itself has no rows. Otherwise as `accuracy_cells`.

    Raises:
        InputError: as `accuracy_cells`, when the reference is missing, or is the only language.
    """
    others = tuple(code for code in hits.languages if code != reference)
    if not others:
        raise InputError(f"only {reference} was asked; name another language to see its gap")
    values = np.column_stack([hits.column(code) for code in others])
    return _cells(hits, values - hits.column(reference)[:, None], others, groups)


def difference_cells(
    hits: ClassHits, baseline: ClassHits, groups: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Returns by how many percentage points an encoder names more pictures rightly than another.

    Raises:
        InputError: as `accuracy_cells`, and when the two were not asked the same pictures in the
            same languages and with the same k.
    """
    names = ("data", "k", "languages", "pictures", "classes")
    if differing := [name for name in names if getattr(hits, name) != getattr(baseline, name)]:
        raise InputError(
            f"'{hits.encoder}' and '{baseline.encoder}' were asked with different "
            f"{', '.join(differing)}; evaluate both the same way"
        )
    return _cells(hits, hits.values - baseline.values, hits.languages, groups)


def ordered_groups(cells: pd.DataFrame, *, ascending: bool, language: str = MEAN) -> list[str]:
    """Returns the groups by their value in a language or in the mean, "every class" left out.

    Groups without a value in it come last; equal ones keep the order of the table.
    """
    rows = cells[(cells["language"] == language) & (cells["group"] != EVERY_CLASS)]
    found = rows.sort_values("value", ascending=ascending, kind="stable")["group"]
    left = [one for one in dict.fromkeys(cells["group"]) if one != EVERY_CLASS]
    return list(dict.fromkeys([*found, *left]))


def _cells(
    hits: ClassHits,
    values: np.ndarray,
    languages: tuple[str, ...],
    groups: Mapping[str, str] | None,
) -> pd.DataFrame:
    rows = [
        (name, *row)
        for name, members in _members(hits.classes, groups)
        for row in _group_rows(hits, values[members], languages, members)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _members(
    classes: tuple[str, ...], groups: Mapping[str, str] | None
) -> Iterator[tuple[str, np.ndarray]]:
    """Yields every group's name and the rows of its pictures, all pictures first."""
    if groups is not None and (lost := [one for one in classes if one not in groups]):
        raise InputError(f"class {lost[0]!r} is in no group; give the group of every class")
    of_picture = np.array([one if groups is None else groups[one] for one in classes], dtype=object)
    yield EVERY_CLASS, np.arange(len(classes))
    names, first, codes = np.unique(of_picture.astype(str), return_index=True, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    for place in np.argsort(first):
        yield str(names[place]), parts[place]


def _group_rows(
    hits: ClassHits, values: np.ndarray, languages: tuple[str, ...], members: np.ndarray
) -> Iterator[tuple[str, float, float, float, int, int]]:
    """Yields the cells of one group: language, value, interval, pictures and classes."""
    _, units = np.unique(hits.units[members], return_inverse=True)
    classes = np.array(hits.classes, dtype=object)[members]
    shown = np.isfinite(values)
    present = [place for place in range(len(languages)) if shown[:, place].any()]
    if not present:
        return
    by_unit = [_by_unit(values[:, place], shown[:, place], units) for place in present]
    columns = np.column_stack([*by_unit, np.mean(by_unit, axis=0)])
    intervals = np.full((columns.shape[1], 2), np.nan)
    if len(columns) >= LEAST_UNITS:
        intervals = bootstrap_intervals(columns, seed=hits.seed)
    counts = [shown[:, place] for place in present]
    counts.append(np.any(counts, axis=0))
    names = [*(languages[place] for place in present), MEAN]
    for name, column, (low, high), seen in zip(names, columns.T, intervals, counts, strict=True):
        value = float(column.mean())
        yield name, value, float(low), float(high), int(seen.sum()), len(set(classes[seen]))


def _by_unit(values: np.ndarray, shown: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Returns one value per resampled unit, whose mean is that of the pictures shown."""
    return hits_per_item(values[shown][:, None], units[shown], int(units.max()) + 1)[:, 0]
