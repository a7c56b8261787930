"""Reads what is said off the syntax: complement clauses, infinitives, fronted and split content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.stages.quotes.cues import CueLexicon, VerbCue
from pipeline.stages.quotes.units import Layout, Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

Tokens = tuple[int, int]
"""Token positions `[first, last)`."""

ATTRIBUTION = frozenset({"nsubj", "nsubjpass", "aux", "auxpass", "neg", "advmod", "expl", "csubj"})
"""Left dependents of a cue that belong to the words of attribution."""


def complement(cue: VerbCue) -> Token | None:
    """The head of the clause that the cue has after it, or None."""
    for child in cue.verb.rights:
        if child.dep_ == "ccomp" and child.pos_ != "PUNCT":
            return child
        if child.dep_ == "advcl" and "asks" in cue.readings and _introduced(child, ("if", "whether")):
            return child
    return None


def infinitive(cue: VerbCue) -> Token | None:
    """The head of an infinitive that says what is promised or urged, or None."""
    for child in cue.verb.rights:
        if child.dep_ in ("xcomp", "ccomp") and any(t.lower_ == "to" and t.dep_ == "aux" for t in child.lefts):
            return child
    return None


def _introduced(clause: Token, words: tuple[str, ...]) -> bool:
    return any(t.dep_ == "mark" and t.lower_ in words for t in clause.lefts)


def clause_tokens(layout: Layout, unit: Unit, cue: VerbCue, lexicon: CueLexicon) -> Tokens | None:
    """The content after the cue: `said [that tariffs would rise]`."""
    clause = complement(cue)
    if clause is not None and not is_infinitive(clause):
        first = clause.left_edge.i
        if first <= cue.verb.i:
            return None
        return first, content_end(layout, unit, cue, clause.right_edge.i + 1, lexicon)
    return None


def is_infinitive(clause: Token) -> bool:
    """Whether a clause is headed by a to-infinitive."""
    return any(t.lower_ == "to" and t.dep_ == "aux" for t in clause.lefts) and not any(
        t.dep_ == "mark" for t in clause.lefts
    )


def infinitive_tokens(
    layout: Layout, unit: Unit, cue: VerbCue, lexicon: CueLexicon
) -> Tokens | None:
    """The content after `promised`, `urged them`: from its *to* (or *not to*) on."""
    clause = infinitive(cue)
    if clause is None:
        return None
    first = min(t.i for t in clause.lefts if t.lower_ == "to" or t.dep_ == "neg")
    return first, content_end(layout, unit, cue, clause.right_edge.i + 1, lexicon)


def content_end(layout: Layout, unit: Unit, cue: VerbCue, end: int, lexicon: CueLexicon) -> int:
    """Where content that starts after the cue ends: not inside a quotation, and before the next
    attribution ("…, adding", "…, according to")."""
    end = min(end, unit.last)
    quotation = layout.quoted[end - 1]
    while end < unit.last and quotation >= 0 and layout.quoted[end] == quotation:
        end += 1
    for i in range(cue.verb.i + 1, end):
        if layout.quoted[i] < 0 and i > 0 and _other_attribution(layout, i, lexicon):
            return i
    return end


def _other_attribution(layout: Layout, i: int, lexicon: CueLexicon) -> bool:
    token, before = layout.doc[i], layout.doc[i - 1]
    if token.lower_ == "according" and i + 1 < len(layout.doc) and layout.doc[i + 1].lower_ == "to":
        return True
    return (
        token.tag_ == "VBG"
        and before.text == ","
        and "says" in lexicon.readings.get(token.lemma_.lower(), frozenset())
    )


def attribution_start(layout: Layout, unit: Unit, verb: Token) -> int:
    """The first token of the words of attribution: `… , [the minister] said`."""
    first = verb.i
    for child in verb.lefts:
        if child.dep_ in ATTRIBUTION and layout.quoted[child.i] < 0:
            first = min(first, max(child.left_edge.i, unit.first))
    while first < verb.i and (layout.quoted[first] >= 0 or layout.doc[first].is_punct):
        first += 1
    return first


def attribution_end(layout: Layout, unit: Unit, verb: Token) -> int:
    """One past the last token of the words of attribution, before a quotation or the unit's end."""
    last = verb.i + 1
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


def is_fronted(layout: Layout, unit: Unit, cue: VerbCue, start: int) -> bool:
    """Whether unquoted content stands before the words of attribution: `Prices rose, he said`."""
    verb, doc = cue.verb, layout.doc
    if start <= unit.first + 1 or doc[start - 1].text not in (",", "—", "–", "--", "-"):
        return False
    if complement(cue) is not None and complement(cue).left_edge.i > verb.i:  # type: ignore[union-attr]
        return False
    if any(c.dep_ == "ccomp" and c.i < verb.i for c in verb.lefts) or verb.dep_ == "parataxis":
        return True
    if verb.dep_ in ("ROOT", "ccomp", "conj", "advcl") and verb.tag_ in ("VBD", "VBZ", "VBP"):
        finite = any(
            t.tag_ in ("VBD", "VBZ", "VBP", "MD") and t.dep_ not in ("relcl", "acl")
            for t in doc[unit.first : start]
            if layout.quoted[t.i] < 0
        )
        return finite and not any(c.dep_ in ("dobj", "xcomp", "ccomp") for c in verb.rights)
    return False
