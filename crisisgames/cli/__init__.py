"""The command line: ``crisisgames list``, ``compare``, ``report SCENARIO`` and ``solve FILE``.

A command is a module that adds itself to the `app`.
"""

from crisisgames.cli import comparing, listing, reporting, solving  # noqa: F401
from crisisgames.cli.app import app

__all__ = ["app"]
