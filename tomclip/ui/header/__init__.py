"""The tools at the head of every page: undo and reset of its choices, and light or dark."""

from __future__ import annotations

from tomclip.ui.header.changes import show_changes
from tomclip.ui.header.theme_switch import show_theme_switch

__all__ = ["show_changes", "show_theme_switch"]
