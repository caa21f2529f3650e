"""How long a computation may take.

What `time_limit` asks for is kept as a point in time. Searches look at it wherever they could stop
with an honest answer: what is proved by then is returned, with the word that it is not all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from time import monotonic

from crisisgames.errors import need_number

__all__ = ["NEVER", "Deadline", "TimeUp"]


class TimeUp(Exception):
    """Raised inside a computation whose time is up, for a caller who has a partial answer."""


@dataclass(frozen=True)
class Deadline:
    """The point in time at which a computation stops.

    Attributes
    ----------
    at : float
        On the clock of `time.monotonic`, in seconds; infinite if there is none.

    Examples
    --------
    >>> Deadline.within(60).passed, Deadline.within(None) == Deadline.within(0) == NEVER
    (False, True)
    """

    at: float = inf

    @classmethod
    def within(cls, time_limit: float | None) -> Deadline:
        """Return the point in time that many seconds from now; None and 0 set none.

        Raises
        ------
        GameError
            If the limit is not a number of at least 0.
        """
        if time_limit is None:
            return NEVER
        need_number("time_limit", time_limit)
        return cls(monotonic() + float(time_limit)) if time_limit else NEVER

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return self.at < inf and monotonic() >= self.at

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(self.at - monotonic(), 0.0) if self.at < inf else inf

    @property
    def half(self) -> Deadline:
        """The point in time at which half of what is left now will have passed."""
        return Deadline(monotonic() + self.left / 2) if self.at < inf else self

    def check(self) -> None:
        """Raise `TimeUp` if the time is up."""
        if self.passed:
            raise TimeUp("time limit reached")


NEVER = Deadline()
"""No limit."""
