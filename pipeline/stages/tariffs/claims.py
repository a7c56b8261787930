"""Claims: what each mention of a levy says: rate, act, parties, goods, dates, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from pipeline.stages.tariffs.acts import Act, act_by_order, act_mistagged, climb, find_act, is_price
from pipeline.stages.tariffs.arguments import Arguments, arguments_of, item_of
from pipeline.stages.tariffs.levies import Levy
from pipeline.stages.tariffs.mentions import Mention, mentions_of
from pipeline.stages.tariffs.rates import Level, decide, find_levels, stacking_of
from pipeline.stages.tariffs.scene import Scene
from pipeline.stages.tariffs.status import Clause, status_of

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token

    from pipeline.rulebook import Rulebook

NEAR = 3
"""Sentences over which a mention can take up the claim before it."""

ENDS = (".", "!", "?", '"', "”", ";", ":")
"""What a sentence ends with, and a headline does not."""

LISTED = 8
"""Sentences after a colon over which a list can run."""

LIFTING: tuple[Action, ...] = ("remove", "suspend", "lower")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What one mention says."""

    evidence: Span
    sentence: int
    """Number of its sentence in the article."""
    level: Level | None
    instrument: Instrument
    act: Act | None
    action: Action
    status: Status
    implementers: tuple[Party, ...]
    affected: tuple[Party, ...]
    excluded: tuple[Party, ...]
    goods: tuple[Goods, ...]
    firms: tuple[Span, ...]
    value_covered: ValueCovered | None
    times: timing.Times
    legal_basis: tuple[Span, ...]
    retaliation: Relation | None
    at: int
    """Source offset at which the mention begins."""
    is_headline: bool
    is_anaphoric: bool
    follows_up: bool
    """Whether it only says more of the measures just spoken of: "They take effect in May"."""
    marks: frozenset[str]
    """Adjectives that tell this levy from others: "higher", "reciprocal"."""
    rule: str

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
        by_sentence: dict[int, list[Levy]] = {}
        for levy in levies:
            by_sentence.setdefault(scene.doc[levy.token].sent.start, []).append(levy)
        claims: list[Claim] = []
        recent = -NEAR
        heading: DateOfMeasure | None = None
        listed_until = 0
        for number, sentence in enumerate(scene.doc.sents):
            known = len(claims)
            own = by_sentence.get(sentence.start, [])
            if own or number - recent <= 1 or (levies and speaks_on(sentence, scene)):
                for mention in self.mentions(sentence, own, scene):
                    recent = number
                    if (claim := self.claim(mention, scene, claims, number)) is not None:
                        claims.append(claim)
            if timing.heads_a_list(sentence, scene):
                heading, listed_until = timing.heading_start(sentence, scene), number + LISTED
            elif heading is not None and number <= listed_until:
                claims[known:] = [started_at(heading, c) for c in claims[known:]]
            if claims and len(claims) == known and number - claims[-1].sentence <= NEAR:
                near = next((c for c in reversed(claims) if not c.firms), claims[-1])
                claims += self.follow_up(near, sentence, own, scene)
        return claims

    def follow_up(
        self, near: Claim, sentence: Sentence, levies: Sequence[Levy], scene: Scene
    ) -> list[Claim]:
        """What a sentence adds of the measures before it: when they start or end, on which law.

        "The move takes effect in June"; "The duties rest on Section 122".
        """
        places = list(mentions_of((sentence.start, sentence.end), levies, (), scene))
        if any(not mention.is_anaphoric for mention in places):
            return []
        window = (sentence.start_char, sentence.end_char)
        named = covered.legal_in(*window, scene, self.rules) if places else ()
        laws = tuple(law for law in named if not covered.is_of_another(law, scene))
        told = None if places else timing.follow_up_of(sentence, scene)
        if told is None and not laws:
            return []
        times = told[1] if told is not None else timing.Times()
        first = told[0] if told is not None else places[0].anchor
        is_over = times.effective is not None and not timing.starts_later(times.effective, scene)
        added = replace(
            near,
            evidence=scene.article.span(first.idx, first.idx + len(first)),
            sentence=near.sentence,
            level=None,
            act=None,
            status="in-force" if is_over and near.status == "announced" else near.status,
            firms=(),
            value_covered=None,
            times=times,
            legal_basis=laws,
            retaliation=None,
            is_anaphoric=True,
            is_headline=False,
            follows_up=True,
            marks=frozenset(),
        )
        return [added]

    def mentions(
        self, sentence: Sentence, levies: Sequence[Levy], scene: Scene
    ) -> Iterator[Mention]:
        """The mentions of a sentence, with the levels that are rates of a levy."""
        window = (sentence.start_char, sentence.end_char)
        levels: list[Level] = []
        if scene.vocabulary.cue("number").search(scene.article.body, *window):
            levels = find_levels(self.rules, self.amounts, scene.article, window)
            levels = decide(levels, self.rules, scene.article, window)
        return mentions_of((sentence.start, sentence.end), levies, levels, scene)

    def claim(
        self, mention: Mention, scene: Scene, earlier: Sequence[Claim], number: int
    ) -> Claim | None:
        """The claim of one mention, or None where it says too little."""
        act = act_of(mention, scene)
        if mention.level is None and (act is None or act.cue is None or is_supposed(act.cue)):
            return None
        if (act is None and is_scenario(mention, scene)) or is_turned_down(mention):
            return None
        if is_power(mention, scene):
            return None
        if mention.level is None and is_average(mention):
            return None
        found = arguments_of(mention, act, scene)
        near = earlier[-1] if earlier and number - earlier[-1].sentence <= NEAR else None
        is_anaphoric = mention.is_anaphoric or found.points_back
        start, end = mention.ends
        retaliation = retaliation_in(start, end, scene)
        said = bool(found.affected or found.goods)
        answers = retaliation is not None and retaliation.span.start > mention.anchor.idx
        is_complete = mention.level is not None or (found.implementers and (said or answers))
        is_complete = is_complete or (is_impersonal(act, scene) and says_on_what(found, scene))
        if is_passing_exemption(mention, scene) and not said:
            return None
        if not is_complete and (near is None or not is_anaphoric):
            return None
        level = level_of(mention, scene)
        times = timing.dates_of(mention, act, scene)
        action, status = self.doing(mention, act, level, times, scene)
        goes = act is None and near is not None and near.action != "exempt"
        if goes and near is not None and goes_on(mention, near, number):
            action, status = near.action, near.status
        return Claim(
            evidence=scene.article.span(*evidence_ends(mention, act, found, scene)),
            sentence=number,
            level=level,
            instrument=instrument_of(mention, near),
            act=act,
            action=action,
            status=status,
            implementers=found.implementers,
            affected=found.affected,
            excluded=found.excluded,
            goods=found.goods,
            firms=found.firms,
            value_covered=covered.value_in(mention, scene, self.amounts),
            times=times,
            legal_basis=tuple(covered.legal_of(mention, scene, self.rules)),
            retaliation=retaliation,
            at=scene.doc[mention.anchor.i].idx if level is None else level.reach[0],
            is_headline=number == 0 and not mention.anchor.sent.text.rstrip().endswith(ENDS),
            is_anaphoric=is_anaphoric,
            marks=marks_of(mention),
            follows_up=level is None and is_anaphoric and not said,
            rule=f"tariffs/{level.rule if level is not None else act.rule if act else 'levy'}",
        )

    def doing(
        self,
        mention: Mention,
        act: Act | None,
        level: Level | None,
        times: timing.Times,
        scene: Scene,
    ) -> tuple[Action, Status]:
        """What is done, and whether it stands."""
        start, end = mention.ends
        clause = Clause(
            mention.anchor,
            act,
            timing.starts_later(times.effective, scene),
            scene.article.text[start:end],
        )
        status = status_of(clause, scene.vocabulary)
        action: Action = act.action if act is not None else "impose"
        if act is not None and act.cue is not None and is_supposed(act.cue) and action in LIFTING:
            return "keep", "in-force"  # "if China does not withdraw its 34% tariff"
        if (
            act is not None
            and act.cue is not None
            and is_supposed(act.cue)
            and status == "in-force"
        ):
            status = "proposed"
        if level is None or level.is_change:
            return action, status
        if act is not None and act.to_rate is not None and is_reached(level, scene):
            action = act.to_rate
        if level.rule == "free-of-duty":
            if act is not None and act.cue is not None and act.action == "keep":
                return "exempt", "in-force"  # "parts will remain duty-free"
            words = scene.article.text[level.start : level.end]
            return "exempt" if scene.vocabulary.cue("exempted").match(words) else "remove", status
        if level.previous is not None:
            return "raise" if level.value > level.previous.value else "lower", status
        return action, status


def says_on_what(found: Arguments, scene: Scene) -> bool:
    """Whether a mention tells the goods or the partners that a levy is on, and not only "goods"."""
    general = scene.vocabulary.words("general-goods")
    return bool(found.affected) or any(g.name.lower() not in general for g in found.goods)


def is_impersonal(act: Act | None, scene: Scene) -> bool:
    """Whether an act is told without who does it: "tariffs were raised", "the bill raises"."""
    if act is None or act.cue is None or act.cue.pos_ not in ("VERB", "AUX"):
        return False
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in act.cue.children):
        return True
    words = scene.vocabulary.words("measure-word") | scene.vocabulary.words("law-word")
    return any(head.lemma_.lower() in words for head in subjects(act.cue))


def speaks_on(sentence: Sentence, scene: Scene) -> bool:
    """Whether a sentence goes on about the levies of its article without naming one."""
    cue, window = scene.vocabulary.cue, (sentence.start_char, sentence.end_char)
    return cue("levy-unsaid").search(scene.article.body, *window) is not None


def is_passing_exemption(mention: Mention, scene: Scene) -> bool:
    """Whether an exemption is only a trait of something: "imports from sources exempt from"."""
    if mention.level is None or mention.level.rule != "free-of-duty":
        return False
    word = scene.token_at(mention.level.start)
    return word.lower_.startswith("exempt") and word.dep_ in ("acl", "amod")


def is_reached(level: Level, scene: Scene) -> bool:
    """Whether a level is where something leads: "to 15%"."""
    before = scene.article.text[max(0, level.start - 30) : level.start]
    return scene.vocabulary.cue("reached").search(before) is not None


def started_at(heading: DateOfMeasure, claim: Claim) -> Claim:
    """A listed claim that is still ahead with the start that the head of its list gives."""
    if claim.times.effective is not None or claim.status not in ("announced", "proposed"):
        return claim
    times = replace(claim.times, effective=heading, start_is_said=True)
    return replace(claim, times=times)


def act_of(mention: Mention, scene: Scene) -> Act | None:
    """The act on a mention's levy or rate, by the parse, else by order.

    An exemption from a rate is no act on the rate: it gets a claim of its own.
    """
    vocabulary = scene.vocabulary
    act = find_act(mention.anchor, vocabulary)
    if act is None and mention.levy is not None:
        act = find_act(scene.doc[mention.levy.token], vocabulary)
    if act is None and mention.levy is not None:
        act = act_mistagged(scene.doc[mention.levy.token], vocabulary)
    if act is None and mention.level is not None:
        act = act_by_order(mention.anchor, vocabulary)
    is_rate = mention.level is not None and mention.level.rule != "free-of-duty"
    return None if is_rate and act is not None and act.action == "exempt" else act


def level_of(mention: Mention, scene: Scene) -> Level | None:
    """The mention's level, with what it is of: a change, or a level, an addition, a total."""
    level = mention.level
    if level is None:
        return None
    if level.item is not None and not item_of(mention, scene):
        level = replace(level, item=None)
    text, cue = scene.article.text, scene.vocabulary.cue
    before, after = text[max(0, level.start - 60) : level.start], text[level.end : level.end + 40]
    by_so_much = (
        cue("by-so-much").search(before)
        or cue("change-of").match(after)
        or cue("of-change").search(before)
    )
    if level.is_change or (level.previous is None and by_so_much):
        return replace(level, is_change=True)
    return replace(level, stacking=stacking_of(level, scene))


def instrument_of(mention: Mention, near: Claim | None) -> Instrument:
    """The kind of levy: as its noun says, else that of the levies spoken of just before."""
    if mention.levy is not None:
        return mention.levy.instrument
    return near.instrument if near is not None else "tariff"


def marks_of(mention: Mention) -> frozenset[str]:
    """The adjectives before a mention's levy noun."""
    if mention.levy is None:
        return frozenset()
    lefts = mention.head_of_levy.lefts
    return frozenset(t.lower_ for t in lefts if t.dep_ == "amod" and t.lower_ != "new")


def goes_on(mention: Mention, near: Claim, number: int) -> bool:
    """Whether a mention without an act goes on with the list of the claim before it."""
    if any(is_price(node) for node, _ in climb(mention.anchor)):
        return False
    if near.sentence == number:
        return True
    lists = any(node.lemma_.lower() == "include" for node, _ in climb(mention.anchor))
    return lists and number - near.sentence == 1


def is_scenario(mention: Mention, scene: Scene) -> bool:
    """Whether a levy only stands for what it would do: "a 10% tariff would grow the economy"."""
    for node, below in climb(mention.anchor):
        if node.pos_ in ("VERB", "AUX"):
            is_modal = any(t.tag_ == "MD" for t in node.children)
            acts = node.lemma_.lower() in ("be", *scene.vocabulary.action_verbs)
            return below.dep_ == "nsubj" and is_modal and not acts
    return False


def is_power(mention: Mention, scene: Scene) -> bool:
    """Whether a levy is only what a law allows: "Section 122, which permits tariffs of 15%"."""
    levy, words = mention.head_of_levy, scene.vocabulary.words("allowing-verb")
    verb = levy.head
    if verb.dep_ in ("xcomp", "ccomp"):  # "which empowers him to impose tariffs"
        verb = verb.head
    if levy.dep_ != "dobj" or verb.lemma_.lower() not in words:
        return False
    laws = scene.vocabulary.words("law-word")
    actors = [t for t in verb.children if t.dep_ == "nsubj"]
    heads = [verb.head if verb.dep_ == "relcl" and t.tag_ in ("WDT", "WP") else t for t in actors]
    return any(t.lemma_.lower() in laws or t.head.lemma_.lower() in laws for t in heads)


def is_average(mention: Mention) -> bool:
    """Whether a levy is a statistic: "the average applied tariff"."""
    levy = mention.head_of_levy
    before = levy.doc[max(levy.sent.start, levy.i - 4) : levy.i]
    return any(token.lower_ == "average" for token in before)


def is_turned_down(mention: Mention) -> bool:
    """Whether a levy is only what is not chosen: "rather than applying tariffs"."""
    doc = mention.anchor.doc
    return any(
        [token.lower_ for token in doc[max(0, node.i - 2) : node.i]] == ["rather", "than"]
        for node, _ in climb(mention.anchor)
    )


def is_supposed(cue: Token) -> bool:
    """Whether an act stands in an if- or unless-clause, and so is not reported."""
    for node in (cue, *(t for t in cue.ancestors if t.sent == cue.sent)):
        if node.dep_ == "advcl":
            return any(t.lower_ in ("if", "unless") for t in node.children if t.i < node.i)
        if node.dep_ in ("ccomp", "relcl") and node.head.pos_ == "VERB":
            return False
    return False


def retaliation_in(start: int, end: int, scene: Scene) -> Relation | None:
    """That the measure answers another, where a stretch of text says so."""
    text = scene.article.text
    for found in scene.vocabulary.cue("retaliating").finditer(text, start, end):
        before = text[max(start, found.start() - 20) : found.start()]
        if scene.vocabulary.cue("denying").search(before) is None:
            span = scene.article.span(*found.span())
            return Relation(type="retaliates-for", span=span)
    return None


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
    if act is not None and act.cue is not None:
        points.append((act.cue.idx, act.cue.idx + len(act.cue)))
    if found.words:
        points.append((found.words[0].idx, found.words[-1].idx + len(found.words[-1])))
    points += [(p.span.start, p.span.end) for p in found.implementers if p.span is not None]
    inside = [p for p in points if sentence.start_char <= p[0] < sentence.end_char]
    start, end = min(p[0] for p in inside), max(p[1] for p in inside)
    return start, start + len(scene.article.text[start:end].rstrip(" ,;\n"))
