"""Whether two claims speak of one measure: a sum of points for and against.

The points are weights of evidence in the manner of Fellegi and Sunter (1969): what agrees speaks
for one measure the more, the rarer such agreement is by chance; what disagrees speaks against it
the more, the rarer articles err in it. They were set by hand from what the values mean. A library
that learns such weights (splink, say) needs many claims of one kind to do so, and an analyst could
neither read nor change what it learned.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz

from pipeline.findings import Rate
from pipeline.ledger.claims import EVERYTHING, Claim

ENOUGH = 3.0
"""Points from which two claims are taken for one measure."""
NEVER = -100.0

SAME_NAME = 0.85
ALIKE_NAME = 0.6
"""Similarity of names of goods, 0 to 1."""
DAYS_OF_ONE_STORY = 14
DAYS_OF_ONE_DAY = 3
"""News of one day is printed over three."""
DAYS_OF_DELAY = 31


def score(a: Claim, b: Claim) -> float:
    """Points for and against one measure; `NEVER` where it is out of the question."""
    if a.article == b.article:  # an article's measures are told apart where it is read
        return NEVER
    if a.by and b.by and not a.by & b.by:
        return NEVER
    points = partners(a, b)
    if points == NEVER:
        return NEVER
    points += items(a, b) + instruments(a, b) + firms(a, b) + rates(a, b) + times(a, b)
    points += amounts(a, b)
    if a.legal_basis & b.legal_basis:
        points += 1
    if not (a.by and b.by):
        points -= 1
    return points


def partners(a: Claim, b: Claim) -> float:
    """Whose goods are hit."""
    if not a.on or not b.on:
        return 0
    if a.on == b.on:
        return 2
    if a.on & b.on:
        return 1.5
    if EVERYTHING in a.on | b.on:  # of a duty on all partners a paper tells what hits its readers
        return -0.5
    return NEVER


def items(a: Claim, b: Claim) -> float:
    """Which goods are hit."""
    if not (a.goods or a.sectors) and not (b.goods or b.sectors):
        return 1 if a.rate is None and b.rate is None else 0  # alike in saying nothing
    if a.goods and b.goods:
        if a.goods == b.goods:
            return 3
        if EVERYTHING in a.goods | b.goods:
            return -2
        return named_alike(a, b)
    if a.sectors & b.sectors:
        return 2
    if a.hs and b.hs:
        return 2 if overlap(a.hs, b.hs) else -3
    return 0


def named_alike(a: Claim, b: Claim) -> float:
    """Points for names and codes of goods that both claims give."""
    fewer, more = sorted((a.goods, b.goods), key=len)
    alike = [max(similarity(name, other) for other in more) for name in fewer]
    shared = sum(alike) / len(alike)
    if shared >= SAME_NAME:
        return 3
    if a.hs and b.hs and overlap(a.hs, b.hs):
        return 2.5
    if max(alike) >= SAME_NAME:
        return 1.5  # "canola and pork", "canola, oil and peas": a list that is told in part
    return 0.5 if shared >= ALIKE_NAME else -5


@lru_cache(maxsize=1_000_000)
def similarity(a: str, b: str) -> float:
    """How alike two names are: 1 where the words of one are all in the other."""
    return fuzz.token_set_ratio(a, b) / 100


def overlap(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether a code of one is a code of the other or a heading above it."""
    return any(x.startswith(y) or y.startswith(x) for x in a for y in b)


def instruments(a: Claim, b: Claim) -> float:
    """The kind of border charge; "tariff" is also what papers call all the others."""
    if a.instrument == b.instrument:
        return 0
    return -0.5 if "tariff" in (a.instrument, b.instrument) else -4


def firms(a: Claim, b: Claim) -> float:
    """Firms that are levied by name have rates of their own."""
    if a.firms and b.firms:
        return 1 if a.firms & b.firms else -6
    return -1 if a.firms or b.firms else 0


def rates(a: Claim, b: Claim) -> float:
    """The level. Papers do err in it, but another level is mostly another measure."""
    if a.rate is None or b.rate is None:
        return 0
    if a.rate.unit != b.rate.unit:
        return -1
    if same_level(a.rate, b.rate):
        return 2
    if follows(a, b) or follows(b, a):
        return -6
    if covers(a.rate, b.rate) or covers(b.rate, a.rate):
        return 1
    if a.rate.stacking != b.rate.stacking:
        return -2
    apart = days_apart(a, b)
    if a.status != b.status or apart is None or apart > DAYS_OF_ONE_STORY:
        return -4
    return -1 if apart <= DAYS_OF_ONE_DAY else -2


def same_level(a: Rate, b: Rate) -> bool:
    """Whether two rates say the same level."""
    return abs(a.value - b.value) < 0.01 and a.upper == b.upper


def follows(later: Claim, earlier: Claim) -> bool:
    """Whether one level is told as the one before the other."""
    before = later.previous_rate
    return before is not None and earlier.rate is not None and same_level(before, earlier.rate)


def covers(wide: Rate, narrow: Rate) -> bool:
    """Whether a range or a bound holds another level."""
    if wide.operator == "range" and wide.upper is not None:
        return wide.value <= narrow.value <= wide.upper
    if wide.operator == "<=":
        return narrow.value <= wide.value
    return wide.operator == ">=" and narrow.value >= wide.value


def times(a: Claim, b: Claim) -> float:
    """When it was announced, from when it is levied, when it was in the news."""
    points = 0.0
    agreed = False
    for one, other, weight in (
        (a.effective, b.effective, 1.5),
        (a.announced, b.announced, 1.0),
    ):
        if one is None or other is None:
            continue
        gap = one.gap(other)
        if gap == 0:
            points += weight
            agreed = True
        else:
            points -= 0.5 if gap <= DAYS_OF_DELAY else 2.5
    apart = days_apart(a, b)
    if apart is None or agreed:
        return points
    if apart <= DAYS_OF_ONE_STORY:
        return points + 0.5
    return points - min(2.0, apart / 365)


def days_apart(a: Claim, b: Claim) -> int | None:
    """Days between the publications, or null where one is unknown."""
    if a.published is None or b.published is None:
        return None
    return abs((a.published - b.published).days)


def amounts(a: Claim, b: Claim) -> float:
    """The trade value that is hit."""
    if a.covered is None or b.covered is None or a.covered[1] != b.covered[1]:
        return 0
    small, large = sorted((a.covered[0], b.covered[0]))
    return 1.5 if large <= 1.1 * small else -0.5
