"""Dates of a measure: announced, effective, until, each by the words of its clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as calendar_day
from datetime import timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.findings import Basis, Date, DateOfMeasure
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
    inside = [date for date in scene.dates if start <= date.start < end]
    inside = inside or opening_dates(mention, act, scene)
    for date, following in zip_longest(inside, inside[1:]):
        value = value_of(date, following, scene)
        kind = kind_of(date, mention.anchor, act, scene) if value is not None else None
        if kind is not None and kind not in found:
            basis: Basis = "stated" if is_calendar(date) else "inferred"
            found[kind] = DateOfMeasure(value=value or "", date=date.id, basis=basis)
    return Times(found.get("announced"), found.get("effective"), found.get("until"))


def opening_dates(mention: Mention, act: Act | None, scene: Scene) -> list[Date]:
    """The dates before an act that hang on it, for a levy coordinated with the one they precede:
    "In 2024, Canada imposed a tariff on cars and levies on steel".
    """
    if act is None or act.cue is None or mention.anchor.sent != act.cue.sent:
        return []
    start = act.cue.sent.start_char
    return [
        date
        for date in scene.dates
        if start <= date.start < act.cue.idx
        and governor(scene.token_at(date.start), scene) == act.cue
    ]


def value_of(date: Date, following: Date | None, scene: Scene) -> str | None:
    """The calendar value of a date, or of the day that a length of time leads to.

    "In 120 days" counts from the publication date, "21 days after August 7" from that date.
    """
    text = scene.article.text
    if is_calendar(date):
        before = text[max(0, date.start - 8) : date.start].lower().rstrip()
        return None if before.endswith((" after", "\nafter")) else (date.value or "")[:10]
    if date.type != "DURATION" or date.value is None:
        return None
    if following is not None and re.fullmatch(
        r"\s+(?:after|from)\s+(?:the\s+)?", text[date.end : following.start]
    ):
        return later(following.value, date.value)
    if re.search(r"\bin\s+$", text[max(0, date.start - 4) : date.start]):
        return later(scene.published, date.value)
    return None


def later(start: str | None, duration: str) -> str | None:
    """The day that lies `PnD`, `PnW` or `PnM` after a day, or None where one is not exact."""
    length = re.fullmatch(r"P(\d+)([DWM])", duration)
    if start is None or length is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", start[:10]):
        return None
    day, count = calendar_day.fromisoformat(start[:10]), int(length[1])
    if length[2] == "M":
        months = day.month - 1 + count
        return f"{day.year + months // 12}-{months % 12 + 1:02}"
    return (day + timedelta(days=count * (7 if length[2] == "W" else 1))).isoformat()


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
    if is_elsewhere and cue("starting").search(before):
        return None
    if not is_calendar(date) and act is not None and act.action not in ("keep", "exempt"):
        return "effective"
    if cue("starting").search(before):
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
    if verb.lemma_.lower() == "plan" and cue in (verb.head, verb.head.head):
        return True  # "imposes tariffs as planned next week"
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
    return (date.latest or date.value)[:10] <= scene.published[:10]


def starts_later(effective: DateOfMeasure | None, scene: Scene) -> bool | None:
    """Whether a start lies after the publication date; None where one of the two is unknown."""
    if effective is None or scene.published is None:
        return None
    size = min(len(effective.value), len(scene.published))
    return effective.value[:size] > scene.published[:size]
