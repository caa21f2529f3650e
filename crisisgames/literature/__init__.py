"""Published models, each with its results in closed form and as the library's solvers find them."""

from importlib import import_module

from crisisgames.errors import suggest
from crisisgames.literature.model import Case, Lever, Model, Point
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.reproduce import Check, Reproduction, reproduce

__all__ = [
    "SLUGS",
    "Case",
    "Check",
    "Condition",
    "Lever",
    "Model",
    "Point",
    "Quantity",
    "Reproduction",
    "get",
    "reproduce",
]

SLUGS = (
    "acharya-ramsay-2013-security-dilemma",
    "baliga-bdm-wolitzky-2020-imperfect-attribution",
    "baliga-sjostrom-2004-arms-races",
    "brams-kilgour-1987-threat-escalation",
    "chassang-padro-i-miquel-2010-strategic-risk",
    "cho-kreps-1987-beer-quiche",
    "crawford-sobel-1982-cheap-talk",
    "fearon-1994-audience-costs",
    "fearon-1995-bargaining-range",
    "fearon-1997-tying-hands-sinking-costs",
    "fey-ramsay-2011-uncertainty-incentives",
    "green-porter-1984-imperfect-monitoring",
    "horner-morelli-squintani-2015-mediation",
    "kamenica-gentzkow-2011-persuasion",
    "kurizaki-2007-efficient-secrecy",
    "kydd-2003-biased-mediation",
    "kydd-2005-trust-reassurance",
    "molander-1985-generous-tit-for-tat",
    "myerson-1986-communication-equilibrium",
    "nalebuff-1986-brinkmanship",
    "oneill-1986-dollar-auction",
    "powell-1988-brinkmanship",
    "powell-1999-shadow-of-power",
    "powell-2006-war-commitment-problem",
    "sartori-2002-reputational-diplomacy",
    "schelling-1960-issue-division",
    "schelling-1960-reciprocal-fear",
    "schultz-1998-domestic-opposition",
    "signorino-1999-strategic-misspecification",
    "slantchev-2005-military-coercion",
    "snyder-diesing-1977-crisis-2x2",
    "tarar-leventoglu-2009-public-commitment",
    "zagare-kilgour-2000-perfect-deterrence",
)
"""The models there are: each in a module of that name, with underscores for hyphens."""


def get(slug: str) -> Model:
    """Return a model by its slug, or raise the error that offers the nearest one.

    Examples
    --------
    >>> get("fearon-1995-bargaining-range").principles
    ('clear signals', 'slow escalation', 'interests', 'division')
    """
    if slug not in SLUGS:
        raise suggest("model", slug, SLUGS)
    model: Model = import_module(f"{__name__}.{slug.replace('-', '_')}").MODEL
    return model
