"""Games written as TOML files; `from_toml` is the inverse."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from crisisgames.errors import GameError
from crisisgames.files.arithmetic import write_expression
from crisisgames.files.documents import number_json
from crisisgames.files.reading import MAX_BYTES
from crisisgames.files.toml import BARE
from crisisgames.files.toml_games import MAX_NODES, START
from crisisgames.games import ExtensiveFormGame, NormalFormGame, Parameter, SignalingGame
from crisisgames.games.tree import Row, flatten

__all__ = ["to_toml"]

Game = ExtensiveFormGame | SignalingGame | NormalFormGame


def to_toml(game: Game) -> str:
    """Return a game as the text of a TOML file; `from_toml` gives an equal game back.

    The tree is written as named nodes. Equal subtrees are written once, and nodes are named by the
    branch that leads to them first: rename them as you like.

    Parameters
    ----------
    game : ExtensiveFormGame, SignalingGame or NormalFormGame

    Raises
    ------
    GameError
        For anything else, and for expressions that a file cannot hold.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move
    >>> calm, war = end("calm", {"A": 0}), end("war", {"A": -1})
    >>> print(to_toml(ExtensiveFormGame(move("A", {"wait": calm, "attack": war}))))
    kind = "extensive-form game"
    players = ["A"]
    <BLANKLINE>
    [nodes.start]
    player = "A"
    actions = { wait = "calm", attack = "war" }
    <BLANKLINE>
    [ends.calm]
    payoffs = { A = 0 }
    <BLANKLINE>
    [ends.war]
    payoffs = { A = -1 }
    <BLANKLINE>
    """
    writers: dict[type, Callable[[Any], str]] = {
        ExtensiveFormGame: _tree,
        SignalingGame: _signaling,
        NormalFormGame: _normal,
    }
    if type(game) not in writers:
        raise GameError(
            f"to_toml takes a tree, a signaling game or a normal form, not {type(game).__name__}; "
            "to_json keeps other games and results"
        )
    text = writers[type(game)](game)
    if len(text.encode()) > MAX_BYTES:
        raise GameError(
            f"the file would have {len(text.encode())} bytes; from_toml reads up to {MAX_BYTES}: "
            "to_json keeps large games"
        )
    return text


# --- words ---


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    # JSON escapes what TOML does, but for one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _inline(pairs: Mapping[str, str]) -> str:
    inner = ", ".join(f"{_key(name)} = {value}" for name, value in pairs.items())
    return f"{{ {inner} }}" if pairs else "{}"


def _number(value: Any) -> str:
    """Return a number: bare where TOML gives the same back, else as a text."""
    plain = number_json(value)
    if isinstance(plain, float) and math.isfinite(plain):
        return repr(plain)
    if isinstance(plain, int):
        return str(plain)
    return plain if plain in ("inf", "-inf") else _text(str(plain))


def _expression(e: sp.Expr) -> str:
    """Return an expression: a bare number where it is a short decimal, else as a text."""
    if isinstance(e, sp.Integer) and abs(int(e)) < 10**15:
        return str(e)
    if isinstance(e, sp.Rational):
        nearest = float(e)
        short = repr(nearest)
        if "e" not in short and Fraction(short) == Fraction(int(e.p), int(e.q)):
            return short
    return _text(write_expression(e))


def _row(expressions: Iterable[sp.Expr]) -> str:
    return f"[{', '.join(map(_expression, expressions))}]"


# --- what all games have ---


def _head(kind: str, title: str, game: Game, more: Sequence[str]) -> list[str]:
    lines = [f"kind = {_text(kind)}", *([f"title = {_text(title)}"] if title else []), *more]
    if game.values:
        lines += ["", "[values]", *(f"{_key(n)} = {_number(v)}" for n, v in game.values.items())]
    for name, p in game.parameters.items():
        lines += ["", f"[parameters.{_key(name)}]", *_parameter(p)]
    return lines


def _parameter(p: Parameter) -> list[str]:
    low, high = p.domain
    lines = [f"domain = [{_number(low)}, {_number(high)}]", f"default = {_number(p.default)}"]
    for name in ("meaning", "source"):
        if text := getattr(p, name):
            lines.append(f"{name} = {_text(text)}")
    return [*lines, *(["shared = true"] if p.shared else [])]


# --- trees ---


def _tree(game: ExtensiveFormGame) -> str:
    rows = flatten(game.root)
    if len(rows) > MAX_NODES:
        raise GameError(
            f"the tree has {len(rows)} nodes; from_toml reads up to {MAX_NODES}: to_json keeps "
            "large games"
        )
    nodes, ends = _named(rows)
    lines = _head("extensive-form game", game.title, game, [f"players = {_texts(game.players)}"])
    for group, tables in (("nodes", nodes), ("ends", ends)):
        for name, content in tables.items():
            lines += ["", f"[{group}.{_key(name)}]", *content]
    return "\n".join([*lines, ""])


Table = tuple[tuple[tuple[str, str], ...] | None, str, Any, tuple[tuple[str, int], ...]]
"""A node: what it tells if it tells anything, its kind, what it holds, and its branches with the
numbers of the nodes that they lead to."""


def _named(rows: Sequence[Row]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the tables of nodes and of ends by name, equal subtrees once."""
    tables, top = _distinct(rows)
    names: dict[int, str] = {}
    taken: set[str] = set()
    ahead = [(top, START)]
    while ahead:
        k, label = ahead.pop()
        if k in names:
            continue
        _, kind, content, below = tables[k]
        if kind == "end":
            label = content[0][0][0]  # its first outcome
        names[k] = _unused(label, taken)
        ahead += [(n, step or names[k]) for step, n in reversed(below)]
    nodes, ends = {}, {}
    for k, name in names.items():
        told, kind, content, below = tables[k]
        if kind == "end":
            ends[name] = _end(name, content)
        else:
            leads = {step: _text(names[n]) for step, n in below}
            nodes[name] = _node(told, kind, content, leads)
    return nodes, ends


def _distinct(rows: Sequence[Row]) -> tuple[list[Table], int]:
    """Return the different nodes of a tree, what is below each before it, and the root's number."""
    tables: list[Table] = []
    known: dict[Table, int] = {}
    done: list[int] = []
    for kind, content in reversed(rows):
        if kind == "tell":
            below = done.pop()
            told, inner, held, branches = tables[below]
            if told is not None or inner in ("end", "then"):
                table: Table = (content, "then", (), (("", below),))
            else:
                table = (content, inner, held, branches)
        elif kind == "end":
            table = (None, kind, content, ())
        else:
            labels = [label for label, _ in content] if kind == "chance" else content[1]
            table = (None, kind, content, tuple((label, done.pop()) for label in labels))
        if table not in known:
            known[table] = len(tables)
            tables.append(table)
        done.append(known[table])
    return tables, done.pop()


def _unused(label: str, taken: set[str]) -> str:
    """Return a name that no other node has: the label, numbered where it is taken."""
    name, k = label, 1
    while name in taken:
        k += 1
        name = f"{label} {k}"
    taken.add(name)
    return name


def _node(told: Any, kind: str, content: Any, leads: Mapping[str, str]) -> list[str]:
    lines = []
    if told is not None:
        lines.append(f"told = {_inline({p: _text(signal) for p, signal in told})}")
    if kind == "chance":
        chances = {label: f"[{_expression(p)}, {leads[label]}]" for label, p in content}
        return [*lines, f"chance = {_inline(chances)}"]
    if kind == "move":
        return [*lines, f"player = {_text(content[0])}", f"actions = {_inline(leads)}"]
    return [*lines, f"then = {leads['']}"]


def _end(name: str, content: Any) -> list[str]:
    shares, pairs = content
    lines = []
    if [(name, 1)] != list(shares):
        lines.append(f"outcome = {_outcome(dict(shares))}")
    if all(isinstance(p, int) for p, _ in pairs):
        return [*lines, f"payoffs = {_row(u for _, u in pairs)}"]
    return [*lines, f"payoffs = {_inline({p: _expression(u) for p, u in pairs})}"]


def _outcome(shares: Mapping[str, sp.Expr]) -> str:
    if list(shares.values()) == [1]:
        return _text(next(iter(shares)))
    return _inline({label: _expression(share) for label, share in shares.items()})


# --- tables ---


def _signaling(game: SignalingGame) -> str:
    prior = {t: _expression(p) for t, p in zip(game.types, game.prior, strict=True)}
    more = [
        f"players = {_texts(game.players)}",
        f"prior = {_inline(prior)}",
        f"messages = {_texts(game.messages)}",
        f"actions = {_texts(game.actions)}",
    ]
    lines = _head("signaling game", "", game, more)
    for t, of_type in enumerate(game.types):
        lines += ["", f"[payoffs.{_key(of_type)}]"]
        for m, message in enumerate(game.messages):
            both = zip(game.sender_payoffs[t][m], game.receiver_payoffs[t][m], strict=True)
            cells = {a: _row(pair) for a, pair in zip(game.actions, both, strict=True)}
            lines.append(f"{_key(message)} = {_inline(cells)}")
    return "\n".join([*lines, ""])


def _normal(game: NormalFormGame) -> str:
    lines = _head("normal-form game", "", game, [])
    lists = zip(game.players, game.actions, strict=True)
    lines += ["", "[actions]", *(f"{_key(p)} = {_texts(own)}" for p, own in lists)]
    lines += ["", "[payoffs]", *_cells({k: _row(row) for k, row in game.payoffs.items()})]
    if game.shares:
        lines += ["", "[outcomes]"]
        lines += _cells({k: _outcome(row) for k, row in game.shares.items()})
    return "\n".join([*lines, ""])


def _cells(cells: Mapping[tuple[str, ...], str]) -> list[str]:
    """Return nested tables, the last player's actions on one line."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for profile, cell in cells.items():
        rows.setdefault(profile[:-1], {})[profile[-1]] = cell
    if () in rows:
        return [f"{_key(action)} = {cell}" for action, cell in rows[()].items()]
    return [f"{'.'.join(map(_key, above))} = {_inline(row)}" for above, row in rows.items()]
