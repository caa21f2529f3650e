"""What comes of play that goes on: conflict in time, the vicious circle, and contagion.

All of it is about `Dyads` and Markov perfect play. Two questions ask what feeds what, and each is
answered net of the direct effect:

* *Vicious circle*: silence makes conflict likelier and dialogue harder to get back. Dialogue
  dampens tension by the rules of the game, so some of that is arithmetic. The direct part is what
  is left if the sides behave in silence as they do at the same tension while they talk; the
  strategic part, the rest, is what they do differently.
* *Contagion*: trouble in one dyad makes conflict in the other likelier. It spills over by the rules
  of the game; the direct part is what is left if the sides of a dyad behave in it as they do while
  the other dyad is calm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.crises.dyads import CONFLICT, CRISIS, TENSIONS, Dyads, Live, State
from crisisgames.errors import GameError, NotApplicable

if TYPE_CHECKING:
    import xarray as xr

    from crisisgames.analysis.comparison import Comparison
    from crisisgames.equilibria import MarkovEquilibrium

__all__ = [
    "TROUBLES",
    "conflict_over_time",
    "conflict_states",
    "contagion",
    "spread",
    "times_to_conflict",
    "vicious_circle",
]

ANY = "any"
"""In the place of a dyad: conflict in any of them."""

TROUBLES = ("calm", "crisis", "conflict")
"""How the other dyad starts, where contagion is asked about."""


def conflict_over_time(found: Comparison, periods: int | None = None) -> xr.Dataset:
    """Return how likely conflict has become after each number of periods.

    Parameters
    ----------
    found : Comparison
        Of dyads.
    periods : int, optional
        The largest number; by default that of the crisis.

    Returns
    -------
    xarray.Dataset
        Over mechanism, dyad (``any``, and where there are two each of them) and period: `selected`,
        and `low` and `high` over all equilibria found.

    Examples
    --------
    >>> from crisisgames import Dyads, compare, none
    >>> from crisisgames.analysis import conflict_over_time
    >>> data = conflict_over_time(compare(Dyads(), [none]), 50)
    >>> round(float(data.selected.sel(mechanism="none", dyad="any", period=50)), 6)
    0.298933
    """
    last = _crisis(found).periods if periods is None else periods
    if isinstance(last, bool) or not isinstance(last, int) or last < 1:
        raise GameError(f"periods is {periods!r}; give a whole number of at least 1")
    steps = list(range(last + 1))

    def reached(crisis: Dyads, play: MarkovEquilibrium, dyad: str) -> list[float]:
        return list(play.probabilities_within(conflict_states(crisis, dyad), last))

    data = _over_mechanisms(found, reached, ("period", steps, "periods from the start"))
    return data.assign_attrs(data.attrs, about="probability that there has been conflict")


def times_to_conflict(found: Comparison) -> xr.Dataset:
    """Return the expected number of periods until conflict; infinite where it is not sure to come.

    Parameters
    ----------
    found : Comparison
        Of dyads.

    Returns
    -------
    xarray.Dataset
        Over mechanism and dyad: `selected`, `low` and `high`, in periods.
    """

    def mean(crisis: Dyads, play: MarkovEquilibrium, dyad: str) -> float:
        return play.mean_time_to(conflict_states(crisis, dyad))

    data = _over_mechanisms(found, mean, None, "periods")
    return data.assign_attrs(data.attrs, about="mean time to conflict")


def vicious_circle(
    crisis: Dyads, play: MarkovEquilibrium | None = None, *, dyad: str = ""
) -> xr.Dataset:
    """Return what silence does to conflict, and to dialogue itself, at each tension.

    Parameters
    ----------
    crisis : Dyads
        A dyad that has dialogue. Of two dyads the other one starts as in the crisis.
    play : MarkovEquilibrium, optional
        By default the limit of the logit branch.
    dyad : str
        Which of two dyads.

    Returns
    -------
    xarray.Dataset
        Over tension at the start: `talking` and `silent`, the probability of conflict within
        ``crisis.periods`` from there with dialogue on and off; `direct` and `strategic`, the parts
        of the difference; `silence`, the mean number of periods until the two talk again, from
        there and silent (conflict ends the wait, and silence then lasts to the end of the periods),
        with the part `silence_direct` that is left if nobody behaves otherwise for being silent.

    Raises
    ------
    NotApplicable
        If the dyad has no dialogue.
    """
    k = _place(crisis, dyad)
    if not crisis.pairs[k].dialogue:
        raise NotApplicable(f"{crisis.pairs[k].name} has no dialogue that could be suspended")
    play = _played(crisis, play)
    tied = _behaving_as(crisis, play, k, lambda state: _put(state, k, _talking(state[k])))
    goal = conflict_states(crisis, crisis.pairs[k].name)
    talk = [name for name, state in crisis.states.items() if _talks(state[k])]
    rows: dict[str, list[float]] = {name: [] for name in CIRCLE}
    for tension in range(len(TENSIONS)):
        on, off = (_starting(crisis, k, (tension, talks)) for talks in (True, False))
        silent, talking = (play.probability_within(goal, crisis.periods, s) for s in (off, on))
        held = [tied.probability_within(goal, crisis.periods, s) for s in (off, on)]
        direct = held[0] - held[1]
        waits = [_wait(p, talk, crisis.periods, off) for p in (play, tied)]
        values = (talking, silent, direct, silent - talking - direct, *waits)
        for name, value in zip(CIRCLE, values, strict=True):
            rows[name].append(value)
    return _labelled(rows, CIRCLE, ("tension", TENSIONS, "tension at the start"), crisis, k)


def contagion(
    crisis: Dyads, play: MarkovEquilibrium | None = None, *, talking: bool | None = None
) -> xr.Dataset:
    """Return what trouble in one dyad does to the other.

    Parameters
    ----------
    crisis : Dyads
        Two dyads.
    play : MarkovEquilibrium, optional
        By default the limit of the logit branch.
    talking : bool, optional
        Whether both dyads start with dialogue, where they have it; by default as in the crisis.

    Returns
    -------
    xarray.Dataset
        Over dyad and how the other one starts (``calm``, ``crisis``, ``conflict``): `conflict`, the
        probability of conflict in the dyad within ``crisis.periods`` if it starts calm itself;
        `direct` and `strategic`, the parts of the difference that the other's trouble makes; and
        over dyad `alone`, the probability without the other dyad: its own limit of the logit
        branch.

    Raises
    ------
    NotApplicable
        If there is one dyad only.
    """
    if len(crisis.pairs) < 2:
        raise NotApplicable("contagion is of one dyad to another; give Dyads two pairs")
    play = _played(crisis, play)
    rows: dict[str, list[list[float]]] = {name: [] for name in CONTAGION}
    alone = []
    for k in range(len(crisis.pairs)):
        reached, tied = spread(crisis, play, k, talking=talking)
        rows["conflict"].append(reached)
        rows["direct"].append([p - tied[0] for p in tied])
        rows["strategic"].append(
            [p - reached[0] - (q - tied[0]) for p, q in zip(reached, tied, strict=True)]
        )
        alone.append(_alone(crisis, k, talking))
    import xarray as xr

    names = [pair.name for pair in crisis.pairs]
    coords = {
        "dyad": ("dyad", names, {"long_name": "dyad"}),
        "other": ("other", list(TROUBLES), {"long_name": "how the other dyad starts"}),
    }
    variables: dict[str, Any] = {
        name: (("dyad", "other"), rows[name], {"long_name": text, "units": "probability"})
        for name, text in CONTAGION.items()
    }
    about = {"long_name": "conflict without the other dyad", "units": "probability"}
    variables["alone"] = (("dyad",), alone, about)
    return xr.Dataset(variables, coords, {"crisis": crisis.kind, "periods": crisis.periods})


def spread(
    crisis: Dyads, play: MarkovEquilibrium, k: int, *, talking: bool | None = None
) -> tuple[list[float], list[float]]:
    """Return the probability of conflict in a dyad that starts calm, by how the other one starts.

    First as the sides play, then as they would if the sides of the dyad behaved in it as they do
    while the other one is calm. In the order of `TROUBLES`.
    """
    other = 1 - k
    held = _behaving_as(crisis, play, k, partial(_with_calm, other))
    goal = conflict_states(crisis, crisis.pairs[k].name)
    starts = [_other_starts(crisis, k, other, trouble, talking) for trouble in TROUBLES]
    reached, tied = (
        [p.probability_within(goal, crisis.periods, s) for s in starts] for p in (play, held)
    )
    return reached, tied


def conflict_states(crisis: Dyads, dyad: str = ANY) -> list[str]:
    """Return the states in which there is conflict in a dyad, or in any."""
    k = None if dyad == ANY else _place(crisis, dyad)
    return [
        name
        for name, state in crisis.states.items()
        if (None in state if k is None else state[k] is None)
    ]


# ---------------------------------------------------------------------------------------- labelled

CIRCLE = {
    "talking": ("conflict if dialogue is on at the start", "probability"),
    "silent": ("conflict if it is off", "probability"),
    "direct": ("part of the difference with behaviour as while talking", "probability"),
    "strategic": ("part of the difference from what the sides do differently", "probability"),
    "silence": ("mean wait until the two talk again", "periods"),
    "silence_direct": ("the same with behaviour as while talking", "periods"),
}
"""Long name and units of what is told of the vicious circle."""

CONTAGION = {
    "conflict": "conflict in the dyad",
    "direct": "part of the difference with behaviour as if the other were calm",
    "strategic": "part of the difference from what the sides do differently",
}
"""Long name of what is told of contagion."""


def _labelled(
    rows: Mapping[str, list[float]],
    about: Mapping[str, tuple[str, str]],
    axis: tuple[str, Iterable[str], str],
    crisis: Dyads,
    k: int,
) -> xr.Dataset:
    import xarray as xr

    name, values, text = axis
    variables = {
        n: ((name,), row, dict(zip(("long_name", "units"), about[n], strict=True)))
        for n, row in rows.items()
    }
    coords = {name: (name, list(values), {"long_name": text})}
    attrs = {"crisis": crisis.kind, "dyad": crisis.pairs[k].name, "periods": crisis.periods}
    return xr.Dataset(variables, coords, attrs)


def _over_mechanisms(
    found: Comparison,
    ask: Callable[[Dyads, MarkovEquilibrium, str], Any],
    axis: tuple[str, list[int], str] | None,
    units: str = "probability",
) -> xr.Dataset:
    """Return an answer for each mechanism and dyad: selected, and the interval over all found."""
    import xarray as xr

    first = _crisis(found)
    own = [pair.name for pair in first.pairs]
    dyads = [ANY, *own] if len(own) > 1 else [ANY]
    shape = (len(found.sets), len(dyads), *([len(axis[1])] if axis else []))
    selected, low, high = (np.full(shape, np.nan) for _ in range(3))
    for i, (name, plays) in enumerate(found.sets.items()):
        for j, dyad in enumerate(dyads):
            crisis: Any = found.crises[name]
            answers = np.array([ask(crisis, play, dyad) for play in plays], dtype=float)
            if len(answers):
                low[i, j], high[i, j] = answers.min(axis=0), answers.max(axis=0)
            if name in found.selected:
                selected[i, j] = ask(crisis, found.selected[name], dyad)
    dims = ("mechanism", "dyad", *([axis[0]] if axis else []))
    coords: dict[str, Any] = {
        "mechanism": ("mechanism", list(found.sets), {"long_name": "mechanism"}),
        "dyad": ("dyad", dyads, {"long_name": "dyad"}),
    }
    if axis:
        coords[axis[0]] = (axis[0], axis[1], {"long_name": axis[2]})
    variables = {
        name: (dims, values, {"long_name": text, "units": units})
        for name, values, text in (
            ("selected", selected, "in the selected equilibrium"),
            ("low", low, "lowest over all equilibria found"),
            ("high", high, "highest over all equilibria found"),
        )
    }
    kept = ("crisis", "parameters", "selection", "remark")
    return xr.Dataset(variables, coords, {n: found.dataset.attrs[n] for n in kept})


# -------------------------------------------------------------------------------------------- play


def _crisis(found: Comparison) -> Dyads:
    if not isinstance(found.crisis, Dyads):
        raise NotApplicable(
            f"play of the crisis {found.crisis.kind!r} does not go on in time; compare Dyads"
        )
    return found.crisis


def _played(crisis: Dyads, play: MarkovEquilibrium | None) -> MarkovEquilibrium:
    found: MarkovEquilibrium = crisis.solve(method="logit").select("qre") if play is None else play
    return found


def _place(crisis: Dyads, dyad: str) -> int:
    names = [pair.name for pair in crisis.pairs]
    if not dyad and len(names) == 1:
        return 0
    if dyad not in names:
        raise GameError(f"no dyad named {dyad!r}; there are: {', '.join(names)}")
    return names.index(dyad)


def _wait(play: MarkovEquilibrium, goal: list[str], periods: int, start: str) -> float:
    """Return the mean number of periods, of so many, that go by before the goal is reached."""
    return sum(1 - p for p in play.probabilities_within(goal, periods - 1, start))


def _talking(live: Live | None) -> Live | None:
    return None if live is None else (live[0], True)


def _talks(live: Live | None) -> bool:
    return live is not None and live[1]


def _put(state: State, k: int, live: Live | None) -> State:
    return tuple(live if j == k else own for j, own in enumerate(state))


def _with_calm(k: int, state: State) -> State:
    """Return a state, but calm in one dyad if there is crisis or conflict in it."""
    live = state[k]
    if live is None:
        return _put(state, k, (0, False))
    return _put(state, k, (0, live[1])) if live[0] == CRISIS else state


def _named(crisis: Dyads, state: State) -> str:
    return next(name for name, own in crisis.states.items() if own == state)


def _start(crisis: Dyads) -> State:
    return tuple((0, pair.dialogue and not pair.suspended) for pair in crisis.pairs)


def _starting(crisis: Dyads, k: int, live: Live | None) -> str:
    """Return the state at the start, but for one dyad."""
    return _named(crisis, _put(_start(crisis), k, live))


def _other_starts(crisis: Dyads, k: int, other: int, trouble: str, talking: bool | None) -> str:
    """Return the state in which one dyad is calm and the other in some trouble."""
    state = _start(crisis)
    if talking is not None:
        state = tuple((0, talking and pair.dialogue) for pair in crisis.pairs)
    live = state[other]
    assert live is not None
    new = None if trouble == "conflict" else (TENSIONS.index(trouble), live[1])
    return _named(crisis, _put(state, other, new))


def _alone(crisis: Dyads, k: int, talking: bool | None) -> float:
    """Return the probability of conflict in a dyad that is the only one."""
    pair = crisis.pairs[k]
    suspended = pair.suspended if talking is None else not talking
    single = crisis.replace(pairs=(replace(pair, allies=(), suspended=suspended),))
    return _played(single, None).probability_within(CONFLICT, crisis.periods)


def _behaving_as(
    crisis: Dyads, play: MarkovEquilibrium, k: int, as_in: Callable[[State], State]
) -> MarkovEquilibrium:
    """Return play in which the sides of a dyad behave in it as in another state.

    Who is in two dyads behaves in the other one as it did; the two choices are then independent.
    """
    from crisisgames.equilibria.markov import markov_play

    names = {state: name for name, state in crisis.states.items()}
    strategy: dict[str, dict[str, dict[str, float]]] = {p: {} for p in crisis.players}
    for name, state in crisis.states.items():
        other = names[as_in(state)] if state[k] is not None else name
        for player, actions in crisis.pushes(state).items():
            own = play.strategy[player]
            here, there = _pushing(crisis, own[name], state, player), {}
            if player in crisis.pairs[k].sides:
                there = _pushing(crisis, own[other], crisis.states[other], player)
            chances = {j: there.get(j, p) if j == k else p for j, p in here.items()}
            strategy[player][name] = {
                action: prod(p if j in pushed else 1 - p for j, p in chances.items())
                for action, pushed in actions.items()
            }
    return markov_play(play.game, strategy)


def _pushing(
    crisis: Dyads, behaviour: Mapping[str, Any], state: State, player: str
) -> dict[int, float]:
    """Return for each dyad in which a player may push the probability that it does."""
    actions = crisis.pushes(state)[player]
    places = dict.fromkeys(j for pushed in actions.values() for j in pushed)
    return {
        j: sum(float(behaviour[a]) for a, pushed in actions.items() if j in pushed) for j in places
    }
