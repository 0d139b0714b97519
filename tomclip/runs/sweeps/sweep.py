"""Sweeps: one configuration, several values for some of its settings, a run for each.

`runs/sweeps/<id>.json` holds the plan and the ids of the runs that were launched so far. It is
written before the first and after every launch, so that an interrupted sweep goes on where it was.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from tomclip.config import TrainConfig, change_config, config_to_dict, parse_config
from tomclip.core.errors import ConfigError, RunError, first_line
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.runs.directory import unique_name
from tomclip.runs.jobs.launcher import launch
from tomclip.runs.records import flat_config
from tomclip.runs.status import utc_now

FOLDER = "sweeps"
SCHEMA = 1
MOST_RUNS = 200
SEED = "seed"
_LONGEST_NAME = 64
_GIVEN_BY_THE_SWEEP = ("name", "schema_version")

Grid = Mapping[str, Sequence[Any]]
Settings = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A plan of runs, and the runs launched from it so far.

    `settings` has one mapping per planned run, from dotted keys to values; all have the same keys.
    `runs` are the ids of the first `len(runs)` of them. `created_at` is UTC, ISO 8601.
    """

    id: str
    created_at: str
    base: Mapping[str, Any]
    settings: Annotated[tuple[Mapping[str, Any], ...], Field(min_length=1, max_length=MOST_RUNS)]
    runs: tuple[str, ...] = ()
    schema: Literal[1] = SCHEMA

    @property
    def keys(self) -> tuple[str, ...]:
        """The dotted keys that the sweep sets."""
        return tuple(self.settings[0])

    def configs(self) -> tuple[TrainConfig, ...]:
        """Returns the configuration of every planned run.

        Raises:
            ConfigError: when the recorded base is no longer an accepted configuration.
        """
        return expand(parse_config(self.base, source=f"sweep {self.id}"), self.settings)


_ADAPTER = TypeAdapter(Sweep)


def expand(
    base: TrainConfig, grid: Grid | Settings, *, seeds: Sequence[int] = ()
) -> tuple[TrainConfig, ...]:
    """Returns one checked configuration per run, named after the base and what differs.

    Args:
        base: What all runs share.
        grid: Dotted keys, such as "loss.h0_weight", each with its values: every combination is a
            run, the last key varies fastest. Or a list with one mapping of keys to values per run.
        seeds: Every setting is run with each of these; the same as a last key "seed".

    Raises:
        ConfigError: when a key is unknown, a value is not accepted, two runs would be the same,
            there is none, or there are more than 200.
    """
    settings = _combinations(grid, seeds)
    configs = [change_config(base, values, source=_described(values)) for values in settings]
    for config, times in Counter(configs).items():
        if times > 1:
            same = settings[configs.index(config)]
            raise ConfigError(f"{_described(same)} comes {times} times; give every setting once")
    names = _names(base.name, [_accepted(c, s) for c, s in zip(configs, settings, strict=True)])
    return tuple(replace(config, name=name) for config, name in zip(configs, names, strict=True))


def plan_sweep(base: TrainConfig, grid: Grid | Settings, *, seeds: Sequence[int] = ()) -> Sweep:
    """Returns a new sweep that nothing was launched of and that is not on disk yet.

    Its settings hold the values as the configuration has them: 0.001 for "1e-3".

    Raises:
        ConfigError: as `expand`.
    """
    configs = expand(base, grid, seeds=seeds)
    settings = _combinations(grid, seeds)
    return Sweep(
        id=unique_name(base.name),
        created_at=utc_now(),
        base=config_to_dict(base),
        settings=tuple(_accepted(c, s) for c, s in zip(configs, settings, strict=True)),
    )


def launch_sweep(sweep: Sweep, *, on_launched: Callable[[str], None] | None = None) -> Sweep:
    """Returns the sweep once all its runs are queued; those launched before are left alone.

    Args:
        sweep: From `plan_sweep`, or a stored one that was interrupted.
        on_launched: Called with each new run's id.

    Raises:
        ConfigError: as `Sweep.configs`.
        RunError: when a run or the record cannot be written; the record names the runs so far.
    """
    _write(sweep)
    for number, config in enumerate(sweep.configs()[len(sweep.runs) :], len(sweep.runs)):
        run = launch(config, token=f"{sweep.id}-{number}")
        sweep = replace(sweep, runs=(*sweep.runs, run.id))
        _write(sweep)
        if on_launched is not None:
            on_launched(run.id)
    return sweep


def read_sweep(sweep_id: str) -> Sweep:
    """Returns the stored sweep of that id.

    Raises:
        RunError: when there is none, or its record is damaged.
    """
    file = _folder() / f"{sweep_id}.json"
    if sweep_id not in _stored_ids():
        known = ", ".join(_stored_ids()[:5]) or "none"
        raise RunError(f"there is no sweep {sweep_id!r}; the latest are: {known}")
    try:
        return _ADAPTER.validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        reason = first_line(error)
        raise RunError(f"{file} is damaged ({reason}); its runs are untouched") from error


def list_sweeps() -> tuple[Sweep, ...]:
    """Returns the stored sweeps, newest first; a damaged record is passed over."""
    found = []
    for sweep_id in _stored_ids():
        try:
            found.append(read_sweep(sweep_id))
        except RunError:
            continue
    return tuple(found)


def _combinations(grid: Grid | Settings, seeds: Sequence[int]) -> list[dict[str, Any]]:
    """Returns the keys and values of every run, in order, before they are checked one by one."""
    rows = _product(grid) if isinstance(grid, Mapping) else map(dict, grid)
    settings = list(itertools.islice(_with_seeds(rows, seeds), MOST_RUNS + 1))
    if len(settings) > MOST_RUNS:
        raise ConfigError(f"the sweep has more than {MOST_RUNS} runs; give fewer values")
    if not settings or not all(settings):
        raise ConfigError("the sweep sets nothing; give at least one key, each with values")
    keys = set(settings[0])
    if any(set(row) != keys for row in settings):
        raise ConfigError("the runs of a sweep set different keys; give every run the same ones")
    for key in _GIVEN_BY_THE_SWEEP:
        if key in keys:
            raise ConfigError(f"{key} is given by the sweep; leave it out")
    return settings


def _product(grid: Grid) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def _with_seeds(rows: Iterator[dict[str, Any]], seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if seeds and SEED in row:
            raise ConfigError("seed comes twice; name it as a key or give seeds, not both")
        yield from ({**row, SEED: seed} for seed in seeds) if seeds else (row,)


def _accepted(config: TrainConfig, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the settings' keys with the values that the checked configuration has for them."""
    groups = config_to_dict(config)
    flat = flat_config(groups)
    return {key: flat[key] if key in flat else groups[key] for key in settings}


def _names(base: str, settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Returns a different name for each run: the keys and values that vary, or else a number."""
    varying = [key for key in settings[0] if len({str(row[key]) for row in settings}) > 1]
    last = Counter(key.rpartition(".")[2] for key in varying)
    short = {key: key.rpartition(".")[2] for key in varying}
    labels = {key: _slug(key if last[name] > 1 else name) for key, name in short.items()}
    names = [
        "-".join([base, *(f"{labels[key]}_{_slug(row[key])}" for key in varying)])
        for row in settings
    ]
    if len(set(names)) == len(names) and max(map(len, names)) <= _LONGEST_NAME:
        return names
    return [f"{base[: _LONGEST_NAME - 4]}-{number:03d}" for number in range(1, len(names) + 1)]


def _slug(value: Any) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _described(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in settings.items())


def _write(sweep: Sweep) -> None:
    file = _folder() / f"{sweep.id}.json"
    with write_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json_atomically(file, asdict(sweep))


def _stored_ids() -> list[str]:
    return sorted((file.stem for file in _folder().glob("*.json")), reverse=True)


def _folder() -> Path:
    return runs_directory() / FOLDER
