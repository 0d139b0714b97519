"""Sets of figures for a paper: panels added in the studio, saved, opened again and composed."""

from __future__ import annotations

from tomclip.export.sets.files import SUFFIX, read_set, write_set
from tomclip.export.sets.panel import MOST_PANELS, Panel, PanelSet, panel_of
from tomclip.export.sets.store import (
    FIRST_NAME,
    add_panel,
    count_panels,
    delete_set,
    keep_settings,
    move_panel,
    open_set,
    put_panel,
    remove_panel,
    rename_set,
    require_set_name,
    retitle_panel,
    save_set,
    set_names,
)

__all__ = [
    "FIRST_NAME",
    "MOST_PANELS",
    "SUFFIX",
    "Panel",
    "PanelSet",
    "add_panel",
    "count_panels",
    "delete_set",
    "keep_settings",
    "move_panel",
    "open_set",
    "panel_of",
    "put_panel",
    "read_set",
    "remove_panel",
    "rename_set",
    "require_set_name",
    "retitle_panel",
    "save_set",
    "set_names",
    "write_set",
]
