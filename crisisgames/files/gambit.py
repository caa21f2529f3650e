"""Gambit's files by their path."""

from __future__ import annotations

from pathlib import Path

from crisisgames.errors import GameError
from crisisgames.files.efg import from_efg
from crisisgames.files.nfg import from_nfg
from crisisgames.games import ExtensiveFormGame, NormalFormGame

__all__ = ["read_gambit"]


def read_gambit(path: str | Path) -> ExtensiveFormGame | NormalFormGame:
    """Return the game in a Gambit file; its first word says whether it is ``.efg`` or ``.nfg``.

    Raises
    ------
    GameError
        If the file is neither, or is wrong; the message names the file, the line and the column.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> from crisisgames import NormalFormGame
    >>> from crisisgames.files import to_nfg
    >>> path = getfixture("tmp_path") / "chicken.nfg"
    >>> game = NormalFormGame.from_arrays([[0, -1], [1, -5]], [[0, 1], [-1, -5]])
    >>> _ = path.write_text(to_nfg(game))
    >>> read_gambit(path) == game
    True
    """
    path = Path(path)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # old files of Gambit for Windows
    kind = text.split(maxsplit=1)[0] if text.strip() else ""
    if kind not in ("EFG", "NFG"):
        raise GameError(f"{path} starts with {kind[:40]!r}; a Gambit file starts with EFG or NFG")
    try:
        return from_efg(text) if kind == "EFG" else from_nfg(text)
    except GameError as error:
        raise GameError(f"{path}, {error}") from None
