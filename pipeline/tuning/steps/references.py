"""Tells for whom or what a pronoun or a role noun stands, who else could be meant, and why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipeline.article import Article
from pipeline.findings import Entity, Reference
from pipeline.record import Record
from pipeline.rulebook import Lexicon
from pipeline.stages.references import References
from pipeline.stages.references.discourse import Discourse, Gender, Place
from pipeline.stages.references.pronouns import Choice, is_empty
from pipeline.tuning.nearness import Stretch
from pipeline.tuning.steps.step import Step, quoted

if TYPE_CHECKING:
    from spacy.tokens import Token

GENDERS: dict[str, Gender] = {"pronouns-of-men": "man", "pronouns-of-women": "woman"}
NOUNS = ("person-nouns", "nouns-of-blocs", "nouns-of-bodies", "nouns-of-firms")


def steps_of_references(
    stage: References, article: Article, record: Record, place: Stretch
) -> Iterator[Step]:
    """For each pronoun and role noun at a place: what it stands for, or why for nothing."""
    names = {entity.id: entity.name for entity in record.entities}
    lexicons = stage.rules.lexicons
    discourse = Discourse.of(article, lexicons)
    people = people_of(discourse, article)
    for token in tokens_at(article, place):
        about = quoted(token.text)
        found = next((r for r in article.of(Reference) if r.start <= token.idx < r.end), None)
        if found is not None:
            answer = f"{found.entity} {names[found.entity]}, by {found.rule}"
            yield Step(about, "stands for", answer)
        kinds = [name for name in lexicons if name.startswith("pronouns-of-")]
        words = {token.text, token.lower_}
        kind = next((name for name in kinds if words & lexicons[name].keys()), None)
        if kind in GENDERS:
            yield from candidates(Choice.of(discourse, token, GENDERS[kind], people), people)
        elif kind == "pronouns-of-speakers" and found is None:
            yield Step(about, "stands for", "nobody: it stands in no quote of a person")
        elif kind == "pronouns-of-things" and found is None:
            why = (
                "it only fills the place of a clause"
                if is_empty(token)
                else "no country or body is the subject above it or of the sentence before"
            )
            yield Step(about, "stands for", f"nothing: {why}")
        elif found is None and token.i not in discourse.entity_at:
            yield from unresolved(token, lexicons)


def tokens_at(article: Article, place: Stretch) -> list[Token]:
    """The words at a place."""
    span = article.doc.char_span(*place, alignment_mode="expand")
    return list(span) if span is not None else []


def people_of(discourse: Discourse, article: Article) -> list[Place]:
    """Every place where a person is spoken of, by a reference too."""
    people = [place for place in discourse.places if place.entity.type == "PERSON"]
    for reference in article.of(Reference):
        entity = discourse.entities[reference.entity]
        span = article.doc.char_span(reference.start, reference.end, alignment_mode="expand")
        if entity.type == "PERSON" and span is not None:
            people.append(Place(entity, span.root.i, reference.start, reference.form))
    return people


def candidates(choice: Choice, people: list[Place]) -> Iterator[Step]:
    """Whom he or she could mean, the most prominent first, and whom not, and why."""
    about = quoted(choice.token.text)
    before = [place for place in people if place.start < choice.token.idx]
    entities: dict[str, Entity] = {place.entity.id: place.entity for place in before}
    prominence = choice.prominence(before)
    for id in sorted(prominence, key=lambda id: -prominence[id]):
        said = f"{id} {entities[id].name}, prominence {prominence[id]:.0f}"
        yield Step(about, "can mean", said)
    for id in entities.keys() - prominence.keys():
        last = max((p for p in before if p.entity.id == id), key=lambda p: p.start)
        yield Step(about, "cannot mean", f"{id} {entities[id].name}: {choice.doubt(last)}")
    if not before:
        yield Step(about, "stands for", "nobody: no person is named before it")


def unresolved(token: Token, lexicons: Mapping[str, Lexicon]) -> Iterator[Step]:
    """Why a noun of the lists stands for nothing."""
    listed = [name for name in NOUNS if token.lower_ in lexicons.get(name, ())]
    if not listed:
        return
    article = next((t for t in token.lefts if t.dep_ == "det"), None)
    why = (
        "nobody named before it fits"
        if article is not None and article.lower_ == "the"
        else "it needs *the* before it"
    )
    yield Step(quoted(token.text), "stands for", f"nothing: a word of {listed[0]}, but {why}")
