"""Data sets of one's own: files of captions, pictures and vectors, kept as named workspaces."""

from tomclip.workspaces.building.contents import Contents, contents_of
from tomclip.workspaces.building.findings import KINDS, Finding
from tomclip.workspaces.importing import (
    Inspection,
    create_workspace,
    inspect_files,
    inspected,
)
from tomclip.workspaces.reading.columns import (
    ROLE_TITLES,
    ROLES,
    ColumnMapping,
    ColumnUse,
    parse_changes,
)
from tomclip.workspaces.reading.limits import LIMITS, Limits
from tomclip.workspaces.store import (
    delete_workspace,
    list_workspaces,
    open_workspace,
    rename_workspace,
    require_name,
    write_workspace,
)
from tomclip.workspaces.template import template_csv
from tomclip.workspaces.workspace import PREFIX, Workspace

__all__ = [
    "KINDS",
    "LIMITS",
    "PREFIX",
    "ROLES",
    "ROLE_TITLES",
    "ColumnMapping",
    "ColumnUse",
    "Contents",
    "Finding",
    "Inspection",
    "Limits",
    "Workspace",
    "contents_of",
    "create_workspace",
    "delete_workspace",
    "inspect_files",
    "inspected",
    "list_workspaces",
    "open_workspace",
    "parse_changes",
    "rename_workspace",
    "require_name",
    "template_csv",
    "write_workspace",
]
