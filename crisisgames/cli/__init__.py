"""The command line: lists, comparisons and briefs of scenarios, games solved, models reproduced.

A command is a module that adds itself to the `app`.
"""

from crisisgames.cli import asking, comparing, listing, reporting, reproducing, solving  # noqa: F401
from crisisgames.cli.app import app

__all__ = ["app"]
