"""The words after a levy that say on what, from whom and against whom: where they begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

ON = frozenset({"on", "upon", "against"})
OTHER = frozenset({"for", "from", "of", "to", "towards", "toward", "at"})
STOPS = frozenset(
    ["while", "after", "if", "unless", "because", "but", "although", "though", "as", "amid", "amidst", "following", "when", "until", "starting", "beginning", "effective", "citing", "prompting", "saying", "said", "says", "despite", "once", "since", "before", "during", "whereas", "pending", "which", "where", "who", "under", "pursuant", "than", ";", "—", ":", "leading", "causing", "accusing", "in", "with", "over", "without", "due", "would", "will", "unless", "alleging", "according"]
)
LISTING = frozenset({"as", "with", "in"})
MONTHS = frozenset(
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "next", "last", "this", "today", "tomorrow", "yesterday", "midnight"]
)


def object_words(start: int, end: int, doc_token: Token, *, wide: bool = False) -> list[Token]:
    """The words of the first phrase after "on" or "against" in `[start, end)`, as token indices.

    `wide` also takes "for", "from" and "of", for want of the others.
    """
    doc = doc_token.doc
    for words in (ON, OTHER) if wide else (ON,):
        for i in range(start, end):
            token = doc[i]
            if token.lower_ in STOPS and token.lower_ not in LISTING and i > start + 1:
                break
            if token.lower_ in words and i + 1 < end and not is_dated(doc[i + 1]):
                if token.lower_ == "to" and doc[i + 1].tag_ == "VB":
                    continue
                if token.lower_ in ("of", "to", "from", "at") and (
                    doc[i + 1].like_num
                    or (doc[i + 1].lower_ in ("up", "the", "about", "at")
                    and i + 3 < end
                    and doc[i + 3].like_num)
                ):
                    continue
                return phrase(i + 1, end, doc_token)
    return []


def is_dated(token: Token) -> bool:
    """Whether a date begins here."""
    return (
        token.lower_ in MONTHS
        or (token.ent_type_ == "DATE" and token.like_num)
        or (token.ent_type_ == "DATE" and token.ent_iob_ == "B" and token.pos_ != "ADJ")
    )


def phrase(start: int, end: int, doc_token: Token) -> list[Token]:
    """The words from a place on, to where the noun phrases after it end."""
    doc = doc_token.doc
    taken: list[Token] = []
    for i in range(start, end):
        token = doc[i]
        word = token.lower_
        if word in STOPS and not in_list(token):
            if word in ("which", "whom") and taken and taken[-1].pos_ == "ADP":
                taken = before_comma(taken)
            break
        if is_finite(token) or (word == "to" and i + 1 < end and doc[i + 1].tag_ == "VB"):
            taken = without_subject(taken, token)
            break
        if word in ("on", "from", "by", "for", "at") and i + 1 < end and is_dated(doc[i + 1]):
            break
        if word == "by" and i > start:
            break
        if is_dated(token) and i > start and token.lower_ in MONTHS and token.lower_ != "may":
            break
        if token.lower_ == "imposed" or (
            token.tag_ == "VBN"
            and token.dep_ == "acl"
            and word in ("announced", "threatened", "introduced")
        ):
            break
        taken.append(token)
    return taken


def in_list(token: Token) -> bool:
    """Whether a stop word stands inside a noun phrase: "such as", "made in", "in China"."""
    previous = token.doc[token.i - 1].lower_ if token.i else ""
    if token.lower_ == "as":
        return (
            previous in ("such", "well")
            or token.nbor(-1).lower_ == "as"
            or (token.i + 2 < len(token.doc) and token.nbor(1).lower_ == "well")
        )
    if token.lower_ == "in":
        return previous in (
            "made",
            "assembled",
            "produced",
            "built",
            "manufactured",
            "dlrs",
            "dollars",
            "billion",
            "million",
            "originating",
            "bln",
            "mln",
            "worth",
            "grown",
        )
    if token.lower_ == "with":
        return previous in (
            "countries",
            "nations",
            "country",
            "partners",
            "nation",
            "goods",
            "products",
            "agreement",
            "agreements",
            "deal",
            "deals",
            "deficits",
            "surpluses",
            "ties",
        )
    if token.lower_ == "without":
        return previous in ("countries", "nations", "partners", "country")
    if token.lower_ == "which":
        return previous == "with"
    if token.lower_ == "over":
        return previous in ("valued", "worth")
    if token.lower_ == "under":
        return False
    return False


def is_finite(token: Token) -> bool:
    """Whether a word is a finite verb or an auxiliary, and so begins another clause."""
    if token.dep_ in ("amod", "compound"):
        return False
    return token.tag_ in ("VBZ", "VBP", "VBD", "MD") and token.pos_ in ("VERB", "AUX")


def without_subject(taken: list[Token], verb: Token) -> list[Token]:
    """The words without those that are the subject of the verb that follows them."""
    for position in range(len(taken) - 1, -1, -1):
        if taken[position].lower_ in (",", "and", "but", "-", "–") and any(
            t.dep_ in ("nsubj", "nsubjpass", "expl") and t.head == verb for t in taken[position:]
        ):
            return taken[:position]
    return taken


def before_comma(taken: list[Token]) -> list[Token]:
    """The words before the last comma: "products, the importation of" loses what follows it."""
    commas = [i for i, token in enumerate(taken) if token.lower_ == ","]
    return taken[: commas[-1]] if commas else taken
