"""Finds titles in apposition to a name, which name the person too: "Ann Wu, Minister of Trade"."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Reference
from pipeline.stages.entities.roles import Place, RoleReader
from pipeline.stages.references.discourse import Discourse

LONGEST = 200
"""Characters after a name in which its titles must begin; an apposition holds two of them."""


def titles_after_names(discourse: Discourse) -> Iterator[Reference]:
    """Every title with a capital letter that a comma parts from the name before it.

    A role in small letters ("Ann Wu, the trade minister") is told by the person's roles and stands
    for nobody by itself; so does a title right before the name.
    """
    doc, text = discourse.doc, discourse.article.text
    if not any(
        may_precede_title(discourse, mention.end)
        for entity in discourse.entities.values()
        if entity.type == "PERSON"
        for mention in entity.mentions
    ):
        return
    places = []
    for entity in discourse.entities.values():
        for mention in entity.mentions:
            span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
            if span is not None:
                places.append((Place(span.start, span.end, entity.id), mention, entity.type))
    reader = RoleReader(discourse.article, [place for place, _, _ in places], discourse.lexicons)
    taken = {i for _, mention, _ in places for i in range(mention.start, mention.end)}
    for place, mention, kind in places:
        if kind != "PERSON" or mention.form != "name":
            continue
        if not may_precede_title(discourse, mention.end):
            continue
        for role in reader.after(place):
            start, end = role.span.start, role.span.end
            if text[start].isupper() and taken.isdisjoint(range(start, end)):
                yield Reference(
                    entity=place.entity,
                    start=start,
                    end=end,
                    text=text[start:end],
                    form="nominal",
                    rule="references/titles-after-names",
                )


def may_precede_title(discourse: Discourse, end: int) -> bool:
    """Whether a comma follows and soon a role with a capital letter, by the words alone."""
    text, nouns = discourse.article.text, discourse.lexicons["person-nouns"]
    if text[end : end + 1] != ",":
        return False
    return any(
        word[:1].isupper() and word.rstrip(",.;:").lower() in nouns
        for word in text[end + 1 : end + LONGEST].split()
    )
