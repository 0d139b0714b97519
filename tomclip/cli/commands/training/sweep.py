"""`tomclip sweep`: trains the same configuration with several values of some settings."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tomclip.cli.config_changes import configured
from tomclip.cli.interruption import INTERRUPTED
from tomclip.cli.options import Force, JsonFile
from tomclip.cli.output import STANDARD_OUTPUT, require_output, write_json
from tomclip.cli.terminal import progress, show_table
from tomclip.core.errors import ConfigError, RunError
from tomclip.core.reading.yaml_text import parse_yaml
from tomclip.core.scores import score_kind

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.runs.sweeps.sweep import Sweep

POLL_SECONDS = 1.0
ENDED = ("finished", "failed", "cancelled", "lost", "missing")


def sweep(
    config: Annotated[
        Path | None, typer.Option(help="YAML file that all runs share, such as configs/....yaml.")
    ] = None,
    grids: Annotated[
        list[str] | None,
        typer.Option(
            "--grid", help="A key and its values, such as loss.h0_weight=0,0.01,0.1; repeat."
        ),
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="Change one key for all runs; repeat.")
    ] = None,
    side_by_side: Annotated[
        bool, typer.Option("--list", help="Take first values with first ones, not every pair.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan only.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait until all runs have ended.")] = True,
    go_on: Annotated[
        str | None, typer.Option("--continue", help="Go on with a sweep; its id.")
    ] = None,
    json_file: JsonFile = None,
    force: Force = False,
) -> None:
    """Train one configuration with several values of some settings and show the trade-off."""
    if json_file is not None:
        require_output(json_file, force=force, suffixes=(".json",))
    plan = _plan(config, grids or (), changes or (), side_by_side, go_on)
    quiet = json_file == STANDARD_OUTPUT
    _show_plan(plan, to_stderr=quiet)
    if dry_run:
        return
    launched = _launched(plan, wait=wait)
    points, table = _result(launched)
    if json_file is not None:
        write_json(json_file, _as_json(launched, points, table))
    if not quiet:
        _show_result(points, table)
    unsuccessful = wait and (points["state"] != "finished").any()
    raise typer.Exit(1 if unsuccessful else 0)


def parse_grid(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Returns the keys and their values in texts such as "loss.h0_weight=0,0.01".

    Values are read as YAML with commas between them, so that [en, ko],[en] are two lists.

    Raises:
        ConfigError: when a text is not of that form, or a key comes twice.
    """
    grid: dict[str, list[Any]] = {}
    for text in texts:
        key, equals, values = text.partition("=")
        key = key.strip()
        if not equals or not values.strip():
            raise ConfigError(f"--grid is {text!r}; write key=value,value, such as seed=0,1,2")
        if key in grid:
            raise ConfigError(f"--grid names {key} twice; give all its values at once")
        try:
            grid[key] = parse_yaml(f"[{values}]")
        except ConfigError as error:
            raise ConfigError(f"--grid is {text!r}; its values are not YAML, quote them") from error
    return grid


def _plan(
    config: Path | None,
    grids: Sequence[str],
    changes: Sequence[str],
    side_by_side: bool,
    go_on: str | None,
) -> Sweep:
    from tomclip.runs.sweeps.sweep import plan_sweep, read_sweep

    if go_on is not None:
        if config is not None or grids or changes:
            raise ConfigError("--continue goes on with a sweep as it was; leave the others out")
        return read_sweep(go_on)
    if config is None or not grids:
        raise ConfigError("give --config and --grid to start a sweep, or --continue with its id")
    grid = parse_grid(grids)
    return plan_sweep(configured(config, changes), _rows(grid) if side_by_side else grid)


def _rows(grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Returns the first values together, then the second ones, and so on."""
    if len({len(values) for values in grid.values()}) > 1:
        counts = ", ".join(f"{key} has {len(values)}" for key, values in grid.items())
        raise ConfigError(f"--list takes values side by side, but {counts}; give as many of each")
    return [dict(zip(grid, row, strict=True)) for row in zip(*grid.values(), strict=True)]


def _show_plan(plan: Sweep, *, to_stderr: bool) -> None:
    configs = plan.configs()
    steps = sum(config.optimiser.steps for config in configs)
    for config, values in zip(configs, plan.settings, strict=True):
        settings = ", ".join(f"{key} = {value}" for key, value in values.items())
        typer.echo(f"{config.name}: {settings}", err=to_stderr)
    typer.echo(f"{len(configs)} runs, at most {steps:,} steps", err=to_stderr)


def _launched(plan: Sweep, *, wait: bool) -> Sweep:
    """Returns the sweep with all its runs queued and, with `wait`, ended."""
    from tomclip.runs.sweeps.sweep import launch_sweep

    try:
        plan = launch_sweep(plan)
        if wait:
            _wait_for(plan)
    except KeyboardInterrupt:
        _say_how_to_go_on(plan)
        raise typer.Exit(INTERRUPTED) from None
    if not wait:
        _say_how_to_go_on(plan)
    return plan


def _wait_for(running: Sweep) -> None:
    with progress("sweep") as bar:
        complaint = ""
        while True:
            complaint = _advance(complaint)
            states = [_state(run) for run in running.runs]
            done = sum(total if state in ENDED else step for state, step, total in states)
            bar(done, sum(total for _, _, total in states))
            if all(state in ENDED for state, _, _ in states):
                return
            time.sleep(POLL_SECONDS)


def _advance(before: str) -> str:
    """Starts what may start; says what could not, but not what it said `before`."""
    from tomclip.runs.jobs.launcher import advance_queue

    try:
        advance_queue()
    except RunError as error:
        if str(error) != before:
            typer.echo(f"tomclip: {error}", err=True)
        return str(error)
    return before


def _state(run: str) -> tuple[str, int, int]:
    """Returns the run's state, its finished steps and all its steps."""
    from tomclip.core.paths import runs_directory
    from tomclip.runs.observation import observed_state

    try:
        observed = observed_state(runs_directory() / run, lines=1)
    except RunError:
        return "missing", 0, 0
    return observed.state, observed.status.step, observed.status.total


def _say_how_to_go_on(plan: Sweep) -> None:
    typer.echo(
        "What has started goes on by itself; the next runs start while the studio is open, or with "
        f"'tomclip sweep --continue {plan.id}'",
        err=True,
    )


def _result(launched: Sweep) -> tuple[pd.DataFrame, pd.DataFrame]:
    from tomclip.runs.sweeps.trade_off import sweep_points, trade_off

    points = sweep_points(launched)
    return points, trade_off(points)


def _show_result(points: pd.DataFrame, table: pd.DataFrame) -> None:
    from tomclip.runs.observation import state_in_words

    rows = [
        [
            row["setting"],
            str(row["seeds"]),
            _with_interval(row, "accuracy"),
            _with_interval(row, "shape"),
            "yes" if row["pareto"] else "",
        ]
        for row in table.to_dict("records")
    ]
    from tomclip.runs.records import SHAPE_DISTANCE

    measure, shape = (
        score_kind(name).short_title for name in (points["measure"].iloc[0], SHAPE_DISTANCE)
    )
    header = ["setting", "seeds", measure, shape, "front"]
    show_table("Mean and 95 % interval over seeds", header, rows, numbers=False)
    for run, state in zip(points["run"], points["state"], strict=True):
        if state != "finished":
            typer.echo(f"{run}: {state_in_words(state)}", err=True)


def _with_interval(row: Mapping[Any, Any], name: str) -> str:
    mean, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if math.isnan(mean):
        return "-"
    return f"{mean:.4g}" if math.isnan(low) else f"{mean:.4g} [{low:.4g}, {high:.4g}]"


def _as_json(launched: Sweep, points: pd.DataFrame, table: pd.DataFrame) -> dict[str, Any]:
    """Returns the sweep's id and both tables as rows; what is not known is null."""
    rows = {"points": points, "trade_off": table}
    known = {name: frame.astype(object).where(frame.notna(), None) for name, frame in rows.items()}
    return {"sweep": launched.id} | {
        name: frame.to_dict("records") for name, frame in known.items()
    }
