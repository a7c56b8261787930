"""Finds people within the names of other things: Rosa Lindt in "the Rosa Lindt Foundation"."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Entity, Reference
from pipeline.stages.references.discourse import Discourse

BEARERS = frozenset({"ORG", "FAC", "EVENT", "PRODUCT", "LAW"})
"""Types of things that are named after people."""

SHORTEST_FAMILY_NAME = 5
"""Letters of a family name by which alone a thing may be known to be named after somebody."""


def people_within(discourse: Discourse) -> Iterator[Reference]:
    """Every name of a person of the article that a longer name holds, by thing.

    Only of people whom the article names by themselves too. A family name alone counts where it
    opens the longer name and no word list knows that name as one of its own ("Ford Motor").
    """
    people = [
        (entity, full_names(entity), family_name(entity))
        for entity in discourse.entities.values()
        if entity.type == "PERSON"
    ]
    for thing in discourse.entities.values():
        if thing.type not in BEARERS:
            continue
        for mention in thing.mentions:
            if " " not in mention.text or mention.form != "name":
                continue
            listed = not mention.rule.startswith(("model/", "entities/"))
            for entity, full, family in people:
                at = place_in(mention.text, full, None if listed else family)
                if at is not None:
                    start, end = mention.start + at[0], mention.start + at[1]
                    yield Reference(
                        entity=entity.id,
                        start=start,
                        end=end,
                        text=discourse.article.text[start:end],
                        form="name",
                        rule="references/people-within",
                    )
                    break


def full_names(entity: Entity) -> set[str]:
    """The names of a person that have two words or more."""
    return {mention.text for mention in entity.mentions if " " in mention.text}


def family_name(entity: Entity) -> str | None:
    """The last word of a person's full name, if it is long enough to tell by."""
    family = entity.name.rpartition(" ")[2]
    known = " " in entity.name and len(family) >= SHORTEST_FAMILY_NAME
    return family if known else None


def place_in(name: str, full: set[str], family: str | None) -> tuple[int, int] | None:
    """Half-open place in a name of one of these full names, or of the family name at its head."""
    for words in full:
        at = name.find(words)
        if (
            at >= 0
            and len(words) < len(name)
            and name[at + len(words) :][:1] in ("", " ", "'", "’")
        ):
            return at, at + len(words)
    if family is None or not name.startswith((family + " ", family + "'s ", family + "’s ")):
        return None
    partners = name[len(family) :].startswith((" & ", " and "))  # "Hale & Sons" may be any Hale's
    return None if partners else (0, len(family))
