"""Games and results as text: TOML, JSON, Gambit's files, arithmetic over declared parameters."""

from crisisgames.files import (  # noqa: F401  # so that their kinds register themselves
    correlated,
    dynamic,
    games,
    results,
    toml_games,
)
from crisisgames.files.arithmetic import parse_expression, write_expression
from crisisgames.files.documents import from_json, to_json
from crisisgames.files.efg import from_efg, to_efg
from crisisgames.files.gambit import read_gambit
from crisisgames.files.game_files import read_game
from crisisgames.files.nfg import from_nfg, to_nfg
from crisisgames.files.toml import from_toml, read_toml
from crisisgames.files.toml_writing import to_toml

__all__ = [
    "from_efg",
    "from_json",
    "from_nfg",
    "from_toml",
    "parse_expression",
    "read_gambit",
    "read_game",
    "read_toml",
    "to_efg",
    "to_json",
    "to_nfg",
    "to_toml",
    "write_expression",
]
