"""Whose figure it is, with whom, of what goods and when: read off the parse around its theme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.amounts import Amount
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
        self.partner_verbs = frozenset(book.lexicons["partner-verbs"])
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
            once = {goods.entity.id: goods for goods in reversed(found)}
            return tuple(_goods(goods, sentence) for goods in reversed(once.values()))
        return tuple(self._unlisted_goods(theme, sentence))

    def _unlisted_goods(self, theme: Theme, sentence: Sentence) -> Iterator[Goods]:
        if theme.kind not in WITH_GOODS:
            return
        for noun in _after_of(theme, sentence):
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
        found: dict[str, Party] = {}
        acting: Party | None = None
        places = standing_places(theme, sentence)
        for place, country in places:
            is_owner = place in ("owner", "modifier")
            if country.party.code is None and (is_owner or place == "subject"):
                continue  # a continent
            side = sides.get(place) or (sides.get("owner") if is_owner else None)
            if is_owner and "reporter" in found and theme.kind in TWO_SIDED:
                side = "partner"
            if side is not None:
                found.setdefault(side, country.party)
            elif place == "subject":
                acting = acting or country.party
        if theme.kind == "investment" and "reporter" not in found and "partner" in found:
            found["reporter"] = found.pop("partner")  # "investment in Vietnam": Vietnam reports it
        if acting is not None:
            is_partner = theme.verb is not None and theme.verb.lemma_ in self.partner_verbs
            is_partner = "reporter" in found or (theme.of is not None and is_partner)
            found.setdefault("partner" if is_partner else "reporter", acting)
        reporter, partner = found.get("reporter"), found.get("partner")
        if reporter is not None and partner is not None and reporter.code == partner.code:
            partner = None
        return Parties(reporter, partner, frozenset(place for place, _ in places))


def standing_places(theme: Theme, sentence: Sentence) -> list[tuple[str, CountryPlace]]:
    """Each country that belongs to a theme, with its place: first those at its noun."""
    acting = list(subjects(theme.verb)) if theme.verb is not None else []
    others = [i.token for i in sentence.indicators if theme.host not in (i.token, i.host)]
    at_noun: list[tuple[str, CountryPlace]] = []
    in_clause: list[tuple[str, CountryPlace]] = []
    for country in sentence.countries:
        if country.token in acting:
            in_clause.append(("subject", country))
            continue
        place, at_host = place_of(country.token, theme, others)
        if place is not None:
            (at_noun if at_host else in_clause).append((place, country))
    return at_noun + in_clause


def place_of(token: Token, theme: Theme, others: Sequence[Token]) -> tuple[str | None, bool]:
    """The place of a country at a theme, None where it has none, and whether it is at the noun."""
    place: str | None = None
    joined = False
    is_market = False
    is_share = theme.kind == "market-share"
    last_dep = ""
    while True:
        if token == theme.host:
            at_noun = "owner" if last_dep == "poss" else "modifier"
            return ("market" if is_market else place or at_noun), True
        if token == theme.verb:
            return place, False
        is_others = token in others and token.dep_ not in ("compound", "amod")
        if token.head == token or token.dep_ in OTHER_CLAUSES or (is_others and not is_share):
            return None, False
        joined = joined or token.dep_ == "conj"
        is_market = is_market or (token.dep_ == "pobj" and token.lemma_.lower() in MARKETS)
        if token.dep_ in ("prep", "agent") or token.pos_ == "ADP":
            place = place or _place_after(token, theme, is_joined=joined)
        elif token.dep_ == "dative":
            place = place or "object"
        last_dep = token.dep_
        token = token.head


def _after_of(theme: Theme, sentence: Sentence) -> Iterator[Token]:
    """What comes after "of" at a theme's noun, or where a verb says it, right after the amount."""
    if theme.host is not None:
        yield from after_preposition(theme.host, "of")
        return
    following = [t for t in sentence.tokens if theme.end <= t.idx and not t.is_space][:2]
    for token in following:
        if token.lower_ in ("of", "in"):
            yield from (t for t in token.children if t.dep_ == "pobj")
            return


def _goods(goods: GoodsPlace, sentence: Sentence) -> Goods:
    span = sentence.article.span(goods.start, goods.end)
    return Goods(name=span.text, hs=goods.entity.identifiers.hs, basis="stated", span=span)


def _belongs(token: Token, theme: Theme) -> bool:
    anchor = theme.host if theme.host is not None else theme.verb
    while token != anchor:
        is_clause = token.dep_ in OTHER_CLAUSES or token.dep_ in ("nsubj", "nsubjpass")
        is_other_amount = token.dep_ == "conj" and token.like_num
        if token.head == token or is_clause or is_other_amount:
            return False
        token = token.head
    return True


def _place_after(preposition: Token, theme: Theme, *, is_joined: bool) -> str:
    """The place after a preposition; "in" may stand for "of": "bought $2 billion in US oil"."""
    if preposition.lower_ == "between" and is_joined:
        return "and"
    if (
        preposition.lower_ == "in"
        and theme.kind in WITH_GOODS
        and 0 <= preposition.idx - theme.end <= 1
    ):
        return "of"
    return preposition.lower_


def goods_before(offset: int, sentence: Sentence) -> tuple[Goods, ...]:
    """The goods spoken of last before a price in its sentence, else the first after it."""
    before = [goods for goods in sentence.goods if goods.end <= offset]
    chosen = before[-1:] or sentence.goods[:1]
    return tuple(_goods(goods, sentence) for goods in chosen)


# When ---------------------------------------------------------------------------------------------

COMPARED = re.compile(
    r"\b(?:from|(?:from|against|versus|vs\.?|compared\s+(?:with|to))\s+[^\s\d]{0,4}\d\S*"
    r"(?:\s+(?!and\b|but\b|while\b)\w+){0,4}?|than|since|over|on|versus|vs\.?|against|Act\s+of|prior\s+to|before|until|till|by|compared\s+(?:with|to)|"
    r"(?:said|told\s+\w+|announced|reported|showed|published|released)(?:\s+on)?)\s*(?:the\s+)?$",
    re.IGNORECASE,
)
"""What stands before a date that is not the figure's own: a comparison, or the day of a report."""
LATER = re.compile(r"^\s*(?:[,(]|\w+\s+)?(?:in|a|the|at|during|for|of)?\s*$", re.IGNORECASE)


def earlier_period(amount: Amount, sentence: Sentence) -> Date | None:
    """The date of an earlier level, if it follows at once: "from $4 billion a year before"."""
    body = sentence.article.body
    after = (date for date in sentence.dates if amount.end <= date.start)
    return next((date for date in after if LATER.match(body[amount.end : date.start])), None)


def period_of(amount: Amount, theme: Theme, sentence: Sentence) -> Date | None:
    """The date that says when: the nearest in the clause of a theme, else the nearest before."""
    dates = [date for date in sentence.dates if _can_be_period(date, amount, sentence)]
    own = [date for date in dates if _is_in_clause(sentence.head_of(date.start, date.end), theme)]
    before = [date for date in dates if date.end <= amount.start]
    return min(own or before, default=None, key=lambda date: _distance(amount, date))


def _can_be_period(date: Date, amount: Amount, sentence: Sentence) -> bool:
    body = sentence.article.body
    return not (
        date.type == "SET"
        or (date.value or "").endswith("_REF")
        or EACH.fullmatch(date.text)
        or COMPARED.search(body, sentence.start, date.start)
        or DELIVERY.match(body, date.end)
        or (date.start > amount.end and body[date.end : date.end + 2] in ("'s", "’s"))
        or (date.start < amount.start and DATELINE.match(body, date.end))
    )


def _is_in_clause(token: Token, theme: Theme) -> bool:
    while token not in (theme.verb, theme.host):
        if token.head == token or token.dep_ in OTHER_CLAUSES:
            return False
        token = token.head
    return True


DATELINE = re.compile(r"\s*(?:[-–—]\s|\()")
EACH = re.compile(r"(?:an?|per|each|every)\s+(?:year|quarter|month|week|day)", re.IGNORECASE)
DELIVERY = re.compile(r"\s(?:delivery|contracts?|futures|shipment)\b", re.IGNORECASE)
"""What stands after a date that is another: "soybeans for January delivery"."""


def _distance(amount: Amount, date: Date) -> int:
    """Characters from an amount to a date; one before the amount is half as near."""
    return date.start - amount.end if date.start >= amount.end else 2 * (amount.start - date.end)
