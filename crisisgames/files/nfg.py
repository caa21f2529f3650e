"""Strategic games in Gambit's ``.nfg`` format, by payoffs and by outcomes [1]_.

References
----------
.. [1] The Gambit Project, "The strategic game (.nfg) file format, payoff version" and "..., outcome
   version", Gambit documentation, "Game representation formats".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod

import sympy as sp

from crisisgames.errors import GameError
from crisisgames.files.efg import NO_OUTCOME
from crisisgames.files.numbers import number_text
from crisisgames.files.tokens import Reader, quoted, unique
from crisisgames.games import NormalFormGame, Profile
from crisisgames.games.tree import STEP

__all__ = ["from_nfg", "to_nfg"]


def from_nfg(text: str) -> NormalFormGame:
    """Return the game that the text of an ``.nfg`` file describes, by payoffs or by outcomes.

    In the file the first player's strategy runs fastest: ``1 1 0 2 ...`` are the payoffs of all
    players where everybody plays its first strategy, then where player 1 plays its second.

    Raises
    ------
    GameError
        If the text is not such a file, with line, column, what was found and what is expected.

    Notes
    -----
    Strategies without names are numbered from 1, repeated names too: ``yield (2)``. The outcomes of
    the game are the file's if these have names, which are more than their numbers; else they are
    the profiles. The title and the comment are not kept.

    Examples
    --------
    Selten (1975), Figure 2, as in Gambit's manual:

    >>> game = from_nfg('''NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
    ... { "Player 1" "Player 2" } { 3 2 }
    ... 1 1 0 2 0 2 1 1 0 3 2 0''')
    >>> game.payoffs["2", "1"], game.payoffs["3", "2"]
    ((0, 2), (2, 0))
    """
    r = Reader(text)
    r.header("NFG", "1")
    players = unique(r.texts("names of players"), "player")
    actions = _strategies(r, players)
    r.accept("text")  # a comment
    cells = prod(map(len, actions))
    names: list[str] = []
    if r.token.kind == "{":
        names, payoffs = _by_outcome(r, players, cells)
    else:
        _need_words(r, cells * len(players), "payoffs")
        payoffs = [tuple(r.number(f"a payoff of {p!r}") for p in players) for _ in range(cells)]
    if r.token.kind != "end":
        raise r.wrong(f"the table is complete, but {r.found()} follows")
    profiles = list(_first_fastest(actions))
    table = dict(zip(profiles, payoffs, strict=True))
    shares = {p: {name: sp.S.One} for p, name in zip(profiles, names, strict=bool(names))}
    return NormalFormGame(tuple(players), tuple(map(tuple, actions)), table, shares=shares)


def _strategies(r: Reader, players: Sequence[str]) -> list[list[str]]:
    """Read the strategies of each player: lists of names, or how many there are."""
    r.take("{", "'{' and the strategies")
    actions: list[list[str]] = []
    named = r.token.kind == "{"
    for player in players:
        if named:
            given = [name.replace(STEP, " / ") for name in r.texts(f"strategies of {player!r}")]
            actions.append(unique(unique(given, "strategy"), "strategy"))
        else:
            most = max(r.left, 1)  # each takes at least one word of the file
            count = r.ordinal(f"the number of strategies of {player!r}", 1, most)
            actions.append([str(k + 1) for k in range(count)])
    r.take("}", f"'}}' after the strategies of {len(players)} players")
    return actions


def _by_outcome(
    r: Reader, players: Sequence[str], cells: int
) -> tuple[list[str], list[tuple[Fraction, ...]]]:
    """Read the outcomes, and the number of one for each profile; 0 is payoffs of zero.

    Return the name of the outcome of each profile, or none if they have no names, and the payoffs.
    """
    r.take("{", "'{' and the outcomes")
    names, outcomes = [NO_OUTCOME], [(Fraction(0),) * len(players)]
    while r.accept("{"):
        names.append(r.take("text", "the name of an outcome, in quotes,").strip())
        outcomes.append(r.payoffs(players))
    r.take("}", "'{' and another outcome, or '}'")
    _need_words(r, cells, "numbers of outcomes")
    most = len(outcomes) - 1
    places = [r.ordinal("the number of an outcome", 0, most) for _ in range(cells)]
    # Gambit itself names an outcome by its number if it has no other name.
    named = all(names) and any(name != str(k) for k, name in enumerate(names[1:], 1))
    return [names[k] for k in places] if named else [], [outcomes[k] for k in places]


def _need_words(r: Reader, need: int, what: str) -> None:
    if r.left < need:
        raise r.wrong(f"found {r.left} more words, where {need} {what} are expected")


def _first_fastest(actions: Sequence[Sequence[str]]) -> Iterator[Profile]:
    """Yield all profiles, the first player's action running fastest."""
    return (tuple(reversed(p)) for p in product(*reversed(actions)))


def to_nfg(game: NormalFormGame, *, title: str = "") -> str:
    """Return a game as the text of an ``.nfg`` file, at the current values of its parameters.

    By outcomes if each profile has one of its own, else by payoffs; then outcomes are not kept.

    Examples
    --------
    >>> from crisisgames import NormalFormGame
    >>> print(to_nfg(NormalFormGame.from_arrays([[0, -1], [1, -5]], [[0, 1], [-1, -5]])), end="")
    NFG 1 R "" { "1" "2" }
    {
    { "1" "2" }
    { "1" "2" }
    }
    ""
    <BLANKLINE>
    0 0
    1 -1
    -1 1
    -5 -5
    """
    if not isinstance(game, NormalFormGame):
        raise GameError(
            f"to_nfg takes a NormalFormGame, not {type(game).__name__}; other games go to to_efg"
        )
    table = game.exact()
    place = [{a: k for k, a in enumerate(own)} for own in game.actions]
    profiles = list(_first_fastest(game.actions))
    rows = [
        tuple(table[tuple(where[a] for where, a in zip(place, profile, strict=True))])
        for profile in profiles
    ]
    strategies = "".join(f"{{ {' '.join(map(quoted, own))} }}\n" for own in game.actions)
    players = " ".join(map(quoted, game.players))
    head = f'NFG 1 R {quoted(title)} {{ {players} }}\n{{\n{strategies}}}\n""\n\n'
    if game.shares and all(len(own) == 1 for own in game.shares.values()):
        return head + _outcomes([next(iter(game.shares[p])) for p in profiles], rows)
    return head + "".join(" ".join(map(number_text, row)) + "\n" for row in rows)


def _outcomes(names: Sequence[str], rows: Sequence[tuple[Fraction, ...]]) -> str:
    """Return the outcomes with their payoffs, and the number of one for each profile."""
    pairs = list(zip(names, rows, strict=True))
    numbers = {pair: k for k, pair in enumerate(dict.fromkeys(pairs), 1)}
    listed = "".join(
        f"{{ {quoted(name)} {', '.join(map(number_text, row))} }}\n" for name, row in numbers
    )
    return f"{{\n{listed}}}\n{' '.join(str(numbers[pair]) for pair in pairs)}\n"
