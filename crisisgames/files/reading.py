"""Files by their path: read within limits, and what cannot be read said in one sentence."""

from __future__ import annotations

from pathlib import Path

from crisisgames.errors import GameError

__all__ = ["MAX_BYTES", "read_text", "too_large"]

MAX_BYTES = 200_000
"""Size of a file that people write: some hundred pages."""


def read_text(path: str | Path, limit: int = MAX_BYTES) -> str:
    """Return the text of a file.

    Raises
    ------
    GameError
        If there is no such file, or it is a folder, too large, unreadable, or not text in UTF-8.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise GameError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise GameError(f"{path}: that is a folder; give a file") from None
    except (OSError, ValueError) as error:  # a name with a null character is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise GameError(f"{path}: it cannot be read ({reason})") from None
    if len(data) > limit:
        raise too_large(str(path), f"more than {limit} bytes", limit)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GameError(
            f"{path}, line {line}: byte {data[error.start]:#04x} is not UTF-8; save the file "
            "as UTF-8"
        ) from None


def too_large(source: str, size: str, limit: int = MAX_BYTES) -> GameError:
    """Return the error about a file that is larger than what people write."""
    return GameError(f"{source}: it has {size}; allowed are {limit}")
