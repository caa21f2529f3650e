"""The command line: lists, comparisons and briefs of scenarios, games solved, models shown.

A command is a module that adds itself to the `app`.
"""

from crisisgames.cli import (  # noqa: F401
    asking,
    claiming,
    comparing,
    listing,
    reporting,
    reproducing,
    showing,
    solving,
)
from crisisgames.cli.app import app

__all__ = ["app"]
