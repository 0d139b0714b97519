"""The package itself: every name it offers is there, and one does not load the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tomclip.figures as figures


@pytest.mark.parametrize("name", figures.__all__)
def test_every_offered_name_is_there(name: str) -> None:
    assert getattr(figures, name).__class__ is not None
    assert name in dir(figures)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'pie_figure'"):
        figures.pie_figure  # noqa: B018


def test_one_figure_does_not_load_the_others() -> None:
    code = (
        "import sys, tomclip.figures\n"
        "assert 'plotly' not in sys.modules\n"
        "tomclip.figures.betti_figure\n"
        "assert 'tomclip.figures.topology.betti' in sys.modules\n"
        "assert 'tomclip.figures.topology.loops' not in sys.modules\n"
        "assert 'tomclip.figures.training.live_loss' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
