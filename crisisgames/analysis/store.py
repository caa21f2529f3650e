"""Where a sweep is kept while it runs, so that nothing done is lost: a Zarr store and a journal.

Each block is written to chunks of its own; then a line in the journal says that it is there. A
block without its line was perhaps not written to the end, and is computed again. The journal begins
with what the store was made for. So a sweep may be stopped at any point, by Ctrl-C, by a full disk
or by a power cut, and the same call goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.blocks import Block, Task, need
from crisisgames.analysis.points import structure
from crisisgames.analysis.solved import Solved
from crisisgames.equilibria.solve import Game, as_tree
from crisisgames.errors import GameError

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Frame", "Store", "made_for"]

JOURNAL = ".journal"
"""What the name of the journal, which lies beside the store, adds to that of the store."""

FORMAT = 1
"""What is written how; stores of another format are refused."""


@dataclass(frozen=True)
class Frame:
    """The labels of a dataset, and its variables without data: dimensions, type, attributes."""

    coords: xr.Dataset
    variables: Mapping[str, tuple[tuple[str, ...], str, dict[str, str]]]


def made_for(task: Task) -> dict[str, str]:
    """Return what the results of a sweep depend on, each in words that a reader can compare."""
    about = {"version of crisisgames": _version(), "format": str(FORMAT)}
    about["game" if isinstance(task.subject, Game) else "crisis"] = _subject(task.subject)
    about |= {f"mechanism {n!r}": _code(m) for n, m in task.mechanisms.items()}
    about["order of mechanisms"] = ", ".join(task.mechanisms)
    for axis in task.points.axes:
        v = np.ascontiguousarray(axis.values)
        digest = hashlib.sha256(v.tobytes() + v.dtype.str.encode()).hexdigest()[:12]
        about[f"parameter {axis.name!r}"] = (
            f"{len(v)} values from {v.min():g} to {v.max():g} (digest {digest})"
        )
    about["points"] = "a sample" if task.points.sample else f"a grid over {task.points.dims}"
    choice = task.choice
    about |= {
        "concept": ", ".join(dict.fromkeys(task.concepts.values())),
        "outcomes": ", ".join(task.outcomes),
        "selection rule": _code(choice.rule) if choice else "none",
        "refinement": str(choice.refinement if choice else None),
        "options": repr(sorted(task.options.items())),
        "points of a block": str(task.most),
    }
    return about


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("crisisgames")
    except PackageNotFoundError:  # run from a copy that is not installed
        return "not installed"


def _subject(subject: Any) -> str:
    if not isinstance(subject, Game):
        return repr(subject)
    tree = as_tree(subject)[0]
    text = repr((structure(tree), sorted((n, str(v)) for n, v in tree.values.items())))
    defaults = repr([(n, str(p.default)) for n, p in tree.parameters.items()])
    digest = hashlib.sha256((text + defaults).encode()).hexdigest()
    return f"{tree.title or 'a game'} (digest {digest[:12]})"


def _code(function: Any) -> str:
    """Return a text that tells a mechanism or a rule from others."""
    if isinstance(function, str):
        return function
    code = getattr(function, "__code__", None)
    if code is None:
        return repr(function)
    held = [cell.cell_contents for cell in function.__closure__ or ()]
    text = repr((_told(code), function.__defaults__, held))
    return f"{function.__qualname__} (digest {hashlib.sha256(text.encode()).hexdigest()[:12]})"


def _told(code: CodeType) -> tuple[Any, ...]:
    """Return what a function does, and those within it, without where they are in memory."""
    consts = [_told(c) if isinstance(c, CodeType) else c for c in code.co_consts]
    return code.co_code, consts, code.co_names


class Store:
    """A sweep on disk.

    Parameters
    ----------
    path : path
        Made if there is nothing.
    task : Task
    frame : xarray.Dataset
        Coordinates, and for each variable its dimensions and attributes, without data.

    Raises
    ------
    GameError
        If something else is there, or a store of another sweep.
    """

    def __init__(self, path: str | os.PathLike[str], task: Task, frame: Frame) -> None:
        self.zarr = need("zarr", "cluster", "a store")
        self.path, self.task = Path(path), task
        self.journal = self.path.with_name(self.path.name + JOURNAL)
        about = made_for(task)
        if not self.path.exists():
            self._make(frame, about)
        self.done = self._read(about)
        self.group = self.zarr.open_group(self.path, mode="r+", zarr_format=2)
        self.arrays = {name: self.group[name] for name in frame.variables}

    def _make(self, frame: Frame, about: Mapping[str, str]) -> None:
        """Make the whole beside its place, and then put it there at once."""
        beside = self.path.with_name(f"{self.path.name}.making-{os.getpid()}")
        with self._said():
            frame.coords.to_zarr(beside, mode="w", zarr_format=2, consolidated=False)
            group = self.zarr.open_group(beside, mode="r+", zarr_format=2)
            block = self.task.points.block_shape(self.task.most)
            for name, (dims, dtype, attributes) in frame.variables.items():
                sizes = [frame.coords.sizes[d] for d in dims]
                chunks = [1, *block, *sizes[1 + len(block) :]]
                group.create_array(
                    name,
                    shape=tuple(sizes),
                    chunks=tuple(chunks),
                    dtype=dtype,
                    fill_value=False if dtype == "bool" else np.nan,
                    attributes={"_ARRAY_DIMENSIONS": list(dims), **attributes},
                )
            self.zarr.consolidate_metadata(beside, zarr_format=2)
            with open(self.journal, "w", encoding="utf-8") as journal:
                print(json.dumps({"made for": about}), file=journal)
                _to_disk(journal)
            os.replace(beside, self.path)

    def _read(self, about: Mapping[str, str]) -> dict[Block, dict[str, Any]]:
        """Return the blocks that are there, with what there is to say of them."""
        try:
            text = self.journal.read_bytes()
        except FileNotFoundError:
            raise GameError(
                f"{str(self.path)!r} exists, and is no store of a sweep: {str(self.journal)!r} is "
                "not beside it; give another path"
            ) from None
        whole = text[: text.rfind(b"\n") + 1]
        if whole != text:  # the last line was not written to the end
            with open(self.journal, "r+b") as journal:
                journal.truncate(len(whole))
        first, *rest = (json.loads(line) for line in whole.splitlines())
        there = first["made for"]
        differ = [n for n in dict.fromkeys((*there, *about)) if there.get(n) != about.get(n)]
        if differ:
            said = "; ".join(
                f"{n} is {_short(there.get(n))} there and {_short(about.get(n))} here"
                for n in differ
            )
            raise GameError(
                f"the store {str(self.path)!r} was made for another sweep: {said}. Give another "
                "path, or delete that store"
            )
        return {Block(*line["block"]): line for line in rest}

    def put(self, block: Block, solved: Solved) -> None:
        """Write a block, and then that it is there."""
        points = self.task.points
        shape = points.block_shape(self.task.most)
        first = [int(k) for k in np.unravel_index(block.start, points.shape)]
        region = tuple(
            slice(k, min(k + own, n)) for k, own, n in zip(first, shape, points.shape, strict=True)
        )
        sizes = [s.stop - s.start for s in region]
        place = list(self.task.mechanisms).index(block.mechanism)
        with self._said():
            for name, array in self.arrays.items():
                values = solved.whole(name)
                array[(place, *region)] = values.reshape(*sizes, *values.shape[1:])
            line = {
                "block": [block.mechanism, block.start, block.stop],
                "doubts": solved.doubts,
                "refined": solved.refined,
            }
            with open(self.journal, "a", encoding="utf-8") as journal:
                print(json.dumps(line), file=journal)
                _to_disk(journal)
        self.done[block] = line

    def finish(self, attributes: Mapping[str, str]) -> xr.Dataset:
        """Return the dataset, with its attributes; numbers are read when they are asked for."""
        import xarray as xr

        with self._said():
            self.group.attrs.update(attributes)
            self.zarr.consolidate_metadata(self.path, zarr_format=2)
        found: xr.Dataset = xr.open_zarr(self.path, chunks=None, zarr_format=2)
        return found

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Say what to do where the disk is full or goes away."""
        try:
            yield
        except OSError as error:
            error.add_note(
                f"The store {str(self.path)!r} could not be written. What is in it is kept: mend "
                "the cause, and the same call of sweep goes on where it stopped."
            )
            raise


def _short(text: str | None) -> str:
    if text is None:
        return "nothing"
    return text if len(text) <= 200 else f"{text[:200]}..."


def _to_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
