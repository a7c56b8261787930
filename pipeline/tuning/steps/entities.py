"""Tells how words came to be a mention of an entity, or what the model took them for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from pipeline.article import Article
from pipeline.findings import EntityType
from pipeline.record import Record
from pipeline.stages.entities import Entities
from pipeline.tuning.nearness import Stretch
from pipeline.tuning.steps.step import Step, quoted, touching


def steps_of_entities(
    stage: Entities, article: Article, record: Record, place: Stretch
) -> Iterator[Step]:
    """For each mention at a place: form and rule; for a name of the model that is none: why."""
    known: list[Stretch] = []
    for entity in record.entities:
        for mention in entity.mentions:
            if touching(mention.start, mention.end, place):
                known.append((mention.start, mention.end))
                said = f"{quoted(mention.text)}, a {mention.form}, by {mention.rule}"
                yield Step(entity.id, "mention", said)
    for name in article.doc.ents:
        span = (name.start_char, name.end_char)
        if name.label_ not in get_args(EntityType):
            continue  # numbers and dates
        if touching(*span, place) and not any(touching(*span, each) for each in known):
            about = quoted(article.text[slice(*span)])
            listed = name.text in stage.rules.lexicons["no-names"]
            why = "the list no-names holds it" if listed else "it is no name that is kept"
            yield Step(about, "refused", f"the model takes it for {name.label_}, but {why}")
