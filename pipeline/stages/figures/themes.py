"""What an amount is about: the indicator that it measures, and the words it hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.frames import is_passive, objects, subjects
from pipeline.rulebook import Match, Rulebook
from pipeline.stages.figures.sentences import Indicator, Sentence

if TYPE_CHECKING:
    from spacy.tokens import Token

NOUNS = ("NOUN", "PROPN", "PRON")
VERBS = ("VERB", "AUX")
UNCLAIMED = ("percent", "pct", "%", "dlrs", "cent")
"""Heads that the parse sometimes names where the amount itself is meant."""


@dataclass(frozen=True)
class Theme:
    """What an amount measures, and the tokens at which countries and goods are looked for."""

    kind: str
    host: Token | None
    """The noun; None where a verb of trade alone says what is measured."""
    verb: Token | None
    """The verb whose clause it is."""
    of: str | None = None
    """Of a share: what it is a share of."""
    end: int = 0
    """Where the amount ends."""
    is_certain: bool = True
    """Whether it is trade by itself; "Americans bought 16 million cars" is only with a partner."""
    goods_at: int | None = None
    """Where the goods are the subject themselves ("copper rose 2%"): their offset."""


def clause_verb(token: Token) -> Token | None:
    """The verb in whose clause a token stands."""
    for ancestor in token.ancestors:
        if ancestor.pos_ in VERBS:
            return ancestor
    return None


class Themes:
    """Finds what amounts are about, with the words of a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.trade_verbs = book.lexicons["trade-verbs"]
        self.plain_verbs = frozenset(book.lexicons["plain-trade-verbs"])
        self.pronouns = frozenset(book.lexicons["pronouns"])
        self.carriers = frozenset(book.lexicons["carriers"])
        self.partner_verbs = frozenset(book.lexicons["partner-verbs"])

    def theme_of(self, match: Match, sentence: Sentence) -> Theme | None:
        """The theme of a matched amount, or None where the sentence does not say it."""
        slots = match.slots
        if "indicator" in slots:
            indicator = sentence.indicator_at(slots["indicator"].end - 1)
            return None if indicator is None else self._of_indicator(indicator, match)
        if "wares" in slots or "taken" in slots:
            host = sentence.token_at((slots.get("wares") or slots["taken"]).end - 1)
            return self._of_goods(host, match, sentence)
        if "of" in slots:
            listed = [goods.token for goods in sentence.goods]
            hosts = (t for t in sentence.token_at(slots["of"].start).children if t in listed)
            return next((self._of_goods(host, match, sentence) for host in hosts), None)
        if match.rule.gives.get("role") == "traded":
            return self._of_trade_verb(match, sentence)
        slot = slots.get("move") or slots.get("verb")
        if slot is None:
            return None
        return self._of_cue(sentence.head_of(slot.start, slot.end), match, sentence)

    def continues(self, match: Match, sentence: Sentence) -> Token | None:
        """The verb of a sentence whose pronoun is what was measured before: "It rose"."""
        slot = match.slots.get("move") or match.slots.get("verb")
        if slot is None or sentence.indicators:
            return None
        cue = sentence.head_of(slot.start, slot.end)
        heads = [t for t in heads_of(cue) if t.i != cue.i]
        if not heads or any(t.lower_ not in ("it", "they") for t in heads):
            return None
        return cue if cue.pos_ in VERBS else clause_verb(cue)

    def _of_indicator(self, indicator: Indicator, match: Match) -> Theme | None:
        verb = clause_verb(indicator.host)
        if match.rule.gives.get("role") != "part":
            return Theme(indicator.kind, indicator.host, verb)
        return Theme(indicator.kind, indicator.token, verb, of=indicator.kind)

    def _of_goods(self, host: Token, match: Match, sentence: Sentence) -> Theme:
        """Goods by their value: bought or sold where a verb of trade governs them."""
        verb = clause_verb(host)
        if match.rule.gives.get("indicator") == "trade" and verb is not None:
            traded = self._at_trade_verb(verb, sentence)
            if traded is not None:
                return replace(traded, host=host)
        return Theme(str(match.rule.gives["indicator"]), host, verb)

    def _of_trade_verb(self, match: Match, sentence: Sentence) -> Theme | None:
        return self._at_trade_verb(sentence.token_at(match.slots["verb"].start), sentence)

    def _at_trade_verb(self, verb: Token, sentence: Sentence) -> Theme | None:
        """What a verb of trade measures; a common one ("buy") only with a country's name."""
        if verb.pos_ not in VERBS or verb.lower_ not in self.trade_verbs:
            return None
        kind = str(self.trade_verbs[verb.lower_])
        is_plain = verb.lemma_ in self.plain_verbs
        if not is_plain and not self._has_country(verb, sentence):
            return None
        return Theme(
            kind, None, verb, is_certain=is_plain or kind == "investment" or _is_abroad(verb)
        )

    def _has_country(self, verb: Token, sentence: Sentence) -> bool:
        acting = [*subjects(verb), *objects(verb)]
        return any(country.token in acting for country in sentence.countries)

    def _of_cue(self, cue: Token, match: Match, sentence: Sentence) -> Theme | None:
        """Of a verb or noun of movement or size: its subject, or what a noun of movement is in."""
        heads = [t for t in heads_of(cue) if t.lemma_.lower() not in UNCLAIMED and t.i != cue.i]
        for head in heads:
            theme = self._of_head(head, cue, sentence)
            if theme is not None:
                return theme
        if cue.pos_ in ("NOUN", "PROPN") and (theme := _after_noun(cue, sentence)) is not None:
            return theme
        trading = clause_verb(cue)
        if cue.lower_ == "worth" and trading is not None:
            traded = self._at_trade_verb(trading, sentence)
            if traded is not None:
                return traded
        if any(t.lower_ not in self.pronouns and t.lemma_ not in self.carriers for t in heads):
            return None  # something else moves
        before = [i for i in sentence.indicators if i.end <= match.start]
        after = [i for i in sentence.indicators if i.start >= match.end]
        nearest = before[-1:] or after[:1]
        if not nearest:
            return None
        host = nearest[0].host
        pronoun = next((t for t in heads if t.lower_ in ("that", "those")), None)
        return Theme(nearest[0].kind, pronoun or host, clause_verb(pronoun or host))

    def _of_head(self, head: Token, cue: Token, sentence: Sentence) -> Theme | None:
        verb = cue if cue.pos_ in VERBS else clause_verb(cue)
        for indicator in sentence.indicators:
            if head in (indicator.token, indicator.host) or self._is_within(indicator.token, head):
                return Theme(indicator.kind, indicator.host, verb)
        for goods in sentence.goods:
            if goods.token == head:
                return Theme("price", None, verb, goods_at=goods.start)
        return None

    def _is_within(self, token: Token, head: Token) -> bool:
        """Whether an indicator modifies the head: "export growth", "the drop in exports"."""
        if head.pos_ not in NOUNS:
            return False
        while token not in (head, token.head):
            if token.dep_ not in ("compound", "pobj", "prep", "conj", "nmod", "amod"):
                return False
            if token.dep_ == "prep" and token.lower_ not in ("of", "in"):
                return False
            token = token.head
        return token == head


def _after_noun(cue: Token, sentence: Sentence) -> Theme | None:
    """What a noun of movement is in, where the parse hangs "in" elsewhere: "the fall in X"."""
    indicator = next((i for i in sentence.indicators if i.token.i > cue.i), None)
    if indicator is None:
        return None
    between = cue.doc[cue.i + 1 : indicator.token.i]
    if any(t.pos_ in VERBS for t in between) or not any(t.lower_ == "in" for t in between):
        return None
    return Theme(indicator.kind, indicator.host, clause_verb(indicator.host))


def heads_of(cue: Token) -> Iterator[Token]:
    """The nouns that a cue says something about, nearest reading first."""
    if cue.pos_ in VERBS:
        moved = [t for t in objects(cue) if t.pos_ in NOUNS and not _is_amount(t)]
        yield from moved
        if not moved and not is_passive(cue):
            yield from subjects(cue)
        return
    if cue.pos_ in ("NOUN", "PROPN"):
        inside = [t for prep in cue.children if prep.lower_ in ("in", "of") for t in prep.children]
        yield from (t for t in inside if not _is_amount(t))
        yield from (t for t in cue.lefts if t.dep_ in ("compound", "poss"))
        if not inside:
            yield cue
    for ancestor in cue.ancestors:
        if ancestor.pos_ in VERBS:
            yield from subjects(ancestor)
            return
        if ancestor.pos_ in NOUNS and not _is_amount(ancestor):
            yield ancestor


def _is_amount(token: Token) -> bool:
    is_counted = any(t.dep_ in ("nummod", "quantmod") for t in token.lefts)
    return token.ent_type_ in AMOUNTS or is_counted or token.lemma_.lower() in UNCLAIMED


def _is_abroad(verb: Token) -> bool:
    """Whether something is sold to or bought from somebody, or abroad."""
    return any(
        child.dep_ == "dative" or child.lower_ in ("to", "from", "abroad", "overseas")
        for child in verb.children
    )


AMOUNTS = ("PERCENT", "MONEY", "QUANTITY", "CARDINAL")
"""The model's labels for amounts: they are what is said, not what it is said of."""
