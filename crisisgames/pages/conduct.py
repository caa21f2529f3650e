"""Who does what in an equilibrium, in sentences: by setting, by side, like cases together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crisisgames.equilibria import Equilibrium, EquilibriumClass
from crisisgames.equilibria.equilibrium import ANY
from crisisgames.equilibria.explain import SAME as SAME_WORTH
from crisisgames.equilibria.explain import action_values, reached
from crisisgames.equilibria.outcomes import covers
from crisisgames.games import InformationSet
from crisisgames.pages.numbers import percent, probability, utils
from crisisgames.pages.words import Words

__all__ = ["Conduct", "Setting", "conducts", "settings"]

PLAYED = 1e-9
"""Probability above which an action counts as played."""

MANY = 4
"""So many cases with one answer are told together, as all the others."""

LISTED = 6
"""So many cases of one answer are told one by one."""

WAYS = 3
"""So many ways in which equilibria of a class act are told one by one, if some are mixed."""

LIKELIEST = 3
"""So many histories are told of a belief where there are no words for them."""


@dataclass(frozen=True)
class Setting:
    """Institutions in place, as both sides know before they choose; empty where there is one only.

    Attributes
    ----------
    name : str
    probability : float
    war : float
        Probability of war, given the setting, in the equilibrium asked about.
    """

    name: str
    probability: float
    war: float


@dataclass(frozen=True)
class Conduct:
    """What the sides do in one setting.

    Attributes
    ----------
    setting : str
    sides : tuple
        For each player that moves, its name and the sentences about it.
    """

    setting: str
    sides: tuple[tuple[str, tuple[str, ...]], ...]


Played = tuple[tuple[str, float], ...]
"""The actions that are played, each with its probability."""


@dataclass(frozen=True)
class _Case:
    """What a side does in one information set, in each extreme equilibrium that is told of."""

    info: InformationSet
    known: tuple[str, ...]
    plays: tuple[Played, ...]
    on_path: bool
    belief: str

    @property
    def when(self) -> str:
        """What the side knows when it moves, as it reads before "it"."""
        return ", ".join(self.known)

    @property
    def answer(self) -> tuple[Played, ...]:
        return tuple(tuple((a, round(p, 6)) for a, p in played) for played in self.plays)


def conducts(
    found: Any,
    words: Words,
    members: Sequence[Any] = (),
    *,
    off_path: bool = True,
) -> tuple[Conduct, ...]:
    """Return what the sides do in a class of equilibria, setting by setting.

    Parameters
    ----------
    found : EquilibriumClass, or a class of another kind of solution
        One whose game is no tree tells in its own words who does what.
    words : Words
    members : sequence of equilibria
        Its extreme equilibria, whose behaviour is told wherever they differ; without them, what is
        told is the example of the class. What an action would cost is told of the example, beliefs
        are intervals over the class.
    off_path : bool
        Whether to tell what would be done where play does not come.
    """
    example = found.example
    members = list(members) or [example]
    if not isinstance(found, EquilibriumClass):
        return (_in_own_words(members),)
    paths = [reached(m) for m in members]
    cases: dict[str, dict[str, list[_Case]]] = {}
    for info in example.game.information_sets:
        here = (info.player, info.record)
        comes = [m for m, path in zip(members, paths, strict=True) if here in path]
        if not comes and not off_path:
            continue
        plays = _plays(comes or members, info)
        if not plays:
            continue
        setting = _setting(info, words)
        case = _Case(
            info,
            _known(info, words, skip=1 if setting else 0),
            plays,
            bool(comes),
            _belief(info.player, _held(found, info), words),
        )
        cases.setdefault(setting, {}).setdefault(info.player, []).append(case)
    return tuple(
        Conduct(
            setting,
            tuple((p, _sentences(example, by_player[p], words)) for p in sorted(by_player)),
        )
        for setting, by_player in cases.items()
    )


def _in_own_words(members: Sequence[Any]) -> Conduct:
    """Return what members of a class say of themselves, where they are no equilibria of a tree."""
    told = [_told(m) for m in members]
    if len(told) == 1:
        return Conduct("", (("", told[0]),))
    first = tuple((f"Equilibrium {k}", lines) for k, lines in enumerate(told[:WAYS], 1))
    rest = f"{len(told) - WAYS} more lead to the same."
    return Conduct("", (*first, ("", (rest,))) if len(told) > WAYS else first)


def _told(member: Any) -> tuple[str, ...]:
    """Return who does what, if a member says so, or else all that it says of itself."""
    if hasattr(member, "conduct"):
        return tuple(member.conduct())
    text: str = member.explain() if hasattr(member, "explain") else str(member)
    return tuple(text.splitlines())


def _plays(members: Iterable[Equilibrium], info: InformationSet) -> tuple[Played, ...]:
    """Return what is played at an information set, each way of several equilibria once."""
    found: dict[object, Played] = {}
    for member in members:
        behaviour = member.strategy[info.player][info.record]
        if behaviour != ANY:
            played = tuple((a, float(p)) for a, p in behaviour.items() if p > PLAYED)
            found.setdefault(tuple((a, round(p, 6)) for a, p in played), played)
    return tuple(found.values())


def settings(equilibrium: Equilibrium, words: Words, about: str = "war") -> dict[str, Setting]:
    """Return the settings by name, each with its probability and that of an outcome in it."""
    game = equilibrium.game
    compiled, numbers = game.compiled, game.exact()
    roots: dict[int, str] = {}
    for visit, h in zip(compiled.nodes, compiled.node_sets, strict=True):
        name = _setting(compiled.information_sets[h], words)
        if name and visit.chance:
            roots[visit.chance[0]] = name
    wanted = [k for k, o in enumerate(compiled.outcomes) if covers(about, str(o))]
    weight: dict[str, float] = {}
    for branch, name in roots.items():
        weight[name] = weight.get(name, 0.0) + float(numbers.branches[branch])
    total = dict.fromkeys(weight, 0.0)
    for z, visit in enumerate(compiled.ends):
        name = roots.get(visit.chance[0], "") if visit.chance else ""
        share = float(numbers.shares[z, wanted].sum()) if wanted else 0.0
        if name and share:
            total[name] += _reach(equilibrium, visit) * share
    return {
        name: Setting(name, p, total[name] / p if p else float("nan")) for name, p in weight.items()
    }


def _reach(equilibrium: Equilibrium, visit: Any) -> float:
    """Return the probability that play comes to a place."""
    compiled = equilibrium.game.compiled
    p = float(equilibrium.game.exact().branches[list(visit.chance)].prod())
    for h, a in visit.decisions:
        info = compiled.information_sets[h]
        behaviour = equilibrium.strategy[info.player][info.record]
        p *= 0.0 if behaviour == ANY else float(behaviour[info.actions[a]])
    return p


def _setting(info: InformationSet, words: Words) -> str:
    return (words.setting(info.record[0]) if info.record else None) or ""


def _known(info: InformationSet, words: Words, skip: int) -> tuple[str, ...]:
    """Return what a side knows when it moves, one thing after the other."""
    entries = list(zip(info.own, info.record, strict=True))[skip:]
    return tuple(words.own(e) if own else words.signal(e) for own, e in entries)


def _held(found: EquilibriumClass, info: InformationSet) -> Mapping[str, tuple[Any, Any]]:
    """Return the intervals of a belief over a class; where there are none, its example's belief."""
    spans = found.beliefs.get(info.player, {}).get(info.record)
    if spans is not None:
        return spans
    own = found.example.beliefs.get(info.player, {}).get(info.record, {})
    return {history: (p, p) for history, p in own.items()}


def _belief(player: str, held: Mapping[str, tuple[Any, Any]], words: Words) -> str:
    """Return what a side believes, as it reads after "it takes"; nothing if it is certain."""
    if len(held) < 2:
        return ""
    if words.doubt:
        right = [h for h in held if words.doubted(player, h)]
        if not 0 < len(right) < len(held):
            return ""  # nothing to be in doubt about
        return f"{words.doubt} with a probability of {probability(*_together(right, held))}"
    likely = sorted(held, key=lambda h: -float(held[h][1]))[:LIKELIEST]
    told = [f"{words.history(h)} ({probability(*held[h])})" for h in likely if held[h][1] > PLAYED]
    return f"what happened for {', or '.join(told)}"


def _together(some: Sequence[str], held: Mapping[str, tuple[Any, Any]]) -> tuple[float, float]:
    """Return an interval that holds the probability of several histories together.

    It is the smallest one where only one of them, or only one of the rest, is uncertain.
    """
    low = sum(float(held[h][0]) for h in some)
    high = sum(float(held[h][1]) for h in some)
    rest = [h for h in held if h not in some]
    low = max(low, 1 - sum(float(held[h][1]) for h in rest))
    high = min(high, 1 - sum(float(held[h][0]) for h in rest))
    return min(low, high), high


def _sentences(equilibrium: Equilibrium, cases: Sequence[_Case], words: Words) -> tuple[str, ...]:
    """Return what a side does, a sentence for each way in which it answers."""
    answers: dict[tuple[Played, ...], list[_Case]] = {}
    for case in cases:
        answers.setdefault(case.answer, []).append(case)
    commonest = max(answers, key=lambda a: len(answers[a]))
    rest = answers.pop(commonest) if len(answers[commonest]) >= MANY and len(answers) > 1 else []
    told: list[str] = []
    for same in answers.values():
        for on_path in (True, False):
            told += _answer(equilibrium, [c for c in same if c.on_path is on_path], words)
    if rest:
        told.append(_otherwise(rest, words))
    return tuple(told)


def _answer(equilibrium: Equilibrium, cases: Sequence[_Case], words: Words) -> Iterable[str]:
    """Yield the sentences about cases with one answer, all of them on the path of play or off."""
    if not cases:
        return
    first, *more = cases
    does = _does(first.plays, words, would=not first.on_path)
    if not more:
        told = f"{first.when}, it {does}." if first.when else f"It {does}."
        if first.belief:
            takes = "takes" if first.on_path else "would take"
            told += f" It {takes} {first.belief}."
    else:
        merged = _merged(cases)
        when = [f"{t} (taking {belief})" if belief else t for t, belief in merged[:LISTED]]
        if len(merged) > LISTED:
            when.append("in situations like these")
        told = f"{'; or '.join(when)}: it {does}."
    if first.on_path:
        told += _reason(equilibrium, cases, words)
    else:
        told = f"If it came to it: {told[0].lower()}{told[1:]}"
    yield f"{told[0].upper()}{told[1:]}"


def _merged(cases: Sequence[_Case]) -> list[tuple[str, str]]:
    """Return when cases arise, and what is believed; those that differ in one thing are one.

    "If resolute, having climbed; or if irresolute, having climbed" is told as "if resolute or if
    irresolute, having climbed".
    """
    found: list[tuple[tuple[tuple[str, ...], ...], str]] = []
    for case in cases:
        told: tuple[tuple[str, ...], ...] = tuple((entry,) for entry in case.known)
        k = 0
        while k < len(found):  # what is merged may differ in one thing from another one
            other, belief = found[k]
            differ = [j for j, (a, b) in enumerate(zip(other, told, strict=False)) if a != b]
            if belief == case.belief and len(other) == len(told) and len(differ) == 1:
                j = differ[0]
                both = tuple(dict.fromkeys((*other[j], *told[j])))
                told = (*other[:j], both, *other[j + 1 :])
                del found[k]
                k = 0
            else:
                k += 1
        found.append((told, case.belief))
    return [(", ".join(" or ".join(ways) for ways in told), belief) for told, belief in found]


def _otherwise(cases: Sequence[_Case], words: Words) -> str:
    return f"In every other situation it {_does(cases[0].plays, words, would=False)}."


def _does(plays: Sequence[Played], words: Words, *, would: bool) -> str:
    """Return what is done; where equilibria of the class differ, each way of doing it."""
    verb = words.acting if would else words.act
    pure = [verb(played[0][0]) for played in plays if len(played) == 1]
    mixed = [_mixed(played, verb) for played in plays if len(played) > 1]
    if mixed and len(plays) > WAYS:
        actions = dict.fromkeys(verb(a) for played in plays for a, _ in played)
        told = f"{_either(list(actions))}, with chances that differ between equilibria of the class"
    elif len(plays) > 1:
        told = f"{_either([*pure, *mixed], comma=True)} (equilibria of the class differ)"
    else:
        told = (pure or mixed)[0]
    return f"would {told}" if would else told


def _mixed(played: Played, verb: Callable[[str], str]) -> str:
    return _either([f"{verb(a)} ({percent(p)})" for a, p in played])


def _either(words: Sequence[str], *, comma: bool = False) -> str:
    """Return words as alternatives in a sentence."""
    *most, last = words
    if not most:
        return last
    return f"{', '.join(most)}{',' if comma else ''} or {last}"


def _reason(equilibrium: Equilibrium, cases: Sequence[_Case], words: Words) -> str:
    """Return why it is best: what the best of the other actions would cost."""
    least: dict[str, float] = {}
    indifferent = True
    ways = cases[0].plays
    used = {a for played in ways for a, _ in played}
    for case in cases:
        if not equilibrium.beliefs.get(case.info.player, {}).get(case.info.record):
            return ""  # play does not come here in the example of the class
        values = action_values(equilibrium, case.info)
        own = [values[a] for a in values if a in used]
        slack = SAME_WORTH * (1 + abs(own[0]))
        indifferent &= max(own) - min(own) <= slack
        for action in values.keys() - used:
            gap = max(own) - values[action]
            least[action] = min(least.get(action, gap), 0.0 if abs(gap) <= slack else gap)
    told = ""
    if len(used) > 1 and indifferent:
        told = " It is indifferent." if len(ways) > 1 else " All are worth the same to it."
        told = " Both are worth the same to it." if len(ways) == 1 and len(used) == 2 else told
    if least and indifferent:
        action = min(least, key=lambda a: (least[a], a))
        at_least = "at least " if len(cases) > 1 else ""
        cost = f"cost it {at_least}{utils(least[action])} utils" if least[action] else "do as well"
        told += f" To {words.acting(action)} would {cost}."
    return told
