"""The Topology page: one module a view."""

from tomclip.ui.topology.page import show

__all__ = ["show"]
