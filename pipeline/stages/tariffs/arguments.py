"""Arguments: the parties and goods of one mention, as far as its own sentence says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.findings import Goods, Party, Span
from pipeline.frames import objects, subjects
from pipeline.stages.tariffs.acts import Act
from pipeline.stages.tariffs.firms import firms_of
from pipeline.stages.tariffs.goods import goods_before, goods_of_phrase
from pipeline.stages.tariffs.mentions import Mention
from pipeline.stages.tariffs.parties import (
    affected_in,
    agents,
    beneficiaries,
    destinations,
    given,
    governing_actors,
    inherited,
    is_receiving,
    is_urging,
    key,
    named_group,
    owners,
    parties_of,
    party_everyone,
    payers,
)
from pipeline.stages.tariffs.phrases import object_words
from pipeline.stages.tariffs.scene import LISTED, Actor, Scene, phrase_ends

if TYPE_CHECKING:
    from spacy.tokens import Token


BORNE = frozenset({"subject", "exempt", "free"})
"""Adjectives that a verb of being says of what bears a levy, or would."""

LONGEST_NAME = 60
"""Characters before an item of a list in which a country before it can begin."""


@dataclass(frozen=True)
class Arguments:
    """What one mention says of who, whose and what."""

    implementers: tuple[Party, ...]
    affected: tuple[Party, ...]
    excluded: tuple[Party, ...]
    goods: tuple[Goods, ...]
    firms: tuple[Span, ...]
    words: tuple[Token, ...]
    """The phrase that the levy falls on."""
    points_back: bool
    """Whether that phrase only takes up what was named: "on those goods"."""


def arguments_of(mention: Mention, act: Act | None, scene: Scene) -> Arguments:
    """Read off the sentence: the phrase after the levy, who bears it, its owner, who acts."""
    words = phrase_of(mention, scene)
    hit, excluded = affected_in(words, scene)
    if not hit:
        hit, more = affected_in(phrase_between(mention, scene), scene)
        excluded = [*excluded, *more]
    front = fronted(mention, scene)
    if not hit:
        hit = affected_in(front, scene)[0] or origins_before(mention, scene)
    bearing = bearing_actors(mention, act, scene)
    if bearing and act is not None and act.payer_object:
        hit = bearing
    elif bearing:
        hit = [*bearing, *hit] if act is not None and act.payer else hit or bearing
    elif not hit and act is not None:
        hit = beneficiaries(act, scene)
    acting, named = implementing(mention, act, words, bearing, scene)
    giving, getting = given(mention.anchor, scene)
    acting, hit = giving or acting, getting or hit or named
    if sold := own_exports(words, scene):
        hit, acting = [sold], [actor for actor in acting if actor.code != sold.code]
    is_first = mention.level is not None and mention.first == mention.anchor.sent.start
    if not acting and is_first and bearing_subject(mention) is None:
        acting = first_named(mention, {a.code for a in hit}, scene)
    implementers = parties_of(acting)
    own = {key(p) for p in implementers}
    affected = [p for p in parties_of(hit) if key(p) not in own]
    firms = firms_of(mention, act, words, scene)
    goods = goods_of(mention, act, words, scene) or goods_of_phrase(front, scene)
    if not affected:
        affected = unnamed_partners(words, own, scene)
    if not affected and len(implementers) > 1 and (goods or is_mutual(act, mention, scene)):
        affected = implementers  # each lowers its duties for the other
    said = Arguments(
        tuple(implementers),
        tuple(affected),
        tuple(parties_of(excluded)),
        tuple(g for g in goods if g.span not in firms),
        firms,
        tuple(words),
        points_back(words, scene),
    )
    return for_item(said, mention, scene)


def is_mutual(act: Act | None, mention: Mention, scene: Scene) -> bool:
    """Whether several parties ease their levies, and none says it answers anyone."""
    eases = act is not None and act.action in ("remove", "suspend", "lower")
    return eases and not scene.vocabulary.cue("retaliating").search(mention.anchor.sent.text)


# An item of a list --------------------------------------------------------------------------------


def item_of(mention: Mention, scene: Scene) -> list[Token]:
    """The words of a list for which a level alone stands: "rope" in "nails to 5%, rope to 9%"."""
    if mention.level is None or mention.level.item is None:
        return []
    start, end = mention.level.item
    text = scene.article.text
    before = scene.actors_in(start - LONGEST_NAME, start)
    if any(LISTED.fullmatch(text[actor.end : start]) for actor in before):
        return []  # one of several that share the level
    first, last = scene.token_at(start).i, scene.token_at(end - 1).i
    return list(scene.doc[first : last + 1])


def for_item(said: Arguments, mention: Mention, scene: Scene) -> Arguments:
    """The arguments with the country, goods or firm for which the level alone stands."""
    item = item_of(mention, scene)
    if not item or mention.level is None:
        return said
    own = {key(p) for p in said.implementers}
    if hit := [p for p in parties_of(affected_in(item, scene)[0]) if key(p) not in own]:
        return replace(said, affected=tuple(hit))
    span = scene.article.span(item[0].idx, item[-1].idx + len(item[-1]))
    if mention.level.rule != "goods-raised-on":
        return replace(said, firms=(span,))
    named = goods_of_phrase(item, scene) or [Goods(name=span.text, basis="stated", span=span)]
    return replace(said, goods=tuple(named))


# The phrase ---------------------------------------------------------------------------------------


def phrase_of(mention: Mention, scene: Scene) -> list[Token]:
    """The words after "on" behind the rate, behind the levy, or else after "from", "for"."""
    start = after_rate(mention, scene)
    words = object_words(start, mention.last, scene)
    if not words and mention.levy is not None and mention.levy.token < start:
        words = object_words(mention.levy.token + 1, mention.last, scene)
    return words or object_words(start, mention.last, scene, wide=True)


def after_rate(mention: Mention, scene: Scene) -> int:
    """The token after the rate, or after the levy where there is none."""
    if mention.level is None:
        return mention.anchor.i + 1
    after = scene.token_at(mention.level.reach[1] - 1).i + 1
    if mention.levy is not None and mention.level.rule == "rate-before-levy":
        return max(after, mention.levy.token + 1)
    return after


def phrase_between(mention: Mention, scene: Scene) -> list[Token]:
    """The words between a levy and its rate: "the duty on Chinese cars to 25%"."""
    start = after_rate(mention, scene)
    if mention.levy is None or mention.levy.token >= start - 1:
        return []
    return object_words(mention.levy.token + 1, start - 1, scene, wide=True)


def own_exports(words: Sequence[Token], scene: Scene) -> Actor | None:
    """Whose goods bear the levy, where it is on "its own exports"."""
    owner = next((t for t in words if t.tag_ == "PRP$"), None)
    if owner is None or owner.head.lemma_.lower() not in scene.vocabulary.words("sold"):
        return None
    return next(iter(scene.actors_in(owner.idx, owner.idx + 1)), None)


def fronted(mention: Mention, scene: Scene) -> list[Token]:
    """The words that a sentence puts first: "For cars from Japan, the rate is 15%"."""
    sentence = mention.anchor.sent
    found = scene.vocabulary.cue("from-front").match(sentence.text)
    if found is None:
        return []
    end = sentence.start_char + found.end()
    for actor in scene.actors_in(end, mention.anchor.idx):  # "from Japan, Korea or Peru, the rate"
        if not LISTED.fullmatch(scene.article.text[end - 2 : actor.start]):
            break
        end = actor.end + 2
    return [t for t in sentence if t.idx < min(end, mention.anchor.idx)][1:]


def points_back(words: Sequence[Token], scene: Scene) -> bool:
    """Whether a phrase takes up what was named: "on those articles", "from these countries"."""
    if any(t.lower_ == "such" for t in words[:1]) and any(t.lower_ == "as" for t in words[:5]):
        return False  # "on such goods as cars"
    groups = scene.vocabulary.words("group-noun")
    return any(
        t.lower_ in ("these", "those", "such", "both")
        and t.i + 1 < len(t.doc)
        and (t.nbor().lower_ in groups or (t.i == words[0].i and t.nbor().pos_ == "NOUN"))
        for t in words
    )


# Who ----------------------------------------------------------------------------------------------


def implementing(
    mention: Mention,
    act: Act | None,
    words: Sequence[Token],
    bearing: Sequence[Actor],
    scene: Scene,
) -> tuple[list[Actor], list[Actor]]:
    """Who puts the levy, by owner, destination, subject or agent.

    And names beside the levy that are the other side ("Trump announced Mexico tariffs").
    """
    levy = scene.doc[mention.levy.token] if mention.levy is not None else None
    owning, beside = owners(levy, scene) if levy is not None else ([], [])
    if owning:
        return owning, []
    sentence = mention.anchor.sent
    subject = bearing_subject(mention)
    bound_for = destinations(*whole(subject), scene) if subject is not None else []
    bound_for = bound_for or destinations(sentence.start_char, mention.ends[1], scene)
    acting = [] if subject is not None else acting_parties(act, scene, bearing)
    if words and (goal := [a for a in bound_for if words[0].idx <= a.start <= words[-1].idx]):
        return goal, []
    imposes = act is not None and act.action in ("impose", "raise")
    if beside and acting and imposes and acting[0].code != beside[0].code:
        return acting, beside
    found = beside or acting or bound_for
    return found or agents(mention.anchor.idx, mention.ends[1], scene), []


def acting_parties(act: Act | None, scene: Scene, bearing: Sequence[Actor]) -> list[Actor]:
    """Who acts, by the subject of the act or of what governs it; never who bears the levy."""
    if act is None or act.cue is None or act.payer or is_hit_by(act):
        return []
    borne = {a.code for a in bearing}
    return [a for a in governing_actors(act.cue, scene) if a.code not in borne]


def is_hit_by(act: Act) -> bool:
    """Whether the levy itself is what acts: "mills hit by US tariffs"."""
    return (
        act.payer_object
        and act.cue is not None
        and any(t.dep_ == "agent" for t in act.cue.children)
    )


def first_named(mention: Mention, hit: set[str], scene: Scene) -> list[Actor]:
    """The first country of the sentence before the mention that is not hit, nor a mere place."""
    actors = scene.actors_in(mention.anchor.sent.start_char, mention.anchor.idx)
    return [a for a in actors if a.code not in hit and not is_aside(a, scene)][:1]


def is_aside(actor: Actor, scene: Scene) -> bool:
    """Whether a country is only where something happens, asks for it, or stands in a condition."""
    token = scene.token_at(actor.end - 1)
    while token.dep_ in ("poss", "compound") and token.head != token:
        token = token.head  # "Korea's Hanwha received a rate of"
    asks = token.dep_ == "nsubj" and (
        is_urging(token.head, scene) or is_receiving(token.head, scene)
    )
    if asks or is_setting(actor, scene):
        return True
    return any(
        node.dep_ == "advcl" and any(child.dep_ == "mark" for child in node.lefts)
        for node in token.ancestors
    )


def origins_before(mention: Mention, scene: Scene) -> list[Actor]:
    """Countries of goods that are named before the mention: "Oil from Canada will have a lower"."""
    if mention.level is None:
        return []
    actors = scene.actors_in(scene.doc[mention.first].idx, mention.anchor.idx)
    text, made_in = scene.article.text, scene.vocabulary.cue("made-in")
    return [
        actor
        for actor in actors
        if made_in.search(text[max(0, actor.start - 40) : actor.start])
        and not is_setting(actor, scene)
    ]


def is_setting(actor: Actor, scene: Scene) -> bool:
    """Whether a country is only where something happens: "in Nairobi, Kenya"."""
    before = scene.article.text[max(0, actor.start - 40) : actor.start]
    return actor.is_place and scene.vocabulary.cue("setting").search(before) is not None


def bearing_actors(mention: Mention, act: Act | None, scene: Scene) -> list[Actor]:
    """Who bears the levy by grammar: "Brazil faces", "hit Brazil with", "goods are subject to"."""
    if act is not None and (act.payer or act.payer_object):
        return payers(act, scene)
    if subject := bearing_subject(mention):
        ends = phrase_ends(subject)
        if not scene.actors_in(*ends):
            ends = whole(subject)  # "articles that are products of Mexico"
        ways = {a.start for a in destinations(*ends, scene)}
        return [a for a in scene.actors_in(*ends) if a.start not in ways]
    return []


def whole(head: Token) -> tuple[int, int]:
    """Offsets of all words of a noun phrase, its clauses included."""
    return head.left_edge.idx, head.right_edge.idx + len(head.right_edge)


def bearing_subject(mention: Mention) -> Token | None:
    """The subject of "are subject to the tariff", "stays duty-free": which bears it, or would."""
    for node in (mention.anchor, *mention.anchor.ancestors):
        if node.lower_ in BORNE and node.head.pos_ in ("AUX", "VERB"):
            return next(iter(subjects(node.head)), None)
    return None


def unnamed_partners(words: Sequence[Token], own: set[str], scene: Scene) -> list[Party]:
    """Partners that the phrase does not name: all, "these countries", a group in its words."""
    if not words:
        return []
    text = scene.article.text[words[0].idx : words[-1].idx + len(words[-1])]
    if scene.vocabulary.cue("everyone").search(text):
        return [party_everyone()]
    if points_back(words, scene):
        return inherited(taken_up(words, own, scene))
    group = named_group(words, scene)
    return [group] if group is not None else []


def taken_up(words: Sequence[Token], own: set[str], scene: Scene) -> list[Party]:
    """The countries last named before "these countries", coordinated ones together."""
    if not any(t.lower_ in scene.vocabulary.words("group-noun") for t in words):
        return []
    before = scene.actors_in(max(0, words[0].idx - 400), words[0].idx)
    group: list[Actor] = []
    for actor in reversed([a for a in before if a.code not in own]):
        if group and len(scene.article.text[actor.end : group[-1].start].split()) > 3:
            break
        group.append(actor)
    return parties_of(reversed(group))


# What ---------------------------------------------------------------------------------------------


def goods_of(
    mention: Mention, act: Act | None, words: Sequence[Token], scene: Scene
) -> list[Goods]:
    """The goods of a mention: after "on", before the levy ("steel tariffs"), or what bears it."""
    takes_up_goods = points_back(words, scene) and not any(
        t.lower_ in scene.vocabulary.words("group-noun") for t in words
    )
    found = exempted_goods(act, scene)
    if not found and not takes_up_goods:
        found = goods_of_phrase(list(words), scene)
    if not found:
        found = goods_of_phrase(phrase_between(mention, scene), scene)
    if not found and mention.levy is not None:
        found = goods_before(scene.doc[mention.levy.token], scene)
    if not found and act is not None and act.payer and act.cue is not None:
        found = goods_of_subject(next(iter(subjects(act.cue)), None), scene)
    if not found:
        found = goods_of_subject(bearing_subject(mention), scene)
    return found


def exempted_goods(act: Act | None, scene: Scene) -> list[Goods]:
    """The goods that are let off: "it exempted tea from the duty", "tea was exempted"."""
    if act is None or act.action != "exempt" or act.cue is None or act.cue.pos_ != "VERB":
        return []
    return goods_of_subject(next(iter(objects(act.cue)), None), scene)


def goods_of_subject(subject: Token | None, scene: Scene) -> list[Goods]:
    """The goods that a subject names."""
    if subject is None:
        return []
    start, end = phrase_ends(subject)
    return goods_of_phrase([t for t in subject.sent if start <= t.idx < end], scene)
