"""Games and results as text: Gambit's files, JSON, and arithmetic over declared parameters."""

from crisisgames.files import (  # noqa: F401  # so that their kinds register themselves
    correlated,
    dynamic,
    games,
    results,
)
from crisisgames.files.arithmetic import parse_expression, write_expression
from crisisgames.files.documents import from_json, to_json
from crisisgames.files.efg import from_efg, to_efg
from crisisgames.files.gambit import read_gambit
from crisisgames.files.nfg import from_nfg, to_nfg

__all__ = [
    "from_efg",
    "from_json",
    "from_nfg",
    "parse_expression",
    "read_gambit",
    "to_efg",
    "to_json",
    "to_nfg",
    "write_expression",
]
