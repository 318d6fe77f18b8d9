"""Options that are numbers of a range."""

import math

import click


class Finite(click.FloatRange):
    """A number of a range: NaN is in none, though it compares as if it were in all."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails as click does, with a usage error."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no number that can be compared", param, ctx)
        return number
