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

START = re.compile(
    r"\b(?:from|on|start(?:s|ing|ed)?(?: on| from| in)?|begin(?:s|ning)?(?: on| in)?|effective(?: on| as of| from)?|as of|as from|since|by|in|on or after|after|until|till|to)\s*(?:midnight |12:01 a\.m\. (?:\w+ ){0,4}?on |the )?$",
    re.IGNORECASE,
)
STARTING = re.compile(
    r"\b(?:effective|start(?:s|ing|ed)?|beginn?(?:s|ing)?|began|as of|as from|take[sn]? effect|took effect|taking effect|(?:come|came|comes|coming|go|goes|went|going|enter|enters|entered) (?:in)?(?:to )?(?:effect|force)|from|since|in force|implemented|kick(?:s|ed)? in|apply|applied|applies)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
ENDING = re.compile(
    r"\b(?:until|till|through|expir(?:e|es|ed|ing)(?: on| in)?|ends? on|up to the end of|valid to)\s+(?:the )?(?:at least )?$",
    re.IGNORECASE,
)
ANNOUNCING = frozenset(
    ["announce", "say", "tell", "sign", "declare", "report", "confirm", "unveil", "publish", "threaten", "warn", "agree", "decide", "propose", "state", "vow", "pledge", "approve", "write", "post", "reveal", "rule", "vote", "issue"]
)
DELAYING = re.compile(r"\b(?:delay|postpon|defer|push|paus|suspend)\w*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Times:
    """The dates of a claim."""

    announced: DateOfMeasure | None = None
    effective: DateOfMeasure | None = None
    until: DateOfMeasure | None = None


def dates_of(anchor: Token, act: Act | None, stretch: tuple[int, int], scene: Scene) -> Times:
    """The dates in a mention's stretch of its sentence, each for what its clause says."""
    announced = effective = until = None
    doc, text = scene.doc, scene.article.text
    sentence = anchor.sent
    start, end = doc[stretch[0]].idx, doc[stretch[1] - 1].idx + len(doc[stretch[1] - 1])
    for date in scene.dates:
        if not start <= date.start < end or not is_calendar(date):
            continue
        before = text[max(sentence.start_char, date.start - 80) : date.start]
        near = before[-30:]
        found = DateOfMeasure(value=date.value or "", date=date.id, basis="stated")
        if ENDING.search(near):
            if DELAYING.search(before) and act is not None and act.action == "suspend":
                effective = effective or found
            else:
                until = until or found
            continue
        token = scene.token_at(date.start)
        verb = next(
            (
                node
                for node, _ in climb(token)
                if node.pos_ in ("VERB", "AUX")
                or node.lemma_ in ("announcement", "decision", "threat")
            ),
            None,
        )
        if STARTING.search(before):
            effective = effective or found
        elif verb is not None and (
            verb.lemma_.lower() in ANNOUNCING
            or verb.lemma_ in ("announcement", "decision", "threat")
        ):
            announced = announced or found
        elif (
            act is not None
            and act.cue is not None
            and (verb is None or verb == act.cue or near_cue(verb, act.cue))
        ):
            if act.cue.lemma_.lower() in ANNOUNCING:
                announced = announced or found
            else:
                effective = effective or found
    return Times(announced, effective, until)


def near_cue(verb: Token, cue: Token) -> bool:
    """Whether a date's verb is the act itself or is tied to it."""
    return (
        verb == cue
        or cue in verb.children
        or (verb in cue.ancestors
        and cue.dep_ in ("xcomp", "acl", "dobj", "relcl"))
        or cue in verb.ancestors
    )


def is_calendar(date: Date) -> bool:
    """Whether a date names a day, a month, a year or a quarter, and not a length of time."""
    return (
        date.type in ("DATE", "TIME")
        and bool(date.value)
        and bool(re.match(r"\d{4}", date.value or ""))
    )


def starts_later(effective: DateOfMeasure | None, scene: Scene) -> bool | None:
    """Whether a start lies after the publication date; None where one of the two is unknown."""
    if effective is None or scene.published is None:
        return None
    size = min(len(effective.value), len(scene.published))
    return effective.value[:size] > scene.published[:size]
