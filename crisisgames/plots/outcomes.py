"""What the outcomes of crises are, for captions and for briefs."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["OUTCOMES", "meaning_of"]

OUTCOMES: dict[str, Mapping[str, str]] = {
    "incident": {
        "stands": "a probe stands",
        "undone": "a probe is undone",
        "settled": "an accident passes without war",
        "calm": "nothing happens",
    },
    "bargaining": {"settled:A gets *": "a split that gives A *"},
    "talks": {
        f"{talks}:{channel}:{conduct}": f"{told}, the channel {channel}, {calm}"
        for talks, told in (
            ("held", "talks held"),
            ("refused", "talks refused"),
            ("not offered", "no talks offered"),
        )
        for channel in ("kept", "broken")
        for conduct, calm in (("quiet", "no provocation"), ("provoked", "a provocation"))
    },
    "interception": {
        "passed": "the test is let pass",
        **{
            f"{fate}:{did}": f"{told}, and K {did}"
            + (" without war" if did == "retaliated" else "")
            for fate, told in (
                ("intercepted", "the test is intercepted"),
                ("missed", "the interceptor misses"),
            )
            for did in ("desisted", "tested again", "retaliated")
        },
    },
    "dyads": {
        "calm": "no war so far, and calm",
        "friction": "no war so far, and friction",
        "crisis": "no war so far, and crisis",
    },
    "security dilemma": {
        "arms race": "both arm",
        "arms race:deliberate": "both arm, as each would in any case",
        "arms race:misperception": "both arm, though both would be better off restrained",
        "one arms": "one side arms and the other does not",
        "restraint": "both restrain themselves",
    },
    "encounters": {
        "both press": "both press",
        "one presses": "one presses and the other restrains itself",
        "both restrain": "both restrain themselves",
    },
}
"""What outcomes are whose labels say too little, by kind of crisis."""

OUTCOMES["whole crisis"] = {
    **OUTCOMES["bargaining"],
    **OUTCOMES["incident"],
    "settled": "an accident passes, or a split is agreed",
}


def meaning_of(meanings: Mapping[str, str], label: str) -> str:
    """Return what a label means, or nothing.

    A label that ends in a star stands for all that begin so; what follows is in the place of the
    star of its meaning.

    Examples
    --------
    >>> meaning_of(OUTCOMES["bargaining"], "settled:A gets 2/3")
    'a split that gives A 2/3'
    """
    if label in meanings:
        return meanings[label]
    for pattern, meaning in meanings.items():
        start = pattern.removesuffix("*")
        if start != pattern and label.startswith(start):
            rest = label.removeprefix(start).replace("_", " ").replace(", ", " and ")
            return meaning.replace("*", rest)
    return ""
