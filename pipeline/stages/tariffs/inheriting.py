"""Inheriting: what a claim leaves unsaid is taken from the claims before it, never from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.findings import Goods, Party
from pipeline.stages.tariffs.claims import Claim
from pipeline.stages.tariffs.merging import compatible_goods, same_level
from pipeline.stages.tariffs.parties import inherited, key, party_everyone
from pipeline.stages.tariffs.scene import Scene


def completed(claims: Sequence[Claim], scene: Scene) -> list[Claim]:
    """The claims with their gaps filled, those dropped that still say too little."""
    done: list[Claim] = []
    for claim in claims:
        full = with_goods(
            with_affected(with_implementers(claim, done, claims, scene), done, scene), done
        )
        if says_enough(full):
            done.append(full)
    return done


def says_enough(claim: Claim) -> bool:
    """Whether a claim is a measure: with a rate any party or goods, without one an implementer too."""
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
    for other in (*reversed(done), *(c for c in later if c.sentence > claim.sentence)):
        if not other.implementers:
            continue
        theirs = {key(p) for p in other.implementers}
        if theirs & affected:
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
    if actor := leading_actor(affected, scene):
        return replace(claim, implementers=tuple(inherited([actor])))
    return claim


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
    """The claim with whose goods it hits."""
    if claim.affected:
        return claim
    own = {key(p) for p in claim.implementers}
    if claim.relations:
        for other in reversed(done):
            theirs = [p for p in other.implementers if key(p) not in own]
            if theirs and own & {key(p) for p in other.affected}:
                return replace(claim, affected=tuple(inherited(theirs)))
        if hit := provoker(claim, scene):
            return replace(claim, affected=(hit,))
    for other in reversed(done):
        same_side = own == {key(p) for p in other.implementers}
        if not same_side or not other.affected:
            continue
        near = claim.sentence - other.sentence
        again = claim.is_anaphoric or (
            claim.level is not None and same_level(claim.level, other.level)
        )
        if near == 0 and (
            not particular(claim.goods) or {key(p) for p in other.affected} != {"ALL"}
        ):
            return replace(claim, affected=tuple(inherited(other.affected)))
        if again and compatible_goods(claim.goods, other.goods):
            return replace(claim, affected=tuple(inherited(other.affected)))
    if partner := deal_partner(claim, scene):
        return replace(claim, affected=(partner,))
    if particular(claim.goods) or any(g.name == "ALL" for g in claim.goods):
        return replace(claim, affected=(party_everyone(),))
    for other in reversed(done):
        if (
            own == {key(p) for p in other.implementers}
            and other.affected
            and claim.sentence - other.sentence <= 2
        ):
            return replace(claim, affected=tuple(inherited(other.affected)))
    if claim.level is not None and (
        others := [p for p in sentence_parties(claim, scene) if key(p) not in own]
    ):
        return replace(claim, affected=(others[0].model_copy(update={"basis": "inferred"}),))
    if claim.level is not None:
        return replace(claim, affected=(party_everyone(),))
    return claim


def provoker(claim: Claim, scene: Scene) -> Party | None:
    """Who is retaliated against: the country named after "in retaliation for"."""
    own = {key(p) for p in claim.implementers}
    for relation in claim.relations:
        sentence = scene.token_at(relation.span.start).sent
        for actor in scene.actors_in(relation.span.end, sentence.end_char):
            if actor.code not in own:
                return actor.party.model_copy(update={"basis": "inferred"})
    return None


def deal_partner(claim: Claim, scene: Scene) -> Party | None:
    """The other side of a deal named in the sentence: "a trade deal with Japan"."""
    own = {key(p) for p in claim.implementers}
    sentence = scene.token_at(claim.evidence.start).sent
    for actor in scene.actors_in(sentence.start_char, sentence.end_char):
        before = scene.article.text[
            max(sentence.start_char, actor.start - 40) : actor.start
        ].lower()
        if (
            actor.code not in own
            and before.rstrip().endswith((" with", " with the"))
            and any(word in before for word in ("deal", "agreement", "pact", "accord"))
        ):
            return actor.party.model_copy(update={"basis": "inferred"})
    return None


def sentence_parties(claim: Claim, scene: Scene) -> list[Party]:
    """The countries of a claim's sentence."""
    sentence = scene.token_at(claim.evidence.start).sent
    return [actor.party for actor in scene.actors_in(sentence.start_char, sentence.end_char)]


def with_goods(claim: Claim, done: Sequence[Claim]) -> Claim:
    """The claim with its goods: those of the claim it takes up, else everything."""
    if claim.goods:
        return claim
    own = {key(p) for p in claim.implementers}
    hit = {key(p) for p in claim.affected}
    for other in reversed(done):
        if own != {key(p) for p in other.implementers} or not hit & {
            key(p) for p in other.affected
        }:
            continue
        again = claim.is_anaphoric or (
            claim.level is not None and same_level(claim.level, other.level)
        )
        if again and claim.sentence - other.sentence <= 6 and other.goods:
            return replace(
                claim, goods=tuple(g.model_copy(update={"basis": "inherited"}) for g in other.goods)
            )
    if claim.affected:
        return replace(claim, goods=(Goods(name="ALL", basis="inferred"),))
    return claim
