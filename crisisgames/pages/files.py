"""Writing a page: all of it or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from crisisgames.errors import GameError

__all__ = ["SUFFIXES", "check_writable", "write_whole"]

SUFFIXES = (".html", ".htm")
"""How the name of a page may end: browsers go by it."""


def check_writable(path: str | os.PathLike[str], given: str = "report") -> Path:
    """Return the path of a page; raise if no page can be written there.

    Parameters
    ----------
    path : str or path
    given : str
        What the error says was given: the name of the function, or of an option.
    """
    try:
        target = Path(path)
    except TypeError:
        raise GameError(f"{given}: {path!r} is no path; give one such as 'out.html'") from None
    if target.suffix.lower() not in SUFFIXES:
        raise GameError(f"{given} {target}: the file name must end in {' or '.join(SUFFIXES)}")
    if not target.parent.is_dir():
        raise GameError(
            f"{given} {target}: there is no folder {str(target.parent)!r}; make it first"
        )
    if target.exists() and not target.is_file():
        raise GameError(f"{given} {target}: that is no file; give the name of one")
    return target


def write_whole(path: Path, text: str, given: str = "report") -> None:
    """Write a file, or leave what was there: a reader never sees half of it."""
    target = path.resolve()  # what a link leads to is replaced, not the link
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            with beside.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise GameError(f"{given} {path}: {error.strerror or error}") from None
