"""Outside trackers: TensorBoard and others that Hugging Face accelerate knows; off by default.

They see what `metrics.jsonl` holds and are never needed: one that raises is dropped.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

from tomclip.config import Tracking, TrainConfig, config_to_dict
from tomclip.core.errors import ConfigError
from tomclip.core.scores import MEAN
from tomclip.core.types import Event
from tomclip.runs import RunDirectory
from tomclip.runs.scores import MEASUREMENTS, NO_SCORES, recorded_scores

FOLDER = "tracking"
_LOGGER = logging.getLogger(__name__)


class Tracker:
    """Forwards a run's events; does nothing when the configuration asks for none.

    TensorBoard and MLflow write to the run's `artifacts/tracking`.
    """

    def __init__(self, run: RunDirectory, config: TrainConfig) -> None:
        self._run, self._config = run, config
        self._accelerator: Any = None
        self._off = config.tracking == "none"

    def forward(self, event: Event) -> str | None:
        """Hands on the numbers of `event`; returns why it gave up, once, when the tracker raises.

        The tracker starts with the first event.
        """
        if self._off:
            return None
        try:
            if self._accelerator is None:
                self._accelerator = _started(self._run, self._config)
            self._accelerator.log(tracked_values(event), step=event.step)
        except Exception as error:
            return self._give_up(error)
        return None

    def close(self) -> None:
        """Lets the tracker write what it still holds."""
        if self._off or self._accelerator is None:
            return
        try:
            for tracker in self._accelerator.trackers:  # `end_training` also parts the processes
                tracker.finish()
        except Exception as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> str:
        self._off = True
        reason = f"{self._config.tracking}: {type(error).__name__}: {error}"
        _LOGGER.error("tracking stopped, training goes on: %s", reason)
        return reason


def require_tracker(name: Tracking) -> None:
    """Raises ConfigError when `name` needs a package that is not installed."""
    if name == "none":
        return
    try:
        from accelerate.tracking import get_available_trackers

        available = {str(tracker) for tracker in get_available_trackers()}
    except ImportError:
        available = set()
    if name not in available:
        packages = "'tomclip[trackers]'" if name == "tensorboard" else f"accelerate {name}"
        raise ConfigError(
            f"tracking is {name!r}, which is not installed; get it with 'pip install {packages}', "
            "or set tracking to 'none'"
        )


def tracked_values(event: Event) -> dict[str, float]:
    """Returns the finite numbers of `event` as "<split>/<name>".

    A score's name is followed by the language's code, the mean stands under the bare name; weights
    are a level deeper.
    """
    scores = {
        name if language == MEAN else f"{name}_{language}": value
        for name, by_language in recorded_scores(event).items()
        for language, value in by_language.items()
    }
    others = {
        name: value
        for name, value in event.values.items()
        if event.split not in MEASUREMENTS or name in NO_SCORES
    }
    return {
        f"{event.split}/{name}": float(value)
        for name, value in {**_flat(others), **scores}.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }


def _started(run: RunDirectory, config: TrainConfig) -> Any:
    from accelerate import Accelerator

    folder = run.path / "artifacts" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    accelerator = Accelerator(log_with=config.tracking, project_dir=folder)
    settings = {
        name: value if isinstance(value, bool | int | float | str) else str(value)
        for name, value in _flat(config_to_dict(config)).items()
    }
    accelerator.init_trackers("tomclip", config=settings)
    return accelerator


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
