"""Whose figure it is, with whom, of what goods and when: read off the parse around its theme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.findings import Date, Goods, Party
from pipeline.frames import subjects
from pipeline.rulebook import Rulebook
from pipeline.stages.figures.sentences import CountryPlace, GoodsPlace, Sentence
from pipeline.stages.figures.themes import Theme

if TYPE_CHECKING:
    from spacy.tokens import Token

OTHER_CLAUSES = ("relcl", "acl", "advcl", "ccomp", "parataxis")
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

    def parties(self, theme: Theme, sentence: Sentence) -> Parties:
        """The countries of a figure, the first that stands on each side.

        Of a share ("China buys 60% of Canada's canola") the owner reports, and who buys or supplies
        is the partner.
        """
        sides = {**self.sides.get(theme.of or theme.kind, {})}
        if theme.of is not None:
            sides |= {"of": "reporter"} if theme.host is None else {}
            sides.pop("subject", None)
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
        if acting is not None:
            found.setdefault("partner" if "reporter" in found else "reporter", acting)
        reporter, partner = found.get("reporter"), found.get("partner")
        if reporter is not None and partner is not None and reporter.code == partner.code:
            partner = None
        return Parties(reporter, partner, frozenset(place for place, _ in places))


def standing_places(theme: Theme, sentence: Sentence) -> list[tuple[str, CountryPlace]]:
    """Each country that belongs to a theme, with its place: those at the noun before the clause's."""
    acting = list(subjects(theme.verb)) if theme.verb is not None else []
    at_noun, in_clause = [], []
    for country in sentence.countries:
        if country.token in acting:
            in_clause.append(("subject", country))
            continue
        place, at_host = place_of(country.token, theme)
        if place is not None:
            (at_noun if at_host else in_clause).append((place, country))
    return at_noun + in_clause


def place_of(token: Token, theme: Theme) -> tuple[str | None, bool]:
    """The place of a country at a theme, and whether it hangs on the noun; None where on neither."""
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


def goods_of(theme: Theme, sentence: Sentence) -> tuple[Goods, ...]:
    """The goods that hang on a theme's noun, or in the clause of its verb of trade."""
    return tuple(
        _goods(goods, sentence)
        for goods in sentence.goods
        if goods.start == theme.goods_at or _belongs(goods.token, theme)
    )


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
    r"\b(?:from|than|since|over|on|versus|vs\.?|against|until|till|by|compared\s+(?:with|to)|"
    r"(?:said|told\s+\w+|announced|reported|showed|published|released)(?:\s+on)?)\s*(?:the\s+)?$",
    re.IGNORECASE,
)
"""What stands before a date that is not the figure's own: a comparison, or the day of a report."""
LATER = re.compile(r"^\s*(?:[,(]|\w+\s+)?(?:in|a|the|at|during|for|of)?\s*$", re.IGNORECASE)


def period_of(
    start: int, end: int, sentence: Sentence, *, is_earlier: bool = False
) -> Date | None:
    """The date that says when; of an earlier level only one that follows it at once."""
    body = sentence.article.body
    if is_earlier:
        after = (date for date in sentence.dates if end <= date.start)
        return next((date for date in after if LATER.match(body[end : date.start])), None)
    own = [
        date
        for date in sentence.dates
        if date.type != "SET" and not COMPARED.search(body, sentence.start, date.start)
    ]
    return min(own, default=None, key=lambda date: _distance(start, end, date))


def _distance(start: int, end: int, date: Date) -> int:
    """Characters from an amount to a date; one before the amount is half as near."""
    return date.start - end if date.start >= end else 2 * (start - date.end)
