"""Firms: companies that a duty names, where it falls on the goods of one maker only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.findings import Span
from pipeline.frames import conjuncts, objects, subjects
from pipeline.stages.tariffs.scene import PLURAL_ACRONYM, Scene

if TYPE_CHECKING:
    from spacy.tokens import Token

    from pipeline.stages.tariffs.acts import Act
    from pipeline.stages.tariffs.mentions import Mention
    from pipeline.stages.tariffs.rates import Level

BEFORE_RATE = re.compile(r"\s*[(:–—-]*\s*(?:(?:at|of)\s+)?")
"""What stands between a firm and its own rate: "BYD (17%)"."""

NAMED = re.compile(
    r"\s+(?:for|on)\s+(?P<name>[A-Z][\w&.-]*(?: [A-Z][\w&-]*){0,3}"
    r"|(?:all|any) other (?:producers|companies|exporters|firms|makers|manufacturers))"
    r"(?=[,.;]|\s+(?:and|on|in)\b)"
)
"""Capitalised words after a rate, or the firms that are left."""

OF_THE_DUTY = frozenset({"for", "on", "against", "from", "by", "of"})


def firms_of(
    mention: Mention, act: Act | None, words: Sequence[Token], scene: Scene
) -> tuple[Span, ...]:
    """The firms that a mention's duty is for: after it, before its rate, or who bears it."""
    if mention.level is None:
        return ()
    bearing = list(bearers(act)) if act is not None else []
    named = {token.i for token in (*words, *bearing)}
    found = []
    for start, end in scene.firms:
        token = scene.token_at(end - 1)
        stands_after = token.i in named and is_argument(token)
        joined = scene.article.text[end : mention.level.start] if end <= mention.level.start else ""
        if stands_after or (joined and BEFORE_RATE.fullmatch(joined)):
            found.append(scene.article.span(start, end))
    return tuple(found) or unknown_firm(mention.level, scene)


def unknown_firm(level: Level, scene: Scene) -> tuple[Span, ...]:
    """A name right after "for" behind a rate, of whatever kind: "37.6% for SAIC"."""
    after = NAMED.match(scene.article.text, level.end)
    if after is None:
        return ()
    start, end = after.span("name")
    if any(actor.end >= end for actor in scene.actors_in(start, end)):
        return ()
    if after["name"][0].islower():
        return (scene.article.span(*after.span("name")),)
    name = scene.token_at(after.start("name"))
    is_name = name.pos_ == "PROPN" and name.ent_type_ not in ("GPE", "NORP", "LOC", "DATE", "LAW")
    is_name = is_name and not PLURAL_ACRONYM.fullmatch(after["name"])
    return (scene.article.span(*after.span("name")),) if is_name else ()


def is_argument(name: Token) -> bool:
    """Whether a firm's name is what a preposition or the verb takes, and no mere modifier."""
    head = name
    while head.dep_ == "conj":
        head = head.head
    if head.dep_ == "pobj":
        return head.head.lower_ in OF_THE_DUTY
    return head.dep_ in ("nsubj", "nsubjpass", "dobj", "dative")


def bearers(act: Act) -> Iterator[Token]:
    """Names that bear the levy by grammar: "BYD faces", "hit SAIC with"."""
    if act.cue is None or not (act.payer or act.payer_object):
        return
    for head in objects(act.cue) if act.payer_object else subjects(act.cue):
        yield from conjuncts(head)
