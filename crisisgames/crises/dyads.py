"""Dyads: whether quarrels and silence feed each other, and one crisis another.

Two sides meet again and again. Between them there is tension, calm, friction or crisis, and
dialogue, which is on or off. In every period both see this and choose at the same time, to restrain
themselves or to push:

1. Who pushes while the other restrains itself gains ``gain``, and the other loses ``loss``; else
   nobody gets anything.
2. With k sides pushing, tension rises with probability u, where ``rise_none``, ``rise_one`` or
   ``rise_both`` is taken for k = 0, 1, 2, ``spillover`` is added while another dyad is in crisis or
   conflict, and the sum is multiplied by 1 - ``dampening`` while dialogue is on (at most 1). If it
   does not rise and nobody pushes, it falls with probability ``fall``.
3. From crisis up is conflict, which never ends and costs each side ``damage`` in every period.
4. Then, at the new tension: in crisis dialogue ends with probability ``suspension``; at calm and
   friction it resumes with ``resumption``; and anywhere it is interrupted for outside reasons with
   ``interruption``, in this order and independently.

One state may be in two dyads at once, as China is with the United States and with Japan. It chooses
in both at the same time and adds the payoffs. An ally of a side in a dyad of others pays
``alliance`` times the damage of conflict there.

War is conflict within so many periods. Nobody decides on it, but who pushes in a crisis knows what
may come of it. So what pushing adds to the chance that a crisis becomes conflict is *deliberate*;
what would have come of it if both had restrained themselves is *inadvertent*. With two dyads the
cause is that of the conflict that comes first. Everybody sees everything, so nothing is a
misperception.

That suspended dialogue and worse relations feed each other, and that one crisis draws in another,
is said by a text on China, Japan and the United States (see `crisisgames.mechanisms.SOURCES`, Z);
the game and its default values are ours, and the values are illustrations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property, lru_cache
from itertools import compress, product
from math import prod
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import sympy as sp

from crisisgames.crises.crisis import ManyPlays, Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    KnownFields,
    as_count,
    as_flag,
    check_fields,
    parameters,
    quantity,
)
from crisisgames.equilibria.deadline import Deadline
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games import Parameter, StochasticGame
from crisisgames.games.expressions import as_fraction
from crisisgames.games.stochastic import WAIT

if TYPE_CHECKING:
    from crisisgames.equilibria import MarkovEquilibrium

__all__ = ["CALM", "CONFLICT", "CRISIS", "TENSIONS", "Dyads", "Live", "Pair", "State"]

TENSIONS = ("calm", "friction", "crisis")
"""Levels of tension short of conflict, the lowest first."""

CALM, CRISIS = 0, 2
CONFLICT = "conflict"
TALKING, SILENT = "talking", "silent"
RESTRAIN, PUSH = "restrain", "push"
RISE = ("rise_none", "rise_one", "rise_both")
DELIBERATE, INADVERTENT = "war:deliberate", "war:inadvertent"
CAUSES = (DELIBERATE, INADVERTENT)
BOTH = "both"

Live = tuple[int, bool]
"""Tension, and whether dialogue is on."""

State = tuple[Live | None, ...]
"""For each dyad its tension and dialogue, or None for conflict."""

Pushed = tuple[int, ...]
"""The places of the dyads in which a player pushes."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of a dyad.

    Attributes
    ----------
    gain, loss
        What it brings to push while the other restrains itself, and costs to be pushed.
    rise_none, rise_one, rise_both
        Probability that tension rises, with nobody, one side or both pushing.
    fall
        Probability that tension falls where nobody pushes and it does not rise.
    dampening
        Share of rises that dialogue prevents.
    suspension, resumption, interruption
        Probability that a crisis ends dialogue, that it resumes at calm or friction, and that it is
        interrupted for outside reasons.
    damage
        What conflict costs each side, in every period.
    """

    gain: float = quantity(1.0, UTILS, "gain from pushing while the other restrains itself, utils")
    loss: float = quantity(1.0, UTILS, "loss from restraint while the other pushes, utils")
    rise_none: float = quantity(0.02, PROBABILITY, "probability that tension rises, nobody pushing")
    rise_one: float = quantity(0.2, PROBABILITY, "probability that tension rises, one side pushing")
    rise_both: float = quantity(0.5, PROBABILITY, "probability that tension rises, both pushing")
    fall: float = quantity(0.4, PROBABILITY, "probability that tension falls, nobody pushing")
    dampening: float = quantity(0.5, PROBABILITY, "share of rises that dialogue prevents")
    suspension: float = quantity(0.5, PROBABILITY, "probability that a crisis ends dialogue")
    resumption: float = quantity(
        0.3, PROBABILITY, "probability that dialogue resumes out of crisis"
    )
    interruption: float = quantity(
        0.0, PROBABILITY, "probability that dialogue is interrupted for outside reasons"
    )
    damage: float = quantity(5.0, UTILS, "loss from conflict to each side in a period, utils")


def own(name: str) -> Any:
    """Return a field of a pair whose value, if it has one, takes the place of the crisis's."""
    about = next(f.metadata for f in fields(Numbers) if f.name == name)
    return field(default=None, metadata={**about, "optional": True})


@dataclass(frozen=True)
class Pair(KnownFields):
    """One dyad: who meets whom, and what is its own.

    Attributes
    ----------
    sides : tuple of str
        The two sides.
    name : str
        By default the sides, as in ``A-B``. Not ``both``, which is how moves and outcomes call
        two dyads together.
    allies : tuple of str
        Players outside the dyad who pay a part of the damage of conflict in it.
    dialogue : bool
        Whether there is dialogue that can be held and broken off at all.
    suspended : bool
        Whether dialogue is off at the start.
    gain, loss, ... : float, optional
        Numbers of this dyad that differ from those of the crisis.
    """

    sides: tuple[str, ...] = ("A", "B")
    name: str = ""
    allies: tuple[str, ...] = ()
    dialogue: bool = True
    suspended: bool = False
    gain: float | None = own("gain")
    loss: float | None = own("loss")
    rise_none: float | None = own("rise_none")
    rise_one: float | None = own("rise_one")
    rise_both: float | None = own("rise_both")
    fall: float | None = own("fall")
    dampening: float | None = own("dampening")
    suspension: float | None = own("suspension")
    resumption: float | None = own("resumption")
    interruption: float | None = own("interruption")
    damage: float | None = own("damage")

    def __repr__(self) -> str:
        told = (
            f"{f.name}={v!r}" for f in fields(self) if (v := getattr(self, f.name)) != f.default
        )
        return f"Pair({', '.join(told)})"

    def __post_init__(self) -> None:
        put = object.__setattr__
        for name in ("sides", "allies"):
            given = getattr(self, name)
            names = isinstance(given, Iterable) and not isinstance(given, str)
            if not names or not all(isinstance(p, str) and p for p in given):
                raise GameError(f"Pair: {name} is {given!r}; give names of players, in a list")
            put(self, name, tuple(given))
        if len(self.sides) != 2 or self.sides[0] == self.sides[1]:
            raise GameError(f"Pair: sides is {self.sides!r}; give two different players")
        if not isinstance(self.name, str) or self.name == BOTH:
            raise GameError(f"Pair: name is {self.name!r}; give a text other than {BOTH!r}")
        put(self, "name", self.name or "-".join(self.sides))
        for name in ("dialogue", "suspended"):
            put(self, name, as_flag("Pair", name, getattr(self, name)))
        check_fields(f"Pair {self.name}", self)


@dataclass(frozen=True)
class Dyads(Numbers, Parameterized):
    """Tension and dialogue in one dyad or two. Payoffs in utils; defaults are illustrations.

    Outcomes are what has come about after ``periods``: ``war:deliberate`` or ``war:inadvertent``
    if there was conflict, with two dyads followed by where it is, such as ``war:inadvertent:A-B``
    or ``war:deliberate:both``; otherwise ``calm``, ``friction`` or ``crisis``, the worst of the
    dyads. Payoffs are discounted utils from the start.

    Attributes
    ----------
    gain, loss, rise_none, rise_one, rise_both, fall, dampening, suspension, resumption, \
    interruption, damage
        As for `Numbers`; they hold for each dyad that has none of its own.
    pairs : tuple of Pair
        The dyad, or the two that share a player.
    periods : int
        After how many periods the question of war is asked.
    spillover
        What a crisis or conflict in the other dyad adds to the probability that tension rises.
    alliance
        Share of the damage that falls on an ally.
    discount
        What a util is worth one period later.

    Examples
    --------
    >>> from crisisgames import Dyads
    >>> found = Dyads().solve()
    >>> len(found), round(found.bounds("conflict", 50)[0], 6)
    (1, 0.298933)
    >>> tense = Dyads(damage=2).solve()
    >>> [round(p, 5) for p in tense.bounds("conflict", 50)]
    [0.16214, 0.99998]
    """

    pairs: tuple[Pair, ...] = (Pair(),)
    periods: int = 50
    spillover: float = quantity(0.1, PROBABILITY, "what trouble in the other dyad adds to a rise")
    alliance: float = quantity(0.5, PROBABILITY, "share of the damage that falls on an ally")
    discount: float = quantity(0.9, PROBABILITY, "worth of a util one period later, below 1")

    kind = "dyads"
    concept = "markov-perfect"

    def __post_init__(self) -> None:
        check_fields("Dyads", self)
        if not isinstance(self.pairs, Iterable):
            raise GameError(f"Dyads: pairs is {self.pairs!r}; give one Pair, or two, in a list")
        object.__setattr__(self, "pairs", tuple(self.pairs))
        object.__setattr__(self, "periods", as_count("Dyads", "periods", self.periods))
        if as_fraction(self.discount) == 1:
            raise GameError("Dyads: discount is 1; allowed is 0 to 1 without 1 itself")
        if len(self.pairs) not in (1, 2) or not all(isinstance(p, Pair) for p in self.pairs):
            raise GameError(f"Dyads: pairs is {self.pairs!r}; give one Pair, or two")
        names = [pair.name for pair in self.pairs]
        if len(set(names)) < len(names):
            raise GameError(f"Dyads: two pairs are named {names[0]!r}; rename one")
        if len(self.pairs) == 2 and len(self.players) != 3:
            told = " and ".join(" and ".join(pair.sides) for pair in self.pairs)
            raise GameError(f"Dyads: the pairs are of {told}; two pairs must share one player")
        for pair in self.pairs:
            for ally in pair.allies:
                if ally not in self.players or ally in pair.sides:
                    others = [p for p in self.players if p not in pair.sides]
                    raise GameError(
                        f"Dyads: {ally!r} cannot be an ally in {pair.name}; the players outside "
                        f"it are: {', '.join(others) or 'none'}"
                    )

    @property
    def players(self) -> tuple[str, ...]:
        """The players, in the order in which the dyads name them."""
        return tuple(dict.fromkeys(side for pair in self.pairs for side in pair.sides))

    @property
    def states(self) -> dict[str, State]:
        """What each state of the game is: for each dyad (tension, whether it talks), or None."""
        rules = _rules(self)
        return {rules.name(state): state for state in rules.states}

    def pushes(self, state: State) -> dict[str, dict[str, Pushed]]:
        """Return for each player its actions in a state, each with the dyads in which it pushes."""
        own = _rules(self).actions[state]
        return {player: dict(actions) for player, actions in own.items()}

    def parameters(self) -> Mapping[str, Any]:
        """Return the fields and their values; dyads as mappings, with what is their own."""
        return {**super().parameters(), "pairs": [_told(pair) for pair in self.pairs]}

    def game(self) -> StochasticGame:
        """Return the game, parameters at these values; with two dyads, numbers in their place.

        A state is named by tension and dialogue, such as ``crisis, silent``, with two dyads by
        both, such as ``A-B: calm, talking; B-C: conflict``. Who is in two dyads chooses for each
        at once: ``restrain``, ``push A-B``, ``push B-C`` or ``push both``.
        """
        return _game(self)

    @classmethod
    def solve_many(
        cls, crises: Sequence[Self], *, time_limit: float | None = None, **options: Any
    ) -> ManyPlays | None:
        """Return all pure equilibria of many crises with one dyad each; None for anything else.

        A crisis in which a comparison is too close to be clear in floats is not known.

        Parameters
        ----------
        crises : sequence of Dyads
        time_limit : float, optional
            Seconds after which crises that are not solved are left so; None and 0 mean none.
        **options
            ``method="pure"``, and nothing else: the logit branch is followed one by one.

        Examples
        --------
        >>> from crisisgames import Dyads
        >>> found = Dyads.solve_many([Dyads(), Dyads(damage=2)], method="pure")
        >>> found.starts.tolist(), found.known.tolist()
        ([0, 1, 5], [True, True])
        >>> found.outcomes[:, :2].sum(axis=1).round(5).tolist()
        [0.29893, 0.16214, 0.99927, 0.99998, 0.29893]
        """
        if options != {"method": "pure"} or not crises or any(len(c.pairs) > 1 for c in crises):
            return None
        return _solve_many(crises, Deadline.within(time_limit))

    @property
    def labels(self) -> tuple[str, ...]:
        """The outcomes that there are, war first."""
        return tuple(_Rules(self, {}).labels)

    def outcomes(self, play: MarkovEquilibrium) -> dict[str, float]:
        """Return the probability of each outcome after `periods` when this is played."""
        self._check(play)
        rules, numbers = _Rules(self, floats(self)), play.game.floats()
        chosen = [
            prod(
                float(play.strategy[p][play.game.states[s]][a])
                for p, a in zip(play.game.players, profile, strict=True)
            )
            for s, profile in play.game.cells
        ]
        shares = rules.outcomes(np.array(chosen), numbers.transitions, numbers.start)
        return dict(zip(rules.labels, shares.tolist(), strict=True))

    def payoffs(self, play: MarkovEquilibrium) -> dict[str, float]:
        """Return the discounted utils of each player when this is played."""
        self._check(play)
        return {player: float(worth) for player, worth in play.payoffs.items()}

    def held(self, play: MarkovEquilibrium) -> MarkovEquilibrium:
        """Return play in this crisis that goes on as in another one with the same dyads.

        In a state that the other crisis does not have, because only one of the two has dialogue,
        the sides do what they did at the same tension.

        Raises
        ------
        NotApplicable
            If the dyads are not the same.
        """
        from crisisgames.equilibria.markov import markov_play

        game, rules = self.game(), _rules(self)
        before = {
            rules.name(state): rules.familiar(state, play.game.states) for state in rules.states
        }
        if play.game.players != game.players or None in before.values():
            raise NotApplicable("the dyads were others than these")
        strategy = {
            player: {state: play.strategy[player][str(old)] for state, old in before.items()}
            for player in game.players
        }
        return markov_play(game, strategy)

    def _check(self, play: Any) -> None:
        if getattr(getattr(play, "game", None), "states", None) != tuple(self.states):
            raise GameError("this is no play of these dyads; .held() carries over that of others")


def _told(pair: Pair) -> dict[str, Any]:
    """Return what a dyad has, for tables: names as a text, numbers only where they are its own."""
    told = {f.name: getattr(pair, f.name) for f in fields(pair)}
    told |= {name: " and ".join(told[name]) for name in ("sides", "allies")}
    return {name: value for name, value in told.items() if value not in (None, "")}


# -------------------------------------------------------------------------------------------- many

CHUNK = 2_000
"""Crises solved at once: bounds the memory, and the time between looks at the clock."""


def _solve_many(crises: Sequence[Dyads], deadline: Deadline) -> ManyPlays:
    """Return all pure equilibria of crises with one dyad each."""
    alike: dict[Dyads, list[int]] = {}
    for k, crisis in enumerate(crises):
        [pair] = crisis.pairs
        alike.setdefault(_typical(pair.dialogue, pair.suspended, crisis.periods), []).append(k)
    known = np.zeros(len(crises), dtype=bool)
    parts = []
    for typical, places in alike.items():
        for start in range(0, len(places), CHUNK):
            own = np.array(places[start : start + CHUNK])
            known[own], at, *plays = _solve_alike(typical, [crises[k] for k in own], deadline)
            parts.append((own[at], *plays))
    owners, outcomes, payoffs, gains = (np.concatenate(a) for a in zip(*parts, strict=True))
    # Two sides that both may push: mixed equilibria may exist besides.
    complete = np.zeros(len(crises), dtype=bool)
    return ManyPlays.of(crises[0].labels, owners, outcomes, payoffs, gains, known, complete)


def _solve_alike(
    typical: Dyads, crises: Sequence[Dyads], deadline: Deadline
) -> tuple[np.ndarray, ...]:
    """Return for crises that differ in numbers which are known, and what `ManyPlays.of` takes."""
    from crisisgames.equilibria.markov_batch import largest_gains, pure_markov_many
    from crisisgames.equilibria.markov_pure import layout

    game = _typical_game(typical)
    values = {
        f.name: np.array([_number(crisis, f.name) for crisis in crises])
        for f in fields(typical)
        if f.metadata
    }
    numbers = game.floats({name: values[name] for name in game.parameters})
    found = pure_markov_many(game, numbers, deadline=deadline)
    at = found.points
    _, base, stride = layout(game)
    chosen = np.zeros((len(at), len(game.cells)))
    np.put_along_axis(chosen, base + (found.policies * stride).sum(axis=-1), 1.0, axis=1)
    rules, start = _Rules(typical, {name: v[at] for name, v in values.items()}), numbers.start[at]
    return (
        found.known,
        at,
        rules.outcomes(chosen, numbers.transitions[at], start),
        (start[:, None] @ found.values)[:, 0],
        largest_gains(game, numbers, found),
    )


def _number(crisis: Dyads, name: str) -> float:
    """Return a number of a crisis with one dyad: the dyad's own, or else that of all."""
    own = getattr(crisis.pairs[0], name, None)
    return float(getattr(crisis, name) if own is None else own)


@cache
def _typical(dialogue: bool, suspended: bool, periods: int) -> Dyads:
    """Return the crisis with one dyad of which others differ in numbers and names only."""
    return Dyads(pairs=(Pair(dialogue=dialogue, suspended=suspended),), periods=periods)


@cache
def _typical_game(typical: Dyads) -> StochasticGame:
    """Return the game, made and compiled once for all numbers."""
    return typical.game()


# ------------------------------------------------------------------------------------------- rules

Values = Mapping[str, Any]
"""Numbers by name, as parameters, rationals or floats; of a dyad's own under ``dyad.name``."""


def floats(crisis: Dyads) -> Values:
    """Return the numbers of a crisis as floats."""
    return {name: float(p.default) for name, p in symbols(crisis).items()}


def symbols(crisis: Dyads) -> dict[str, Parameter]:
    """Return the numbers of a crisis as parameters of the game."""
    found = parameters(crisis)
    for pair in crisis.pairs:
        own_numbers = {f.name for f in fields(pair) if getattr(pair, f.name) is not None}
        found |= {
            f"{pair.name}.{name}": p
            for name, p in parameters(pair, f"{_identifier(pair.name)}.").items()
            if name in own_numbers
        }
    return found


def _identifier(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name)


@lru_cache(maxsize=32)
def _game(crisis: Dyads) -> StochasticGame:
    values: Values = symbols(crisis)
    if len(crisis.pairs) > 1:
        # Thousands of products of expressions would take a minute to make and to compile.
        values = {name: as_fraction(p.default) for name, p in values.items()}
    return _Rules(crisis, values).game()


@lru_cache(maxsize=32)
def _rules(crisis: Dyads) -> _Rules:
    """Return states and actions, where numbers do not matter."""
    return _Rules(crisis, {})


@dataclass(frozen=True)
class _Rules:
    """The states of the dyads of a crisis, and what moves them; a dyad goes by its place."""

    crisis: Dyads
    values: Values

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The dyads."""
        return self.crisis.pairs

    def number(self, k: int, name: str) -> Any:
        """Return a number of a dyad: its own, or else that of all."""
        return self.values.get(f"{self.pairs[k].name}.{name}", self.values[name])

    # --- states ---

    @cached_property
    def states(self) -> tuple[State, ...]:
        """The states, calm first and conflict last."""
        options: list[list[Live | None]] = [
            [(t, on) for t in range(len(TENSIONS)) for on in _dialogue(pair)] + [None]
            for pair in self.pairs
        ]
        return tuple(product(*options))

    @property
    def start(self) -> State:
        """Calm, dialogue on unless there is none or it is suspended."""
        return tuple((CALM, pair.dialogue and not pair.suspended) for pair in self.pairs)

    def name(self, state: State) -> str:
        """Return the label of a state."""
        texts = [_texts(live, p.dialogue)[0] for live, p in zip(state, self.pairs, strict=True)]
        return self._joined(texts)

    def familiar(self, state: State, known: Collection[str]) -> str | None:
        """Return which of some labels the state has, or the nearest at the same tension has."""
        options = [_texts(live, p.dialogue) for live, p in zip(state, self.pairs, strict=True)]
        return next((n for n in map(self._joined, product(*options)) if n in known), None)

    def _joined(self, texts: Sequence[str]) -> str:
        if len(texts) == 1:
            return texts[0]
        return "; ".join(f"{p.name}: {text}" for p, text in zip(self.pairs, texts, strict=True))

    # --- actions ---

    @cached_property
    def actions(self) -> dict[State, dict[str, dict[str, Pushed]]]:
        """In each state for each player its actions, each with the dyads in which it pushes."""
        players = self.crisis.players
        return {
            s: {player: self._own_actions(player, s) for player in players} for s in self.states
        }

    def _own_actions(self, player: str, state: State) -> dict[str, Pushed]:
        member = [k for k, pair in enumerate(self.pairs) if player in pair.sides]
        live = [k for k in member if state[k] is not None]
        if not live:
            return {WAIT: ()}
        pushed = [tuple(compress(live, on)) for on in product((False, True), repeat=len(live))]
        return {self._action(own, len(member)): own for own in pushed}

    def _action(self, pushed: Pushed, member: int) -> str:
        if not pushed:
            return RESTRAIN
        if member == 1:
            return PUSH
        return f"{PUSH} {self.pairs[pushed[0]].name if len(pushed) == 1 else BOTH}"

    def pushing(self, state: State, profile: Sequence[str]) -> list[tuple[bool, ...]]:
        """Return for each dyad whether each of its sides pushes."""
        own = zip(self.actions[state].items(), profile, strict=True)
        pushed = {player: actions[action] for (player, actions), action in own}
        return [tuple(k in pushed[s] for s in pair.sides) for k, pair in enumerate(self.pairs)]

    # --- what happens ---

    def rise(self, k: int, state: State, pushing: int) -> Any:
        """Return the probability that tension rises in a dyad, so many sides pushing."""
        live = state[k]
        assert live is not None
        chance: Any = self.number(k, RISE[pushing])
        if any(o is None or o[0] == CRISIS for j, o in enumerate(state) if j != k):
            chance = _at_most_one(chance + self.values["spillover"])
        return chance * (1 - self.number(k, "dampening")) if live[1] else chance

    def moves(self, k: int, state: State, pushing: int) -> dict[Live | None, Any]:
        """Return what a dyad may come to in a period, with probabilities."""
        live = state[k]
        if live is None:
            return {None: 1}
        t, on = live
        up = self.rise(k, state, pushing)
        down = (1 - up) * self.number(k, "fall") if t > CALM and not pushing else 0
        tensions = {t + 1: up, t - 1: down, t: 1 - up - down}
        found: dict[Live | None, Any] = {}
        for new, chance in tensions.items():
            if chance == 0:
                continue
            if new > CRISIS:
                found[None] = chance
                continue
            talk = self.talk(k, new, on)
            found |= {(new, True): chance * talk, (new, False): chance * (1 - talk)}
        return {live: p for live, p in found.items() if p != 0}

    def talk(self, k: int, tension: int, on: bool) -> Any:
        """Return the probability that a dyad has dialogue at a new tension."""
        if not self.pairs[k].dialogue:
            return 0
        if on:
            stays = 1 - self.number(k, "suspension") if tension == CRISIS else 1
        else:
            stays = 0 if tension == CRISIS else self.number(k, "resumption")
        return stays * (1 - self.number(k, "interruption"))

    def payoffs(self, state: State, profile: Sequence[str]) -> dict[str, Any]:
        """Return the utils of each player in a period."""
        total: dict[str, Any] = dict.fromkeys(self.crisis.players, 0)
        for k, pushing in enumerate(self.pushing(state, profile)):
            pair = self.pairs[k]
            if state[k] is None:
                for player in (*pair.sides, *pair.allies):
                    share = self.values["alliance"] if player in pair.allies else 1
                    total[player] -= share * self.number(k, "damage")
            elif sum(pushing) == 1:
                for player, pushes in zip(pair.sides, pushing, strict=True):
                    total[player] += self.number(k, "gain") if pushes else -self.number(k, "loss")
        return total

    def transitions(self, state: State, profile: Sequence[str]) -> dict[str, Any]:
        """Return the probability of each next state."""
        pushing = self.pushing(state, profile)
        own = [self.moves(k, state, sum(sides)).items() for k, sides in enumerate(pushing)]
        return {
            self.name(tuple(live for live, _ in new)): prod((p for _, p in new), start=1)
            for new in product(*own)
        }

    def game(self) -> StochasticGame:
        """Return the game."""
        by_name = {self.name(state): state for state in self.states}
        return StochasticGame(
            self.crisis.players,
            tuple(by_name),
            lambda state: {p: tuple(own) for p, own in self.actions[by_name[state]].items()},
            lambda state, profile: self.payoffs(by_name[state], profile),
            lambda state, profile: self.transitions(by_name[state], profile),
            self.values["discount"],
            self.name(self.start),
            "Dyads: does one crisis feed another?",
        )

    # --- what comes of it ---

    @property
    def cells(self) -> list[tuple[State, tuple[str, ...]]]:
        """The states with each profile of actions, in the order of the cells of the game."""
        return [
            (state, profile)
            for state in self.states
            for profile in product(*self.actions[state].values())
        ]

    def outcomes(
        self, chosen: np.ndarray, transitions: np.ndarray, start: np.ndarray
    ) -> np.ndarray:
        """Return the probability of each outcome after so many periods, for one play or many.

        Parameters
        ----------
        chosen : ndarray
            Probability of each cell's profile in its state, shape (..., cells).
        transitions, start : ndarray
            As in `StageNumbers`.

        Returns
        -------
        ndarray
            Shape (..., labels).
        """
        states = self.states
        first = np.cumsum([0, *(prod(map(len, self.actions[s].values())) for s in states[:-1])])
        moves = chosen[..., None] * transitions
        matrix = np.add.reduceat(moves, first, axis=-2)
        causes = [np.add.reduceat(moves * s, first, axis=-2) for s in self._first_conflicts()]
        peace = start[..., None, :]
        wars = [np.zeros_like(matrix[..., :1, :]) for _ in causes]
        at_peace = np.array([None not in state for state in states])
        for _ in range(self.crisis.periods):
            wars = [m @ matrix + peace @ c for m, c in zip(wars, causes, strict=True)]
            peace = np.where(at_peace, peace @ matrix, 0.0)
        found = np.zeros((*matrix.shape[:-2], len(self.labels)))
        for k, state in enumerate(states):
            if None in state:
                for cause, masses in zip(CAUSES, wars, strict=True):
                    label = self.labels.index(f"{cause}{self._where(state)}")
                    found[..., label] += masses[..., 0, k]
            else:
                label = self.labels.index(TENSIONS[max(live[0] for live in state if live)])
                found[..., label] += peace[..., 0, k]
        return found

    def _first_conflicts(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the shares of each cause in each step from peace into conflict, as `CAUSES`.

        Shapes are (..., cells, states). Inadvertent is the share that the rise with nobody pushing
        has in the rise as it is; where both dyads come to conflict at once, the mean of both
        shares.
        """
        conflict = np.array([[live is None for live in state] for state in self.states])
        into = conflict.any(axis=1)
        weights = conflict / np.maximum(conflict.sum(axis=1, keepdims=True), 1)
        cells = self.cells
        peaceful = np.array([None not in state for state, _ in cells])
        slips = [
            self._slip(k, state, sum(sides)) if None not in state else np.zeros(())
            for state, profile in cells
            for k, sides in enumerate(self.pushing(state, profile))
        ]
        stacked = np.stack(np.broadcast_arrays(*slips), axis=-1)
        each = stacked.reshape(*stacked.shape[:-1], len(cells), len(self.pairs))
        inadvertent = each @ weights.T
        steps = peaceful[:, None] & into
        return np.where(steps, 1 - inadvertent, 0.0), np.where(steps, inadvertent, 0.0)

    def _slip(self, k: int, state: State, pushing: int) -> np.ndarray:
        rises = (np.asarray(self.rise(k, state, n), dtype=float) for n in (pushing, 0))
        now, alone = np.broadcast_arrays(*rises)
        share = np.divide(alone, now, out=np.ones(now.shape), where=now != 0)
        return np.asarray(np.minimum(1.0, share))

    def _where(self, state: State) -> str:
        if len(self.pairs) == 1:
            return ""
        there = [pair.name for pair, live in zip(self.pairs, state, strict=True) if live is None]
        return f":{there[0] if len(there) == 1 else BOTH}"

    @property
    def labels(self) -> list[str]:
        """The labels of outcomes, war first."""
        where = [self._where(state) for state in self.states if None in state]
        wars = [f"{c}{w}" for c in CAUSES for w in dict.fromkeys(where)]
        return [*wars, *TENSIONS]


def _at_most_one(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.minimum(1.0, value)
    return sp.Min(1, value) if isinstance(value, sp.Expr) else min(1, value)


def _dialogue(pair: Pair) -> tuple[bool, ...]:
    return (True, False) if pair.dialogue else (False,)


def _texts(live: Live | None, dialogue: bool) -> tuple[str, ...]:
    """Return how a state of a dyad is called, and then what is nearest to it in other crises."""
    if live is None:
        return (CONFLICT,)
    tension = TENSIONS[live[0]]
    talking, silent = f"{tension}, {TALKING}", f"{tension}, {SILENT}"
    if not dialogue:
        return tension, silent, talking
    return (talking, silent, tension) if live[1] else (silent, tension, talking)
