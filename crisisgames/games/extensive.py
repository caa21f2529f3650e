"""Extensive-form games: an immutable tree with parameters, and values for some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from crisisgames.errors import GameError
from crisisgames.games.compile import compile_tree, players_in
from crisisgames.games.compiled import Compiled, InformationSet, Numbers
from crisisgames.games.drawable import Drawable
from crisisgames.games.parameter import Parameter, check_values
from crisisgames.games.tree import Node, flatten, need_node, unflatten

if TYPE_CHECKING:
    from crisisgames.games.normal import NormalFormGame

__all__ = ["ExtensiveFormGame"]

PROBES = 3
"""Points, besides the defaults, at which sums of probabilities are checked on construction."""


WIDE = 100
"""How far from the finite end of a domain, or from 0, those points may lie."""


@dataclass(frozen=True, eq=False)
class ExtensiveFormGame(Drawable):
    """A game in extensive form with perfect recall.

    Parameters
    ----------
    root : node
        The tree, made with `chance`, `tell`, `move` and `end`.
    players : tuple of str, optional
        The players in order; without it, those whom the payoffs name, in the order of a walk.
    title : str
        For tables and pictures.
    values : mapping
        Values of parameters; those left out take their defaults. See `at`.

    Raises
    ------
    GameError
        For a player without payoffs, two sets of actions in one information set, a record that is
        ambiguous, two different parameters of one name, probabilities that do not sum to one, or a
        tree that is too deep. A probability that leaves [0, 1] for some values of the parameters
        only is found where the game is evaluated there.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, Parameter, end, move
    >>> cost = Parameter("war_cost", (0, 1), default=0.3)
    >>> game = ExtensiveFormGame(
    ...     move("A", {
    ...         "refrain": end("status quo", {"A": 0, "B": 1}),
    ...         "challenge": move("B", {
    ...             "concede": end("concession", {"A": 1, "B": 0}),
    ...             "resist": end("war", {"A": 0.5 - cost, "B": 0.5 - cost}),
    ...         }),
    ...     })
    ... )
    >>> game.players, game.at(war_cost=0.6).values["war_cost"]
    (('A', 'B'), 0.6)
    """

    root: Node
    players: tuple[str, ...] = ()
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        need_node(self.root, "ExtensiveFormGame")
        if isinstance(self.players, str):
            raise GameError(f"players is {self.players!r}; give a tuple of names")
        players = tuple(self.players) or tuple(dict.fromkeys(players_in(self.root)))
        if not players:
            raise GameError("the payoffs do not name the players; give players=('A', 'B')")
        if len(set(players)) < len(players):
            raise GameError(f"two players have one name in {players}; rename one")
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        compiled = self.compiled
        check_values(compiled.parameters, self.values)
        # Sums of expressions are identities or they are not: three odd points tell.
        for k in range(PROBES if compiled.parameters else 0):
            compiled.check_sums(_probe(compiled.parameters, k))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ExtensiveFormGame):
            return NotImplemented
        return self.__getstate__() == other.__getstate__()

    def __hash__(self) -> int:
        values = tuple(sorted(self.values.items()))
        return hash((flatten(self.root), self.players, self.title, values))

    def __getstate__(self) -> dict[str, Any]:
        # As rows: pickle and copy would exhaust the stack on a deep tree.
        own = {"root": flatten(self.root), "players": self.players, "title": self.title}
        return {**own, "values": dict(self.values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        root, values = unflatten(state["root"]), MappingProxyType(state["values"])
        self.__dict__.update(state, root=root, values=values)

    def __repr__(self) -> str:
        c = self.compiled
        name = f"{self.title!r}, " if self.title else ""
        return (
            f"ExtensiveFormGame({name}players={self.players}, "
            f"{len(c.information_sets)} information sets, {len(c.ends)} ends)"
        )

    @cached_property
    def compiled(self) -> Compiled:
        """The game as arrays, computed once."""
        return compile_tree(self.root, self.players)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return dict(self.compiled.parameters)

    @property
    def information_sets(self) -> tuple[InformationSet, ...]:
        """The information sets in the order in which a walk of the tree meets them."""
        return self.compiled.information_sets

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The labels of outcomes."""
        return self.compiled.outcomes

    def at(self, **values: Any) -> ExtensiveFormGame:
        """Return the game with these parameters fixed, besides those fixed before.

        Raises
        ------
        UnknownName
            For a name that is not a parameter.
        GameError
            For a value outside its domain.
        """
        check_values(self.compiled.parameters, values)
        return replace_values(self, {**self.values, **values})

    def exact(self) -> Numbers:
        """Return probabilities, payoffs and shares as rationals at the game's values."""
        return self._exact

    @cached_property
    def _exact(self) -> Numbers:
        numbers = self.compiled.exact(self.values)
        for array in (numbers.branches, numbers.payoffs, numbers.shares):
            array.setflags(write=False)  # shared by all who ask
        return numbers

    def floats(self) -> Numbers:
        """Return probabilities, payoffs and shares in floating point at the game's values."""
        return self.compiled.floats(self.values)

    def to_normal(self) -> NormalFormGame:
        """Return the reduced normal form: nature averaged, outcomes and parameters kept.

        A strategy is named by what it does at each information set that its own choices lead to.

        Raises
        ------
        NotApplicable
            If there would be more than 100,000 profiles of strategies; the message counts them.

        Examples
        --------
        >>> from crisisgames import Incident
        >>> Incident().game().to_normal().actions[1][:2]
        ('benign: restrain; hostile: restrain', 'benign: restrain; hostile: respond')
        """
        from crisisgames.games.strategic import normal_form  # which builds on this module

        return normal_form(self)


def replace_values(game: ExtensiveFormGame, values: Mapping[str, Any]) -> ExtensiveFormGame:
    """Return the same game at other values without compiling it again."""
    new = object.__new__(ExtensiveFormGame)
    kept = {k: v for k, v in game.__dict__.items() if k != "_exact"}  # numbers at other values
    new.__dict__.update(kept, values=MappingProxyType(dict(values)))
    return new


def _probe(parameters: Mapping[str, Parameter], k: int) -> dict[str, Fraction]:
    """Return the point number ``k``: inside every domain, alike for no two parameters."""
    point = {}
    for i, (name, p) in enumerate(parameters.items()):
        low, high = (None if isinstance(b, float) else b for b in p.bounds)
        if low is None:
            low = (high or Fraction(0)) - WIDE
        if high is None:
            high = low + WIDE
        share = Fraction((31 * (i + 1) + 57 * k) % 97 + 1, 99)
        point[name] = low + (high - low) * share
    return point
