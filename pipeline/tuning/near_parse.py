"""How near a rule on the parse comes: tokens, trees and frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.frames import FramePattern, Place, fillers, fits, has_particle
from pipeline.patterns import TokensPattern, TreePattern
from pipeline.tuning.conditions import few, token_in_words
from pipeline.tuning.nearness import Miss, Stretch, distance, is_near

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

OPTIONAL = ("?", "*", "!")


def token_met(token: Token | None) -> str:
    """A word with what the parse says of it."""
    if token is None:
        return "nothing"
    return f"*{token.text}* (lemma {token.lemma_}, {token.pos_}, {token.dep_})"


def sentence_at(doc: Doc, window: Stretch) -> Span:
    """The tokens of a window."""
    return doc.char_span(*window, alignment_mode="expand") or doc[:]


# Tokens -------------------------------------------------------------------------------------------


def near_tokens(
    pattern: TokensPattern, doc: Doc, window: Stretch, place: Stretch
) -> Iterator[Miss]:
    """The longest row of tokens that stands there, from either end of the pattern."""
    sentence = sentence_at(doc, window)
    for row in pattern.patterns:
        total = len(row)
        conditions = sum(not _optional(token) for token in row)
        for count in range(total - 1, 0, -1):
            beginning = _rows(row[:count], sentence, place)
            if beginning is not None and not _optional(row[count]):
                after = doc[beginning.end] if beginning.end < sentence.end else None
                needs = token_in_words(row[count])
                passed = sum(not _optional(token) for token in row[:count])
                yield _miss(beginning, needs, after, "after", (passed, conditions))
                break
        for count in range(total - 1, 0, -1):
            end = _rows(row[total - count :], sentence, place)
            if end is not None and not _optional(row[total - count - 1]):
                before = doc[end.start - 1] if end.start > sentence.start else None
                needs = token_in_words(row[total - count - 1])
                passed = sum(not _optional(token) for token in row[total - count :])
                yield _miss(end, needs, before, "before", (passed, conditions))
                break


def _optional(token: Mapping[str, Any]) -> bool:
    op = str(token.get("OP", "1"))
    return op in OPTIONAL or op.startswith(("{0", "{,"))


def _rows(row: Sequence[Mapping[str, Any]], sentence: Span, place: Stretch) -> Span | None:
    from spacy.matcher import Matcher

    matcher = Matcher(sentence.vocab)
    matcher.add("part", [[dict(token) for token in row]])
    spans = [sentence[start:end] for _, start, end in matcher(sentence)]
    near = [span for span in spans if is_near((span.start_char, span.end_char), place)]
    return min(
        near, key=lambda span: distance((span.start_char, span.end_char), place), default=None
    )


def _miss(span: Span, needs: str, met: Token | None, side: str, counts: tuple[int, int]) -> Miss:
    return Miss(span.start_char, span.end_char, needs, token_met(met), side, *counts)


# Frames -------------------------------------------------------------------------------------------


def near_frame(pattern: FramePattern, doc: Doc, window: Stretch, place: Stretch) -> Iterator[Miss]:
    """Each cue of the sentence whose frame does not hold, and each word that could be a cue."""
    needed = [each for each in pattern.places if not each.optional]
    for token in sentence_at(doc, window):
        span = (token.idx, token.idx + len(token))
        particles = pattern.cue_words.get(token.lemma_.lower())
        if particles is None:
            filled = sum(_filler(token, each) is not None for each in pattern.places)
            is_meant = span[0] < place[1] and place[0] < span[1] and token.pos_ == pattern.pos
            if is_meant and filled:
                counts = (1 + filled, 2 + len(pattern.places))
                yield Miss(*span, f"a {said_of_cue(pattern)}", token_met(token), "at", *counts)
        elif pattern.at(token) is None:
            passed, needs, met = _frame_failure(pattern, token, particles)
            yield Miss(*span, needs, met, "at", passed, 2 + len(needed))


def said_of_cue(pattern: FramePattern) -> str:
    """What cue a frame is for."""
    return f"{pattern.pos.lower()} of its list ({few(pattern.cues)})"


def _filler(cue: Token, place: Place) -> Token | None:
    return next(
        (
            t
            for t in fillers(cue, place.where)
            if place.heads is None or t.lemma_.lower() in place.heads
        ),
        None,
    )


def _frame_failure(
    pattern: FramePattern, cue: Token, particles: frozenset[str]
) -> tuple[int, str, str]:
    if not fits(cue, pattern.pos):
        return 1, f"the cue as a {pattern.pos.lower()}", token_met(cue)
    if not has_particle(cue, particles):
        following = next(iter(cue.rights), None)
        return 1, f"{cue.lemma_} with {' or '.join(sorted(particles))}", token_met(following)
    passed = 2
    for place in pattern.places:
        if place.optional:
            continue
        found = list(fillers(cue, place.where))
        if not found:
            return passed, f"{place.slot} as {place.where} of {cue.text!r}", "nothing there"
        if _filler(cue, place) is None:
            heads = few(sorted(place.heads or ()))
            needs = f"{place.slot} ({place.where} of {cue.text!r}) headed by one of {heads}"
            return passed, needs, token_met(found[0])
        passed += 1
    return passed, "", ""


# Trees --------------------------------------------------------------------------------------------


def near_tree(pattern: TreePattern, doc: Doc, window: Stretch, place: Stretch) -> Iterator[Miss]:
    """The longest beginning of the tree's nodes that stands there, and the node that is missing."""
    nodes = pattern.pattern
    for count in range(len(nodes) - 1, 0, -1):
        hits = [
            hit
            for hit in TreePattern(nodes[:count]).find(doc.text, doc)
            if window[0] <= hit.start < window[1] and is_near((hit.start, hit.end), place)
        ]
        if not hits:
            continue
        hit, node = hits[0], nodes[count]
        head = hit.slots[node["LEFT_ID"]].head
        above = doc[head] if head is not None else None
        others = [] if above is None else _related(above, node["REL_OP"])
        relation = RELATIONS.get(node["REL_OP"], f"{node['REL_OP']} of")
        needs = f"{node['RIGHT_ID']}, {relation} {above.text if above else ''!r}: " + (
            token_in_words(node.get("RIGHT_ATTRS", {}))
        )
        met = ", ".join(token_met(token) for token in others[:MOST_MET]) or "nothing there"
        yield Miss(hit.start, hit.end, needs, met, "at", count, len(nodes))
        return


MOST_MET = 3
RELATIONS: Mapping[str, str] = {
    ">": "below",
    "<": "above",
    ">>": "anywhere below",
    "<<": "anywhere above",
    ".": "right after",
    ";": "right before",
    ".*": "after",
    ";*": "before",
}


def _related(token: Token, operator: str) -> list[Token]:
    """The words that stand in a relation of spaCy's DependencyMatcher to a word."""
    if operator.startswith(">>"):
        return [t for t in token.subtree if t != token]
    if operator.startswith(">"):
        return list(token.children)
    if operator.startswith("<<"):
        return list(token.ancestors)
    if operator.startswith("<"):
        return [token.head]
    if operator.startswith("."):
        return list(token.doc[token.i + 1 : token.i + 2])
    if operator.startswith(";"):
        return list(token.doc[max(0, token.i - 1) : token.i])
    return [t for t in token.head.children if t != token]
