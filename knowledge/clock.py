"""What day it is; a fixed day in tests."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


class Clock(Protocol):
    """Tells today's date."""

    def today(self) -> date:
        """The current day."""


class SystemClock:
    """The machine's clock."""

    def today(self) -> date:
        """The current day."""
        return date.today()


@dataclass(frozen=True)
class FixedClock:
    """Always the same day."""

    day: date

    def today(self) -> date:
        """That day."""
        return self.day
