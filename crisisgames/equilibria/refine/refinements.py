"""Refinements of a set of equilibria: definitions, sources, and what exactly is computed.

*Where they apply.* A **message** is a first deviation of one mover that its opponent sees: the
opponent's information sets that open with it are reached by nothing that is played. Its **ways**
t are the deviations that come to it, one for each type that may be behind it (and for each own
earlier departure that leads there). For each way, c_t is what its author gets in equilibrium, at
the information set where it leaves the path, and w_t what it gets there from a **reply** if it
deviates so and goes on as well as it can. A reply is what the opponent does after the message at
all its information sets (one for each of its own types), and whatever follows. It is *rational for
a belief* if it is sequentially rational, later moves of both included, when the ways have had some
weights, the same for all the opponent's types; nature's weights come on top. In a signaling game
ways are types, rational replies are MBR(T, m) and the definitions below are those of the papers.

*What comes back* is a set of the same kind: the equilibria that pass, continua cut exactly where a
verdict changes (with their boundary). `notes` say for each class what went and why. D1, universal
divinity and equilibrium dominance restrict beliefs, so a class can keep its outcome and lose some
of the beliefs and replies off the path that supported it. A way that is ruled out must not be
believed in wherever another way leads; if all are ruled out, nothing is asked. Information sets
that open only after both movers have deviated are left as they are.

*What is not decided.* Where what is rational after a message depends on earlier play that varies
over a continuum, where a continuum would be cut too often, or where time runs out, the equilibria
concerned stay, the notes say so, and `complete` is False.

References
----------
.. [1] In-Koo Cho and David M. Kreps, "Signaling Games and Stable Equilibria", Quarterly Journal of
   Economics 102(2), 1987, 179-221.
.. [2] Jeffrey S. Banks and Joel Sobel, "Equilibrium Selection in Signaling Games", Econometrica
   55(3), 1987, 647-661.
.. [3] In-Koo Cho and Joel Sobel, "Strategic Stability and Uniqueness in Signaling Games", Journal
   of Economic Theory 50(2), 1990, 381-413.
.. [4] Drew Fudenberg and Kevin He, "Payoff Information and Learning in Signaling Games", Games and
   Economic Behavior 120, 2020, 96-120: the definitions side by side, and how they are nested.
.. [5] Eric van Damme, "Stability and Perfection of Nash Equilibria", 2nd ed., Springer, 1991.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.refine.criteria import CRITERIA
from crisisgames.equilibria.refine.dominance import Dominance
from crisisgames.equilibria.refine.filters import need_polyhedra, passing, restricted

if TYPE_CHECKING:
    from crisisgames.equilibria.equilibrium_set import EquilibriumSet

__all__ = ["d1", "divine", "intuitive", "undominated"]


def intuitive(
    found: EquilibriumSet, *, beliefs: bool = False, time_limit: float | None = None
) -> EquilibriumSet:
    """Return the equilibria whose outcome passes the intuitive criterion [1]_.

    A way t of a message is *equilibrium dominated* if c_t > w_t for every reply that is rational
    for some belief. The outcome fails if, for some message, some way t has w_t > c_t for every
    reply that is rational for a belief in the ways that are left (all inequalities strict, as in
    [1]_). This is a test of outcomes: all beliefs that support an outcome that passes
    stay in the set.

    Parameters
    ----------
    found : EquilibriumSet
        Of concept ``"sequential"``.
    beliefs : bool
        Ask for more: beliefs themselves must put no weight on ways that are equilibrium dominated
        (equilibrium dominance). It removes an outcome also where every reply tempts some way, but
        no way is tempted by every reply.
    time_limit : float
        Seconds after which what is not decided yet stays; 0 means none.

    Raises
    ------
    NotApplicable
        If the set is of another concept, or does not come from the search in games of two movers.

    Examples
    --------
    >>> from crisisgames import SignalingGame, solve
    >>> game = SignalingGame(
    ...     types=("surly", "wimp"), messages=("beer", "quiche"), actions=("duel", "not"),
    ...     prior=(0.9, 0.1),
    ...     sender_payoffs=[[[1, 3], [0, 2]], [[0, 2], [1, 3]]],
    ...     receiver_payoffs=[[[0, 1], [0, 1]], [[1, 0], [1, 0]]],
    ... )
    >>> [c.name for c in intuitive(solve(game)).classes]
    ['pooling on beer']
    """
    return passing(found, CRITERIA["equilibrium dominance" if beliefs else "intuitive"], time_limit)


def d1(found: EquilibriumSet, *, time_limit: float | None = None) -> EquilibriumSet:
    """Return the equilibria that survive D1 [1]_, [3]_.

    With D(t) the rational replies for which w_t > c_t, and D0(t) those for which w_t = c_t, a way t
    is ruled out if some other way t' has D(t) ∪ D0(t) ⊆ D(t'): whenever t would gain or lose
    nothing, t' would gain. Beliefs after the message must put no weight on it. One round, mixed
    replies included, as in [1]_.

    Parameters
    ----------
    found : EquilibriumSet
        Of concept ``"sequential"``.
    time_limit : float
        Seconds after which what is not decided yet stays; 0 means none.

    Raises
    ------
    NotApplicable
        If the set is of another concept, or does not come from the search in games of two movers.
    """
    return passing(found, CRITERIA["d1"], time_limit)


def divine(
    found: EquilibriumSet, *, universal: bool = False, time_limit: float | None = None
) -> EquilibriumSet:
    """Return the equilibria that are divine, or universally divine [2]_.

    *Divinity.* Against a reply a way deviates always if w_t > c_t, never if w_t < c_t, and with any
    frequency if w_t = c_t. Beliefs after the message must be what Bayes' rule and the prior make of
    such frequencies, for some reply that tempts somebody, or a mixture of such beliefs; replies are
    those that are rational for the beliefs that are left, and so on until nothing changes.

    *Universal divinity* asks this whatever the prior is. That comes to D2, repeated ([4]_, note
    15): a way t is ruled out if D(t) ∪ D0(t) ⊆ ∪ D(t') over the other ways t' that are left, so
    whenever t would gain or lose nothing, some other way would gain.

    In signaling games universal divinity implies D1 and divinity, either implies the other test of
    beliefs, equilibrium dominance, and that the intuitive criterion.

    Parameters
    ----------
    found : EquilibriumSet
        Of concept ``"sequential"``.
    universal : bool
        Whether to ask for universal divinity.
    time_limit : float
        Seconds after which what is not decided yet stays; 0 means none.

    Raises
    ------
    NotApplicable
        If the set is of another concept, or does not come from the search in games of two movers.
    """
    return passing(found, CRITERIA["universally divine" if universal else "divine"], time_limit)


def undominated(found: EquilibriumSet, *, time_limit: float | None = None) -> EquilibriumSet:
    """Return the equilibria in which no mover plays a weakly dominated strategy.

    A strategy, pure or mixed, of the normal form is weakly dominated if another one, pure or mixed,
    does at least as well against every strategy of the opponent and better against some. For a
    normal form with two players, what is left of its Nash equilibria are the perfect ones ([5]_,
    Section 3.2).

    Parameters
    ----------
    found : EquilibriumSet
        Of concept ``"nash"`` or ``"sequential"``.
    time_limit : float, optional
        As for `d1`.

    Raises
    ------
    NotApplicable
        If the set does not come from the search in games of two movers.

    Examples
    --------
    >>> from crisisgames import NormalFormGame, solve
    >>> game = NormalFormGame.from_arrays([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> len(solve(game, "nash").classes), len(undominated(solve(game, "nash")).classes)
    (2, 1)
    """
    deadline = Deadline.within(time_limit)
    form = need_polyhedra(found, "dominance")
    return restricted(found, "weak dominance", Dominance(form, deadline).judged)
