"""Files mutated at random: what strangers may write, by accident or to do harm."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from crisisgames import from_toml
from crisisgames.errors import CrisisGamesError

EXAMPLES = Path(__file__).parents[2] / "examples"

TABLES = [
    """kind = "signaling game"
messages = ["beer", "quiche"]
actions = ["duel", "not"]
prior = { surly = "p", wimp = "1 - p" }
[parameters.p]
default = 0.9
[payoffs.surly]
beer = { duel = [1, 0], not = [3, 1] }
quiche = { duel = [0, 0], not = [2, 1] }
[payoffs.wimp]
beer = { duel = [0, 1], not = [2, 0] }
quiche = { duel = [1, 1], not = [3, 0] }
""",
    """kind = "normal-form game"
parameters.crash = { domain = [0, 10], default = 5 }
[values]
crash = 4
[actions]
A = ["swerve", "straight"]
B = ["swerve", "straight"]
[payoffs]
swerve = { swerve = [0, 0], straight = [-1, 1] }
straight = { swerve = [1, -1], straight = ["-crash", "-crash"] }
[outcomes]
swerve = { swerve = "calm", straight = "calm" }
straight = { swerve = "calm", straight = { war = "crash/10", calm = "1 - crash/10" } }
""",
]

BOMBS = [
    '''"__import__('os').system('touch {mark}')"''',
    '''"open('{mark}', 'w')"''',
    '"().__class__.__bases__[0].__subclasses__()"',
    '"war_cost.__class__"',
    '"9**9**9**9"',
    '"(1 + war_cost)**100**2"',
    '"exec(1)"',
    '"lambda: 0"',
    '"undeclared"',
    '"' + "(" * 60 + "1" + ")" * 60 + '"',
    '"max(' + ", ".join(["war_cost"] * 40) + ')"',
    '"' + "war_cost + " * 3000 + '1"',
    '"1/0"',
    '"0**-1"',
    '"sqrt(-1)"',
    '"{0.__class__}"',
    "nan",
    "-inf",
    "1e999",
    "1e308",
    "-1",
    "9" * 400,
    "9" * 5000,
    "0x" + "f" * 300,
    "true",
    "1979-05-27",
    "07:32:00",
    "[]",
    "{}",
    '""',
    '" "',
    '"\\u0000"',
    "[" * 40 + "]" * 40,
    "[" * 2000 + "]" * 2000,
    "{ a = { a = { a = 1 } } }",
    '"start"',
    '"strong"',
    '"../../etc/passwd"',
]

VALUE = re.compile(r"(?<== )(?:\"[^\"\n]*\"|[^\s,\[\]{}]+)")
WORD = re.compile(r"[A-Za-z_]+|[0-9.]+|[\[\]{}=\",.]")
SECTION = re.compile(r"^\[.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


def bases() -> list[str]:
    """Return good files of every kind."""
    return [
        *((EXAMPLES / f"{name}.toml").read_text() for name in ("challenge", "reef")),
        *TABLES,
    ]


def mutated(rng: Random, text: str, mark: str) -> bytes:
    """Return a file with one to three mutations; a bomb that goes off makes a file ``mark``."""
    data = text.encode()
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        kind = rng.choice(["bytes", "swap", "bomb", "bomb", "section", "cut", "rename"])
        if kind == "bytes":
            data = _bytes(rng, data)
            continue
        words = data.decode("utf-8", "replace")
        data = MUTATIONS[kind](rng, words, mark).encode("utf-8", "surrogatepass")
    return data


def _bytes(rng: Random, data: bytes) -> bytes:
    changed = bytearray(data or b" ")
    for _ in range(rng.randint(1, 3)):
        changed[rng.randrange(len(changed))] = rng.choice([rng.randrange(256), 0, 34, 10, 92])
    return bytes(changed)


def _swap(rng: Random, text: str, mark: str) -> str:
    found = list(WORD.finditer(text))
    if len(found) < 2:
        return text
    one, two = sorted(rng.sample(found, 2), key=lambda m: m.start())
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def _bomb(rng: Random, text: str, mark: str) -> str:
    found = list(VALUE.finditer(text))
    if not found:
        return text
    place = rng.choice(found)
    return text[: place.start()] + rng.choice(BOMBS).replace("{mark}", mark) + text[place.end() :]


def _section(rng: Random, text: str, mark: str) -> str:
    found = SECTION.findall(text)
    if not found:
        return text
    section = rng.choice(found)
    how = rng.choice(["twice", "gone", "many"])
    if how == "gone":
        return text.replace(section, "", 1)
    return text + "\n" + section * (1 if how == "twice" else 200)


def _cut(rng: Random, text: str, mark: str) -> str:
    place = rng.randrange(len(text) + 1)
    return text[:place] if rng.random() < 0.5 else text[place:]


def _rename(rng: Random, text: str, mark: str) -> str:
    names = sorted(set(re.findall(r"[A-Za-z_]{3,}", text)))
    if len(names) < 2:
        return text
    old, new = rng.sample(names, 2)
    return text.replace(old, new, rng.choice([1, -1]))


MUTATIONS = {"swap": _swap, "bomb": _bomb, "section": _section, "cut": _cut, "rename": _rename}


def result(data: bytes) -> str:
    """Return what comes of a file: ``loads``, or why it is refused; any other error is raised."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    try:
        from_toml(text, "file.toml")
    except CrisisGamesError as error:
        said = str(error)
        assert said.startswith("file.toml"), said
        assert "\n" not in said
        assert len(said) < 1000
        return "not TOML" if "not TOML" in said else "refused"
    return "loads"


def mutation(seed: int, number: int, mark: str = "/nowhere/mark") -> bytes:
    """Return the mutated file of that number."""
    rng = Random(seed * 1_000_003 + number)
    known = bases()
    return mutated(rng, known[number % len(known)], mark)
