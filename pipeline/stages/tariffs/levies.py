"""Levy nouns: where the text names a charge on imports, and which kind of charge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import Instrument
from pipeline.stages.tariffs.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

INSTRUMENTS: tuple[tuple[re.Pattern[str], Instrument], ...] = (
    (re.compile(r"(?i:anti[\s-]?dumping)|\bAD\b"), "anti-dumping"),  # and not "ad valorem"
    (re.compile(r"(?i:countervailing|anti[\s-]?subsid)|\bCVD\b"), "countervailing"),
    (re.compile(r"(?i:safeguard)"), "safeguard"),
    (re.compile(r"(?i:tariff[\s-]rate quota)|\bTRQ\b"), "tariff-rate-quota"),
    (re.compile(r"(?i:de minimis)"), "de-minimis"),
    (re.compile(r"(?i:surcharge|surtax)"), "surcharge"),
)
TAXES = frozenset({"tax", "taxes"})
IMPORT_WORDS = frozenset({"import", "imports", "border", "customs", "trade", "entry"})
PERCENT = re.compile(r"\d\s?%|per\s?cent|\bpct\b")
SANCTIONS = re.compile(r"\b(?:trade|tariff)\s+sanctions\b", re.IGNORECASE)
"""A name for punitive tariffs, in a text that speaks of tariffs."""
TRADE_SIGN = re.compile(
    r"\b(?:import|export|customs|tariff|trade|dumping|goods|products?|countervailing|surcharge on)",
    re.IGNORECASE,
)
BORDER_CHARGE = re.compile(
    r"\b(?:tariffs?|(?:import|customs|dumping)\s+dut(?:y|ies))\b", re.IGNORECASE
)
AROUND = 70
"""Words around a levy within which a tariff or an import duty says what kind it is."""


@dataclass(frozen=True, slots=True)
class Levy:
    """A levy noun in the text: half-open offsets of the noun, and its token."""

    start: int
    end: int
    token: int
    instrument: Instrument


def find_levies(doc: Doc, vocabulary: Vocabulary) -> list[Levy]:
    """The levy nouns of a parse, false friends left out, in text order."""
    lemmas = vocabulary.words("levy-lemma")
    levies = []
    text = doc.text  # spaCy joins it anew from its tokens at each look
    for match in vocabulary.cue("levy").finditer(text):
        span = doc.char_span(*match.span(), alignment_mode="expand")
        if span is None:
            continue
        token = span[-1]
        if token.lower_ in TAXES:
            if _is_import_tax(token):
                levies.append(_levy(token))
        elif token.pos_ in ("VERB", "AUX") and not token.lower_.endswith("s"):
            continue
        elif _levy_lemma(token) in lemmas and is_levy(token, vocabulary):
            levies.append(_levy(token))
    if levies and (named := SANCTIONS.search(text)) is not None:
        levies += [_levy(token) for token in sanctions(doc, named.start())]
        levies.sort(key=lambda levy: levy.start)
    return levies


def sanctions(doc: Doc, start: int) -> Iterator[Token]:
    """The sanctions of an article that calls its tariffs so, from where it does."""
    for token in doc:
        if token.idx >= start - 600 and token.lower_ == "sanctions":
            yield token


def _levy_lemma(token: Token) -> str:
    word = token.lower_
    if word in ("tariffs", "tariff"):
        return "tariff"
    if word in ("duty", "duties"):
        return "duty"
    return token.lemma_.lower()


def _is_import_tax(token: Token) -> bool:
    before = [t.lower_ for t in token.doc[max(0, token.i - 2) : token.i]]
    after = [t.lower_ for t in token.doc[token.i + 1 : token.i + 5]]
    if IMPORT_WORDS & set(before) and "export" not in before:
        return True
    if not after or after[0] != "on":
        return False
    return bool({"imports", "imported"} & set(after)) or is_made_abroad(token)


def is_made_abroad(tax: Token) -> bool:
    """Whether a tax falls on goods by where they are made: "a tax on cars made in Japan"."""
    doc = tax.doc
    return any(
        doc[i].lower_ in ("made", "built", "produced", "assembled") and doc[i + 1].lower_ == "in"
        for i in range(tax.i + 2, min(tax.i + 6, len(doc) - 1))
    )


def is_levy(token: Token, vocabulary: Vocabulary) -> bool:
    """Whether a levy word names a charge on imports here, and no barrier, schedule, post or fee."""
    doc, i = token.doc, token.i
    before = [t.lower_ for t in doc[max(0, i - 5) : i] if not t.is_space][-3:]
    previous = before[-1] if before else ""
    following = doc[i + 1].lower_ if i + 1 < len(doc) else ""
    friends = vocabulary.words("not-a-levy-before")
    if following == "-" and i + 2 < len(doc):
        following = doc[i + 2].lower_
    if previous in ("-", "‑") and len(before) > 1:
        previous = before[-2]
    if previous in friends or following in vocabulary.words("not-a-levy-after"):
        return False
    if previous == "and" and len(before) > 1 and before[-2] in ("non", "non-tariff", "non-"):
        return False
    if previous == "agreement" or (len(before) > 1 and before[-2:] == ["agreement", "on"]):
        return False
    lemma = _levy_lemma(token)
    if lemma == "tariff":
        return True
    sentence = token.sent.text
    if lemma in ("levy", "surcharge", "surtax"):
        return bool(TRADE_SIGN.search(sentence)) or is_near_border_charge(token)
    kinds = vocabulary.words("duty-kind")
    if {w.strip("-") for w in before} & kinds:
        return True
    if token.lower_ == "duties":
        if previous in ("his", "her", "their", "my", "your", "official", "regular", "its", "other"):
            return following in ("on", "against")
        signs = TRADE_SIGN.search(sentence) or PERCENT.search(sentence)
        is_known = previous != "without" and is_near_border_charge(token)
        return bool(signs) or following == "on" or is_known
    if before[-1:] == ["of"] and before[-2:-1] and before[-2] in ("rate", "rates"):
        return True
    joined = " ".join(before)
    return (
        bool(re.search(r"%|cent\b|pct|percent|zero|no\b", joined))
        or following in ("of", "rates", "rate")
        or (following == "to" and i + 2 < len(doc) and doc[i + 2].like_num)
        or (
            following == "on"
            and previous not in ("on", "off")
            and bool(TRADE_SIGN.search(sentence) or PERCENT.search(sentence))
        )
    )


def is_near_border_charge(token: Token) -> bool:
    """Whether a tariff or an import duty near a levy says that it is one at the border."""
    first, last = max(0, token.i - AROUND), min(len(token.doc), token.i + AROUND)
    return BORDER_CHARGE.search(token.doc[first:last].text) is not None


def _levy(token: Token) -> Levy:
    return Levy(token.idx, token.idx + len(token), token.i, instrument_near(token))


def instrument_near(token: Token) -> Instrument:
    """The kind of levy that an explicit word beside the noun says."""
    left = token.doc[max(0, token.i - 6) : token.i + 1].text
    for pattern, instrument in INSTRUMENTS:
        if pattern.search(left):
            return instrument
    after = token.doc[token.i : token.i + 3].text
    return (
        "tariff-rate-quota"
        if re.match(r"tariff[\s-]rate quota", after, re.IGNORECASE)
        else "tariff"
    )
