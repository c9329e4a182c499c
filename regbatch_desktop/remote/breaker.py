"""A circuit breaker per host: a host that fails most calls is left alone for a while.

Owns: open at ≥ 50 % failures of ≥ 10 calls in 60 s; open 60 s, doubled up to 10 min; one probe (reliability §1.4).
Never: sleeps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from regbatch_desktop.ports import ServiceLimits


class Breaker:
    """`clock` gives monotonic seconds."""

    def __init__(self, limits: ServiceLimits, *, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._calls: deque[tuple[float, bool]] = deque()
        self._open_until = 0.0
        self._open_s = limits.breaker_open_s
        self._probing = False

    def wait_s(self) -> float:
        """0 when a call may go; else the seconds until the next probe. Taking a 0 while half open takes the probe."""
        if not self._open_until:
            return 0.0
        left = self._open_until - self._clock()
        if left > 0:
            return left
        if self._probing:
            return min(1.0, self._open_s)
        self._probing = True
        return 0.0

    def record(self, *, ok: bool) -> None:
        """Note one call's end."""
        now = self._clock()
        if self._open_until:
            if now < self._open_until:
                # A call that was under way when it opened; it says nothing about the probe.
                return
            self._probing = False
            if ok:
                self._open_until, self._open_s = 0.0, self._limits.breaker_open_s
                self._calls.clear()
            else:
                self._open_s = min(self._open_s * 2, self._limits.breaker_max_open_s)
                self._open_until = now + self._open_s
            return
        self._calls.append((now, ok))
        while self._calls and self._calls[0][0] < now - self._limits.breaker_window_s:
            self._calls.popleft()
        failures = sum(not good for _, good in self._calls)
        if len(self._calls) >= self._limits.breaker_calls and failures * 2 >= len(self._calls):
            self._open_until = now + self._open_s
            self._calls.clear()
