"""A tour of two minutes over the studio's own pages, on the data that ship with it."""

from __future__ import annotations

from tomclip.ui.tour.bar import show_tour, show_tour_button

__all__ = ["show_tour", "show_tour_button"]
