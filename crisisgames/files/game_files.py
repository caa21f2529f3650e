"""A game in a file of any of the forms that the library reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crisisgames.errors import GameError
from crisisgames.files.documents import from_json
from crisisgames.files.efg import from_efg
from crisisgames.files.nfg import from_nfg
from crisisgames.files.reading import read_text
from crisisgames.files.toml import from_toml
from crisisgames.games import (
    BayesianGame,
    ExtensiveFormGame,
    NormalFormGame,
    SignalingGame,
    StochasticGame,
)

__all__ = ["read_game"]

Game = ExtensiveFormGame | SignalingGame | NormalFormGame | BayesianGame | StochasticGame

MAX_BYTES = 20_000_000
"""Size of a file that programs write."""

FORMS: dict[str, Callable[[str], Any]] = {
    ".json": from_json,
    ".efg": from_efg,
    ".nfg": from_nfg,
}
"""How files that programs write are read, by the ending of their name."""


def read_game(path: str | Path) -> Game:
    """Return the game in a file, whose ending says how it is written.

    Parameters
    ----------
    path : str or Path
        ``.toml`` (see `from_toml`), ``.json`` (see `from_json`), or Gambit's ``.efg`` or ``.nfg``.

    Raises
    ------
    GameError
        If there is no such file, its ending is another, it is wrong, or holds something else than a
        game; the message names the file and the place in it.

    Examples
    --------
    >>> read_game("crisis.txt")
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: crisis.txt: the ending of its name says how a file is read; known
    are .toml, .json, .efg, .nfg
    """
    path = Path(path)
    form = path.suffix.lower()
    if form == ".toml":
        found = from_toml(read_text(path), str(path))
    elif form in FORMS:
        text = read_text(path, MAX_BYTES)
        try:
            found = FORMS[form](text)
        except GameError as error:
            raise GameError(f"{path}: {error}") from None
    else:
        known = ", ".join((".toml", *FORMS))
        raise GameError(
            f"{path}: the ending of its name says how a file is read; known are {known}"
        )
    if not isinstance(found, Game):
        what = type(found).__name__
        raise GameError(f"{path}: it holds {_article(what)} {what}, where a game is expected")
    return found


def _article(word: str) -> str:
    return "an" if word[0] in "AEIOU" else "a"
