"""Where a picture is drawn: on axes that were given, or on those of a new figure."""

from __future__ import annotations

from os import PathLike
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from crisisgames.errors import GameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PAD", "axes_of", "check_axes", "check_no_file"]

PAD = 0.08
"""Margin of a figure of our own in inches."""


def axes_of(ax: Axes | None, width: float, height: float) -> Axes:
    """Return axes that were given, or those of a new figure of a size in inches.

    Raises
    ------
    GameError
        If what was given is no axes.
    """
    check_axes(ax)
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(width, height))
    figure.set_layout_engine("constrained", w_pad=PAD, h_pad=PAD)
    return ax


def check_axes(ax: Any) -> None:
    """Raise if axes were given that are none, such as the name of a file to save to.

    Examples
    --------
    >>> check_axes("war.png")
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: ax is 'war.png', and must be axes of Matplotlib or left out; to \
save the picture write .plot().figure.savefig('war.png')
    """
    if ax is None:
        return
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        save = (
            f"to save the picture write .plot().figure.savefig({str(ax)!r})"
            if isinstance(ax, (str, PathLike))
            else "axes are what plt.subplots() returns second, and what figure.axes has"
        )
        raise GameError(f"ax is {ax!r}, and must be axes of Matplotlib or left out; {save}")


def check_no_file(option: str, given: Any, save: str) -> None:
    """Raise if an option that takes a name was given that of a picture to save to.

    Parameters
    ----------
    option : str
        What the option is called.
    given : object
    save : str
        How the picture is saved, up to the name of the file.

    Examples
    --------
    >>> check_no_file("outcome", "war", ".plot().savefig")
    >>> check_no_file("outcome", "war.png", ".plot().savefig")
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: outcome is 'war.png', the name of a file; to save the picture \
write .plot().savefig('war.png')
    """
    if isinstance(given, PathLike) or (isinstance(given, str) and _is_picture(given)):
        raise GameError(
            f"{option} is {given!r}, the name of a file; to save the picture write "
            f"{save}({str(given)!r})"
        )


def _is_picture(name: str) -> bool:
    from matplotlib.backend_bases import FigureCanvasBase

    return PurePath(name).suffix.lower().lstrip(".") in FigureCanvasBase.filetypes
