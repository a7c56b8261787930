"""Whose figure it is, with whom, of what goods and when: read off the parse around its theme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.findings import Date, Goods, Party
from pipeline.frames import after_preposition, subjects
from pipeline.rulebook import Rulebook
from pipeline.stages.figures.sentences import CountryPlace, GoodsPlace, Sentence
from pipeline.stages.figures.themes import Theme

if TYPE_CHECKING:
    from spacy.tokens import Token

OTHER_CLAUSES = ("relcl", "acl", "advcl", "ccomp", "parataxis")
WITH_GOODS = ("exports", "imports", "production", "sales", "market-share")
TWO_SIDED = ("trade", "balance")
MARKETS = frozenset({"market", "export", "import", "sale", "shipment", "production", "demand"})


@dataclass(frozen=True)
class Parties:
    """The countries on the two sides of a figure, and the places where countries stood."""

    reporter: Party | None
    partner: Party | None
    places: frozenset[str]

    def __bool__(self) -> bool:
        return self.reporter is not None or self.partner is not None


class Places:
    """Which side of a figure a country is on, by the place where it stands."""

    def __init__(self, book: Rulebook) -> None:
        self.sides: Mapping[str, Mapping[str, Any]] = {
            name.removeprefix("places-of-"): lexicon
            for name, lexicon in book.lexicons.items()
            if name.startswith("places-of-")
        }
        self.no_goods = frozenset(book.lexicons["no-goods"])

    def goods(self, theme: Theme, sentence: Sentence) -> tuple[Goods, ...]:
        """The goods that hang on a theme's noun, or in the clause of its verb of trade.

        Of a share the goods may be the subject ("imported steel holds a share of 23%"). What comes
        after "of" is goods too where no list knows it ("exports of widgets"), then without a code.
        """
        found = [
            goods
            for goods in sentence.goods
            if goods.start == theme.goods_at or _belongs(goods.token, theme)
        ]
        if not found and theme.kind == "market-share" and theme.verb is not None:
            acting = list(subjects(theme.verb))
            found = [goods for goods in sentence.goods if goods.token in acting]
        if found:
            return tuple(_goods(goods, sentence) for goods in found)
        return tuple(self._unlisted_goods(theme, sentence))

    def _unlisted_goods(self, theme: Theme, sentence: Sentence) -> Iterator[Goods]:
        if theme.host is None or theme.kind not in WITH_GOODS:
            return
        for noun in after_preposition(theme.host, "of"):
            if noun.pos_ != "NOUN" or noun.ent_type_ or noun.lemma_.lower() in self.no_goods:
                continue
            words = [t for t in noun.lefts if t.dep_ in ("compound", "amod")]
            words = [t for t in words if not t.ent_type_ and t.pos_ != "PROPN"]
            first = words[0] if words and words[-1].i == noun.i - 1 else noun
            span = sentence.article.span(first.idx, noun.idx + len(noun))
            yield Goods(name=span.text, basis="stated", span=span)

    def parties(self, theme: Theme, sentence: Sentence) -> Parties:
        """The countries of a figure, the first that stands on each side.

        Of a share ("China buys 60% of Canada's canola") the owner reports, and who buys or supplies
        is the partner.
        """
        sides = {**self.sides.get(theme.of or theme.kind, {})}
        if theme.of is not None:
            sides |= {"of": "reporter"} if theme.host is None else {}
            sides.pop("subject", None)
        if theme.of == "total":
            sides["subject"] = "partner"
        found: dict[str, Party] = {}
        acting: Party | None = None
        places = standing_places(theme, sentence)
        for place, country in places:
            side = sides.get(place)
            if place == "owner" and "reporter" in found and theme.kind in TWO_SIDED:
                side = "partner"
            if side is not None:
                found.setdefault(side, country.party)
            elif place == "subject":
                acting = acting or country.party
        if theme.kind == "investment" and "reporter" not in found and "partner" in found:
            found["reporter"] = found.pop("partner")  # "investment in Vietnam": Vietnam reports it
        if acting is not None:
            found.setdefault("partner" if "reporter" in found else "reporter", acting)
        reporter, partner = found.get("reporter"), found.get("partner")
        if reporter is not None and partner is not None and reporter.code == partner.code:
            partner = None
        return Parties(reporter, partner, frozenset(place for place, _ in places))


def standing_places(theme: Theme, sentence: Sentence) -> list[tuple[str, CountryPlace]]:
    """Each country that belongs to a theme, with its place: first those at its noun."""
    acting = list(subjects(theme.verb)) if theme.verb is not None else []
    at_noun: list[tuple[str, CountryPlace]] = []
    in_clause: list[tuple[str, CountryPlace]] = []
    for country in sentence.countries:
        if country.token in acting:
            in_clause.append(("subject", country))
            continue
        place, at_host = place_of(country.token, theme)
        if place is not None:
            (at_noun if at_host else in_clause).append((place, country))
    return at_noun + in_clause


def place_of(token: Token, theme: Theme) -> tuple[str | None, bool]:
    """The place of a country at a theme, None where it has none, and whether it is at the noun."""
    place: str | None = None
    joined = False
    is_market = False
    while True:
        if token == theme.host:
            return ("market" if is_market else place or "owner"), True
        if token == theme.verb:
            return place, False
        if token.head == token or token.dep_ in OTHER_CLAUSES:
            return None, False
        joined = joined or token.dep_ == "conj"
        is_market = is_market or (token.dep_ == "pobj" and token.lemma_.lower() in MARKETS)
        if token.dep_ in ("prep", "agent") or token.pos_ == "ADP":
            place = place or ("and" if joined and token.lower_ == "between" else token.lower_)
        elif token.dep_ == "dative":
            place = place or "object"
        token = token.head


def _goods(goods: GoodsPlace, sentence: Sentence) -> Goods:
    span = sentence.article.span(goods.start, goods.end)
    return Goods(name=span.text, hs=goods.entity.identifiers.hs, basis="stated", span=span)


def _belongs(token: Token, theme: Theme) -> bool:
    anchor = theme.host if theme.host is not None else theme.verb
    while token != anchor:
        is_clause = token.dep_ in OTHER_CLAUSES or token.dep_ in ("nsubj", "nsubjpass")
        if token.head == token or is_clause:
            return False
        token = token.head
    return True


def goods_before(offset: int, sentence: Sentence) -> tuple[Goods, ...]:
    """The goods spoken of last before a price in its sentence, else the first after it."""
    before = [goods for goods in sentence.goods if goods.end <= offset]
    chosen = before[-1:] or sentence.goods[:1]
    return tuple(_goods(goods, sentence) for goods in chosen)


# When ---------------------------------------------------------------------------------------------

COMPARED = re.compile(
    r"\b(?:from|(?:from|against|versus|vs\.?|compared\s+(?:with|to))\s+[^\s\d]{0,4}\d\S*"
    r"(?:\s+(?!and\b|but\b|while\b)\w+){0,4}?|than|since|over|on|versus|vs\.?|against|until|till|by|compared\s+(?:with|to)|"
    r"(?:said|told\s+\w+|announced|reported|showed|published|released)(?:\s+on)?)\s*(?:the\s+)?$",
    re.IGNORECASE,
)
"""What stands before a date that is not the figure's own: a comparison, or the day of a report."""
LATER = re.compile(r"^\s*(?:[,(]|\w+\s+)?(?:in|a|the|at|during|for|of)?\s*$", re.IGNORECASE)


def period_of(start: int, end: int, sentence: Sentence, *, is_earlier: bool = False) -> Date | None:
    """The date that says when; of an earlier level only one that follows it at once."""
    body = sentence.article.body
    if is_earlier:
        after = (date for date in sentence.dates if end <= date.start)
        return next((date for date in after if LATER.match(body[end : date.start])), None)
    own = [
        date
        for date in sentence.dates
        if date.type != "SET"
        and not (date.value or "").endswith("_REF")
        and not EACH.fullmatch(date.text)
        and not COMPARED.search(body, sentence.start, date.start)
        and not DELIVERY.match(body, date.end)
        and not (date.start > end and body[date.end : date.end + 2] in ("'s", "’s"))
        and not (date.start < start and DATELINE.match(body, date.end))
    ]
    return min(own, default=None, key=lambda date: _distance(start, end, date))


DATELINE = re.compile(r"\s*(?:[-–—]\s|\()")
EACH = re.compile(r"(?:an?|per|each|every)\s+(?:year|quarter|month|week|day)", re.IGNORECASE)
DELIVERY = re.compile(r"\s(?:delivery|contracts?|futures|shipment)\b", re.IGNORECASE)
"""What stands after a date that is another: "soybeans for January delivery"."""


def _distance(start: int, end: int, date: Date) -> int:
    """Characters from an amount to a date; one before the amount is half as near."""
    return date.start - end if date.start >= end else 2 * (start - date.end)
