"""That one page loads its modules at a time."""

from __future__ import annotations

import threading

import pytest

from tomclip.ui.navigation import loaded, loading_alone


def begin_another(order: list[str]) -> threading.Thread:
    """Returns the thread of a second page, which says when its turn has come."""

    def load() -> None:
        with loading_alone():
            order.append("second")

    thread = threading.Thread(target=load)
    thread.start()
    return thread


def test_a_page_waits_till_the_one_before_has_its_modules() -> None:
    order: list[str] = []
    with loading_alone():
        other = begin_another(order)
        other.join(0.1)
        order.append("first")
        loaded()
        other.join(10)
        order.append("first is shown")
    assert order == ["first", "second", "first is shown"]


def test_a_page_that_fails_before_it_has_its_modules_holds_up_none() -> None:
    order: list[str] = []
    with pytest.raises(ImportError), loading_alone():
        raise ImportError
    begin_another(order).join(10)
    assert order == ["second"]


def test_a_page_of_its_own_has_nobody_to_tell() -> None:
    loaded()
    with loading_alone():
        loaded()
        loaded()
