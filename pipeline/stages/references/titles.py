"""Finds titles in apposition to a name, which name the person too: "Ann Wu, Minister of Trade"."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.findings import Reference
from pipeline.stages.entities.roles import Place, RoleReader
from pipeline.stages.references.discourse import Discourse


def titles_after_names(discourse: Discourse) -> Iterator[Reference]:
    """Every title with a capital letter that a comma parts from the name before it.

    A role in small letters ("Ann Wu, the trade minister") is told by the person's roles and stands
    for nobody by itself; so does a title right before the name.
    """
    doc, text = discourse.doc, discourse.article.text
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
