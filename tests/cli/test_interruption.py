"""Ctrl-C while a command works."""

from __future__ import annotations

import signal

import pytest

from tomclip.cli.interruption import stop_on_signal


def test_a_second_interrupt_is_not_held_back() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with stop_on_signal() as should_stop:
        assert not should_stop()
        signal.raise_signal(signal.SIGINT)
        assert should_stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler
