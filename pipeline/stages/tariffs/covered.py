"""What a measure covers in money, and the law it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.amounts import AmountReader
from pipeline.findings import Span, ValueCovered
from pipeline.stages.tariffs.rates import searched

if TYPE_CHECKING:

    from pipeline.rulebook import Rulebook
    from pipeline.stages.tariffs.claims import Mention
    from pipeline.stages.tariffs.scene import Scene


def value_in(mention: Mention, scene: Scene, amounts: AmountReader) -> ValueCovered | None:
    """The trade value in a mention's stretch: "$34bn of Chinese goods"."""
    doc, text, cue = scene.doc, scene.article.text, scene.vocabulary.cue
    anchor = mention.anchor
    start = doc[max(mention.first, anchor.i - 14)].idx
    end = doc[mention.last - 1].idx + len(doc[mention.last - 1])
    for amount in amounts.find(scene.article.body, start, end):
        if amount.unit != "currency" or amount.currency is None or amount.value < 100_000:
            continue
        before, after = (
            text[max(0, amount.lead - 40) : amount.lead],
            text[amount.end : amount.end + 45],
        )
        if cue("other-money").search(before[-25:]) or cue("other-money").search(after[:25]):
            continue
        if cue("worth-after").match(after) or cue("worth-before").search(before):
            return ValueCovered(
                amount=amount.value,
                currency=amount.currency,
                operator=amount.operator,
                span=scene.article.span(amount.start, amount.end),
            )
    return None


def legal_in(mention: Mention, scene: Scene, rules: Rulebook) -> Iterator[Span]:
    """The laws, orders and articles that the sentence of a mention names."""
    sentence = mention.anchor.sent
    for rule in rules.by_kind.get("legal-basis", ()):
        for hit in searched(rule, scene.article, (sentence.start_char, sentence.end_char)):
            yield scene.article.span(*hit["all"])
