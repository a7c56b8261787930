"""Resolves role nouns: "the Canadian prime minister", "the ministry", "the company", "the bloc"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.findings import Entity, Reference
from pipeline.polities import without_initials
from pipeline.stages.references.discourse import Discourse

if TYPE_CHECKING:
    from spacy.tokens import Token

FARTHEST_FIRM = 3
"""Sentences back in which "the company" must have been named."""


def resolved_nouns(discourse: Discourse) -> Iterator[Reference]:
    """Every noun with "the", or with its country before it, that stands for an entity."""
    from spacy.strings import get_string_id

    lexicons = discourse.lexicons
    the = get_string_id("the")
    for i, word in enumerate(discourse.doc.to_array("LOWER").tolist()):
        if word != the:
            continue
        token = discourse.doc[i]
        head = token.head
        if head.i <= token.i or head.tag_ not in ("NN", "NNP") or head.i in discourse.entity_at:
            continue
        noun = head.lower_
        entity = None
        if noun in lexicons["person-nouns"]:
            entity = holder(discourse, token, head)
            rule = "references/person-nouns"
            owner, said = owner_and_office(discourse, token, head)
            if entity is None and (entity := known_holder(discourse, head, owner, said)):
                rule = "people/office-holders"
        elif noun in lexicons["nouns-of-blocs"] and (entity := bloc(discourse, head)):
            rule = "references/nouns-of-blocs"
        elif noun in lexicons["nouns-of-bodies"] and (entity := body(discourse, head)):
            rule = "references/nouns-of-bodies"
        elif noun in lexicons["nouns-of-governments"]:
            entity = governed(discourse, token, head)
            rule = "references/nouns-of-governments"
        elif noun in lexicons["nouns-of-firms"]:
            entity = firm(discourse, head)
            rule = "references/nouns-of-firms"
        if entity is not None:
            yield reference(discourse, entity, discourse.doc[token.i + 1], head, rule)
    yield from holders_after_owners(discourse)


def reference(
    discourse: Discourse, entity: Entity, first: Token, head: Token, rule: str
) -> Reference:
    """The reference of the words from one token to another."""
    start, end = first.idx, head.idx + len(head)
    return Reference(
        entity=entity.id,
        start=start,
        end=end,
        text=discourse.article.text[start:end],
        form="nominal",
        rule=rule,
    )


def holders_after_owners(discourse: Discourse) -> Iterator[Reference]:
    """Offices with their country before them and without "the": "Canada's prime minister"."""
    doc, nouns = discourse.doc, discourse.lexicons["person-nouns"]
    for place in discourse.places:
        owner, head = doc[place.head], doc[place.head].head
        if not place.entity.identifiers.iso3 or head.lower_ not in nouns:
            continue
        first = owner.i + 1
        if owner.dep_ == "poss" and first < head.i and doc[first].tag_ == "POS":
            first += 1
        elif place.form != "demonym" or any(t.dep_ == "det" for t in head.lefts):
            continue
        said = [token.lower_ for token in doc[first : head.i + 1]]
        if not said or head.tag_ not in ("NN", "NNP") or head.i in discourse.entity_at:
            continue
        rule = "references/person-nouns"
        entity = None if is_named(head) else latest_with_role(discourse, head, said, place.entity)
        if entity is None:
            entity = known_holder(discourse, head, place.entity, " ".join(said))
            rule = "people/office-holders"
        if entity is not None:
            yield reference(discourse, entity, doc[first], head, rule)


def is_named(head: Token) -> bool:
    """Whether the noun only introduces a name or says what somebody is: "the minister, Ann Wu"."""
    return (
        head.dep_ in ("attr", "compound", "appos", "nmod", "oprd")
        or any(child.dep_ in ("appos", "relcl") for child in head.rights)
        or any(
            child.dep_ == "prep" and child.lower_ in ("of", "for", "at") for child in head.rights
        )
    )


def holder(discourse: Discourse, article: Token, head: Token) -> Entity | None:
    """The person named before who has this role, of the country named with it if there is one."""
    if is_named(head):
        return None
    said = [t.lower_ for t in discourse.doc[article.i + 1 : head.i + 1]]
    owner = next((discourse.entity_at[t.i] for t in head.lefts if t.i in discourse.entity_at), None)
    if owner is not None:
        said = [t.lower_ for t in discourse.doc[article.i + 2 : head.i + 1]]
    return latest_with_role(discourse, head, said, owner)


def latest_with_role(
    discourse: Discourse, head: Token, said: list[str], owner: Entity | None
) -> Entity | None:
    """The person named last before a noun who has this role."""
    best: Entity | None = None
    for place in discourse.places:
        if place.start >= head.idx:
            break
        if place.entity.type == "PERSON" and has_role(place.entity, said, owner):
            best = place.entity
    return best


def known_holder(
    discourse: Discourse, head: Token, owner: Entity | None, said: str
) -> Entity | None:
    """The one person of the article who, by the dated table, held this country's office then.

    Nobody where the article has no date, where it says that the person is something else, or where
    other words stand with the office: "the former Canadian prime minister".
    """
    published = discourse.article.published
    if published is None or owner is None or head.dep_ in ("attr", "appos", "compound"):
        return None
    if any(child.dep_ in ("appos", "relcl") for child in head.rights):
        return None
    names = {
        name
        for holder_name, terms in discourse.lexicons["office-holders"].items()
        for term in terms
        if (term.get("of"), term["office"]) == (owner.identifiers.iso3, said)
        if str(term["from"]) <= published.value < str(term.get("until", "9999"))
        for name in (holder_name, term.get("known", holder_name.split()[-1]))
    }
    found = {
        place.entity.id: place.entity
        for place in discourse.places
        if place.entity.type == "PERSON" and without_initials(place.entity.name) in names
    }
    people = list(found.values())
    if len(people) != 1 or any(role.title.lower() != said for role in people[0].roles):
        return None
    return people[0]


def owner_and_office(
    discourse: Discourse, article: Token, head: Token
) -> tuple[Entity | None, str]:
    """Country and office of "the Canadian prime minister" and "the prime minister of Canada"."""
    starts = {place.start: place for place in discourse.places}
    before = starts.get(discourse.doc[article.i + 1].idx)
    first = before.head + 1 if before else article.i + 1
    office = " ".join(token.lower_ for token in discourse.doc[first : head.i + 1])
    words = [token.lower_ for token in discourse.doc[head.i + 1 : head.i + 4]]
    owner = before.entity if before else None
    if words[:1] == ["-"] or (owner is not None and words[:1] == ["of"]):
        return None, office
    if words[:1] == ["of"] and len(words) > 2:
        after = starts.get(discourse.doc[head.i + (3 if words[1] == "the" else 2)].idx)
        owner = after.entity if after else None
    return owner if owner is not None and owner.identifiers.iso3 else None, office


def has_role(entity: Entity, said: list[str], owner: Entity | None) -> bool:
    """Whether a person has the role that these words say, for this owner if one is given."""
    for role in entity.roles:
        title = role.title.lower().split()
        fits = title[-len(said) :] == said or (len(said) > 0 and said == title[: len(said)])
        if fits and (owner is None or role.of is None or role.of == owner.id):
            return True
    return False


def bloc(discourse: Discourse, head: Token) -> Entity | None:
    """The customs union named before."""
    if head.lower_ == "union" and any(child.i in discourse.entity_at for child in head.lefts):
        return None
    for place in reversed(discourse.places):
        if place.start < head.idx and place.entity.identifiers.iso3 == "EUN":
            return place.entity
    return None


def body(discourse: Discourse, head: Token) -> Entity | None:
    """The nearest body before whose name ends in a word for this noun."""
    if is_named(head):
        return None
    endings = discourse.lexicons["nouns-of-bodies"][head.lower_]
    for place in reversed(discourse.places):
        if place.start >= head.idx or place.entity.type != "ORG":
            continue
        words = {w.lower() for m in place.entity.mentions for w in m.text.split()}
        words |= {w.lower() for w in place.entity.name.split()}
        if not words.isdisjoint(ending.lower() for ending in endings):
            return place.entity
    return None


def governed(discourse: Discourse, article: Token, head: Token) -> Entity | None:
    """The country whose government this is: the only one that acts in the paragraph so far.

    Else the only one that acts in the article so far. Nobody where another word says which
    government it is: "the provincial government", "the government in Lima".
    """
    federal = discourse.lexicons["words-for-whole-countries"]
    between = discourse.doc[article.i + 1 : head.i]
    if is_named(head) or any(token.lower_ not in federal for token in between):
        return None
    if any(child.dep_ == "prep" for child in head.rights):
        return None
    acting = [place for place in discourse.acting if place.start < head.idx]
    here = discourse.paragraph(head.idx)
    for places in ([p for p in acting if discourse.paragraph(p.start) == here], acting):
        found = {place.entity.id: place.entity for place in places}
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def firm(discourse: Discourse, head: Token) -> Entity | None:
    """The firm named last, if it was a subject or the only body of its sentence."""
    if is_named(head) or any(t.dep_ in ("amod", "compound", "nmod") for t in head.lefts):
        return None
    here = discourse.sentence(head.i)
    lexicons = discourse.lexicons
    for place in reversed(discourse.places):
        if place.start >= head.idx or place.entity.type != "ORG" or place.entity.identifiers.iso3:
            continue
        if here - discourse.sentence(place.head) > FARTHEST_FIRM:
            return None
        words = place.entity.name.split()
        rules = {mention.rule for mention in place.entity.mentions}
        if lexicons["institutions"].keys() & set(words) or any(
            r.startswith("bodies/") for r in rules
        ):
            continue
        return place.entity
    return None
