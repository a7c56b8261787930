"""Why not: how far each rule gets near a place in a text, and the first condition that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span, Token

from pipeline.article import Article
from pipeline.frames import FramePattern, fillers, fits, has_particle
from pipeline.patterns import FLAGS, SEARCH_TIMEOUT_S, RegexPattern, TokensPattern, TreePattern
from pipeline.rulebook import Rule, Rulebook, matches_of
from pipeline.tuning.elements import branches

MET = 40
"""Characters of the text shown after what a rule still matched."""


NEAR = 0.5
"""Least share of its conditions that a rule must meet to be called near."""


@dataclass(frozen=True)
class NearMiss:
    """A rule that came near: what it matched, what it needed next, and what it met there."""

    rule: str
    matched: str
    """The words up to where it failed."""
    start: int
    end: int
    needs: str
    """The first condition that failed, as the rule writes it."""
    met: str
    passed: int
    conditions: int

    @property
    def share(self) -> float:
        """How far the rule got, 0 to 1."""
        return self.passed / self.conditions


def nearest(
    book: Rulebook, article: Article, place: tuple[int, int], *, most: int = 3
) -> list[NearMiss]:
    """The rules of a book that came nearest at a place (source offsets), the nearest first."""
    window = sentence_around(article, place)
    misses = [
        miss
        for rule in book.rules
        if (miss := near_miss(rule, book, article, window, place)) is not None
        and miss.share >= NEAR
    ]
    return sorted(misses, key=lambda m: (-m.share, -m.passed, m.rule))[:most]


def sentence_around(article: Article, place: tuple[int, int]) -> tuple[int, int]:
    """The source offsets of the sentence, or sentences, in which a place stands."""
    around = [s for s in article.doc.sents if s.start_char < place[1] and place[0] < s.end_char]
    if not around:
        return place
    return around[0].start_char, around[-1].end_char


def near_miss(
    rule: Rule, book: Rulebook, article: Article, window: tuple[int, int], place: tuple[int, int]
) -> NearMiss | None:
    """How near one rule comes in a window; None where it matches the place or gets nowhere."""
    pattern = rule.pattern
    if any(m.start < place[1] and place[0] < m.end for m in matches_of(rule, article)):
        return None
    if isinstance(pattern, RegexPattern):
        found = list(_near_regex(rule, pattern, book, article, window, place))
    elif isinstance(pattern, TokensPattern):
        found = list(_near_tokens(rule, pattern, article, window))
    elif isinstance(pattern, FramePattern):
        found = list(_near_frame(rule, pattern, article.doc, window))
    elif isinstance(pattern, TreePattern):
        found = list(_near_tree(rule, pattern, article.doc, window))
    else:
        found = []
    return max(found, key=lambda m: (m.share, m.passed), default=None)


# Regex --------------------------------------------------------------------------------------------


def _near_regex(  # noqa: PLR0913, PLR0917
    rule: Rule,
    pattern: RegexPattern,
    book: Rulebook,
    article: Article,
    window: tuple[int, int],
    place: tuple[int, int],
) -> Iterator[NearMiss]:
    text = article.body
    for elements in branches(pattern.written):
        for passed in range(len(elements) - 1, 0, -1):
            beginning = _compiled(book.regex(" ".join(elements[:passed])))
            if beginning is None:
                continue
            found = [
                m
                for m in beginning.finditer(text, *window, timeout=SEARCH_TIMEOUT_S)
                if m.group().strip()
            ]
            if found:
                best = min(found, key=lambda m: _distance((m.start(), m.end()), place))
                yield NearMiss(
                    rule=rule.id,
                    matched=best.group(),
                    start=best.start(),
                    end=best.end(),
                    needs=" ".join(elements[passed].split()),
                    met=text[best.end() : best.end() + MET],
                    passed=passed,
                    conditions=len(elements),
                )
                break


@lru_cache(maxsize=4096)
def _compiled(source: str) -> regex.Pattern[str] | None:
    try:
        return regex.compile(source, FLAGS)
    except regex.error:  # a beginning that is no pattern by itself, as with a conditional
        return None


def _distance(span: tuple[int, int], place: tuple[int, int]) -> int:
    return max(0, place[0] - span[1], span[0] - place[1])


# Tokens, frames and trees -------------------------------------------------------------------------


def _near_tokens(
    rule: Rule, pattern: TokensPattern, article: Article, window: tuple[int, int]
) -> Iterator[NearMiss]:
    doc = article.doc
    sentence = _covered(doc, window)
    for tokens in pattern.patterns:
        for passed in range(len(tokens) - 1, 0, -1):
            matcher = Matcher(doc.vocab)
            matcher.add("beginning", [tokens[:passed]])
            matches = matcher(sentence)
            if matches:
                _, start, end = matches[0]
                span = sentence[start:end]
                yield NearMiss(
                    rule=rule.id,
                    matched=span.text,
                    start=span.start_char,
                    end=span.end_char,
                    needs=f"a token with {said(tokens[passed])}",
                    met=article.text[span.end_char : span.end_char + MET],
                    passed=passed,
                    conditions=len(tokens),
                )
                break


def said(condition: object) -> str:
    """A token's condition on one line, long word lists cut."""
    text = str(condition).replace("'", "")
    return text if len(text) <= 120 else text[:117] + "…"


def _near_frame(
    rule: Rule, pattern: FramePattern, doc: Doc, window: tuple[int, int]
) -> Iterator[NearMiss]:
    for token in _covered(doc, window):
        particles = pattern.cue_words.get(token.lemma_.lower())
        if particles is None or pattern.at(token) is not None:
            continue
        conditions = 2 + sum(not place.optional for place in pattern.places)
        passed, needs, met = _frame_failure(pattern, token, particles)
        yield NearMiss(
            rule=rule.id,
            matched=token.text,
            start=token.idx,
            end=token.idx + len(token),
            needs=needs,
            met=met,
            passed=passed,
            conditions=conditions,
        )


def _frame_failure(
    pattern: FramePattern, cue: Token, particles: frozenset[str]
) -> tuple[int, str, str]:
    if not fits(cue, pattern.pos):
        return 1, f"the cue as a {pattern.pos}", cue.pos_
    if not has_particle(cue, particles):
        return 1, f"{cue.lemma_} with {' or '.join(sorted(particles))}", cue.sent.text[:MET]
    passed = 2
    for place in pattern.places:
        if place.optional:
            continue
        found = list(fillers(cue, place.where))
        if not found:
            return passed, f"{place.slot} as {place.where} of {cue.text!r}", "nothing there"
        if place.heads is not None and all(t.lemma_.lower() not in place.heads for t in found):
            listed = ", ".join(sorted(place.heads)[:8])
            return passed, f"{place.slot} headed by one of: {listed} …", found[0].text
        passed += 1
    return passed, "", ""


def _near_tree(
    rule: Rule, pattern: TreePattern, doc: Doc, window: tuple[int, int]
) -> Iterator[NearMiss]:
    span = _covered(doc, window)
    for passed in range(len(pattern.pattern) - 1, 0, -1):
        hits = [
            hit
            for hit in TreePattern(pattern.pattern[:passed]).find(doc.text, doc)
            if window[0] <= hit.start < window[1]
        ]
        if hits:
            node = pattern.pattern[passed]
            yield NearMiss(
                rule=rule.id,
                matched=doc.text[hits[0].start : hits[0].end],
                start=hits[0].start,
                end=hits[0].end,
                needs=f"{node['RIGHT_ID']}: {said(node.get('RIGHT_ATTRS'))}",
                met=span.text[:MET],
                passed=passed,
                conditions=len(pattern.pattern),
            )
            return


def _covered(doc: Doc, window: tuple[int, int]) -> Span:
    return doc.char_span(*window, alignment_mode="expand") or doc[:]
