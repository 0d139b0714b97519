"""Every setting of a training run as the configuration classes declare it, and its widget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.util import find_spec
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import streamlit as st

from tomclip.config import TrainConfig

FORM = "train_"
TRACKERS_NEED: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "tensorboard": ("accelerate", "tensorboard"),
    "trackio": ("accelerate", "trackio"),
    "mlflow": ("accelerate", "mlflow"),
    "wandb": ("accelerate", "wandb"),
}
_BOUNDS = {"ge": "low", "gt": "low", "le": "high", "lt": "high"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its dotted key, the type of its value, its bounds, and its choices if it has few.

    An `optional` one may be None, which a text field shows as "". The bounds include the values
    that a strict one leaves out; the configuration refuses those.
    """

    key: str
    kind: type
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False

    @property
    def title(self) -> str:
        """The setting's name in words."""
        words = self.key.rpartition(".")[2].replace("_", " ")
        return words[0].upper() + words[1:]


@cache
def settings() -> Mapping[str, Setting]:
    """Returns every setting by its dotted key, in the order of the classes; no fixed ones."""
    return {one.key: one for one in _declared(TrainConfig) if len(one.choices) != 1}


def installed_trackers() -> tuple[str, ...]:
    """Returns the trackers that a run on this machine can be followed with, "none" first."""
    return tuple(name for name, needs in TRACKERS_NEED.items() if all(map(find_spec, needs)))


def setting_widget(
    key: str,
    label: str = "",
    *,
    step: float | None = None,
    help_text: str | None = None,
    placeholder: str | None = None,
) -> None:
    """Shows the widget that a setting's declared type and bounds ask for; none for a sequence.

    `placeholder` says in a field of text that is empty what that means.
    """
    one = settings()[key]
    label = label or one.title
    if one.choices:
        st.segmented_control(label, _offered(one), key=FORM + key, required=True, help=help_text)
    elif one.kind is str:
        st.text_input(label, key=FORM + key, help=help_text, placeholder=placeholder)
    elif one.kind is bool:
        st.toggle(label, key=FORM + key, help=help_text)
    elif one.kind is int:
        _number(label, one, step or 1, "%d", help_text)
    elif one.kind is float:
        _number(label, one, step or 0.01, "%g", help_text)


def _number(label: str, one: Setting, step: float, form: str, help_text: str | None) -> None:
    """Shows a field without bounds: with them the browser would keep a number that does not fit to
    itself, and the page would go on with the one before. The configuration refuses it in words."""
    explained = " ".join(filter(None, (help_text, accepted_numbers(one))))
    st.number_input(label, key=FORM + one.key, step=one.kind(step), format=form, help=explained)


def accepted_numbers(one: Setting) -> str:
    """Returns in words which numbers a setting accepts; empty where all are."""
    low, high = (None if bound is None else f"{bound:,.15g}" for bound in (one.low, one.high))
    if low is None or high is None:
        return f"From {low} on." if low else f"Up to {high}." if high else ""
    return f"From {low} to {high}."


def _offered(one: Setting) -> list[str]:
    """Returns the choices; of the trackers, those installed and the one that is set."""
    if one.key != "tracking":
        return list(one.choices)
    usable = {*installed_trackers(), st.session_state[FORM + one.key]}
    return [name for name in one.choices if name in usable]


def _declared(group: type, prefix: str = "") -> Iterator[Setting]:
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        hint = hints[field.name]
        if is_dataclass(hint):
            yield from _declared(hint, f"{prefix}{field.name}.")  # type: ignore[arg-type]
        else:
            yield _setting(prefix + field.name, hint)


def _setting(key: str, hint: Any) -> Setting:
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        return Setting(key, type(choices[0]), choices=choices)
    annotated = get_args(hint) if hasattr(hint, "__metadata__") else (hint,)
    kind, *declared = annotated
    optional = isinstance(kind, UnionType)
    kind = get_args(kind)[0] if optional else kind
    limits = [limit for info in declared for limit in info.metadata]
    bounds = {
        side: getattr(limit, name)
        for limit in limits
        for name, side in _BOUNDS.items()
        if hasattr(limit, name)
    }
    return Setting(key, get_origin(kind) or kind, optional=optional, **bounds)
