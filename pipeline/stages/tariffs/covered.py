"""What a measure covers in money, and the law it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.amounts import AmountReader
from pipeline.findings import Span, ValueCovered
from pipeline.stages.tariffs.rates import searched

LEAST_VALUE = 100_000
"""Smaller amounts of money are prices or specific duties, not the value of trade."""

if TYPE_CHECKING:
    from pipeline.rulebook import Rulebook
    from pipeline.stages.tariffs.mentions import Mention
    from pipeline.stages.tariffs.scene import Scene


def value_in(mention: Mention, scene: Scene, amounts: AmountReader) -> ValueCovered | None:
    """The trade value in a mention's stretch: "$34bn of Chinese goods"."""
    text, cue = scene.article.text, scene.vocabulary.cue
    start, end = mention.ends
    start = max(start, scene.doc[max(0, mention.anchor.i - 14)].idx)
    if not cue("money").search(text, start, end):
        return None
    for amount in amounts.find(scene.article.body, start, end):
        if amount.unit != "currency" or amount.currency is None or amount.value < LEAST_VALUE:
            continue
        before = text[max(0, amount.lead - 40) : amount.lead]
        after = text[amount.end : amount.end + 45]
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


def legal_of(mention: Mention, scene: Scene, rules: Rulebook) -> Iterator[Span]:
    """The laws, orders and articles that a mention rests on.

    Those in its stretch of the sentence; else what the sentence, or one before it that speaks of
    no levy, says is applied: "Under Section 301, …",
    "The President invoked Section 232. He imposed …".
    """
    named = legal_in(*mention.ends, scene, rules)
    found = [law for law in named if not is_of_another(law, scene)]
    if not found:
        sentence = mention.anchor.sent
        starts = [sentence.start_char]
        before = scene.doc[sentence.start - 1].sent if sentence.start else sentence
        if not scene.vocabulary.cue("levy").search(before.text):
            starts.append(before.start_char)
        for start in starts:
            laws = legal_in(start, mention.ends[0], scene, rules)
            found = [law for law in laws if is_applied(law, scene)]
            if found:
                break
    yield from found


def legal_in(start: int, end: int, scene: Scene, rules: Rulebook) -> Iterator[Span]:
    """The laws, orders and articles that a stretch of text names."""
    if not scene.vocabulary.cue("law").search(scene.article.body, start, end):
        return
    for rule in rules.by_kind.get("legal-basis", ()):
        for hit in searched(rule, scene.article, (start, end)):
            yield scene.article.span(*hit["all"])


def is_applied(law: Span, scene: Scene) -> bool:
    """Whether a law is said to be applied: "under Section 232", "invoking the Act"."""
    before = scene.article.text[max(0, law.start - 60) : law.start]
    return bool(scene.vocabulary.cue("applying").search(before)) and not is_of_another(law, scene)


def is_of_another(law: Span, scene: Scene) -> bool:
    """Whether a law is that of another levy: "in addition to any duty under Section 232"."""
    before = scene.article.text[max(0, law.start - 120) : law.start]
    return bool(scene.vocabulary.cue("law-of-another").search(before))
