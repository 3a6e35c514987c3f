"""Ends a process at a chosen step, as a power cut would: before a SQL statement, or before a commit."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event


class Countdown:
    """Counts steps; at zero the process is killed with SIGKILL."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, *_: Any) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def watch_engines(countdown: Countdown) -> None:
    """Every statement and every commit of every engine of this process is a step."""
    event.listen(Engine, "before_cursor_execute", countdown.step)
    event.listen(Engine, "commit", countdown.step)


def survives(work: Callable[[], None], steps: int) -> bool:
    """Runs `work` in a child that is killed at a step. Whether it came to its end before."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            watch_engines(Countdown(steps))
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work itself failed"
    return not os.WIFSIGNALED(status)
