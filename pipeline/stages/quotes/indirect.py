"""Reads what is said off the syntax: complement clauses, infinitives, fronted and split content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.stages.quotes.cues import FINITE, Cue, CueLexicon, is_filler, is_finite
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

Tokens = tuple[int, int]
"""Token positions `[first, last)`."""

QUESTION_WORDS = frozenset({"if", "whether", "what", "why", "how", "who", "when", "where", "which"})
ATTRIBUTION = frozenset({"nsubj", "nsubjpass", "aux", "auxpass", "neg", "advmod", "expl", "csubj"})
"""Left dependents of a cue that belong to the words of attribution."""
NOMINAL = ("PROPN", "PRON", "DET", "ADJ", "NOUN")
SUBORDINATORS = frozenset(
    {"when", "after", "before", "because", "if", "although", "though", "while", "until", "since"}
)


def complement(cue: Cue) -> Token | None:
    """The head of the clause that the cue has after it, or None."""
    asks = cue.reads("question")
    for child in cue.word.rights:
        if child.dep_ == "ccomp" and child.pos_ != "PUNCT":
            return child
        if (
            asks
            and child.dep_ == "advcl"
            and any(t.lower_ in ("if", "whether") for t in child.lefts)
        ):
            return child
    return None


def infinitive(cue: Cue) -> Token | None:
    """The head of an infinitive that says what is promised or urged, or None."""
    for child in cue.word.rights:
        if child.dep_ in ("xcomp", "ccomp") and is_infinitive(child):
            return child
        if child.dep_ == "advcl" and is_infinitive(child) and _follows_object(cue.word, child):
            return child
        if child.dep_ in ("dobj", "prep", "dative"):
            heads = [child, *child.children]
            for deeper in (c for head in heads for c in head.rights):
                if deeper.dep_ in ("acl", "xcomp") and is_infinitive(deeper):
                    return deeper
    return None


def _follows_object(verb: Token, clause: Token) -> bool:
    first = clause.left_edge.i
    return (
        first > verb.i + 1
        and not clause.doc[first - 1].is_punct
        and clause.left_edge.lower_ in ("to", "not")
    )


def is_infinitive(clause: Token) -> bool:
    """Whether a clause is headed by a to-infinitive."""
    return any(t.lower_ == "to" and t.dep_ == "aux" for t in clause.lefts) and not any(
        t.dep_ == "mark" and t.lower_ == "that" for t in clause.lefts
    )


def clause_tokens(layout: Layout, unit: Unit, cue: Cue, lexicon: CueLexicon) -> Tokens | None:
    """The content after the cue: `said [that tariffs would rise]`."""
    clause = complement(cue)
    if clause is None:
        return _that_clause(layout, unit, cue, lexicon)
    if is_infinitive(clause):
        return None
    first = clause.left_edge.i
    if first <= cue.word.i or not _is_said(layout, clause, first):
        return None
    return first, content_end(layout, unit, cue, clause.right_edge.i + 1, lexicon)


def _that_clause(layout: Layout, unit: Unit, cue: Cue, lexicon: CueLexicon) -> Tokens | None:
    """A clause with *that* which the parse has hung elsewhere: `warned at a meeting that …`."""
    for token in layout.doc[cue.word.i + 1 : unit.last]:
        if layout.quoted[token.i] >= 0 or token.pos_ in ("VERB", "AUX") or token.text in (".", ";"):
            return None
        if token.lower_ == "that" and token.dep_ == "mark" and token.head.i > token.i:
            end = token.head.right_edge.i + 1
            return token.i, content_end(layout, unit, cue, end, lexicon)
    return None


def description_tokens(layout: Layout, unit: Unit, cue: Cue, lexicon: CueLexicon) -> Tokens | None:
    """The content of `described [the trip as a success]`."""
    for child in cue.word.rights:
        if child.dep_ == "prep" and child.lower_ == "as" and child.i > cue.word.i + 1:
            end = content_end(layout, unit, cue, child.right_edge.i + 1, lexicon)
            return cue.word.i + 1, end
    return None


def _is_said(layout: Layout, clause: Token, first: int) -> bool:
    """Whether a complement is a statement or a question, no phrase ("recalled him talking")."""
    last = min(clause.right_edge.i + 1, len(layout.doc))
    opening = {t.lower_ for t in layout.doc[first : min(first + 3, last)]}
    if "that" in opening or opening & QUESTION_WORDS:
        return True
    if clause.tag_ in FINITE or any(t.tag_ in FINITE for t in clause.children):
        return True
    return any(layout.quoted[i] >= 0 for i in range(first, last))


def infinitive_tokens(layout: Layout, unit: Unit, cue: Cue, lexicon: CueLexicon) -> Tokens | None:
    """The content after `promised` or `urged`: [to act], [both sides not to walk away]."""
    clause = infinitive(cue)
    if clause is None:
        return None
    first = min(t.i for t in clause.lefts if t.lower_ == "to" or t.dep_ == "neg")
    if first > cue.word.i + 1 and layout.quoted[first] >= 0 and layout.quoted[first - 1] >= 0:
        return None
    first = cue.word.i + 1
    while layout.doc[first].pos_ in ("ADP", "ADV", "SPACE"):
        first += 1
    return first, content_end(layout, unit, cue, clause.right_edge.i + 1, lexicon)


def content_end(layout: Layout, unit: Unit, cue: Cue, end: int, lexicon: CueLexicon) -> int:
    """Where content that starts after the cue ends.

    Not inside a quotation, and before the next attribution: "…, adding", "… and called it",
    "…, according to".
    """
    end = min(end, unit.last)
    end = _through_quotations(layout, unit, end)
    for i in range(cue.word.i + 2, end):
        if layout.quoted[i] < 0 and _other_attribution(layout, cue, i, lexicon):
            return i
    return end


def _through_quotations(layout: Layout, unit: Unit, end: int) -> int:
    """The end moved past the quotation it falls into, and past one a word or two further on.

    So that nothing is lost of "…, especially “in the north”".
    """
    while end < unit.last:
        quotation = layout.quoted[end - 1]
        while end < unit.last and quotation >= 0 and layout.quoted[end] == quotation:
            end += 1
        ahead = end
        while (
            ahead < unit.last
            and ahead < end + 4
            and layout.quoted[ahead] < 0
            and (
                layout.doc[ahead].pos_ not in ("VERB", "AUX", "PROPN", "PRON")
                and layout.doc[ahead].text not in ".;:("
            )
        ):
            ahead += 1
        if ahead >= unit.last or layout.quoted[ahead] < 0:
            break
        end = ahead + 1
    return end


def _other_attribution(layout: Layout, cue: Cue, i: int, lexicon: CueLexicon) -> bool:
    """Whether another attribution begins at a token, which no longer is what this cue reports."""
    token, before = layout.doc[i], layout.doc[i - 1]
    if token.lower_ == "according" and i + 1 < len(layout.doc):
        return bool(layout.doc[i + 1].lower_ == "to")
    if token.tag_ == "VBG" and before.text == ",":
        return any(k in lexicon.readings_of(token) for k in ("clause", "naming"))
    if token.pos_ == "CCONJ":
        verb = next(
            (t for t in layout.doc[i + 1 : i + 4] if t.pos_ not in ("ADV", "AUX", "PART")), None
        )
        return (
            verb is not None
            and verb.dep_ == "conj"
            and verb.tag_ == cue.word.tag_
            and verb.tag_ in ("VBD", "VBZ", "VBG")
            and layout.quoted[verb.i] < 0
            and bool(lexicon.readings_of(verb))
            and not any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)
        )
    return False


def attribution_start(layout: Layout, unit: Unit, verb: Token) -> int:
    """The first token of the words of attribution: `… , [the minister] said`."""
    if is_inverted(layout, unit, verb):
        return int(verb.i)
    first = verb.i
    for child in verb.lefts:
        if child.dep_ in ATTRIBUTION and layout.quoted[child.i] < 0:
            first = min(first, max(child.left_edge.i, unit.first))
    while first < verb.i and (layout.quoted[first] >= 0 or is_filler(layout.doc[first])):
        first += 1
    return first if first < verb.i else _after_quotation(layout, unit, verb)


LONGEST_ATTRIBUTION = 30
"""Tokens between a quotation and its cue: a name with its apposition or relative clause."""


def _after_quotation(layout: Layout, unit: Unit, verb: Token) -> int:
    """The start of an attribution whose subject the parse has lost.

    In `“…,” Ms. Ito, a dairy farmer, said` it begins where the quotation before the cue ends, if
    only a noun phrase lies between.
    """
    doc = layout.doc
    i = verb.i
    while i > unit.first and layout.quoted[i - 1] < 0 and verb.i - i < LONGEST_ATTRIBUTION:
        i -= 1
    if i == unit.first or layout.quoted[i - 1] < 0:
        return int(verb.i)
    between = doc[i : verb.i]
    words = [t for t in between if not is_filler(t)]
    if not words or words[0].pos_ not in ("PROPN", "NOUN", "PRON", "DET", "ADJ", "NUM"):
        return int(verb.i)
    clauses = [t for t in words if t.tag_ in FINITE]
    relative = any(t.tag_ in ("WP", "WDT") for t in words)
    if (clauses and not relative) or any(t.text in (":", ";") for t in between):
        return int(verb.i)
    return int(words[0].i)


def is_inverted(layout: Layout, unit: Unit, verb: Token) -> bool:
    """Whether the speaker follows the cue, set off by a comma: `Prices rose, said Mr. Berg`."""
    after = _end_of_name(layout, unit, verb)
    if after is None:
        return False
    if is_parenthetical(layout, unit, verb):
        return True
    doc = layout.doc
    named = "PERSON" in (t.ent_type_ for t in doc[verb.i + 1 : verb.i + 3])
    owned = any(c.dep_ == "nsubj" and c.pos_ in ("PROPN", "PRON") for c in verb.lefts)
    return verb.lemma_ == "say" and named and not owned and doc[after].text in (",", ".")


def is_parenthetical(layout: Layout, unit: Unit, verb: Token) -> bool:
    """Whether an inverted attribution stands between commas: `The levies, said Mr. Berg, are …`."""
    doc = layout.doc
    after = _end_of_name(layout, unit, verb)
    return (
        after is not None
        and after + 1 < unit.last
        and doc[after].text == ","
        and doc[after + 1].pos_ in ("AUX", "VERB")
    )


def _end_of_name(layout: Layout, unit: Unit, verb: Token) -> int | None:
    """One past the noun phrase right after a cue that a comma precedes, or None."""
    doc = layout.doc
    if verb.tag_ not in ("VBD", "VBZ") or verb.i <= unit.first or doc[verb.i - 1].text != ",":
        return None
    i = verb.i + 1
    while i < unit.last and doc[i].pos_ in NOMINAL and layout.quoted[i] < 0:
        i += 1
    return i if verb.i + 1 < i < unit.last else None


def attribution_end(layout: Layout, unit: Unit, verb: Token) -> int:
    """One past the last token of the words of attribution, before a quotation or the unit's end."""
    last = verb.i + 1
    if is_parenthetical(layout, unit, verb):
        return next((i for i in range(last, unit.last) if layout.doc[i].text == ","), unit.last)
    for child in verb.rights:
        if child.dep_ in ("ccomp", "parataxis", "conj", "cc", "punct"):
            continue
        if child.left_edge.i > last + 1:
            break
        last = max(last, child.right_edge.i + 1)
    last = min(last, unit.last)
    for i in range(verb.i + 1, last):
        if layout.quoted[i] >= 0:
            return i
    return last


def is_fronted(layout: Layout, unit: Unit, cue: Cue, start: int) -> bool:
    """Whether unquoted content stands before the words of attribution: `Prices rose, he said`."""
    verb, doc = cue.word, layout.doc
    if is_inverted(layout, unit, verb):
        return True
    if start <= unit.first + 1 or doc[start - 1].text not in (",", "—", "–", "--", "-"):
        return False
    clause = complement(cue)
    if clause is not None and clause.left_edge.i > verb.i:
        return False
    if any(c.dep_ == "ccomp" and c.i < verb.i for c in verb.lefts) or verb.dep_ == "parataxis":
        return True
    if verb.tag_ not in FINITE or is_subordinate(verb):
        return False
    front = doc[unit.first : start]
    if cue.reads("clause") and _is_set_off(layout, unit, verb) and verb.i - start < FEW:
        opening = doc[unit.first]
        whole = any(is_finite(t) for t in front) or (
            len(front) > FEWEST and opening.pos_ not in ("ADP", "SCONJ") and opening.tag_ != "VBG"
        )
        return whole and opening.lower_ not in SUBORDINATORS
    if any(c.dep_ in ("dobj", "xcomp", "ccomp") for c in verb.rights):
        return False
    if doc[unit.first].lower_ in SUBORDINATORS and any(c.dep_ == "advcl" for c in verb.lefts):
        return False
    return any(
        t.tag_ in FINITE
        and layout.quoted[t.i] < 0
        and t.dep_ in ("ROOT", "ccomp", "conj", "parataxis")
        and t != verb
        for t in front
    )


FEWEST = 3
"""Tokens of content without a verb: `No word on cars, a source tells us`."""
FEW = 8
"""Tokens of a subject and its adverbs that stand between two commas."""


def _is_set_off(layout: Layout, unit: Unit, verb: Token) -> bool:
    """Whether only a time or "us" follows a cue before a comma or the end of its unit."""
    for token in verb.doc[verb.i + 1 : unit.last]:
        if token.text == "," and layout.quoted[token.i] < 0:
            return True
        aside = token.ent_type_ in ("DATE", "TIME") or token.pos_ == "ADP"
        if not (is_filler(token) or aside or (token.pos_ == "PRON" and token.head == verb)):
            return False
    return True


def rest_after_comma(layout: Layout, unit: Unit, verb: Token) -> int | None:
    """Where content goes on after `…, the minister said on Monday, …`, or None."""
    doc = layout.doc
    i = verb.i + 1
    while i < unit.last and (doc[i].ent_type_ in ("DATE", "TIME") or doc[i].pos_ == "ADP"):
        i += 1
    if i + 1 >= unit.last or doc[i].text != "," or layout.quoted[i + 1] >= 0:
        return None
    following = doc[i + 1]
    if following.tag_ in ("VBG", "VBN", "WDT", "WP") or following.pos_ == "ADP":
        return None
    return i + 1


def is_subordinate(verb: Token) -> bool:
    """Whether a conjunction makes the cue itself a side remark: "after he said", "when asked"."""
    return (
        any(c.lower_ in SUBORDINATORS and c.dep_ in ("mark", "advmod") for c in verb.lefts)
        or verb.dep_ == "relcl"
    )
