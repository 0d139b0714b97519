"""What pages show, as the records that Python lines are written from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.core.paths import workspaces_directory, workspaces_owned_by
from tomclip.data.emoji import Subset
from tomclip.export.lines import Cloud, Items, Maps
from tomclip.figures import FigureContext
from tomclip.ui.computing.chosen_data import dataset
from tomclip.ui.computing.shown_data import DataKey
from tomclip.workspaces import PREFIX

if TYPE_CHECKING:
    from tomclip.ui.computing.cached import CloudChoice
    from tomclip.ui.computing.maps import MapChoice


def read_workspace(key: DataKey) -> str:
    """Returns how lines call a workspace: its name, or its folder where it is one person's own.

    "" for the embedded emoji.
    """
    if not key.path:
        return ""
    with workspaces_owned_by(""):
        shared = Path(key.path).parent == workspaces_directory()
    return key.name.removeprefix(PREFIX) if shared else key.path


def items_read(key: DataKey, subset: Subset) -> Items:
    """Returns the items of a subset of a data set."""
    return Items(read_workspace(key), subset)


def cloud_read(
    choice: CloudChoice, head: FigureContext, languages: Sequence[str], max_dimension: int = 1
) -> Cloud:
    """Returns what diagrams of some languages are computed on."""
    return Cloud(
        choice.encoder,
        head,
        tuple(languages),
        subset=choice.subset,
        metric=choice.metric,
        max_points=choice.max_points,
        landmarks=choice.sampling == "landmarks",
        max_dimension=max_dimension,
        reference=dataset(choice.data).reference,
        workspace=read_workspace(choice.data),
        described=choice.languages,
    )


def maps_read(encoders: Sequence[str], choice: MapChoice, head: FigureContext) -> Maps:
    """Returns what the maps of some encoders are made of."""
    data = dataset(choice.data)
    own = read_workspace(choice.data)
    column = data.groupings.get("category", "").lower()
    return Maps(
        tuple(encoders),
        head,
        Items(own, choice.subset, chosen=_known(choice)),
        choice.languages,
        choice.layout,
        most=choice.concepts,
        rendering=choice.rendering,
        category=column,
    )


def _known(choice: MapChoice) -> tuple[str, ...]:
    """Returns those of the chosen ids that the data set has."""
    ids = set(dataset(choice.data).ids) if choice.chosen else set()
    return tuple(one for one in choice.chosen if one in ids)
