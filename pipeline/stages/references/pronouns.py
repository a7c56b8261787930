"""Resolves pronouns: he and she by gender and prominence, I by the speaker, it by its subject.

Prominence follows Lappin and Leass (1994): each mention lends its entity a weight by its place in
the sentence, halved with every sentence that goes by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import Entity, Quote, Reference
from pipeline.stages.references.discourse import Discourse, Gender, Place

if TYPE_CHECKING:
    from spacy.tokens import Token

FARTHEST = 4
"""Sentences back to which he and she may reach."""

WEIGHTS = {"nsubj": 80, "nsubjpass": 75, "dobj": 50, "dative": 45, "poss": 35, "appos": 55}
OTHER_WEIGHT = 40
SAME_PARAGRAPH = 1.5
RECENCY = 100
"""Weight of standing in the sentence at all, so that the nearest sentence counts most."""


def resolved_pronouns(discourse: Discourse, nouns: Sequence[Reference]) -> Iterator[Reference]:
    """Every pronoun that can be resolved, in text order."""
    from spacy.strings import get_string_id

    lexicons = discourse.lexicons
    people = [place for place in discourse.places if place.entity.type == "PERSON"]
    for noun in nouns:
        entity = discourse.entities[noun.entity]
        span = discourse.doc.char_span(noun.start, noun.end, alignment_mode="expand")
        if entity.type == "PERSON" and span is not None:
            people.append(Place(entity, span.root.i, noun.start, "nominal"))
    wanted = {
        get_string_id(word): kind
        for kind in ("men", "women", "speakers", "things")
        for word in lexicons[f"pronouns-of-{kind}"]
    }
    capital_i = get_string_id("I")
    for i, (word, lower) in enumerate(discourse.doc.to_array(["ORTH", "LOWER"]).tolist()):
        kind = wanted.get(word if word == capital_i else lower)
        if kind is None:
            continue
        token = discourse.doc[i]
        if token.pos_ not in ("PRON", "DET"):
            continue
        entity_found = _resolve(discourse, token, kind, people)
        if entity_found is not None:
            if entity_found.type == "PERSON":
                people.append(Place(entity_found, token.i, token.idx, "pronoun"))
            end = token.idx + len(token)
            yield Reference(
                entity=entity_found.id,
                start=token.idx,
                end=end,
                text=discourse.article.text[token.idx : end],
                form="pronoun",
                rule=f"references/pronouns-of-{kind}",
            )


def _resolve(
    discourse: Discourse, token: Token, kind: str, people: Sequence[Place]
) -> Entity | None:
    quote = discourse.quote_at(token.idx)
    if kind == "speakers":
        return speaker_of(quote, people)
    if kind == "things":
        return thing(discourse, token)
    return person(discourse, token, "man" if kind == "men" else "woman", people)


def speaker_of(quote: Quote | None, people: Sequence[Place]) -> Entity | None:
    """The person who speaks a quote, where the speaker's words name or resolve to one."""
    if quote is None or quote.speaker is None:
        return None
    span = quote.speaker.span
    return next((p.entity for p in people if span.start <= p.start < span.end), None)


@dataclass(frozen=True)
class Choice:
    """Whom he or she can stand for, and how prominent each place that names somebody is."""

    discourse: Discourse
    token: Token
    gender: Gender
    excluded: Mapping[str, str]
    """Entity id → why the pronoun cannot mean this person."""

    @classmethod
    def of(
        cls, discourse: Discourse, token: Token, gender: Gender, people: Sequence[Place]
    ) -> Choice:
        """The choice at a pronoun, among the people spoken of."""
        excluded = {entity.id: "the subject of its verb" for entity in not_meant(token, people)}
        quote = discourse.quote_at(token.idx)
        if quote is not None and quote.kind == "direct" and (speaker := speaker_of(quote, people)):
            excluded[speaker.id] = "who speaks these words"
        return cls(discourse, token, gender, excluded)

    def doubt(self, place: Place) -> str:
        """Why a place before the pronoun cannot be meant; empty if it can."""
        if place.entity.id in self.excluded:
            return self.excluded[place.entity.id]
        if self.distance(place) > FARTHEST:
            return f"named {self.distance(place)} sentences before, farther than {FARTHEST}"
        known = self.discourse.genders.get(place.entity.id, self.gender)
        return "" if known == self.gender else f"a {known}"

    def distance(self, place: Place) -> int:
        """Sentences between a place and the pronoun."""
        return self.discourse.sentence(self.token.i) - self.discourse.sentence(place.head)

    def weight(self, place: Place) -> float:
        """What a place lends to the prominence of its entity."""
        dep = self.discourse.doc[place.head].dep_
        weight = float(RECENCY) + WEIGHTS.get(dep, OTHER_WEIGHT)
        here = self.discourse.paragraph(self.token.idx)
        if self.discourse.paragraph(place.start) == here:
            weight *= SAME_PARAGRAPH
        return weight / float(2 ** self.distance(place))

    def prominence(self, people: Sequence[Place]) -> dict[str, float]:
        """Entity id → weight, of those who can be meant."""
        found: dict[str, float] = defaultdict(float)
        for place in people:
            if place.start < self.token.idx and not self.doubt(place):
                found[place.entity.id] += self.weight(place)
        return found


def person(
    discourse: Discourse, token: Token, gender: Gender, people: Sequence[Place]
) -> Entity | None:
    """Whom he or she stands for: the most prominent person before it whom it can mean."""
    prominence = Choice.of(discourse, token, gender, people).prominence(people)
    if not prominence:
        return None
    best = max(prominence, key=lambda entity_id: prominence[entity_id])
    return discourse.entities[best]


def not_meant(token: Token, people: Sequence[Place]) -> Iterator[Entity]:
    """Whom a pronoun cannot mean: "Smith told him" is not Smith."""
    if token.dep_ in ("dobj", "dative", "pobj") and not token.lower_.endswith("self"):
        verb = token.head
        while verb.pos_ not in ("VERB", "AUX") and verb.head != verb:
            verb = verb.head
        at = {place.head: place.entity for place in people}
        for child in verb.lefts:
            if child.dep_ in ("nsubj", "nsubjpass") and child.i in at:
                yield at[child.i]


def thing(discourse: Discourse, token: Token) -> Entity | None:
    """What it or its stands for: the country or body that is the subject above it, or owns it.

    Else, for *its*, the only one named before in its sentence, and for the subject of a sentence
    the subject of the sentence before.
    """
    if token.dep_ not in ("nsubj", "nsubjpass", "poss") or is_empty(token):
        return None
    for above in token.ancestors:
        if above.pos_ in ("VERB", "AUX"):
            subject = subject_of(above)
            if subject is not None and subject.i < token.i:
                return actor(discourse, subject)
        elif owner := possessor(discourse, above, before=token):
            return owner
    if token.dep_ == "poss":
        named = {
            place.entity.id: place.entity
            for place in discourse.places
            if discourse.sentence(place.head) == discourse.sentence(token.i)
            and place.start < token.idx
            and place.form in ("name", "metonym")
            and place.entity.type in ("GPE", "ORG")
        }
        if named:
            return next(iter(named.values())) if len(named) == 1 else None
    first = discourse.doc[token.i].sent.start
    if first == 0 or discourse.paragraph(token.idx) != discourse.paragraph(token.sent.start_char):
        return None
    deeds = discourse.lexicons["deeds-of-actors"], discourse.lexicons["speech-verbs"]
    if token.dep_ != "poss" and not any(token.head.lemma_ in verbs for verbs in deeds):
        return None
    subject = subject_of(discourse.doc[first - 1].sent.root)
    return actor(discourse, subject) if subject is not None else None


def is_empty(token: Token) -> bool:
    """Whether *it* stands for nothing or for a clause: "it is clear that", "it seems"."""
    return token.dep_ == "expl" or (
        token.dep_ == "nsubj" and token.head.lemma_ in ("be", "seem", "appear", "take", "mean")
    )


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb, if it has one of its own."""
    return next((t for t in verb.lefts if t.dep_ in ("nsubj", "nsubjpass")), None)


def actor(discourse: Discourse, subject: Token) -> Entity | None:
    """The country or body that a subject names, or that owns it ("Peru's exports")."""
    entity = discourse.entity_at.get(subject.i)
    if entity is not None:
        return entity if entity.type in ("GPE", "ORG") else None
    return possessor(discourse, subject, before=subject)


def possessor(discourse: Discourse, noun: Token, *, before: Token) -> Entity | None:
    """The country or body whose name with 's stands before a noun."""
    for child in noun.lefts:
        entity = discourse.entity_at.get(child.i)
        if child.dep_ == "poss" and child.i < before.i and entity is not None:
            return entity if entity.type in ("GPE", "ORG") else None
    return None
