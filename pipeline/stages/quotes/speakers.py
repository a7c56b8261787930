"""Finds who speaks: the mention that stands in the speaker's place of a cue.

The place is read off the parse where the parse is whole, and off the order of words where quotation
marks have broken it: right after an inverted cue (`said Ms. Ito`), right before it, or at the head
of the sentence (`Mr. Berg, when asked about prices, said …`).

Who a mention *is* belongs to the references stage, which reads the quotes in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.findings import Basis
from pipeline.frames import after_preposition, antecedent, is_passive, subjects
from pipeline.stages.quotes.indirect import is_inverted
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

HEADS = ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET")
LOOSE = frozenset({"relcl", "acl", "advcl", "ccomp", "parataxis", "punct", "appos"})
INSIDE_PHRASE = frozenset({"compound", "amod", "det", "nmod", "poss", "nummod", "case"})
ISSUED = frozenset(
    {
        "issue",
        "release",
        "send",
        "post",
        "run",
        "write",
        "publish",
        "deliver",
        "make",
        "air",
        "give",
        "sign",
    }
)
"""What people do with a text of theirs: in "released a statement saying" it is they who say."""


class Mention(NamedTuple):
    """The words that name a speaker, half-open source offsets, and the token that heads them."""

    start: int
    end: int
    basis: Basis
    head: int


LONGEST_MENTION = 120
"""Characters; a participle phrase is taken into a mention up to this length."""


def mention_of(layout: Layout, head: Token, *, basis: Basis = "stated") -> Mention:
    """The noun phrase of a head, or the name that stands in apposition to it."""
    if head.pos_ == "NOUN" or (head.pos_ == "PROPN" and not head.ent_type_):
        for child in head.rights:
            if child.dep_ == "appos" and child.pos_ == "PROPN" and layout.quoted[child.i] < 0:
                name = _phrase(layout, child, basis)
                adjacent = layout.text[_phrase(layout, head, basis).end : name.start].isspace()
                return name._replace(start=_phrase(layout, head, basis).start) if adjacent else name
    elif head.dep_ == "appos" and head.head.ent_type_ == "PERSON" and head.ent_type_ != "PERSON":
        return _phrase(layout, head.head, basis)
    return _phrase(layout, head, basis)


def _phrase(layout: Layout, head: Token, basis: Basis) -> Mention:
    doc = layout.doc
    first = last = head.i
    for child in head.lefts:
        edge = child.left_edge.i
        if child.dep_ not in LOOSE and layout.quoted[edge] < 0:
            first = min(first, edge)
    for child in head.rights:
        if layout.quoted[child.right_edge.i] >= 0 or child.is_space:
            break
        if child.dep_ in LOOSE and not _restricts(child, head):
            break
        last = child.right_edge.i
    while first < head.i and (doc[first].is_punct or doc[first].is_space):
        first += 1
    while last > head.i and (doc[last].is_punct or doc[last].is_space or doc[last].pos_ == "CCONJ"):
        last -= 1
    return Mention(doc[first].idx, doc[last].idx + len(doc[last]), basis, head.i)


DONE_TO = frozenset({"ask", "tell", "urge", "question", "call", "dub", "name", "label", "title"})
"""Verbs whose bare past participle says what is done to somebody: "Asked whether …"."""


def _is_bare_participle(verb: Token) -> bool:
    return (
        verb.tag_ == "VBN"
        and verb.lemma_.lower() in DONE_TO
        and not any(c.dep_ in ("aux", "nsubj") for c in verb.children)
    )


def _restricts(child: Token, head: Token) -> bool:
    """Whether a participle belongs to the mention: "people briefed on the talks"."""
    end = child.right_edge.idx + len(child.right_edge)
    return (
        child.dep_ == "acl"
        and child.tag_ in ("VBN", "VBG")
        and child.i == head.i + 1
        and end - head.idx < LONGEST_MENTION
    )


def speaker_of_verb(
    layout: Layout, unit: Unit, verb: Token, *, last: Mention | None = None
) -> Mention | None:
    """Who says what a verb reports, or None where the text does not say.

    `last` is the speaker of the report before in the same unit, who goes on in a participle
    ("…, adding") or a second verb ("… and noted").
    """
    if is_passive(verb) or _is_bare_participle(verb):
        return _agent(layout, verb)
    own = [
        c
        for c in verb.children
        if c.dep_ in ("nsubj", "csubj") and _can_speak(layout, c) and c.i >= unit.first
    ]
    if own and own[0].tag_ in ("WDT", "WP"):
        return _of_modifier(layout, verb)
    if own and not is_inverted(layout, unit, verb):
        return mention_of(layout, own[0])
    if verb.tag_ == "VBG":
        return _of_participle(layout, unit, verb, last)
    if (inverted := _after(layout, unit, verb)) is not None:
        return inverted
    if last is not None and (verb.tag_ == "VB" or verb.dep_ == "conj"):
        return last
    return _from_around(layout, unit, verb)


def _agent(layout: Layout, verb: Token) -> Mention | None:
    """Who is behind a passive: its agent, or the subject of "Ms. Ito is quoted as saying"."""
    if verb.lemma_ == "quote":
        heads = [c for c in verb.lefts if c.dep_ == "nsubjpass"]
    elif _is_bare_participle(verb):
        heads = list(after_preposition(verb, "by"))
    else:
        heads = list(subjects(verb))
    heads = [t for t in heads if _can_speak(layout, t)]
    return mention_of(layout, heads[0]) if heads else None


def _of_participle(layout: Layout, unit: Unit, verb: Token, last: Mention | None) -> Mention | None:
    """Of "…, adding", "with Ms. Ito saying", "a statement saying"."""
    if verb.dep_ == "acl" and verb.head.dep_ == "dobj" and verb.head.head.lemma_.lower() in ISSUED:
        return _of_modifier(layout, verb)
    before = _before(layout, unit, verb)
    if before is not None and (before.pos_ == "PROPN" or not _after_comma(layout, unit, verb)):
        return mention_of(layout, before)
    if last is not None:
        return last
    main = main_subject(layout, unit, verb) if _after_comma(layout, unit, verb) else None
    if main is not None:
        return mention_of(layout, main)
    return _from_around(layout, unit, verb)


def _from_around(layout: Layout, unit: Unit, verb: Token) -> Mention | None:
    """The speaker of a verb without a subject of its own, from the clauses around it."""
    if verb.dep_ in ("acl", "relcl"):
        return _of_modifier(layout, verb)
    if verb.dep_ in ("xcomp", "ccomp") and verb.tag_ == "VB":
        controllers = [c for c in verb.head.rights if c.dep_ == "dobj" and c.i < verb.i]
        if controllers and _can_speak(layout, controllers[0]):
            return mention_of(layout, controllers[0])
    for head in subjects(verb):
        if _can_speak(layout, head) and head != verb and head.i >= unit.first:
            return mention_of(layout, antecedent(head))
    if (before := _before(layout, unit, verb)) is not None:
        return mention_of(layout, before)
    main = (
        main_subject(layout, unit, verb)
        or _named_first(layout, unit, verb)
        or _before(layout, unit, verb, past=("ADV", "AUX", "SPACE", "PUNCT"))
    )
    return None if main is None else mention_of(layout, main)


def _named_first(layout: Layout, unit: Unit, verb: Token) -> Token | None:
    """The first person named at the start of a clause: `In Oslo, Mr. Berg, asked again, said …`."""
    opening = True
    for token in layout.doc[unit.first : verb.i]:
        if layout.quoted[token.i] >= 0:
            opening = False
        elif opening and token.ent_type_ == "PERSON":
            return _top(layout, token, range(unit.first, verb.i))
        else:
            opening = token.text == "," or (
                opening and token.dep_ in ("compound", "cc", "det", "amod")
            )
    return None


def _can_speak(layout: Layout, token: Token) -> bool:
    return layout.quoted[token.i] < 0 and token.dep_ != "expl" and token.pos_ in HEADS


def _of_modifier(layout: Layout, verb: Token) -> Mention | None:
    """Of "a statement saying" and "the letter that says": its author if the sentence names one."""
    noun = verb.head
    if verb.dep_ == "relcl" and noun.dep_ == "appos" and noun.head.pos_ == "PROPN":
        noun = noun.head
    governor = noun.head
    if noun.dep_ == "dobj" and governor.lemma_.lower() in ISSUED:
        authors = [t for t in subjects(governor) if _can_speak(layout, t)]
        if authors:
            return mention_of(layout, antecedent(authors[0]))
    return mention_of(layout, noun) if _can_speak(layout, noun) else None


def _after_comma(layout: Layout, unit: Unit, verb: Token) -> bool:
    start = max(unit.first, verb.i - 3)
    return any(t.text in (",", "—", "–", "-", "--") for t in layout.doc[start : verb.i])


def _after(layout: Layout, unit: Unit, verb: Token) -> Mention | None:
    """The noun phrase right after an inverted cue: `“…,” said former minister Lee`."""
    doc = layout.doc
    before = verb.i - 1
    while before >= unit.first and (doc[before].is_space or doc[before].pos_ == "ADV"):
        before -= 1
    if before >= unit.first and not doc[before].is_punct:
        return None
    i = verb.i + 1
    if (
        i >= unit.last
        or layout.quoted[i] >= 0
        or doc[i].pos_ not in ("PROPN", "NOUN", "DET", "ADJ", "PRON")
    ):
        return None
    mention = mention_of(layout, _top(layout, doc[i], range(i, unit.last)))
    following = next((t for t in doc[i : unit.last] if t.idx >= mention.end), None)
    if following is not None and following.pos_ in ("VERB", "AUX"):
        return None
    last = i
    while (last + 1 < unit.last and doc[last + 1].pos_ in ("PROPN", "NOUN", "ADJ")) or doc[
        last + 1
    ].tag_ == "VBG":
        last += 1
    end = doc[last].idx + len(doc[last])
    if doc[last].pos_ == "PROPN" and end > mention.end:
        return Mention(doc[i].idx, end, "stated", last)
    return mention


def _before(
    layout: Layout,
    unit: Unit,
    verb: Token,
    *,
    past: tuple[str, ...] = ("ADV", "AUX", "SPACE"),
) -> Token | None:
    """The head of a noun phrase before a cue, with nothing between but words of these kinds."""
    doc = layout.doc
    i = verb.i - 1
    while i >= unit.first and layout.quoted[i] < 0 and doc[i].pos_ in past:
        i -= 1
    if (
        i < unit.first
        or layout.quoted[i] >= 0
        or doc[i].pos_ not in ("PROPN", "NOUN", "PRON", "NUM")
    ):
        return None
    return _top(layout, doc[i], range(unit.first, verb.i))


def _top(layout: Layout, token: Token, within: range) -> Token:
    while (
        token.dep_ in INSIDE_PHRASE and token.head.i in within and layout.quoted[token.head.i] < 0
    ):
        if token.head.pos_ not in ("PROPN", "NOUN", "PRON", "NUM"):
            break
        token = token.head
    return token


def main_subject(layout: Layout, unit: Unit, verb: Token) -> Token | None:
    """The first subject before the cue, outside quotations and subordinate clauses."""
    for token in layout.doc[unit.first : verb.i]:
        if token.dep_ in ("nsubj", "nsubjpass") and _can_speak(layout, token):
            if token.head.dep_ in ("relcl", "advcl", "acl", "ccomp") and token.head != verb.head:
                continue
            return antecedent(token)
    return None
