"""Merging: claims of the same measure become one record, those that differ stay apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.findings import Goods, Party, Status
from pipeline.stages.tariffs.claims import NEAR, Claim
from pipeline.stages.tariffs.parties import key
from pipeline.stages.tariffs.rates import Level

ORDER: tuple[Status, ...] = (
    "denied",
    "ended",
    "suspended",
    "in-force",
    "announced",
    "threatened",
    "proposed",
)
HAPPENED = frozenset({"denied", "ended", "suspended", "in-force"})
GENERAL = frozenset({"all", "good", "product", "item", "import", "article", "merchandise"})
KIN = {
    "impose": 0,
    "raise": 0,
    "keep": 0,
    "extend": 0,
    "lower": 1,
    "remove": 2,
    "suspend": 3,
    "exempt": 4,
}


def group_claims(claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims of each measure, measures by their first claim."""
    groups: list[list[Claim]] = []
    for claim in claims:
        if claim.follows_up and (homes := last_spoken_of(claim, groups)):
            bare = replace(claim, implementers=(), affected=(), excluded=(), goods=())
            for group in homes:
                is_start = KIN[claim.action] == 0
                group.append(replace(bare, action=group[0].action) if is_start else bare)
            continue
        home = next((g for g in reversed(groups) if belongs(claim, g)), None)
        if home is not None:
            home.append(claim)
        else:
            groups.append([claim])
    return groups


def last_spoken_of(claim: Claim, groups: Sequence[list[Claim]]) -> list[list[Claim]]:
    """The groups of the last sentence before a claim that it can be about."""
    before = [
        group
        for group in groups
        if group[-1].sentence <= claim.sentence
        and compatible_parties(claim.implementers, all_parties(group, "implementers"))
        and claim.sentence - group[-1].sentence <= NEAR
        and (not claim.marks or any(claim.marks & c.marks for c in group))
    ]
    if claim.action in ("remove", "exempt"):
        return []
    last = max((group[-1].sentence for group in before), default=None)
    return [group for group in before if group[-1].sentence == last]


def belongs(claim: Claim, group: Sequence[Claim]) -> bool:
    """Whether a claim speaks of the measure of a group."""
    lead = group[0]
    level = next((c.level for c in group if c.level is not None), None)
    if not compatible_parties(claim.implementers, all_parties(group, "implementers")):
        return False
    if claim.firms and not any(c.firms for c in group):
        return False
    is_exemption = {claim.action, lead.action} & {"exempt"} and claim.action != lead.action
    if is_exemption or not (claim.level is None or level is None or same_level(claim.level, level)):
        return False
    goods = [g for c in group for g in c.goods]
    affected = all_parties(group, "affected")
    same_parties = compatible_parties(claim.affected, affected, loose=True)
    same_goods = compatible_goods(claim.goods, goods)
    if claim.level is not None and level is not None:
        acts = {claim.action, lead.action}
        if acts in ({"keep", "remove"}, {"keep", "suspend"}):
            return False  # of the duties of one rate, some stay
        if claim.level.operator != level.operator:
            same_goods = same_goods and says_goods(claim.goods) == says_goods(goods)
            return same_parties and same_goods
        return (same_parties and same_goods) or one_act(claim, group)
    same_act = KIN[claim.action] == KIN[lead.action] and (
        any(in_phase(claim, c) for c in group) or lead.is_headline
    )
    if claim.level is None and level is None:
        return same_act and same_parties and same_goods and one_start(claim, group)
    hit = {key(p) for p in claim.affected} & {key(p) for p in affected}
    if lead.is_headline and len(group) == 1 and lead.level is None:
        return bool(hit) and same_goods and bool(claim.implementers)
    return same_act and bool(hit) and same_goods and bool(claim.implementers)


def in_phase(one: Claim, other: Claim) -> bool:
    """Whether two claims are both of what has happened, or both of what is to come."""
    return (one.status in HAPPENED) == (other.status in HAPPENED)


def one_start(claim: Claim, group: Sequence[Claim]) -> bool:
    """Whether no two different starts are said."""
    starts = {c.times.effective.value for c in (claim, *group) if c.times.effective is not None}
    return len(starts) < 2


def one_act(claim: Claim, group: Sequence[Claim]) -> bool:
    """Whether a claim goes on with an act: at the same rate, to different goods or partners."""
    lead = group[0]
    same = claim.status == lead.status and KIN[claim.action] == KIN[lead.action]
    is_near = claim.sentence - max(c.sentence for c in group) <= NEAR
    return same and is_near and one_start(claim, [lead])


def same_level(one: Level | None, other: Level | None) -> bool:
    """Whether two levels are the same number, or both are missing."""
    if one is None or other is None:
        return one is other
    return (one.value, one.upper, one.unit, one.is_change) == (
        other.value,
        other.upper,
        other.unit,
        other.is_change,
    )


def all_parties(group: Sequence[Claim], side: str) -> list[Party]:
    """The parties of a group on one side."""
    return [party for claim in group for party in getattr(claim, side)]


def compatible_parties(
    new: Sequence[Party], known: Sequence[Party], *, loose: bool = False
) -> bool:
    """Whether two sides can be the same: one unsaid, one in the other, or everybody."""
    a, b = {key(p) for p in new}, {key(p) for p in known}
    if not a or not b:
        return True
    if loose and (a <= b or b <= a):
        return True
    return a == b or (loose and bool(a & b))


def compatible_goods(new: Sequence[Goods], known: Sequence[Goods]) -> bool:
    """Whether the goods of a claim can be those of a group: one unsaid or general, or shared."""
    a = {head(g) for g in new if head(g) not in GENERAL}
    b = {head(g) for g in known if head(g) not in GENERAL}
    return not a or not b or bool(a & b)


def says_goods(goods: Sequence[Goods]) -> bool:
    """Whether some goods tell more than that they are goods."""
    return any(head(g) not in GENERAL for g in goods)


def head(goods: Goods) -> str:
    """The last word of the name, without its plural; the one before it of "copper products"."""
    *before, last = (word.removesuffix("s") for word in goods.name.lower().split())
    return before[-1] if before and last in GENERAL else last
