"""Talks, solved by hand: what the definition says, and all sequential equilibria in closed form.

Nothing here comes from the library but the fields of `Talks`. All arithmetic is exact.

K knows that talks were held where they leaked, so there it does what is best for it. Where nothing
leaked it believes that they were held with some probability q, and takes one of four plans (keep or
break, refrain or provoke) or mixes two that are equally good at q. Given that, each type of C
compares accepting with refusing, and U looks for the offer with the least war; what they do leads
to a q. Equilibria are where this closes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, pairwise, product

from crisisgames.crises import Talks

TYPES = ("pragmatic", "conservative")
NONE, BILATERAL, HOSTED = "no offer", "offer bilateral talks", "offer hosted talks"
PLANS = tuple(product((0, 1), (0, 1)))
"""What K may do at one of its places: (break, provoke)."""

Plan = tuple[int, int]
Mix = Mapping[Plan, Fraction]
Accepts = Mapping[tuple[str, str], Fraction]


class Degenerate(Exception):
    """Raised where a player is indifferent at more places than the closed form provides for."""


class Values:
    """The payoffs and probabilities of talks, as the definition states them."""

    def __init__(self, crisis: Talks) -> None:
        x = {name: as_number(value) for name, value in crisis.parameters().items()}
        hosts = (HOSTED,) if x["host"] or x["discretion"] else ()
        self.offers = (NONE, BILATERAL, *hosts) if crisis.offer else (NONE,)
        self.places = [(kind, offer) for kind in TYPES for offer in self.offers[1:]]
        self.prior = {"pragmatic": x["prob_pragmatic"], "conservative": 1 - x["prob_pragmatic"]}
        self.leak = {BILATERAL: x["leak"], HOSTED: x["leak"] * (1 - x["discretion"])}
        self.price = {
            (kind, offer): x[f"price_{kind}"] * (1 - x["host"] if offer == HOSTED else 1)
            for kind, offer in self.places
        }
        self.war, self.loss, self.worth = {}, {}, {}
        for held, (broke, provoked) in product((True, False), PLANS):
            incident = x["incident_rate"] + broke * x["agitation"] + provoked * x["provocation"]
            how = x["escalation_coordinated" if held else "escalation_uncoordinated"]
            fear = x["endorsement_fear"] if held else -x["channel_value"]
            room = x["brinkmanship"] * (1 - x["coordination"] if held else 1)
            key = held, (broke, provoked)
            self.war[key] = min(Fraction(1), incident) * how
            damage = x["damage"] * self.war[key]
            self.loss[key] = broke * x["leverage"] + damage  # of C, its price apart
            self.worth[key] = broke * fear + provoked * room - damage  # to K

    def believing(self, q: Fraction, plan: Plan) -> Fraction:
        """Return what a plan is worth to K that believes so much that talks were held."""
        return q * self.worth[True, plan] + (1 - q) * self.worth[False, plan]

    def equal(self, one: Plan, other: Plan) -> Fraction | None:
        """Return the belief at which two plans are worth the same to K, if there is one."""
        at_0, at_1 = (self.worth[held, one] - self.worth[held, other] for held in (False, True))
        return at_0 / (at_0 - at_1) if at_0 != at_1 else None


def as_number(value: object) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(str(float(value)))


def wars(crisis: Talks) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest P(war) over all sequential equilibria."""
    found = [w for _, w in equilibria(crisis)]
    return min(found), max(found)


def equilibria(crisis: Talks) -> Iterator[tuple[Mix, Fraction]]:
    """Yield what K does where nothing leaked, and P(war); the ends of each continuum."""
    v = Values(crisis)
    leaked = _best(v, Fraction(1))
    if len(leaked) != 1:
        raise Degenerate("K is indifferent where it knows that talks were held")
    for plan in PLANS:
        yield from _answers(v, leaked[0], {plan: Fraction(1)})
    for one, other in combinations(PLANS, 2):
        q = v.equal(one, other)
        if q is not None and 0 < q < 1 and {one, other} <= set(_best(v, q)):
            # Where C is indifferent changes what it does; where U is, what it offers.
            cuts = sorted({Fraction(0), Fraction(1), *_cuts(v, leaked[0], one, other)})
            inner = [(a + b) / 2 for a, b in pairwise(cuts)]
            for weight in (*cuts[1:-1], *inner):
                yield from _answers(v, leaked[0], {one: weight, other: 1 - weight})


def _best(v: Values, q: Fraction) -> list[Plan]:
    top = max(v.believing(q, plan) for plan in PLANS)
    return [plan for plan in PLANS if v.believing(q, plan) == top]


def _gain(v: Values, leaked: Plan, mix: Mix, kind: str, offer: str) -> Fraction:
    """Return what a type of C gains by accepting."""
    lost, leak = sum(m * v.loss[False, k] for k, m in mix.items()), v.leak[offer]
    silent = sum(m * v.loss[True, k] for k, m in mix.items())
    return lost - v.price[kind, offer] - leak * v.loss[True, leaked] - (1 - leak) * silent


def _war(v: Values, leaked: Plan, mix: Mix, offer: str, accepts: Accepts) -> Fraction:
    silent = sum(m * v.war[True, k] for k, m in mix.items())
    refused = sum(m * v.war[False, k] for k, m in mix.items())
    if offer == NONE:
        return refused
    agreed, leak = _agreed(v, offer, accepts), v.leak[offer]
    held = leak * v.war[True, leaked] + (1 - leak) * silent
    return agreed * held + (1 - agreed) * refused


def _agreed(v: Values, offer: str, accepts: Accepts) -> Fraction:
    return sum((v.prior[t] * accepts[t, offer] for t in TYPES), Fraction(0))


def _belief(v: Values, offer: str, accepts: Accepts) -> Fraction:
    """Return how likely talks are held where nothing leaked."""
    if offer == NONE:
        return Fraction(0)
    agreed = _agreed(v, offer, accepts)
    silent = agreed * (1 - v.leak[offer])
    return silent / (silent + 1 - agreed)


def _answers(v: Values, leaked: Plan, mix: Mix) -> Iterator[tuple[Mix, Fraction]]:
    """Yield the equilibria in which K does this where nothing leaked."""
    gains = {p: _gain(v, leaked, mix, *p) for p in v.places}
    torn = [p for p in v.places if not gains[p]]
    if len(torn) > 1:
        raise Degenerate("C is indifferent at several places at once")
    sure = {p: Fraction(gains[p] > 0) for p in v.places}
    for accepts in _mixed(v, leaked, mix, sure, torn):
        risk = {o: _war(v, leaked, mix, o, accepts) for o in v.offers}
        best = [o for o in v.offers if risk[o] == min(risk.values())]
        beliefs = [_belief(v, o, accepts) for o in best]
        if _supported(v, mix, min(beliefs), max(beliefs)):
            yield mix, risk[best[0]]


def _supported(v: Values, mix: Mix, low: Fraction, high: Fraction) -> bool:
    """Tell whether some belief between two makes a best reply of what K does."""
    played = {k for k, m in mix.items() if m}
    marks = {low, high}
    for one, other in combinations(PLANS, 2):
        q = v.equal(one, other)
        marks |= {q} if q is not None and low < q < high else set()
    ordered = sorted(marks)
    marks |= {(a + b) / 2 for a, b in pairwise(ordered)}
    return any(played <= set(_best(v, q)) for q in marks)


def _mixed(
    v: Values, leaked: Plan, mix: Mix, sure: Accepts, torn: list[tuple[str, str]]
) -> Iterator[Accepts]:
    """Yield what C may do: where it is torn, all rates at which something else changes."""
    if not torn:
        yield sure
        return
    (place,) = torn
    kind, offer = place
    rates = {Fraction(0), Fraction(1)}
    no, yes = ({**sure, place: Fraction(r)} for r in (0, 1))
    for other in v.offers:  # U is indifferent between offers
        low, high = (
            _war(v, leaked, mix, offer, a) - _war(v, leaked, mix, other, a) for a in (no, yes)
        )
        if low != high:
            rates.add(low / (low - high))
    for one, another in combinations(PLANS, 2):  # K is indifferent between plans
        q = v.equal(one, another)
        if q is not None and 0 < q < 1:
            agreed = q / (q + (1 - q) * (1 - v.leak[offer]))
            rates.add((agreed - _agreed(v, offer, no)) / v.prior[kind])
    for rate in sorted(r for r in rates if 0 <= r <= 1):
        yield {**sure, place: rate}


def _cuts(v: Values, leaked: Plan, one: Plan, other: Plan) -> Iterator[Fraction]:
    """Yield the weights on ``one`` at which a type of C, or U, is indifferent."""
    ends = ({other: Fraction(1)}, {one: Fraction(1)})
    for p in v.places:
        low, high = (_gain(v, leaked, mix, *p) for mix in ends)
        yield from _zero(low, high)
    for rates in product((Fraction(0), Fraction(1)), repeat=len(v.places)):
        accepts = dict(zip(v.places, rates, strict=True))
        for a, b in combinations(v.offers, 2):
            low, high = (
                _war(v, leaked, mix, a, accepts) - _war(v, leaked, mix, b, accepts) for mix in ends
            )
            yield from _zero(low, high)


def _zero(low: Fraction, high: Fraction) -> Iterator[Fraction]:
    if low != high and 0 < low / (low - high) < 1:
        yield low / (low - high)
