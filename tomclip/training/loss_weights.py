"""Loss weights that are not the same at every step: changed while a run trains, or on a schedule.

`control/weights.json` asks for a change. The training loop takes the file between two steps and
notes in `control/weights_history.json` from which step on which weights hold. So the weights are a
function of the step alone: a run continued from an older checkpoint changes them where it did
before. `loss.schedule` multiplies what holds: see `loss_at`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tomclip.config import LOSS_WEIGHTS, LossConfig, loss_weights, with_loss_weights
from tomclip.core.errors import ConfigError, InputError
from tomclip.core.files.atomic import write_json_atomically
from tomclip.core.reading.json_text import json_if_there, parse_json
from tomclip.core.reading.text import decode

HISTORY = "weights_history.json"


def schedule_factor(loss: LossConfig, step: int, steps: int) -> float:
    """Returns what `loss.schedule` multiplies the structural weights by, above 0 and at most 1.

    Args:
        loss: The objective.
        step: From 1 on.
        steps: Of the whole run, early end or not.
    """
    if loss.schedule == "constant":
        return 1.0
    return (step if loss.schedule == "rising" else steps - step + 1) / steps


def loss_at(loss: LossConfig, step: int, steps: int) -> LossConfig:
    """Returns the objective of one step: its structural weights times `schedule_factor`.

    Args:
        loss: The objective whose weights hold at that step.
        step: From 1 on.
        steps: Of the whole run.
    """
    if loss.schedule == "constant":
        return loss
    factor = schedule_factor(loss, step, steps)
    return replace(loss, **{name: getattr(loss, name) * factor for name in LOSS_WEIGHTS[1:]})


class WeightSchedule:
    """The loss weights of every step of one run: those it started with, and the changes since.

    `loss.schedule` is not applied to them.

    Args:
        loss: The objective that the run started with.
        request: The run's `control/weights.json`; the history lies beside it.

    Raises:
        ConfigError: when the history was damaged by hand.
    """

    def __init__(self, loss: LossConfig, request: Path) -> None:
        self._request, self._history = request, request.with_name(HISTORY)
        self._changes = [(0, loss), *_read_history(self._history, loss)]

    def after(self, step: int) -> LossConfig:
        """Returns the objective that holds from the end of `step` on, until the next change."""
        return [loss for since, loss in self._changes if since <= step][-1]

    def take_request(self, step: int) -> None:
        """Takes `control/weights.json`, when there is one, as a change from the end of `step` on.

        Changes noted for later steps, by a part of the run that a resume repeats, are dropped.

        Raises:
            ConfigError: when the file asks for nothing that `LossConfig` accepts; it is gone then,
                and the weights stay as they were.
            OSError: when the folder cannot be written.
        """
        if not self._request.exists():
            return
        values = _taken(self._request)
        changed = with_loss_weights(self.after(step), values, source="control/weights.json")
        self._changes = [change for change in self._changes if change[0] <= step]
        self._changes.append((step, changed))
        notes = [{"step": at, "weights": loss_weights(loss)} for at, loss in self._changes[1:]]
        write_json_atomically(self._history, {"changes": notes})


def _taken(request: Path) -> Mapping[str, Any]:
    """Returns what the request says. It is moved away first, so that a newer one is not lost."""
    taken = request.with_name(f".{request.name}.taken")
    request.replace(taken)
    try:
        values = parse_json(decode(taken.read_bytes(), "control/weights.json"))
    except InputError as error:
        raise ConfigError(f"control/weights.json {error}; the weights stay as they were") from error
    finally:
        taken.unlink()
    if not isinstance(values, dict):
        raise ConfigError(f"control/weights.json holds {values!r}; write weights by their names")
    return values


def _read_history(path: Path, loss: LossConfig) -> list[tuple[int, LossConfig]]:
    advice = "delete it to go on with the weights of config.yaml"
    values = json_if_there(path, refusal=ConfigError, advice=advice)
    if values is None:
        return []
    try:
        notes = values["changes"]
        return [(int(n["step"]), with_loss_weights(loss, n["weights"])) for n in notes]
    except (ValueError, KeyError, TypeError, AttributeError, ConfigError) as error:
        raise ConfigError(f"{path} is damaged ({error}); {advice}") from error
