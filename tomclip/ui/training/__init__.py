"""The Train page: a form, the runs under way, and what they have recorded."""

from tomclip.ui.training.page import show

__all__ = ["show"]
