"""Inheriting: what a claim leaves unsaid is taken from the claims before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from pipeline.findings import Action, Goods, Party
from pipeline.stages.tariffs.claims import NEAR, Claim
from pipeline.stages.tariffs.covered import is_applied
from pipeline.stages.tariffs.merging import compatible_goods, same_level, says_goods
from pipeline.stages.tariffs.parties import inherited, key, owners, party_everyone
from pipeline.stages.tariffs.scene import LISTED, Actor, Scene

OF_A_CASE = frozenset({"anti-dumping", "countervailing", "safeguard"})
"""Duties that end a case, which is about goods: "its products" there are those of the case."""


def completed(claims: Sequence[Claim], scene: Scene) -> list[Claim]:
    """The claims with their gaps filled, those dropped that still say too little."""
    done: list[Claim] = []
    claims = shared_out(claims)
    for claim in claims:
        full = with_previous(of_a_firm(claim, claims), done, scene)
        full = with_goods(
            with_affected(with_implementers(full, done, claims, scene), done, scene), done
        )
        if says_enough(full):
            done.append(with_law(full, done, scene))
    return paired(done)


def shared_out(claims: Sequence[Claim]) -> list[Claim]:
    """Claims with one of the goods or partners each: "rope and jam, at 9 and 12% respectively"."""
    shared = list(claims)
    for _, run in groupby(range(len(claims)), lambda i: list_of(claims[i])):
        places = list(run)
        if list_of(claims[places[0]]) is None:
            continue
        goods = next((c.goods for c in claims[places[0] : places[-1] + 1] if len(c.goods) > 1), ())
        hit = next((c.affected for c in claims[places[0] : places[-1] + 1] if c.affected), ())
        if len(goods) == len(places):
            for i, one in zip(places, goods, strict=True):
                shared[i] = replace(shared[i], goods=(one,))
        elif len(hit) == len(places):
            for i, party in zip(places, hit, strict=True):
                shared[i] = replace(shared[i], affected=(party,))
    return shared


def list_of(claim: Claim) -> int | None:
    """The sentence of a claim whose level is one of several, each for one of the things named."""
    is_one = claim.level is not None and claim.level.rule == "rates-respectively"
    return claim.sentence if is_one else None


def paired(claims: Sequence[Claim]) -> list[Claim]:
    """Each exemption together with the levy it is from: "exempted Peru from the 9% duty on tea".

    The exemption is for the goods of the levy, and the levy leaves out whom the exemption is for.
    """
    pairs = list(claims)
    for i, (exemption, levy) in enumerate(pairwise(claims)):
        is_pair = exemption.action == "exempt" != levy.action
        if not is_pair or exemption.sentence != levy.sentence:
            continue
        if particular(levy.goods) and not particular(exemption.goods):
            pairs[i] = replace(exemption, goods=levy.goods)
        let_off = tuple(p for p in exemption.affected if p.basis == "stated" and p.code != "ALL")
        if let_off and {key(p) for p in levy.affected} == {"ALL"}:
            pairs[i + 1] = replace(levy, excluded=let_off)
    return pairs


def with_law(claim: Claim, done: Sequence[Claim], scene: Scene) -> Claim:
    """The claim with the law of the act that it goes on with.

    A claim that does not say who acts goes on with the act told before it, and so with its law,
    where that is said to be applied ("under Section 232") and the goods can be the same.
    """
    if claim.legal_basis or not all(p.basis == "inherited" for p in claim.implementers):
        return claim
    own = {key(p) for p in claim.implementers}
    for other in reversed(done):
        laws = tuple(law for law in other.legal_basis if is_applied(law, scene))
        if own != {key(p) for p in other.implementers} or not other.legal_basis:
            continue
        fits = bool(laws) and compatible_goods(claim.goods, other.goods)
        return replace(claim, legal_basis=laws) if fits else claim
    return claim


def of_a_firm(claim: Claim, claims: Sequence[Claim]) -> Claim:
    """A firm's claim with what is said once for all firms of the sentence: "… on Chinese cars"."""
    if not claim.firms:
        return claim
    beside = [c for c in claims if c.firms and c.sentence == claim.sentence and c is not claim]
    affected = claim.affected or next((c.affected for c in beside if c.affected), ())
    goods = claim.goods or next((c.goods for c in beside if c.goods), ())
    return replace(claim, affected=affected, goods=goods)


def with_previous(claim: Claim, done: Sequence[Claim], scene: Scene) -> Claim:
    """The claim with the level it comes from: "a 25% tariff, which will be raised to 50%"."""
    level = claim.rate
    if level is None or level.previous is not None or claim.act is None or not done:
        return claim
    if is_listed(claim):
        return claim
    other = done[-1].rate
    goes_on = claim.is_anaphoric or (claim.sentence == done[-1].sentence and level.levy is None)
    is_next = claim.sentence - done[-1].sentence <= 1 and goes_on
    if other is None or not is_next or other.unit != level.unit:
        return claim
    before = scene.article.text[other.end : level.start] if other.end < level.start else ""
    if claim.sentence == done[-1].sentence and scene.vocabulary.cue("next-step").search(before):
        action: Action = "raise" if level.value > other.value else "lower"
        return replace(claim, level=replace(level, previous=other), action=action)
    rises = claim.act.action == "raise" and level.value > other.value
    falls = claim.act.action == "lower" and level.value < other.value
    return replace(claim, level=replace(level, previous=other)) if rises or falls else claim


def says_enough(claim: Claim) -> bool:
    """Whether a claim is a measure: without a rate, its implementer must be known."""
    if claim.level is not None:
        return bool(claim.implementers or claim.affected or particular(claim.goods))
    return bool(claim.implementers) and bool(claim.affected or claim.goods)


def particular(goods: Sequence[Goods]) -> list[Goods]:
    """Goods that are said."""
    return [g for g in goods if g.span is not None]


def with_implementers(
    claim: Claim, done: Sequence[Claim], later: Sequence[Claim], scene: Scene
) -> Claim:
    """The claim with an implementer: that of the claim before it, or the other side of it."""
    if claim.implementers:
        return claim
    affected = {key(p) for p in claim.affected}
    soon = [c for c in later if c.at > claim.at and c.sentence - claim.sentence <= 2 * NEAR]
    for other in (*reversed(done), *soon):
        if not other.implementers or (does_more(claim) and other.action != claim.action):
            continue
        theirs = {key(p) for p in other.implementers}
        is_mutual = theirs == {key(p) for p in other.affected}
        if theirs & affected or is_mutual:
            continue
        if (
            affected - {"ALL"}
            and not claim.is_anaphoric
            and other.level is not None
            and not affected
            & {
                *(key(p) for p in other.affected),
                "ALL",
            }
            and abs(other.sentence - claim.sentence) > 3
        ):
            continue
        return replace(claim, implementers=tuple(inherited(other.implementers)))
    if known := leading_implementer(affected, done):
        return replace(claim, implementers=tuple(inherited(known)))
    if actor := leading_actor(affected, scene):
        return replace(claim, implementers=tuple(inherited([actor])))
    return claim


def does_more(claim: Claim) -> bool:
    """Whether a claim says that the same is done to more: "duties were also raised on rice"."""
    cue = claim.act.cue if claim.act is not None else None
    return cue is not None and any(child.lower_ == "also" for child in cue.children)


def leading_implementer(affected: set[str], done: Sequence[Claim]) -> tuple[Party, ...]:
    """Who puts most of the levies of the article so far, and is not hit by this one."""
    sides = [c.implementers for c in done if c.implementers]
    able = [side for side in sides if affected.isdisjoint(key(p) for p in side)]
    counts = Counter(tuple(key(p) for p in side) for side in able)
    if not counts:
        return ()
    most = counts.most_common(1)[0][0]
    return next(side for side in able if tuple(key(p) for p in side) == most)


def leading_actor(affected: set[str], scene: Scene) -> Party | None:
    """The country whose leaders and organs the article names most, for want of anything nearer."""
    others = [actor for actor in scene.actors if actor.code not in affected]
    acting = [actor for actor in others if not actor.is_place and actor.form == "name"] or others
    counts = Counter(actor.code for actor in acting)
    if not counts:
        return None
    code = counts.most_common(1)[0][0]
    return next(actor.party for actor in acting if actor.code == code)


def with_affected(claim: Claim, done: Sequence[Claim], scene: Scene) -> Claim:
    """The claim with whose goods it hits: the first source that tells."""
    if claim.affected:
        return claim
    sources = (
        answered(claim, done, scene),
        of_the_case(claim, done),
        taken_up(claim, done),
        deal_partner(claim, scene),
        everyone(claim),
        spoken_of(claim, done, scene),
    )
    found = next((parties for parties in sources if parties), ())
    return replace(claim, affected=tuple(found))


def answered(claim: Claim, done: Sequence[Claim], scene: Scene) -> list[Party]:
    """Who is retaliated against: who hit the implementer before, or who is named as the cause."""
    if claim.retaliation is None:
        return []
    own = {key(p) for p in claim.implementers}
    for other in reversed(done):
        theirs = [p for p in other.implementers if key(p) not in own]
        if theirs and own & {key(p) for p in other.affected}:
            return inherited(theirs)
    sentence = scene.token_at(claim.retaliation.span.start).sent
    causes = scene.actors_in(claim.retaliation.span.end, sentence.end_char)
    return inferred([actor.party for actor in causes if actor.code not in own][:1])


def of_the_case(claim: Claim, done: Sequence[Claim]) -> list[Party]:
    """Whose goods a firm's own duty hits: those of the duty that the case is about."""
    other = case_of(claim, done)
    return inherited(other.affected) if other is not None else []


def case_of(claim: Claim, done: Sequence[Claim]) -> Claim | None:
    """The claim on a whole country to which a firm's own rate belongs."""
    if not claim.firms:
        return None
    own = {key(p) for p in claim.implementers}
    return next(
        (
            other
            for other in reversed(done)
            if not other.firms
            and own == {key(p) for p in other.implementers}
            and {key(p) for p in other.affected} - {"ALL"}
        ),
        None,
    )


def taken_up(claim: Claim, done: Sequence[Claim]) -> list[Party]:
    """Whose goods an earlier claim hits that this one lists on, or takes up again."""
    own = {key(p) for p in claim.implementers}
    for other in reversed(done):
        if own != {key(p) for p in other.implementers} or not other.affected:
            continue
        if other.action == "exempt" and claim.action != "exempt":
            continue  # who is let off is not who pays
        lists_on = claim.sentence == other.sentence and (
            not particular(claim.goods) or {key(p) for p in other.affected} != {"ALL"}
        )
        if lists_on or (says_again(claim, other) and same_goods(claim, other)):
            return inherited(other.affected)
    return []


def same_goods(claim: Claim, other: Claim) -> bool:
    """Whether a claim that names goods shares them with an earlier one."""
    if particular(claim.goods) and not particular(other.goods):
        return claim.sentence == other.sentence
    return compatible_goods(claim.goods, other.goods)


def says_again(claim: Claim, other: Claim) -> bool:
    """Whether a claim speaks of the levy of an earlier one: "the levy", its rate."""
    level, known = claim.level, other.level
    if claim.is_anaphoric or level is None or known is None:
        return claim.is_anaphoric
    return same_level(level, known) or (
        level.previous is not None and same_level(level.previous, known)
    )


def deal_partner(claim: Claim, scene: Scene) -> list[Party]:
    """The other side of a deal named in the sentence: "trade deals with Japan and Korea"."""
    own = {key(p) for p in claim.implementers}
    sentence = scene.token_at(claim.evidence.start).sent
    words = scene.vocabulary.words("deal-word")
    found: list[Actor] = []
    for actor in scene.actors_in(sentence.start_char, sentence.end_char):
        if found:
            between = scene.article.text[found[-1].end : actor.start]
            if not LISTED.fullmatch(between):
                break
            found.append(actor)
            continue
        before = scene.article.text[max(sentence.start_char, actor.start - 40) : actor.start]
        said = before.lower().removesuffix("the ").split()
        deals = {word.removesuffix("s") for word in said}
        if actor.code not in own and said[-1:] == ["with"] and not words.isdisjoint(deals):
            found.append(actor)
    return inferred([actor.party for actor in found if actor.code not in own])


def everyone(claim: Claim) -> list[Party]:
    """All partners, where goods are said and no origin."""
    if particular(claim.goods) or any(g.name == "ALL" for g in claim.goods):
        return [party_everyone()]
    return []


def spoken_of(claim: Claim, done: Sequence[Claim], scene: Scene) -> list[Party]:
    """For want of more: whom the implementer hit just before, or the sentence's other country."""
    own = {key(p) for p in claim.implementers}
    for other in reversed(done):
        is_near = claim.sentence - other.sentence <= 2
        if is_near and other.affected and own == {key(p) for p in other.implementers}:
            return inherited(other.affected)
    if claim.level is None:
        return []
    sentence = scene.token_at(claim.evidence.start).sent
    others = scene.actors_in(sentence.start_char, sentence.end_char)
    levies = [t for t in sentence if t.lemma_.lower() in scene.vocabulary.words("levy-lemma")]
    owning = {a.start for levy in levies for side in owners(levy, scene) for a in side}
    named = [a.party for a in others if a.code not in own and a.start not in owning]
    return inferred(named[:1]) or [party_everyone()]


def inferred(parties: Sequence[Party]) -> list[Party]:
    """The same parties, not said but concluded."""
    return [party.model_copy(update={"basis": "inferred"}) for party in parties]


def is_listed(claim: Claim) -> bool:
    """Whether a claim is one of a list in which each country or firm has its own rate."""
    return claim.level is not None and claim.level.item is not None


def with_goods(claim: Claim, done: Sequence[Claim]) -> Claim:
    """The claim with its goods: those of the claim it takes up, else everything."""
    if claim.instrument in OF_A_CASE and not says_goods(claim.goods):
        cases = (c.goods for c in reversed(done) if c.instrument == claim.instrument)
        if named := next((goods for goods in cases if says_goods(goods)), ()):
            goods = tuple(g.model_copy(update={"basis": "inherited"}) for g in named)
            return replace(claim, goods=goods)
    if claim.goods:
        return claim
    if (case := case_of(claim, done)) is not None:
        goods = tuple(g.model_copy(update={"basis": "inherited"}) for g in case.goods)
        kind = case.instrument if claim.instrument == "tariff" else claim.instrument
        return replace(claim, goods=goods, instrument=kind)
    own = {key(p) for p in claim.implementers}
    hit = {key(p) for p in claim.affected}
    for other in reversed(done):
        is_of_list = is_listed(claim) and claim.sentence == other.sentence
        shares = is_of_list or not hit.isdisjoint(key(p) for p in other.affected)
        if own != {key(p) for p in other.implementers} or not shares:
            continue
        again = is_of_list or says_again(claim, other)
        values = {v.amount for v in (claim.value_covered, other.value_covered) if v is not None}
        if len(values) > 1:
            continue  # another part of the goods
        if again and claim.sentence - other.sentence <= 6 and other.goods:
            return replace(
                claim, goods=tuple(g.model_copy(update={"basis": "inherited"}) for g in other.goods)
            )
    if claim.affected and claim.value_covered is None:  # a value is that of some goods only
        return replace(claim, goods=(Goods(name="ALL", basis="inferred"),))
    return claim
