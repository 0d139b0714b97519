"""What a sweep found: accuracy against the distance of shape, per run and per setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tomclip.core.errors import InputError, RunError
from tomclip.core.intervals import mean_interval
from tomclip.core.paths import runs_directory
from tomclip.runs.observation import observed_state
from tomclip.runs.records import ACCURACY, CRITERION, SHAPE_DISTANCE, run_summary
from tomclip.runs.sweeps.sweep import SEED, Sweep

if TYPE_CHECKING:
    import pandas as pd

MEASURED = (
    "setting",
    "run",
    "state",
    "step",
    "total",
    "weights_changed",
    "counts",
    "measure",
    "accuracy",
    "shape",
)


def sweep_points(sweep: Sweep) -> pd.DataFrame:
    """Returns one row per planned run, also while the sweep is under way.

    Columns: each key of the sweep; `setting`, all of them but the seed in words; `run` (id, ""
    before the launch); `state` ("planned" before the launch, "missing" when the folder is gone or
    its files cannot be read, else as `observed_state`); `step` and `total`; `weights_changed` on
    the way, so that the run is no longer one of its setting; `counts`, whether it is in the means
    of its setting: finished, its weights unchanged and its accuracy known; `accuracy` and `shape`,
    NaN until they are measured; `measure`, which says what `accuracy` is.

    That is `zero_shot_top1` of the last probe (per cent, mean over languages), or for all rows
    `mean_reciprocal_rank` of the last validation (0 to 1) when no run has been probed. `shape` is
    `wasserstein_h0_to_teacher` of the last probe.
    """
    import pandas as pd

    runs = [*sweep.runs, *[""] * (len(sweep.settings) - len(sweep.runs))]
    rows = [
        {**values, "setting": _setting(sweep, values), **_point(run)}
        for values, run in zip(sweep.settings, runs, strict=True)
    ]
    table = pd.DataFrame(rows).astype({name: float for name in (ACCURACY, CRITERION)})
    measure = ACCURACY if table[ACCURACY].notna().any() else CRITERION
    table = table.assign(accuracy=table[measure], measure=measure)
    whole = (table["state"] == "finished") & ~table["weights_changed"]
    table = table.assign(counts=whole & table["accuracy"].notna())
    return table[[*sweep.keys, *MEASURED]]


def trade_off(points: pd.DataFrame) -> pd.DataFrame:
    """Returns one row per setting, over the seeds of the runs that count, in the order of `points`.

    Columns: the sweep's keys but "seed"; `setting`; `seeds`, the number of runs that count;
    `accuracy` and `shape`, their means, each with `_low` and `_high`, the 95 % interval of the mean
    by Student's t (NaN below two seeds); `pareto`, whether the setting is on the `pareto_front` of
    the means. Settings without a run that counts have NaN and are not on it.

    Args:
        points: From `sweep_points`.

    Raises:
        InputError: when a column of `sweep_points` is missing.
    """
    import pandas as pd

    missing = [name for name in MEASURED if name not in points]
    if missing:
        raise InputError(f"the points lack {', '.join(missing)}; give those of sweep_points")
    keys = [name for name in points.columns if name not in (*MEASURED, SEED)]
    rows = []
    for setting, group in points.groupby("setting", sort=False):
        counted = group[group["counts"].astype(bool)]
        rows.append(
            {
                **group[keys].iloc[0].to_dict(),
                "setting": setting,
                "seeds": len(counted),
                **_mean(counted["accuracy"], "accuracy"),
                **_mean(counted["shape"], "shape"),
            }
        )
    table = pd.DataFrame(rows)
    return table.assign(pareto=pareto_front(table["accuracy"], table["shape"]))


def pareto_front(accuracy: Any, shape: Any) -> np.ndarray:
    """Returns (n,) booleans: no other point is at least as good in both and better in one.

    Equal points do not beat each other: all of them are on the front, or none is.

    Args:
        accuracy: (n,) numbers, higher is better.
        shape: (n,) numbers, lower is better. A point with a NaN is never on the front.
    """
    up, down = np.asarray(accuracy, dtype=float), np.asarray(shape, dtype=float)
    at_least = (up[None, :] >= up[:, None]) & (down[None, :] <= down[:, None])
    better = (up[None, :] > up[:, None]) | (down[None, :] < down[:, None])
    return ~(at_least & better).any(axis=1) & np.isfinite(up) & np.isfinite(down)


def _setting(sweep: Sweep, values: Mapping[str, Any]) -> str:
    """Returns the run's values in words, which all seeds share; the name when only seeds differ."""
    words = [f"{key} = {value}" for key, value in values.items() if key != SEED]
    return ", ".join(words) or str(sweep.base["name"])


def _point(run: str) -> dict[str, Any]:
    row = {"run": run, "state": "planned", "step": 0, "total": 0, "weights_changed": False}
    row |= {ACCURACY: np.nan, CRITERION: np.nan, "shape": np.nan}
    if not run:
        return row
    path = runs_directory() / run
    try:
        summary, state = run_summary(path), observed_state(path, lines=1).state
    except RunError:
        return {**row, "state": "missing"}
    status, last = summary.status, summary.last
    return {
        **row,
        "state": state,
        "step": status.step,
        "total": status.total,
        "weights_changed": summary.weights_changed,
        **{name: last[name] for name in (ACCURACY, CRITERION) if name in last},
        "shape": last.get(SHAPE_DISTANCE, np.nan),
    }


def _mean(values: pd.Series, name: str) -> dict[str, float]:
    """Returns the mean under `name` and its interval under `name`_low and `name`_high."""
    found = mean_interval(values.dropna().to_numpy())
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
