"""Finds trade figures: every number about trade that is no tariff rate, and what it says of whom.

A figure is an amount for which a rule says what it does in its sentence (a change, a level, an
earlier level, a part) and the sentence says of what (imports, exports, a price). The `rule` of a
figure tells which: `moved-by` and `change-…` are changes, the others levels; `earlier-level` is
what the level was before. Decisions that the contract leaves open:

- The span is the number expression alone ("$2.6 billion", without "more than"), a price with its
  unit ("$75 a barrel"), whose `unit` is then `USD/barrel` as in a tariff measure.
- `direction` is the movement of what is named, so a deficit that widens is a `rise` of `balance`. A
  level that is reached carries it, the earlier level does not. Values are positive as in the text.
- The rate of a tariff measure is never a figure. The trade that a measure hits ("tariffs on $34
  billion worth of American goods") is one, `trade`, besides being the measure's `value_covered`: it
  is a number about trade, whoever reads only the figures must not miss it.
- Goods of a country are its own: "American goods" and "US exports" have the reporter USA, "imports
  of American goods" the partner USA. Of "China buys 60% of Canada's canola exports" Canada reports.
- Within a paragraph a figure without a reporter has that of the figure before it (`inherited`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pipeline.amounts import Amount, AmountReader
from pipeline.article import Article
from pipeline.compiled import compiled
from pipeline.findings import Date, Entity, Finding, TariffMeasure, TradeFigure
from pipeline.parsing import PARAGRAPH_BREAK
from pipeline.patterns import RegexPattern
from pipeline.polities import Polities
from pipeline.rulebook import Match, Rulebook, matches_of
from pipeline.stages.figures.arguments import (
    Places,
    earlier_period,
    goods_before,
    period_of,
)
from pipeline.stages.figures.sentences import IndicatorWords, Sentence
from pipeline.stages.figures.themes import Theme, Themes

if TYPE_CHECKING:
    from spacy.tokens import Doc

PRONOUN_WITHIN = 2
"""Tokens at the start of a sentence among which a pronoun may be what a figure is about."""
SHARED = ("exports", "imports", "trade", "balance", "production", "sales", "total")
"""Of what a percentage can be a share."""
SOMEBODYS = ("exports", "imports", "trade", "balance", "market-share")
"""Indicators that are always some country's."""
NUMBER = re.compile(
    r"\d|percent|per cent|pct|illion|\b(?:half|thirds?|quarters?|fifths?|tenths?)\b"
)
"""Cheap sign that a sentence may hold an amount."""


class Figures:
    """Finds trade figures."""

    name: ClassVar[str] = "figures"
    finds: ClassVar[tuple[type[Finding], ...]] = (TradeFigure,)
    needs: ClassVar[tuple[type[Finding], ...]] = (Entity, Date, TariffMeasure)

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules
        self.reader = AmountReader(rules)
        self.polities = Polities(rules)
        self.words = IndicatorWords(rules)
        self.themes = Themes(rules)
        self.places = Places(rules)
        self.directions: Mapping[str, str] = {
            **rules.lexicons["moves"],
            **rules.lexicons["change-nouns"],
            **rules.lexicons["comparatives"],
        }
        self.needs_goods = frozenset(rules.lexicons["needs-goods"])
        self.needs_any = frozenset(rules.lexicons["needs-goods-or-party"])
        self.trade_itself = frozenset(rules.lexicons["shares-of-trade"])
        self.cues = cue_words(rules)
        self.national = rules.lexicons["national-currencies"]
        self.shared = compiled(rules.regex(r"\b {{shared-currency-words}} (?! \w )"))

    def __call__(self, article: Article) -> Iterable[TradeFigure]:
        """In text order."""
        rates = list(rate_spans(article))
        found: list[TradeFigure] = []
        for sentence in self._sentences(article):
            waiting: tuple[Amount, Match] | None = None
            for amount in self._amounts(sentence):
                if any(amount.start < end and start < amount.end for start, end in rates):
                    continue
                figure, first = self._figure(amount, sentence, found)
                if figure is not None and waiting is not None and figure.rule.endswith("/moved-to"):
                    before = earlier(*waiting, sentence, [figure])
                    found += [before] if before is not None else []
                found += [figure] if figure is not None else []
                waiting = (amount, first) if figure is None and first is not None else None
        return [
            figure.model_copy(update={"id": f"f{i}"}) for i, figure in enumerate(found, start=1)
        ]

    def answer(self, match: Match, article: Article) -> Mapping[str, object]:
        """The figure at a match, its fields by name; parties by code, goods and period by words."""
        dates = {date.id: date.text for date in article.of(Date)}
        for figure in self(article):
            if (figure.start, figure.end) == (match.start, match.end):
                return {
                    **figure.model_dump(),
                    "reporter": figure.reporter and figure.reporter.code,
                    "partner": figure.partner and figure.partner.code,
                    "goods": [goods.name for goods in figure.goods],
                    "period": dates.get(figure.period or ""),
                }
        return {}

    def _sentences(self, article: Article) -> Iterator[Sentence]:
        """The sentences with a number and a cue word or goods."""
        standing = self.polities.of(article)
        goods = [
            mention.start
            for entity in article.of(Entity)
            if entity.type == "GOODS"
            for mention in entity.mentions
        ]
        for first, last, has_cue in sentences_of(article.doc, self.cues):
            start, end = article.doc[first].idx, article.doc[last].idx + len(article.doc[last])
            has_number = NUMBER.search(article.body, start, end)
            if has_number and (has_cue or any(start <= place < end for place in goods)):
                yield Sentence(article, standing, self.words, first, last)

    def _amounts(self, sentence: Sentence) -> list[Amount]:
        """The amounts that can be figures: none of a percentage where nothing is measured."""
        body = sentence.article.body
        amounts = [
            amount
            for amount in self.reader.find(body, sentence.start, sentence.end, bare=True)
            if amount.unit is not None or not body[amount.start : amount.end].isdigit()
        ]
        if sentence.indicators or sentence.goods or sentence.has_pronoun:
            return amounts
        return [amount for amount in amounts if amount.unit != "percent"]

    def _matches(self, amount: Amount, sentence: Sentence) -> Iterator[Match]:
        """The rules that hold at an amount, in the order of the file."""
        article = sentence.article
        for rule in self.rules.rules:
            if isinstance(rule.pattern, RegexPattern):
                hit = rule.pattern.at(article.body, amount.start, amount.end)
                matches = [] if hit is None else [Match(rule, hit.start, hit.end, hit.slots)]
            else:
                matches = [
                    m
                    for m in matches_of(rule, article)
                    if m.start == amount.start and m.end == amount.end
                ]
            for match in matches:
                if all(sentence.start <= slot.start for slot in match.slots.values()):
                    yield match

    def _figure(
        self, amount: Amount, sentence: Sentence, found: Sequence[TradeFigure]
    ) -> tuple[TradeFigure | None, Match | None]:
        """The figure at an amount, or the match of an earlier level whose later one is to come."""
        first: Match | None = None
        for match in self._matches(amount, sentence):
            if match.rule.gives.get("role") == "earlier":
                figure = earlier(amount, match, sentence, found)
                first = match
            else:
                figure = self._measured(amount, match, sentence) if amount.unit else None
                figure = figure and self._in_currency(inheriting(figure, found, sentence))
                figure = figure or self._continued(amount, match, sentence, found)
            if figure is not None:
                return figure, None
        return None, first

    def _measured(self, amount: Amount, match: Match, sentence: Sentence) -> TradeFigure | None:
        """What an amount measures, or None where it is not said or no matter of trade."""
        theme = self.themes.theme_of(match, sentence)
        theme = theme and fitting(replace(theme, end=amount.end), amount, match)
        if theme is None:
            return None
        parties = self.places.parties(theme, sentence)
        goods = self.places.goods(theme, sentence)
        if not goods and theme.kind == "price":
            goods = goods_before(amount.start, sentence)
        if theme.kind in self.needs_goods and not goods:
            return None
        if not (goods or parties) and self._needs_either(theme):
            return None
        if not theme.is_certain and parties.partner is None:
            return None
        if theme.kind == "sales" and "to" in parties.places:
            theme = replace(theme, kind="exports")
        period = period_of(amount, theme, sentence)
        return TradeFigure.model_validate(
            {
                **said(amount, match, sentence.article),
                "indicator": theme.kind,
                "direction": self._direction(match, sentence.article),
                "reporter": parties.reporter,
                "partner": parties.partner,
                "goods": goods,
                "period": period and period.id,
            }
        )

    def _continued(
        self, amount: Amount, match: Match, sentence: Sentence, found: Sequence[TradeFigure]
    ) -> TradeFigure | None:
        """A figure like the one before it in the paragraph, of which a pronoun speaks."""
        verb = self.themes.continues(match, sentence) if found else None
        if verb is None or not _is_in_paragraph(found[-1], sentence):
            return None
        like = _like(found[-1], amount, match, sentence)
        if like is None:
            return None
        period = period_of(amount, Theme(like.indicator, None, verb), sentence)
        direction = self._direction(match, sentence.article)
        return like.model_copy(update={"direction": direction, "period": period and period.id})

    def _direction(self, match: Match, article: Article) -> str | None:
        moved = match.words(article, "move")
        return self.directions.get(" ".join(moved.lower().split())) if moved else None

    def _needs_either(self, theme: Theme) -> bool:
        """Whether it is a matter of trade only with goods or a country."""
        if theme.of is not None:
            return theme.of not in self.trade_itself
        return theme.kind in self.needs_any

    def _in_currency(self, figure: TradeFigure) -> TradeFigure:
        """The figure with the reporter's currency where several countries share its word."""
        code = figure.reporter.code if figure.reporter is not None else None
        own = self.national.get(code or "")
        if own is not None and figure.unit == "currency" and self.shared.search(figure.text):
            return figure.model_copy(update={"currency": own})
        return figure


def said(amount: Amount, match: Match, article: Article) -> dict[str, object]:
    """What the amount itself says of a figure."""
    return {
        "id": "",
        "start": amount.start,
        "end": amount.end,
        "text": article.text[amount.start : amount.end],
        "value": amount.value,
        "upper": amount.upper,
        "unit": amount.unit,
        "currency": amount.currency,
        "rule": match.rule.id,
    }


def fitting(theme: Theme, amount: Amount, match: Match) -> Theme | None:
    """The theme as this amount measures it, or None where such an amount cannot measure it."""
    role = match.rule.gives.get("role")
    is_percent = amount.unit in ("percent", "percentage-point")
    is_price = amount.currency is not None and amount.unit != "currency"
    if is_percent and "wares" in match.slots:  # "99% of goods" is a coverage
        return None
    if theme.goods_at is not None and not is_price and "move" not in match.slots:
        return None
    if is_percent and role == "traded" and theme.kind == "production":
        return None
    if theme.kind == "price":
        return theme if is_price or amount.unit == "currency" or role == "change" else None
    if is_price or amount.unit == "basis-point":
        return None
    if is_percent and role in ("part", "traded"):
        of = theme.of or theme.kind
        return replace(theme, kind="market-share", of=of) if of in SHARED else None
    if theme.kind in ("market-share", "average-tariff"):
        return theme if is_percent else None
    if theme.kind == "total" or (is_percent and role != "change"):
        return None
    return theme


def earlier(
    amount: Amount, match: Match, sentence: Sentence, found: Sequence[TradeFigure]
) -> TradeFigure | None:
    """What a level was before: like the figure before it in all but number, movement and period."""
    if not found or found[-1].start < sentence.start:
        return None
    if amount.unit is None and found[-1].rule == match.rule.id:
        return None
    like = _like(found[-1], amount, match, sentence)
    period = earlier_period(amount, sentence)
    return like and like.model_copy(update={"direction": None, "period": period and period.id})


def _like(
    figure: TradeFigure, amount: Amount, match: Match, sentence: Sentence
) -> TradeFigure | None:
    """The same figure with another number, whose unit may be left out: "from 9.1 mln"."""
    words = sentence.article.text[amount.start : amount.end]
    is_change = match.rule.gives.get("role") == "change"
    unit, currency = amount.unit, amount.currency
    if unit is None and not words.isdigit():
        unit, currency = figure.unit, figure.currency
    if unit != figure.unit and not (unit == "percent" and is_change):
        return None
    update = {**said(amount, match, sentence.article), "unit": unit, "currency": currency}
    return figure.model_copy(update=update)


def inheriting(
    figure: TradeFigure, found: Sequence[TradeFigure], sentence: Sentence
) -> TradeFigure:
    """The figure with the reporter of the one before it in its paragraph, if it names none."""
    before = found[-1].reporter if found else None
    if before is None or figure.reporter is not None or figure.indicator not in SOMEBODYS:
        return figure
    if not _is_in_paragraph(found[-1], sentence):
        return figure
    if figure.partner is not None and figure.partner.code == before.code:
        return figure
    return figure.model_copy(update={"reporter": before.model_copy(update={"basis": "inherited"})})


def _is_in_paragraph(figure: TradeFigure, sentence: Sentence) -> bool:
    text = sentence.article.text
    return PARAGRAPH_BREAK.search(text, figure.end, max(figure.end, sentence.start)) is None


def rate_spans(article: Article) -> Iterator[tuple[int, int]]:
    """Where the tariff measures have their rates and changes of rates."""
    for measure in article.of(TariffMeasure):
        for rate in (measure.rate, measure.previous_rate):
            if rate is not None:
                yield from ((span.start, span.end) for span in (rate.span, *rate.mentions))
        if measure.change is not None:
            yield measure.change.span.start, measure.change.span.end


def cue_words(rules: Rulebook) -> frozenset[int]:
    """The last words of all that can be measured and the verbs of trade, as spaCy's word ids."""
    from spacy.strings import get_string_id

    words = {word.lower().split()[-1] for word in rules.lexicons["indicators"]}
    for name in ("trade-verbs", "goods-words", "revenue-cues", "average-cues"):
        words |= set(rules.lexicons[name])
    return frozenset(get_string_id(word) for word in {*words, "share"})


def sentences_of(doc: Doc, cues: frozenset[int]) -> Iterator[tuple[int, int, bool]]:
    """First and last token of each sentence; whether it holds a cue or begins with a pronoun."""
    from spacy.strings import get_string_id

    pronouns = {get_string_id("it"), get_string_id("they")}
    first, has_cue = 0, False
    rows = doc.to_array(["LOWER", "SENT_START"]).tolist()
    for i, (word, starts) in enumerate(rows):
        if starts == 1 and i > first:
            yield first, i - 1, has_cue
            first, has_cue = i, False
        has_cue = has_cue or word in cues or (i - first < PRONOUN_WITHIN and word in pronouns)
    if rows:
        yield first, len(rows) - 1, has_cue
