"""Dates of a measure: announced, effective, until, each by the words of its clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import Date, DateOfMeasure
from pipeline.stages.tariffs.acts import Act, climb
from pipeline.stages.tariffs.scene import Scene

if TYPE_CHECKING:
    from spacy.tokens import Token

    from pipeline.stages.tariffs.mentions import Mention

DATELINE_REACH = 60
"""Characters from the start of a sentence within which a date before a dash is its dateline."""


@dataclass(frozen=True, slots=True)
class Times:
    """The dates of a claim."""

    announced: DateOfMeasure | None = None
    effective: DateOfMeasure | None = None
    until: DateOfMeasure | None = None


def dates_of(mention: Mention, act: Act | None, scene: Scene) -> Times:
    """The dates in a mention's stretch of its sentence, each for what its clause says."""
    start, end = mention.ends
    found: dict[str, DateOfMeasure] = {}
    for date in scene.dates:
        if start <= date.start < end and is_calendar(date):
            value = (date.value or "")[:10]
            kind = kind_of(date, mention.anchor, act, scene)
            if kind is not None and kind not in found:
                found[kind] = DateOfMeasure(value=value, date=date.id, basis="stated")
    return Times(found.get("announced"), found.get("effective"), found.get("until"))


def kind_of(date: Date, anchor: Token, act: Act | None, scene: Scene) -> str | None:
    """What a date of the clause is of the measure: `announced effective until`, or None."""
    cue, text, sentence = scene.vocabulary.cue, scene.article.text, anchor.sent
    before = text[max(sentence.start_char, date.start - 80) : date.start]
    if cue("dated-document").search(before) or is_dateline(date, sentence.start_char, text):
        return None
    if cue("ending").search(before):
        is_delay = act is not None and act.action == "suspend" and cue("delaying").search(before)
        return "effective" if is_delay else "until"
    verb = governor(scene.token_at(date.start), scene)
    is_elsewhere = (
        date.end < anchor.idx and verb is not None and act is not None and verb != act.cue
    )
    if cue("starting").search(before) and not is_elsewhere:
        return None if act is not None and is_of_another_act(verb, act) else "effective"
    if verb is not None and verb.lemma_.lower() in scene.vocabulary.words("announcing-word"):
        return "announced"
    if act is None or act.cue is None or (verb is not None and not same_act(verb, act.cue)):
        return None
    if is_still_ahead(act.cue) and is_past(date, scene):
        return "announced"
    return "effective"


def is_still_ahead(cue: Token) -> bool:
    """Whether the act is named and not told: "to raise", "a threat"; not "introduced a cut"."""
    if cue.pos_ == "NOUN" and cue.dep_ == "dobj":
        return cue.head.tag_ != "VBD"
    return cue.tag_ in ("VB", "NN", "NNS", "VBG")


def governor(token: Token, scene: Scene) -> Token | None:
    """The verb, or the noun of announcing, that a date hangs on."""
    announcing = scene.vocabulary.words("announcing-word")
    for node, _ in climb(token):
        if node.pos_ in ("VERB", "AUX") or node.lemma_.lower() in announcing:
            return node
    return None


def same_act(verb: Token, cue: Token) -> bool:
    """Whether a date's verb is the act, or an infinitive joins the two."""
    return (
        verb == cue
        or (cue.head == verb and cue.dep_ in ("xcomp", "dobj", "nsubjpass"))
        or (verb.head == cue and verb.dep_ in ("xcomp", "acl"))
    )


def is_of_another_act(verb: Token | None, act: Act) -> bool:
    """Whether a date belongs to a participle on the levy: "lifts the duty imposed since May"."""
    return (
        verb is not None
        and verb != act.cue
        and verb.tag_ == "VBN"
        and verb.dep_ == "acl"
        and act.action in ("remove", "suspend", "lower", "extend")
    )


def is_dateline(date: Date, sentence_start: int, text: str) -> bool:
    """Whether a date stands in a dateline: "TAIPEI, April 11 - Taiwan …"."""
    return date.start - sentence_start < DATELINE_REACH and bool(
        re.match(r"\s*(?:\([^)]{2,20}\)\s*)?[-–—]+\s", text[date.end : date.end + 30])
    )


def is_calendar(date: Date) -> bool:
    """Whether a date names a day, a month, a year or a quarter, and not a length of time."""
    return date.type in ("DATE", "TIME") and bool(re.match(r"(?:18|19|20)\d\d", date.value or ""))


def is_past(date: Date, scene: Scene) -> bool:
    """Whether a date lies before the publication date or on it."""
    if scene.published is None or date.value is None:
        return False
    size = min(len(date.value), 10, len(scene.published))
    return date.value[:size] <= scene.published[:size]


def starts_later(effective: DateOfMeasure | None, scene: Scene) -> bool | None:
    """Whether a start lies after the publication date; None where one of the two is unknown."""
    if effective is None or scene.published is None:
        return None
    size = min(len(effective.value), len(scene.published))
    return effective.value[:size] > scene.published[:size]
