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
    from collections.abc import Sequence

    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token

    from pipeline.stages.tariffs.mentions import Mention

REACH = 110
"""Characters before a date in which a word can say what the date is of the measure."""

DATELINE_REACH = 60
"""Characters from the start of a sentence within which a date before a dash is its dateline."""


@dataclass(frozen=True, slots=True)
class Times:
    """The dates of a claim."""

    announced: DateOfMeasure | None = None
    effective: DateOfMeasure | None = None
    until: DateOfMeasure | None = None
    start_is_said: bool = False
    """Whether a word of starting says the effective date, not only the verb of the act."""


def dates_of(mention: Mention, act: Act | None, scene: Scene) -> Times:
    """The dates in a mention's stretch of its sentence, each for what its clause says."""
    start, end = mention.ends
    found: dict[str, DateOfMeasure] = {}
    start_is_said = False
    inside = [date for date in scene.dates if start <= date.start < end]
    inside = inside or opening_dates(mention, act, scene)
    for date, following in zip_longest(inside, inside[1:]):
        value = value_of(date, following, scene)
        kind = kind_of(date, mention.anchor, act, scene) if value is not None else None
        said = kind == "effective" and is_said_to_start(date, mention.anchor.sent, scene)
        if kind is not None and (kind not in found or (said and not start_is_said)):
            basis: Basis = "stated" if is_calendar(date) else "inferred"
            found[kind] = DateOfMeasure(value=value or "", date=date.id, basis=basis)
            start_is_said = start_is_said or said
    if "effective" not in found and starts_now(mention, act, scene):
        found["effective"] = DateOfMeasure(value=(scene.published or "")[:10], basis="inferred")
        start_is_said = True
    if "announced" not in found and is_announced_now(act, scene):
        found["announced"] = DateOfMeasure(value=(scene.published or "")[:10], basis="inferred")
    if "until" not in found and (last := last_day(inside, found.get("effective"), act, scene)):
        found["until"] = last
    return Times(found.get("announced"), found.get("effective"), found.get("until"), start_is_said)


def is_said_to_start(date: Date, sentence: Sentence, scene: Scene) -> bool:
    """Whether a word of starting stands before a date: "effective", "on or after", "from"."""
    before = scene.article.text[max(sentence.start_char, date.start - REACH) : date.start]
    return bool(scene.vocabulary.cue("starting").search(before))


def starts_now(mention: Mention, act: Act | None, scene: Scene) -> bool:
    """Whether a measure starts on the publication date: "effective immediately", or reported in
    the present tense as taking effect ("Duties of 20% on tea take effect").
    """
    if scene.published is None:
        return False
    if scene.vocabulary.cue("at-once").search(scene.article.text, *mention.ends):
        return True
    cue = act.cue if act is not None else None
    return (
        cue is not None
        and cue.tag_ in ("VBZ", "VBP")
        and cue.lemma_.lower() in scene.vocabulary.words("starting-verb")
        and cue.dep_ in ("ROOT", "conj")
        and not any(t.tag_ == "MD" or t.dep_ == "neg" for t in cue.children)
    )


def is_announced_now(act: Act | None, scene: Scene) -> bool:
    """Whether the present tense tells an announcement as the day's news: "Peru announces …"."""
    if act is None or act.cue is None or scene.published is None:
        return False
    words = scene.vocabulary.words("proclaiming-verb")
    return any(
        node.tag_ in ("VBZ", "VBP") and node.dep_ == "ROOT" and node.lemma_.lower() in words
        for node in (act.cue, *(above for above, _ in climb(act.cue)))
    )


def last_day(
    dates: Sequence[Date], effective: DateOfMeasure | None, act: Act | None, scene: Scene
) -> DateOfMeasure | None:
    """The end of a measure that is said to last so long: "from June 1 for 90 days"."""
    if effective is None or act is None:
        return None
    text = scene.article.text
    for date in dates:
        before = text[max(0, date.start - 40) : date.start]
        if date.type == "DURATION" and scene.vocabulary.cue("lasting").search(before):
            value = later(effective.value, date.value or "")
            if value is not None:
                return DateOfMeasure(value=value, date=date.id, basis="inferred")
    return None


def follow_up_of(sentence: Sentence, scene: Scene) -> tuple[Token, Times] | None:
    """What a sentence without a levy adds of the measures before it, and the verb that says so.

    "The measures take effect on June 2"; "It runs until May". The subject must take them up.
    """
    found: dict[str, DateOfMeasure] = {}
    verb: Token | None = None
    for date in scene.dates_in(sentence.start_char, sentence.end_char):
        if not is_calendar(date):
            continue
        before = scene.article.text[max(sentence.start_char, date.start - REACH) : date.start]
        ending = scene.vocabulary.cue("ending").search(before)
        if not ending and not scene.vocabulary.cue("starting").search(before):
            continue
        node = governor(scene.token_at(date.start), scene)
        if node is None or not takes_up_measures(node, scene):
            continue
        verb = verb or node
        kind = "until" if ending else "effective"
        found.setdefault(
            kind, DateOfMeasure(value=value_written(date), date=date.id, basis="inherited")
        )
    if verb is None:
        return None
    return verb, Times(None, found.get("effective"), found.get("until"), "effective" in found)


def heads_a_list(sentence: Sentence, scene: Scene) -> bool:
    """Whether a sentence ends with a colon."""
    last = scene.article.text[max(sentence.start_char, sentence.end_char - 4) : sentence.end_char]
    return last.rstrip().endswith(":")


def heading_start(sentence: Sentence, scene: Scene) -> DateOfMeasure | None:
    """The start that the head of a list gives what it lists: "… the following steps by May 2:"."""
    text = scene.article.text
    for date in scene.dates_in(sentence.start_char, sentence.end_char):
        before = text[max(sentence.start_char, date.start - REACH) : date.start]
        if is_calendar(date) and scene.vocabulary.cue("list-starting").search(before):
            return DateOfMeasure(value=value_written(date), date=date.id, basis="inherited")
    return None


def takes_up_measures(verb: Token, scene: Scene) -> bool:
    """Whether the subject of a verb, or of what governs it, takes up a measure: "the move"."""
    words = scene.vocabulary.words("measure-word")
    for node in (verb, *(above for above, _ in climb(verb))):
        subject = next((t for t in node.children if t.dep_ in ("nsubj", "nsubjpass")), None)
        if subject is None:
            if node.dep_ in ("xcomp", "ccomp", "conj", "prep", "pobj", "advcl"):
                continue
            return False
        if subject.pos_ == "PRON":
            return subject.lower_ in words and starts_or_ends(verb, scene)
        return subject.lemma_.lower() in words and any(
            t.dep_ in ("det", "poss", "amod") for t in subject.children
        )
    return False


def starts_or_ends(verb: Token, scene: Scene) -> bool:
    """Whether a verb is one of starting or ending: a pronoun can stand for much else."""
    words = scene.vocabulary.words
    return verb.lemma_.lower() in words("starting-verb") | words("lasting-verb")


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
        before = text[max(0, date.start - 12) : date.start].lower().rstrip()
        if before.endswith("on or after"):
            return value_written(date)
        return None if before.endswith((" after", "\nafter")) else value_written(date)
    if date.type != "DURATION" or date.value is None:
        return None
    if following is not None and re.fullmatch(
        r"\s+(?:after|from)\s+(?:the\s+)?", text[date.end : following.start]
    ):
        return later(following.value, date.value)
    if re.search(r"\bin\s+$", text[max(0, date.start - 4) : date.start]):
        return later(scene.published, date.value)
    return None


def value_written(date: Date) -> str:
    """A date as the guideline writes it: YYYY, YYYY-MM or YYYY-MM-DD.

    A week is the month in which it lies, or else the year; its days stand with the date itself.
    """
    value = (date.value or "")[:10]
    if "-W" not in value or date.earliest is None or date.latest is None:
        return value
    is_one_month = date.earliest[:7] == date.latest[:7]
    return date.earliest[:7] if is_one_month else date.earliest[:4]


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
    before = text[max(sentence.start_char, date.start - REACH) : date.start]
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
    """Whether a date stands in a dateline, "TAIPEI, April 11 - Taiwan …", or on a line alone."""
    after = text[date.end : date.end + 30]
    if date.start - sentence_start >= DATELINE_REACH:
        return False
    is_alone = text[: date.start].rstrip(" ").endswith("\n") and after.lstrip(" ").startswith("\n")
    return is_alone or bool(re.match(r"\s*(?:\([^)]{2,20}\)\s*)?[-–—]+\s", after))


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
    date = scene.date(effective.date)
    if date is not None and is_calendar(date) and date.earliest is not None:
        return date.earliest[:10] > scene.published[:10]
    size = min(len(effective.value), len(scene.published))
    return effective.value[:size] > scene.published[:size]
