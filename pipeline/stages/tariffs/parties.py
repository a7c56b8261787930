"""Parties: who puts a levy and on whose goods, by grammar first, then by inheritance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pipeline.findings import Party
from pipeline.frames import conjuncts, objects, subjects
from pipeline.stages.tariffs.acts import Act, climb
from pipeline.stages.tariffs.scene import Actor, Scene, phrase_ends

if TYPE_CHECKING:
    from spacy.tokens import Token

TELLING_APART = frozenset({"that", "which", "with", "without", "who", "whose"})
LONGEST_GROUP = 14
"""Words that "countries that …" may take to be told apart."""

CUSTOMS_TERRITORY = 45
"""Characters that "into the customs territory of the" takes before a country."""

SPEAKING = frozenset({"i", "we"})
"""Subjects that are whoever speaks, and not whom the clause above names."""

POSSESSIVE = frozenset({"'s", "’s", "'", "’"})


def key(party: Party) -> str:
    """What tells a party."""
    return party.code or party.name.lower()


def party_everyone() -> Party:
    """Every partner."""
    return Party(code="ALL", name="all partners", basis="inferred")


def parties_of(actors: Iterable[Actor]) -> list[Party]:
    """The parties of some actors, each code once."""
    seen: dict[str, Party] = {}
    for actor in actors:
        seen.setdefault(actor.code, actor.party)
    return list(seen.values())


def inherited(parties: Iterable[Party]) -> list[Party]:
    """The same parties, said elsewhere in the article."""
    return [
        Party(
            entity=p.entity,
            code=p.code,
            name=p.name,
            basis="inherited" if p.span else p.basis,
            span=p.span,
        )
        for p in parties
    ]


# Implementers -------------------------------------------------------------------------------------


def owners(levy: Token, scene: Scene) -> tuple[list[Actor], list[Actor]]:
    """Actors before a levy noun in its phrase: those who own it, and names that only stand there.

    "China's tariffs" are China's; in "Mexico tariffs" Mexico may be on either side.
    """
    if (owner := whose(levy, scene)) is not None:
        return [owner], []
    start = min(
        (
            t.left_edge.i
            for t in levy.lefts
            if t.dep_ not in ("nsubj", "relcl", "punct", "mark", "cc")
        ),
        default=levy.i,
    )
    start = max(start, levy.i - 12, levy.sent.start)
    actors = scene.actors_in(levy.doc[start].idx, levy.idx)
    owning, standing = [], []
    for actor in actors:
        after = scene.token_at(actor.end - 1)
        following = levy.doc[after.i + 1].lower_ if after.i + 1 < len(levy.doc) else ""
        between = levy.doc[after.i + 1 : levy.i]
        if any(t.dep_ == "prep" or t.lower_ in ("on", "from", "against", "for") for t in between):
            continue
        if following in POSSESSIVE or scene.token_at(actor.start).tag_ == "PRP$":
            owning.append(actor)
        elif any(
            t.pos_ == "NOUN"
            and t.lower_ not in scene.vocabulary.words("levy-qualifier")
            and t.dep_ not in ("compound", "nmod")
            for t in between
        ):
            continue
        elif actor.form == "demonym" or actor.is_place or actor.party.code:
            standing.append(actor)
    return owning, standing


def whose(levy: Token, scene: Scene) -> Actor | None:
    """The owner of a levy by a relative clause: "Norway, whose levy took effect"."""
    relative = next((t for t in levy.lefts if t.tag_ == "WP$"), None)
    if relative is None:
        return None
    before = scene.actors_in(levy.sent.start_char, relative.idx)
    near = before and not scene.article.text[before[-1].end : relative.idx].strip(" ,")
    return before[-1] if near else None


def actor_subjects(cue: Token, scene: Scene) -> list[Actor]:
    """The actors that are the subject of a cue, coordinated ones too."""
    heads = [head for head in subjects(cue) if not is_levy_word(head, scene)]
    actors = [scene.actor_of(token) for head in heads for token in conjuncts(head)]
    return [actor for actor in actors if actor is not None]


def is_levy_word(token: Token, scene: Scene) -> bool:
    """Whether a word is a levy noun, a rate or an act on one, which never acts itself."""
    lemma = token.lemma_.lower()
    return (
        lemma in scene.vocabulary.words("levy-lemma")
        or lemma in scene.vocabulary.action_nouns
        or token.lower_
        in (
            "%",
            "percent",
            "pct",
            "cent",
            "rate",
            "rates",
            "tariffs",
            "duties",
            "measure",
            "measures",
        )
    )


def governing_actors(cue: Token, scene: Scene) -> list[Actor]:
    """The subject of a cue, or of what governs it: "China says it will impose …"."""
    if cue.dep_ in ("xcomp", "ccomp", "advcl") and is_urging(cue.head, scene):
        return urged(cue.head, scene)
    if cue.tag_ == "VBN" and cue.dep_ in ("ccomp", "xcomp") and is_receiving(cue.head, scene):
        return []  # "Vietnam got its rate cut"
    if found := actor_subjects(cue, scene):
        return found
    if any(head.lower_ in SPEAKING for head in subjects(cue)):
        return []  # "China charges 100%, while we charge 2%"
    for node, below in climb(cue):
        if node.lemma_.lower() in scene.vocabulary.words("beneficiary-verb"):
            return []
        if node.pos_ in ("VERB", "AUX"):
            if below.dep_ in ("nsubj", "nsubjpass"):
                continue
            if found := actor_subjects(node, scene):
                return found
        elif node.pos_ in ("NOUN", "PROPN") and is_intent(node, scene):
            own = [
                actor
                for child in node.lefts
                if child.dep_ in ("poss", "amod", "compound", "nmod")
                if (actor := scene.actor_of(child))
            ]
            if own:
                return own
    return []


def given(noun: Token, scene: Scene) -> tuple[list[Actor], list[Actor]]:
    """Who gives and who gets, in "an exemption that Chile gave Peru"."""
    for verb in noun.children:
        if verb.dep_ == "relcl" and verb.lemma_.lower() in scene.vocabulary.words("giving-verb"):
            getting = [t for t in verb.children if t.dep_ in ("dative", "dobj")]
            found = [actor for head in getting if (actor := scene.actor_of(head))]
            return actor_subjects(verb, scene), found
    return [], []


def is_receiving(verb: Token, scene: Scene) -> bool:
    """Whether the subject of a verb has something done to it, or wants it done."""
    words = scene.vocabulary.words
    return verb.lemma_.lower() in words("beneficiary-verb") | words("wishing-verb")


def is_urging(verb: Token, scene: Scene) -> bool:
    """Whether a verb asks another to act, so that its subject does not."""
    return verb.lemma_.lower() in scene.vocabulary.words("urging-verb")


def urged(verb: Token, scene: Scene) -> list[Actor]:
    """Whom a verb of asking asks: the bloc in "Ghana pressed the bloc to keep the duty"."""
    heads = [*objects(verb)]
    for preposition in (t for t in verb.rights if t.lower_ in ("on", "with", "to")):
        heads += [t for t in preposition.children if t.dep_ == "pobj"]
    return [actor for head in heads if (actor := scene.actor_of(head))]


def is_intent(noun: Token, scene: Scene) -> bool:
    """Whether a noun's owner acts through it: "China's plan to", not "China's practices"."""
    lemma, words = noun.lemma_.lower(), scene.vocabulary.words
    lexicons = ("plan-word", "decided-word", "threat-word", "deal-word", "intent-noun")
    return lemma in scene.vocabulary.action_nouns or any(lemma in words(name) for name in lexicons)


def agents(start: int, end: int, scene: Scene) -> list[Actor]:
    """Actors after "by" in a stretch of text: "tariffs imposed by China"."""
    return [
        actor
        for actor in scene.actors_in(start, end)
        if scene.vocabulary.cue("by").search(
            scene.article.text[max(start, actor.start - 40) : actor.start]
        )
    ]


def destinations(start: int, end: int, scene: Scene) -> list[Actor]:
    """Actors that goods go to: "goods entering the United States", "exports to Japan"."""
    text = scene.article.text
    return [
        actor
        for actor in scene.actors_in(start, end)
        if actor.form != "demonym"
        and scene.vocabulary.cue("going-to").search(
            text[max(start, actor.start - CUSTOMS_TERRITORY) : actor.start]
        )
        and scene.vocabulary.cue("traded").search(
            text[max(start - 60, actor.start - 90, 0) : actor.start]
        )
    ]


# Affected -----------------------------------------------------------------------------------------


def affected_in(words: Sequence[Token], scene: Scene) -> tuple[list[Actor], list[Actor]]:
    """Actors in the phrase that a levy falls on: those affected, and those excepted."""
    if not words:
        return [], []
    start, end = words[0].idx, words[-1].idx + len(words[-1])
    text = scene.article.text
    affected, excluded = [], []
    ways = {a.start for a in destinations(start, end, scene)}
    for actor in scene.actors_in(start, end):
        before = text[max(start, actor.start - 90) : actor.start]
        near = text[max(start, actor.start - 25) : actor.start]
        if re.search(r"\((?:incl[^)]*)$", before):
            continue  # "China (including Hong Kong)"
        if scene.vocabulary.cue("excepting").search(before):
            excluded.append(actor)
        elif actor.start in ways or scene.vocabulary.cue("not-origin").search(near):
            continue
        else:
            affected.append(actor)
    return affected, excluded


def named_group(words: Sequence[Token], scene: Scene) -> Party | None:
    """A group of countries that the text does not name, in its words."""
    for position, token in enumerate(words):
        if token.lower_ in scene.vocabulary.words("group-noun"):
            first = position
            while (
                first > 0
                and words[first - 1].dep_ in ("amod", "compound", "nmod")
                and words[first - 1].head.i in (token.i, words[first].i)
            ):
                first -= 1
            last = group_end(token, words[-1])
            span = scene.article.span(words[first].idx, last.idx + len(last))
            return Party(name=span.text, basis="stated", span=span)
    return None


def group_end(head: Token, phrase_end: Token) -> Token:
    """The last word of "countries that buy Russian oil", or the group's noun itself."""
    doc = head.doc
    if head.i + 1 >= len(doc) or doc[head.i + 1].lower_ not in TELLING_APART:
        return head
    last = max(phrase_end.i, head.i + 1)
    for i in range(head.i + 1, min(head.sent.end, head.i + LONGEST_GROUP)):
        word = doc[i].lower_
        following = doc[min(i + 1, len(doc) - 1)].lower_
        is_next = word in ("in", "and", "to") and following in ("order", "a", "an")
        if is_next or word in (",", ";", ".", "while", "if", "because", "starting"):
            break
        last = i
    return doc[last]


def beneficiaries(act: Act, scene: Scene) -> list[Actor]:
    """Who receives what is done: "Japan will receive reductions in tariffs"."""
    if act.cue is None:
        return []
    for node, _ in climb(act.cue):
        if node.lemma_.lower() in scene.vocabulary.words("beneficiary-verb"):
            return [a for head in subjects(node) if (a := scene.actor_of(head))]
    return []


def payers(act: Act, scene: Scene) -> list[Actor]:
    """Who bears the levy: the subject of "face", the object of "hit with"."""
    if act.cue is None:
        return []
    heads = list(subjects(act.cue))
    if act.payer_object:
        given = [t for t in act.cue.children if t.dep_ == "dative"]  # "charge Mexico a 25% tariff"
        heads = given or list(objects(act.cue))
    found = []
    for head in heads:
        for token in conjuncts(head):
            start, end = phrase_ends(token)
            found += scene.actors_in(start, end) or possessors(token, scene)
    return found


def possessors(noun: Token, scene: Scene) -> list[Actor]:
    """Whose goods they are, by a relative clause: "Ghana, whose rope is charged 9%"."""
    if not any(child.tag_ == "WP$" for child in noun.lefts):
        return []
    clause = next((verb for verb in noun.ancestors if verb.dep_ == "relcl"), None)
    owner = scene.actor_of(clause.head) if clause is not None else None
    return [owner] if owner is not None else []
