"""An equilibrium in plain sentences: who does what, why nobody deviates, what they believe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crisisgames.equilibria.classes import PLAYED
from crisisgames.equilibria.classes import _reached as reached
from crisisgames.equilibria.equilibrium import ANY

if TYPE_CHECKING:
    from crisisgames.equilibria.equilibrium import Equilibrium
    from crisisgames.games import InformationSet

__all__ = ["action_values", "at_most", "explain", "in_utils", "reached"]

ROUNDING = 1e-9
"""Errors of a certificate below this are rounding, and not told."""

SAME = 1e-6
"""Difference in utils, relative to their size, below which actions are told as worth the same."""


def explain(equilibrium: Equilibrium) -> str:
    """Return the equilibrium in plain sentences."""
    on_path = reached(equilibrium)
    lines = [_outcome_sentence(equilibrium)]
    surprises = []
    for info in equilibrium.game.information_sets:
        behaviour = equilibrium.strategy[info.player][info.record]
        where = f"{info.player}, {_situation(info)},"
        belief = equilibrium.beliefs.get(info.player, {}).get(info.record)
        if (info.player, info.record) in on_path and behaviour != ANY:
            lines.append(f"{where} {_choice(behaviour)}. {_reason(equilibrium, info, behaviour)}")
        elif behaviour == ANY:
            surprises.append(f"{where} is never asked, nor after any deviation that counts.")
        else:
            held = f" It believes {_belief(belief)}." if belief and len(belief) > 1 else ""
            surprises.append(f"If it came to it, {where} {_would(behaviour)}.{held}")
    if surprises:
        lines.append("Off the path of play: " + " ".join(surprises))
    certificate = equilibrium.certificate
    lines.append(f"Checked: no deviation gains more than {in_utils(at_most(certificate.gain))}.")
    rest = replace(certificate, gain=0.0).worst
    if rest > ROUNDING:
        lines.append(f"Beliefs, trembles or outcomes are off by up to {at_most(rest)}.")
    return "\n".join(lines)


def at_most(value: float) -> str:
    """Return a number in two digits, rounded up: it bounds the value.

    Examples
    --------
    >>> at_most(0.2462), at_most(0.1), at_most(0.0)
    ('0.25', '0.1', '0')
    """
    if not 0 < value < float("inf"):
        return f"{value:g}"
    digits = Decimal(repr(float(value)))
    step = Decimal(1).scaleb(digits.adjusted() - 1)
    return f"{float(digits.quantize(step, ROUND_CEILING)):g}"


def in_utils(amount: str) -> str:
    """Return an amount with its unit.

    Examples
    --------
    >>> in_utils("1"), in_utils("-1"), in_utils("0.25")
    ('1 util', '-1 util', '0.25 utils')
    """
    return f"{amount} util" if amount.lstrip("+-") == "1" else f"{amount} utils"


def _outcome_sentence(equilibrium: Equilibrium) -> str:
    likely = [(o, p) for o, p in equilibrium.outcomes.items() if p > PLAYED]
    likely.sort(key=lambda pair: -pair[1])
    text = ", ".join(f"{_plain(o)} {_percent(p)}" for o, p in likely)
    pays = ", ".join(f"{p} {float(u):.4g}" for p, u in equilibrium.payoffs.items())
    return f"It comes to: {text}. Payoffs: {pays}."


def _situation(info: InformationSet) -> str:
    if not info.record:
        return "at the start"
    entries = zip(info.own, info.record, strict=True)
    runs = [(own, [e for _, e in run]) for own, run in groupby(entries, key=lambda pair: pair[0])]
    words = {True: "having chosen", False: "told"}
    return ", ".join(f"{words[own]} {_listed(map(repr, run))}" for own, run in runs)


def _choice(behaviour: Mapping[str, Any]) -> str:
    played = [(a, p) for a, p in behaviour.items() if p > PLAYED]
    if len(played) == 1:
        return f"chooses {played[0][0]!r}"
    (first, p), *more = played
    rest = [f"{a!r} with {_percent(q)}" for a, q in more]
    return f"mixes {_listed([f'{first!r} with probability {_percent(p)}', *rest])}"


def _would(behaviour: Mapping[str, Any]) -> str:
    played = [(a, p) for a, p in behaviour.items() if p > PLAYED]
    if len(played) == 1:
        return f"would choose {played[0][0]!r}"
    return f"would mix {_listed(f'{a!r} ({_percent(p)})' for a, p in played)}"


def _reason(equilibrium: Equilibrium, info: InformationSet, behaviour: Mapping[str, Any]) -> str:
    values = action_values(equilibrium, info)
    played = [a for a in behaviour if behaviour[a] > PLAYED]
    rest = {a: v for a, v in values.items() if a not in played}
    best = values[played[0]]
    words = []
    worths = [values[a] for a in played]
    if len(played) > 1 and max(worths) - min(worths) <= SAME * (1 + abs(best)):
        words.append(f"These are worth the same to it ({in_utils(f'{best:.4g}')})")
    elif len(played) > 1:  # at finite precision worse actions are played as well, more rarely
        words.append(f"These are worth {', '.join(f'{w:.4g}' for w in worths)} utils to it")
    if rest:
        other = max(rest, key=lambda a: rest[a])
        gap = best - rest[other]
        verdict = f"would cost it {in_utils(f'{gap:.4g}')}" if gap > SAME else "would do as well"
        words.append(f"{other!r} {verdict}")
    belief = equilibrium.beliefs.get(info.player, {}).get(info.record, {})
    if len(belief) > 1:
        words.append(f"it believes {_belief(belief)}")
    text = "; ".join(words)
    return f"{text[0].upper()}{text[1:]}." if words else "It has no other choice."


def action_values(equilibrium: Equilibrium, info: InformationSet) -> dict[str, float]:
    """Return what each action is worth at an information set, given beliefs and later play, utils.

    The information set must have a belief: it is reached, or the equilibrium states one.
    """
    compiled = equilibrium.game.compiled
    numbers = equilibrium.game.exact()
    i = equilibrium.game.players.index(info.player)
    h = compiled.information_sets.index(info)
    belief = equilibrium.beliefs[info.player][info.record]
    total = dict.fromkeys(info.actions, 0.0)
    nodes = [v for v, g in zip(compiled.nodes, compiled.node_sets, strict=True) if g == h]
    for node in nodes:
        weight = float(belief.get(node.label, 0))
        depth, luck = len(node.decisions), len(node.chance)
        for z, visit in enumerate(compiled.ends):
            start = len(node.history)
            if weight and visit.history[:start] == node.history:
                chance = numbers.branches[list(visit.chance[luck:])].prod()
                p = weight * float(chance)
                for g, a in visit.decisions[depth + 1 :]:
                    later = compiled.information_sets[g]
                    play = equilibrium.strategy[later.player][later.record]
                    p *= 0.0 if play == ANY else float(play[later.actions[a]])
                action = info.actions[visit.decisions[depth][1]]
                total[action] += p * float(numbers.payoffs[z, i])
    return total


def _belief(belief: Mapping[str, Any]) -> str:
    held = [(h, p) for h, p in belief.items() if p > PLAYED]
    return ", ".join(f"{h} ({_percent(p)})" for h, p in sorted(held, key=lambda q: -q[1]))


def _listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: with commas, and "and" before the last."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _percent(p: Any) -> str:
    return f"{100 * float(p):.3g} %"


def _plain(outcome: Any) -> str:
    if not isinstance(outcome, str):
        return " then ".join(map(str, outcome))
    head, *rest = outcome.split(":")
    causes = ", ".join(filter(None, rest))
    return f"{head} ({causes})" if causes else head
