"""Claims: what each mention of a levy says — rate, act, parties, goods, dates — clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.amounts import AmountReader
from pipeline.findings import (
    Action,
    DateOfMeasure,
    Goods,
    Instrument,
    Party,
    Relation,
    Span,
    Status,
    ValueCovered,
)
from pipeline.frames import subjects
from pipeline.stages.tariffs import covered, timing
from pipeline.stages.tariffs import goods as goods_room
from pipeline.stages.tariffs import parties as parties_room
from pipeline.stages.tariffs.acts import Act, act_by_order, find_act
from pipeline.stages.tariffs.levies import Levy
from pipeline.stages.tariffs.phrases import object_words
from pipeline.stages.tariffs.rates import Level, decide, find_levels, stacking_of
from pipeline.stages.tariffs.scene import Actor, Scene, phrase_ends
from pipeline.stages.tariffs.status import Clause, status_of

if TYPE_CHECKING:
    from spacy.tokens import Token

    from pipeline.rulebook import Rulebook

BACKWARD = re.compile(
    r"\b(?:the|these|those|this|that|such|its|their|his|both|similar|same)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Mention:
    """A place where a measure is spoken of: a level, a levy noun, or both, with its own stretch."""

    anchor: Token
    level: Level | None
    levy: Levy | None
    first: int
    """Token where its stretch of the sentence begins."""
    last: int
    """Token after its stretch."""


@dataclass(frozen=True)
class Claim:
    """What one mention says."""

    evidence: Span
    sentence: int
    level: Level | None
    levy: Levy | None
    instrument: Instrument
    act: Act | None
    action: Action
    status: Status
    implementers: tuple[Party, ...] = ()
    affected: tuple[Party, ...] = ()
    excluded: tuple[Party, ...] = ()
    goods: tuple[Goods, ...] = ()
    value_covered: ValueCovered | None = None
    announced: DateOfMeasure | None = None
    effective: DateOfMeasure | None = None
    until: DateOfMeasure | None = None
    legal_basis: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    is_anaphoric: bool = False
    follows_up: bool = False
    """Whether it only says more of the measures just spoken of: "The tariffs take effect in May"."""
    rule: str = ""
    firms: tuple[Span, ...] = field(default=())

    @property
    def rate(self) -> Level | None:
        """The level, unless the number says only by how much."""
        return self.level if self.level is not None and not self.level.is_change else None

    @property
    def change(self) -> Level | None:
        """The number that says by how much."""
        return self.level if self.level is not None and self.level.is_change else None


class Reader:
    """Reads the claims of an article, sentence by sentence."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.amounts = AmountReader(rules)

    def claims(self, scene: Scene, levies: Sequence[Levy]) -> list[Claim]:
        """Every claim, in text order."""
        doc = scene.doc
        by_sentence: dict[int, list[Levy]] = {}
        for levy in levies:
            by_sentence.setdefault(doc[levy.token].sent.start, []).append(levy)
        claims: list[Claim] = []
        recent = -10
        sentences = list(doc.sents)
        for number, sentence in enumerate(sentences):
            own = by_sentence.get(sentence.start, [])
            window = (sentence.start_char, sentence.end_char)
            if not own and number - recent > 1:
                continue
            levels = find_levels(self.rules, self.amounts, scene.article, window)
            levels = decide(levels, self.rules, scene.article, window)
            if not own and not levels:
                continue
            if own:
                recent = number
            for mention in mentions_of(sentence.start, sentence.end, own, levels, scene):
                claim = self.claim(mention, scene, claims, number)
                if claim is not None:
                    claims.append(claim)
                    recent = number
        return claims

    def claim(
        self, mention: Mention, scene: Scene, earlier: Sequence[Claim], number: int
    ) -> Claim | None:
        """The claim of one mention, or None where it says too little."""
        act = self._act(mention, scene)
        if mention.level is None and act is None:
            return None
        level = self._level(mention, act, scene)
        found = Arguments.of(mention, act, scene)
        previous = earlier[-1] if earlier else None
        near = previous if previous is not None and number - previous.sentence <= 3 else None
        same_sentence = near is not None and near.sentence == number
        anaphoric = is_anaphoric(mention, scene) or found.points_back
        follows_up = level is None and anaphoric and not found.affected and not found.goods
        if level is None and not enough_said(found, act) and not takes_up(act, near, anaphoric):
            return None
        if level is None and act is not None and act.cue is not None and is_supposed(act.cue):
            return None
        text = clause_text(mention, scene)
        times = timing.dates_of(mention.anchor, act, (mention.first, mention.last), scene)
        status = status_of(
            Clause(mention.anchor, act, timing.starts_later(times.effective, scene), text),
            scene.vocabulary,
        )
        action = act.action if act is not None else "impose"
        if act is None and same_sentence and near is not None:
            action, status = near.action, near.status
        if level is not None and level.rule == "free-of-duty":
            action = (
                "exempt"
                if re.match(
                    r"exempt|(?:are|is|be|were|been)?\s*not",
                    scene.article.text[level.start : level.end],
                )
                else "remove"
            )
        if (
            act is not None
            and act.cue is not None
            and is_supposed(act.cue)
            and action in ("remove", "suspend", "lower")
        ):
            action, status = "keep", "in-force"
        if level is not None and level.previous is not None and not level.is_change:
            action = "raise" if level.value > level.previous.value else "lower"
        retaliation = scene.vocabulary.cue("retaliating").search(text)
        span = scene.article.span(*evidence_ends(mention, act, found, scene))
        return Claim(
            evidence=span,
            sentence=number,
            level=level,
            levy=mention.levy,
            instrument=mention.levy.instrument if mention.levy is not None else "tariff",
            act=act,
            action=action,
            status=status,
            implementers=tuple(found.implementers),
            affected=tuple(found.affected),
            excluded=tuple(found.excluded),
            goods=tuple(found.goods),
            value_covered=covered.value_in(mention, scene, self.amounts),
            announced=times.announced,
            effective=times.effective,
            until=times.until,
            legal_basis=tuple(covered.legal_in(mention, scene, self.rules)),
            relations=(
                Relation(
                    type="retaliates-for",
                    span=scene.article.span(
                        scene.doc[mention.first].idx + retaliation.start(),
                        scene.doc[mention.first].idx + retaliation.end(),
                    ),
                ),
            )
            if retaliation
            else (),
            is_anaphoric=anaphoric,
            follows_up=follows_up,
            rule=f"tariffs/{level.rule}"
            if level is not None and level.rule
            else f"tariffs/{act.rule if act else 'levy'}",
        )

    def _act(self, mention: Mention, scene: Scene) -> Act | None:
        vocabulary = scene.vocabulary
        act = find_act(mention.anchor, vocabulary)
        if act is None and mention.levy is not None:
            act = find_act(scene.doc[mention.levy.token], vocabulary)
        if act is None and mention.level is not None:
            act = act_by_order(mention.anchor, vocabulary)
        if (
            act is not None
            and act.action == "exempt"
            and mention.level is not None
            and mention.level.rule != "free-of-duty"
        ):
            return None
        return act

    def _level(self, mention: Mention, act: Act | None, scene: Scene) -> Level | None:
        level = mention.level
        if level is None:
            return None
        text = scene.article.text
        before = text[max(0, level.start - 60) : level.start]
        changes = act is not None and act.action in ("raise", "lower", "suspend", "remove")
        cue = scene.vocabulary.cue
        by = cue("by-so-much").search(before)
        cut = cue("change-of").match(text[level.end : level.end + 40])
        of_cut = cue("of-change").search(before)
        if (
            level.is_change
            or (level.previous is None and changes and by)
            or (cut and level.previous is None)
            or of_cut
        ):
            return replace(level, is_change=True)
        return replace(level, stacking=stacking_of(level, scene))


# Mentions -----------------------------------------------------------------------------------------


def mentions_of(
    first: int, last: int, levies: Sequence[Levy], levels: Sequence[Level], scene: Scene
) -> Iterator[Mention]:
    """The mentions of a sentence: one a level, then one a levy noun that no level takes."""
    doc = scene.doc
    anchors: list[tuple[int, Level | None, Levy | None]] = []
    taken: set[int] = set()
    for level in levels:
        levy = levy_of(level, levies, scene)
        if levy is not None and levy.token in taken and level.rule != "rate-before-levy":
            level = replace(
                level,
                levy=None,
                rule="further-rate" if level.rule == "levy-then-rate" else level.rule,
            )
        elif levy is not None:
            taken.add(levy.token)
        anchors.append((scene.token_at(level.reach[0]).i, level, levy))
    for levy in levies:
        if levy.token not in taken and not any(
            level.reach[0] <= levy.start < level.reach[1] for level in levels
        ):
            anchors.append((levy.token, None, levy))
    anchors.sort(key=lambda a: a[0])
    for position, (token, level, levy) in enumerate(anchors):
        end = anchors[position + 1][0] if position + 1 < len(anchors) else last
        if position + 1 < len(anchors):
            end = trimmed(end, token, doc)
        start = anchors[position - 1][0] + 1 if position else first
        yield Mention(anchor_of(token, level, levy, scene), level, levy, start, max(end, token + 1))


def trimmed(end: int, after: int, doc: object) -> int:
    """The end of a stretch without the words that introduce the next: "and a", "while"."""
    words = {
        "and",
        "or",
        "a",
        "an",
        "the",
        ",",
        "to",
        "of",
        "at",
        "up",
        "another",
        "additional",
        "including",
        "its",
        "plus",
    }
    while end - 1 > after and doc[end - 1].lower_ in words:  # type: ignore[index]  # a Doc
        end -= 1
    return end


def levy_of(level: Level, levies: Sequence[Levy], scene: Scene) -> Levy | None:
    """The levy noun of a level: the one its rule names, else the nearest before it, else after."""
    if level.levy is not None:
        for levy in levies:
            if level.levy[0] <= levy.start < level.levy[1]:
                return levy
    inside = [levy for levy in levies if level.start <= levy.start < level.end]
    before = [levy for levy in levies if levy.end <= level.start]
    if inside:
        return inside[0]
    if before:
        return before[-1]
    after = [levy for levy in levies if levy.start >= level.end]
    return after[0] if after else None


def anchor_of(token: int, level: Level | None, levy: Levy | None, scene: Scene) -> Token:
    """Where the search for an act begins: the levy if it stands with the rate, else the rate."""
    doc = scene.doc
    if level is None:
        assert levy is not None  # a mention has one of the two
        return doc[levy.token]
    if levy is not None and (level.levy is not None or level.rule == "levy-then-rate"):
        return doc[levy.token]
    return scene.token_at(level.end - 1)


def is_anaphoric(mention: Mention, scene: Scene) -> bool:
    """Whether the levy is one spoken of before: "the tariffs", "these duties", or unsaid."""
    if mention.levy is None:
        return True
    levy = scene.doc[mention.levy.token]
    return any(t.dep_ in ("det", "poss") and BACKWARD.fullmatch(t.lower_) for t in levy.lefts)


def enough_said(found: Arguments, act: Act | None) -> bool:
    """Whether a mention without a rate reports an act of somebody on something."""
    if act is None or act.cue is None or not found.implementers:
        return False
    return bool(found.affected or any(g.name for g in found.goods))


def takes_up(act: Act | None, near: Claim | None, anaphoric: bool) -> bool:
    """Whether a mention without a rate does something to the measure spoken of just before."""
    return act is not None and act.cue is not None and near is not None and anaphoric


def is_supposed(cue: Token) -> bool:
    """Whether an act stands in an if- or unless-clause, and so is not reported."""
    for node in (cue, *(t for t in cue.ancestors if t.sent == cue.sent)):
        if node.dep_ == "advcl":
            return any(t.lower_ in ("if", "unless") for t in node.children if t.i < node.i)
        if node.dep_ in ("ccomp", "relcl") and node.head.pos_ == "VERB":
            return False
    return False


def clause_text(mention: Mention, scene: Scene) -> str:
    """The words of the mention's stretch."""
    doc = scene.doc
    return scene.article.text[
        doc[mention.first].idx : doc[mention.last - 1].idx + len(doc[mention.last - 1])
    ]


def evidence_ends(
    mention: Mention, act: Act | None, found: Arguments, scene: Scene
) -> tuple[int, int]:
    """From the first to the last word that the claim rests on, within its sentence."""
    sentence = mention.anchor.sent
    points = [(mention.anchor.idx, mention.anchor.idx + len(mention.anchor))]
    if mention.level is not None:
        points.append(mention.level.reach)
    if mention.levy is not None:
        points.append((mention.levy.start, mention.levy.end))
    if act is not None and act.cue is not None and act.cue.sent == sentence:
        points.append((act.cue.idx, act.cue.idx + len(act.cue)))
    if found.words:
        points.append((found.words[0].idx, found.words[-1].idx + len(found.words[-1])))
    for party in found.implementers:
        if party.span is not None and sentence.start_char <= party.span.start < sentence.end_char:
            points.append((party.span.start, party.span.end))
    start, end = min(p[0] for p in points), max(p[1] for p in points)
    text = scene.article.text
    while end > start and text[end - 1] in " ,;\n":
        end -= 1
    return start, end


# Arguments ----------------------------------------------------------------------------------------


@dataclass
class Arguments:
    """Parties and goods of one mention, as far as its own sentence says them."""

    implementers: list[Party] = field(default_factory=list)
    affected: list[Party] = field(default_factory=list)
    excluded: list[Party] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    words: list[Token] = field(default_factory=list)
    """The phrase that the levy falls on."""
    points_back: bool = False
    """Whether that phrase only takes up what was named: "on those goods"."""

    @classmethod
    def of(cls, mention: Mention, act: Act | None, scene: Scene) -> Arguments:
        """Read off the sentence: the phrase after the levy, the payer, the owner, the subject."""
        found = cls()
        doc, text = scene.doc, scene.article.text
        levy = doc[mention.levy.token] if mention.levy is not None else None
        level_token = scene.token_at(mention.level.end - 1) if mention.level is not None else None
        start = (level_token if level_token is not None else mention.anchor).i + 1
        words = object_words(start, mention.last, scene)
        if not words and levy is not None and levy.i < start:
            words = object_words(levy.i + 1, mention.last, scene)
        if not words:
            words = object_words(start, mention.last, scene, wide=True)
        found.words = words
        found.points_back = points_back(words, scene)
        affected, excluded = parties_room.affected_in(words, scene)
        if not affected and levy is not None and levy.i < start - 1:
            affected, excluded = parties_room.affected_in(
                object_words(levy.i + 1, start - 1, scene, wide=True), scene
            )
        bearing: list[Actor] = []
        if act is not None and (act.payer or act.payer_object):
            bearing = parties_room.payers(act, scene)
            affected = [*bearing, *affected] if act.payer else (bearing or affected)
        elif subject := bearing_subject(mention, act):
            start_at, end_at = phrase_ends(subject)
            bearing = list(scene.actors_in(start_at, end_at))
            affected = affected or bearing
        owning, standing = parties_room.owners(levy, scene) if levy is not None else ([], [])
        acting = acting_parties(act, scene, bearing)
        stretch = (
            doc[mention.anchor.sent.start].idx,
            doc[mention.last - 1].idx + len(doc[mention.last - 1]),
        )
        if owning:
            implementers = owning
        elif (
            standing
            and acting
            and act is not None
            and act.action == "impose"
            and acting[0].code != standing[0].code
        ):
            implementers = acting
            affected = affected or standing
        else:
            implementers = standing or acting
        if act is not None and not affected:
            affected = parties_room.beneficiaries(act, scene)
        bound_for = parties_room.destinations(*stretch, scene)
        in_phrase = [a for a in bound_for if words and words[0].idx <= a.start <= words[-1].idx]
        if in_phrase and not owning:
            implementers = in_phrase
        elif bound_for and not implementers and not owning:
            implementers = bound_for
        if not implementers:
            implementers = parties_room.agents(mention.anchor.idx, stretch[1], scene)
        codes = {a.code for a in affected}
        if not implementers:
            implementers = [
                a
                for a in scene.actors_in(stretch[0], mention.anchor.idx)
                if a.code not in codes and not is_setting(a, scene)
            ][:1]
        found.implementers = parties_room.parties_of(implementers)
        own = {parties_room.key(p) for p in found.implementers}
        found.affected = [
            p
            for p in parties_room.parties_of(affected)
            if parties_room.key(p) not in own or (len(affected) == 1 and not own)
        ]
        found.excluded = parties_room.parties_of(excluded)
        found.goods = goods_of(mention, act, words, scene)
        phrase_text = text[words[0].idx : words[-1].idx + len(words[-1])] if words else ""
        if not found.affected and len(own) > 1 and found.goods:
            found.affected = list(found.implementers)
        if not found.affected:
            if scene.vocabulary.cue("everyone").search(phrase_text):
                found.affected = [parties_room.party_everyone()]
            elif found.points_back:
                found.affected = parties_room.inherited(taken_up(words, own, scene))
            elif group := parties_room.named_group(words, scene):
                found.affected = [group]
        return found


def is_setting(actor: Actor, scene: Scene) -> bool:
    """Whether a country is only where something happens: "in Nairobi, Kenya"."""
    before = scene.article.text[max(0, actor.start - 40) : actor.start]
    return actor.is_place and bool(
        re.search(r"\b(?:in|at|near|over)\s+(?:the\s+)?(?:\w+,\s+)?$", before)
    )


def points_back(words: Sequence[Token], scene: Scene) -> bool:
    """Whether a phrase takes up what was named before: "on those articles", "from these countries"."""
    if any(t.lower_ == "such" for t in words[:1]) and any(t.lower_ == "as" for t in words[:5]):
        return False  # "on such goods as cars"
    return any(
        t.lower_ in ("these", "those", "such", "both")
        and t.i + 1 < len(t.doc)
        and (
            t.nbor().lower_ in scene.vocabulary.words("group-noun")
            or (t.i == words[0].i and t.nbor().pos_ == "NOUN")
        )
        for t in words
    )


def taken_up(words: Sequence[Token], own: set[str], scene: Scene) -> list[Party]:
    """The countries last named before "these countries", coordinated ones together."""
    before = [
        a for a in scene.actors_in(max(0, words[0].idx - 400), words[0].idx) if a.code not in own
    ]
    group: list[Actor] = []
    for actor in reversed(before):
        if group and len(scene.article.text[actor.end : group[-1].start].split()) > 3:
            break
        group.append(actor)
    if not any(t.lower_ in scene.vocabulary.words("group-noun") for t in words):
        return []
    return parties_room.parties_of(reversed(group))


def acting_parties(act: Act | None, scene: Scene, bearing: Sequence[Actor]) -> list[Actor]:
    """Who acts, by the subject of the act or of what governs it; never who bears the levy."""
    if act is None or act.cue is None or act.payer:
        return []
    borne = {a.start for a in bearing}
    return [a for a in parties_room.governing_actors(act.cue, scene) if a.start not in borne]


def bearing_subject(mention: Mention, act: Act | None) -> Token | None:
    """The subject of "are subject to the tariff", which bears it."""
    for node in mention.anchor.ancestors:
        if node.lower_ == "subject" and node.head.pos_ in ("AUX", "VERB"):
            return next(iter(subjects(node.head)), None)
    return None


def goods_of(
    mention: Mention, act: Act | None, words: Sequence[Token], scene: Scene
) -> list[Goods]:
    """The goods of a mention: after "on", before the levy ("steel tariffs"), or what bears it."""
    found = (
        []
        if points_back(words, scene)
        and not any(t.lower_ in scene.vocabulary.words("group-noun") for t in words)
        else goods_room.goods_of_phrase(list(words), scene)
    )
    if not found and mention.levy is not None:
        found = goods_before(scene.doc[mention.levy.token], scene)
    if not found and act is not None and (act.payer or act.payer_object) and act.cue is not None:
        heads = list(subjects(act.cue)) if act.payer else []
        for head in heads:
            first, last = phrase_ends(head)
            tokens = [t for t in head.sent if first <= t.idx < last]
            found = goods_room.goods_of_phrase(tokens, scene)
            if found:
                break
    if not found and (subject := bearing_subject(mention, act)) is not None:
        first, last = phrase_ends(subject)
        found = goods_room.goods_of_phrase(
            [t for t in subject.sent if first <= t.idx < last], scene
        )
    return found


def goods_before(levy: Token, scene: Scene) -> list[Goods]:
    """Goods that stand before the levy noun: "steel and aluminium tariffs", "farm tariff"."""
    qualifiers = scene.vocabulary.words("levy-qualifier")
    adjectives = scene.vocabulary.words("goods-adjective")
    found = []
    for child in levy.lefts:
        for token in [child, *(t for t in child.subtree if t.dep_ == "conj")]:
            if token.lower_ in qualifiers or token.lemma_.lower() in qualifiers:
                continue
            noun = token.dep_ in ("compound", "nmod", "conj") and token.pos_ in ("NOUN", "PROPN")
            if not noun and token.lower_ not in adjectives:
                continue
            if token.like_num or token.ent_type_ in (
                "PERCENT",
                "DATE",
                "GPE",
                "NORP",
                "PERSON",
                "LAW",
                "MONEY",
                "CARDINAL",
                "EVENT",
            ):
                continue
            if any(
                a.start < token.idx + len(token) and token.idx < a.end
                for a in scene.actors_in(token.idx - 40, token.idx + 1)
            ):
                continue
            span = scene.article.span(token.idx, token.idx + len(token))
            found.append(Goods(name=span.text, basis="stated", span=span))
    return found
