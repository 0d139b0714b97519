"""What a wheel holds beside the package; an editable install uses it where it is."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("assets", "configs", "studies", "pages", "app.py", ".streamlit/config.toml")


class Shipped(BuildHookInterface):
    """Puts into tomclip/shipped what a checkout has at its top."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the files, unless the install is editable."""
        if version != "editable":
            build_data["force_include"] |= {name: f"tomclip/shipped/{name}" for name in SHIPPED}
