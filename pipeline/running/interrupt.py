"""Ctrl-C: the first asks a run to come to an end, the second ends it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Interrupt:
    """Whether somebody has asked the run to end."""

    requested: bool = False


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Note a Ctrl-C instead of raising `KeyboardInterrupt`, which a second one does."""
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():  # signals go to the main thread
        yield interrupt
        return

    def ask(*_: object) -> None:
        if interrupt.requested:
            raise KeyboardInterrupt
        interrupt.requested = True

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
