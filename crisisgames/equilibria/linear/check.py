"""What a mediator's rule is worth to a player that manipulates it, from the game alone.

Nothing is shared with the linear programs: for each player (and each thing that it may know) the
best manipulation is found by taking, for each report and each recommendation, the best answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from crisisgames.games import BayesianGame, SignalingGame
from crisisgames.games.strategic import StrategicForm

__all__ = [
    "bayes_correlated_gain",
    "coarse_gain",
    "communication_gain",
    "correlated_gain",
    "mediation_gain",
    "probability_error",
]

Names = tuple[str, ...]
Rule = Mapping[Names, Mapping[Names, Any]]
"""In each situation (the empty one, where nothing is reported) the probability of each profile."""


def correlated_gain(form: StrategicForm, rule: Rule) -> Any:
    """Return what the best answer to every recommendation gains a player, in utils."""
    joint = _joint(form, rule)
    best: Any = 0
    for i in range(len(form.players)):
        x = np.moveaxis(joint, i, 0).reshape(form.shape[i], -1)
        u = np.moveaxis(form.payoffs[..., i], i, 0).reshape(form.shape[i], -1)
        worth = x @ u.T  # of playing the column when told the row
        best = max(best, (worth.max(axis=1) - worth.diagonal()).sum())
    return best


def coarse_gain(form: StrategicForm, rule: Rule) -> Any:
    """Return what the best strategy that ignores the mediator gains a player, in utils."""
    joint = _joint(form, rule)
    best: Any = 0
    for i in range(len(form.players)):
        u = np.moveaxis(form.payoffs[..., i], i, 0).reshape(form.shape[i], -1)
        others = np.moveaxis(joint, i, 0).reshape(form.shape[i], -1).sum(axis=0)
        best = max(best, (u @ others).max() - (joint * form.payoffs[..., i]).sum())
    return best


def _joint(form: StrategicForm, rule: Rule) -> np.ndarray:
    joint = np.zeros(form.shape, dtype=object)
    place = [{name: k for k, name in enumerate(own)} for own in form.strategies]
    for profile, p in rule[()].items():
        joint[tuple(at[name] for at, name in zip(place, profile, strict=True))] = p
    if all(isinstance(p, float) for p in rule[()].values()):
        return joint.astype(float)
    return joint


def communication_gain(game: BayesianGame, rule: Rule) -> Any:
    """Return what the best lie, with the best answers to all advice, gains a player, in utils."""
    return max(
        sum(
            max(_worth(known, rule, report) for report in game.types[i])
            - _worth(known, rule, own, obedient=True)
            for own in game.types[i]
            if (known := _known(game, i, own)).weights
        )
        for i in range(len(game.players))
    )


def bayes_correlated_gain(game: BayesianGame, rule: Rule) -> Any:
    """Return what the best answers to all advice gain a player, in utils."""
    return max(
        sum(
            _worth(known, rule, None) - _worth(known, rule, None, obedient=True)
            for own in game.types[i]
            if (known := _known(game, i, own)).weights
        )
        for i in range(len(game.players))
    )


@dataclass(frozen=True)
class _Known:
    """What a type of a player knows: the situations in which it is that type."""

    game: BayesianGame
    player: int
    weights: Mapping[Names, Any]
    """Prior probability of each of them."""
    payoffs: Mapping[tuple[Names, Names], Any]
    """The player's payoff in each of them, by profile."""


def _known(game: BayesianGame, i: int, own: str) -> _Known:
    numbers = game.exact()
    rows = [
        (k, s, p)
        for k, (s, p) in enumerate(zip(game.situations, numbers.branches, strict=True))
        if p and game.types_of(s)[i] == own
    ]
    payoffs = {
        (s, profile): numbers.payoffs[k, j, i]
        for k, s, _ in rows
        for j, profile in enumerate(game.profiles)
    }
    return _Known(game, i, {s: p for _, s, p in rows}, payoffs)


def _worth(known: _Known, rule: Rule, report: str | None, *, obedient: bool = False) -> Any:
    """Return what a report (None: the mediator knows all) brings, with the best answers or none."""
    game, i = known.game, known.player
    total: Any = 0
    for told in game.actions[i]:
        answers = dict.fromkeys([told] if obedient else game.actions[i], 0)
        for s, p in known.weights.items():
            heard = s if report is None else _replaced(game.types_of(s), i, report)
            for profile, q in rule[heard].items():
                if profile[i] == told and q:
                    for plays in answers:
                        answers[plays] += p * q * known.payoffs[s, _replaced(profile, i, plays)]
        total += max(answers.values())
    return total


def _replaced(names: Names, i: int, name: str) -> Names:
    return (*names[:i], name, *names[i + 1 :])


def mediation_gain(game: SignalingGame, rule: Rule, threats: Rule) -> Any:
    """Return what the best manipulation of either player gains it, in utils.

    ``rule`` gives, for each reported type, the probability of each (message, action); ``threats``
    that of (message told to the sender, message reported by the receiver, action).
    """
    numbers = game.to_extensive().exact()
    ends = iter(numbers.payoffs)
    utils = {(t, m, a): next(ends) for t in game.types for m in game.messages for a in game.actions}
    prior = dict(zip(game.types, numbers.branches, strict=True))

    def advice(t: str, told: str, seen: str, a: str) -> Any:
        if told == seen:
            return rule[(t,)].get((told, a), 0)
        return threats[(t,)].get((told, seen, a), 0)

    sender: Any = 0
    for t in game.types:

        def worth(report: str, told: str, sends: str, t: str = t) -> Any:
            return sum(advice(report, told, sends, a) * utils[t, sends, a][0] for a in game.actions)

        honest = sum(worth(t, m, m) for m in game.messages)
        best = max(
            sum(max(worth(r, m, s) for s in game.messages) for m in game.messages)
            for r in game.types
        )
        sender += prior[t] * (best - honest)

    receiver: Any = 0
    for m in game.messages:

        def brings(reported: str, told: str, plays: str, m: str = m) -> Any:
            return sum(
                prior[t] * advice(t, m, reported, told) * utils[t, m, plays][1] for t in game.types
            )

        honest = sum(brings(m, a, a) for a in game.actions)
        receiver += (
            max(
                sum(max(brings(r, a, b) for b in game.actions) for a in game.actions)
                for r in game.messages
            )
            - honest
        )
    return max(sender, receiver)


def probability_error(rule: Rule, threats: Rule) -> Any:
    """Return how far a rule is from being probabilities that sum to one in every situation."""
    worst: Any = 0
    for row in (*rule.values(), *threats.values()):
        worst = max(worst, -min(row.values(), default=0))
    for row in rule.values():
        worst = max(worst, abs(sum(row.values()) - 1))
    for situation, row in threats.items():
        after: dict[tuple[str, str], Any] = {}
        for (told, seen, _), p in row.items():
            after[told, seen] = after.get((told, seen), 0) + p
        for (told, _), p in after.items():
            sent = sum(q for (m, _), q in rule[situation].items() if m == told)
            worst = max(worst, abs(p - sent))
    return worst
