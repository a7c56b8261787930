"""The kinds of pattern a rule can have: regex, tokens and tree (frames stand in `frames.py`).

Each kind turns one article into `Hit`s: a stretch of source text with named pieces, its slots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import regex

from pipeline.compiled import compiled
from pipeline.suggestions import suggestion

if TYPE_CHECKING:
    from spacy.matcher import DependencyMatcher, Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

SEARCH_TIMEOUT_S = 2.0
"""Longest time one pattern may take on one article; only a pattern that backtracks gets near it."""

PROBE_TIMEOUT_S = 0.5
"""The same for the short probe texts on which a pattern is tried when it is loaded (about 1 ms)."""

PROBES = ("1", "a", " ", "1 ", "a ", "1,")
"""What is said over and over to a new pattern: nested repetitions explode on one of these."""


TOO_LONG = (
    f"took over {SEARCH_TIMEOUT_S:g} s on one text: it backtracks; "
    "use possessive quantifiers (*+, ++) or shorter repetitions"
)


class PatternError(ValueError):
    """A pattern cannot be used; the message says why, `word` which word of it is wrong."""

    def __init__(self, message: str, *, word: str | None = None) -> None:
        super().__init__(message)
        self.word = word


TOKEN_FAULT = re.compile(r"\[pattern -> \d+ -> (\w+)[^\n]*?\]+ (\S.*)")


def refused(error: Exception) -> PatternError:
    """What spaCy says of a pattern of tokens or a tree, in one line."""
    from spacy.schemas import TokenPattern

    fault = TOKEN_FAULT.search(str(error))
    if fault is None:
        said = " ".join(str(error).split())
        return PatternError(f"{said} is missing" if isinstance(error, KeyError) else said)
    word, message = fault.groups()
    if message.startswith("Extra inputs"):
        known = [str(each.alias) for each in TokenPattern.model_fields.values()]
        message = f"no such attribute of a token; {suggestion(word, known)}"
    return PatternError(f"{word}: {message}", word=word)


class Slot(NamedTuple):
    """A named piece of a match: half-open source offsets, and its head token where there is one."""

    start: int
    end: int
    head: int | None = None


class Hit(NamedTuple):
    """Where a pattern matches, half-open source offsets, and its slots."""

    start: int
    end: int
    slots: Mapping[str, Slot]


class Pattern(Protocol):
    """What the rulebook asks of each kind."""

    def find(self, text: str, doc: Doc | None) -> Iterator[Hit]:
        """Every match in the article's body text and its parse (which a regex does not need)."""
        ...


# Words as a regex ---------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def word_list_regex(words: tuple[str, ...]) -> str:
    """One regex for many words, factored by first letters so that it is tried in one walk.

    A space stands for any white space, a straight apostrophe also for a curly one, a hyphen also
    for the non-breaking one. Longer words are preferred.
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in " ".join(word.split()):
            node = node.setdefault(letter, {})
        node[""] = {}
    return _regex_of(tree)


_LETTERS = {" ": r"\s+", "'": "['’]", "-": "[-‑]"}


def _regex_of(tree: Mapping[str, Any]) -> str:
    branches = [
        (letter if letter.isalnum() else _LETTERS.get(letter) or regex.escape(letter))
        + _regex_of(rest)
        for letter, rest in tree.items()
        if letter
    ]
    if not branches:
        return ""
    if len(branches) == 1 and "" not in tree:
        return branches[0]
    return f"(?:{'|'.join(branches)})" + ("?" if "" in tree else "")


# Regex --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegexPattern:
    """A verbose regex that ignores case unless it says `(?-i: … )`; its named groups are slots."""

    source: str
    written: str = ""
    """As it stands in the rule file, with its `{{slots}}`."""
    cues: tuple[str, ...] = ()
    """Words in small letters of which a match holds one: without any, the regex is not tried."""

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        """The compiled regex; raises `PatternError` for a faulty one."""
        try:
            return compiled(self.source)
        except regex.error as error:
            said = str(error).partition(" at position ")[0]
            raise PatternError(f"faulty regex: {said}") from error

    def find(self, text: str, doc: Doc | None = None) -> Iterator[Hit]:
        """Every match; raises `PatternError` where the pattern takes too long."""
        yield from self.search(text, 0, len(text))

    def search(self, text: str, start: int, end: int) -> Iterator[Hit]:
        """Every match that lies in `[start, end)`; what stands around it can still be looked at."""
        if self.cues:
            low = text[start:end].lower()
            if not any(cue in low for cue in self.cues):
                return
        try:
            for m in self.compiled.finditer(text, start, end, timeout=SEARCH_TIMEOUT_S):
                if m.end() > m.start():
                    yield self._hit(m)
        except TimeoutError as error:
            raise PatternError(TOO_LONG) from error

    def at(self, text: str, start: int, end: int) -> Hit | None:
        """The match on `[start, end)`, or None; where it could go on, what follows is not seen."""
        try:
            m = self.compiled.match(text, start, timeout=SEARCH_TIMEOUT_S)
            if m is not None and m.end() > end:
                m = self.compiled.match(text, start, end, timeout=SEARCH_TIMEOUT_S)
        except TimeoutError as error:
            raise PatternError(TOO_LONG) from error
        return self._hit(m) if m is not None and m.end() == end else None

    def _hit(self, m: regex.Match[str]) -> Hit:
        slots = {
            name: Slot(*m.span(name))
            for name in self.compiled.groupindex
            if m.span(name) != (-1, -1)
        }
        return Hit(m.start(), m.end(), slots)

    def probe(self, sample: str) -> None:
        """Try the pattern on repetitive texts; raise `PatternError` if it backtracks."""
        for piece in (*PROBES, sample[:-1] or sample):
            text = piece * (1 + 1000 // len(piece)) + "\x00" + sample
            try:
                self.compiled.search(text, timeout=PROBE_TIMEOUT_S)
            except TimeoutError as error:
                raise PatternError(
                    "dangerous regex: its time explodes on a repetitive text; "
                    "use possessive quantifiers (*+, ++) or bounded repetitions"
                ) from error


# Tokens and trees ---------------------------------------------------------------------------------


def _covering(doc: Doc, tokens: Sequence[int], slots: Mapping[str, int]) -> Hit:
    first, last = doc[min(tokens)], doc[max(tokens)]
    return Hit(
        first.idx,
        last.idx + len(last),
        {
            name: Slot(doc[i].idx, doc[i].idx + len(doc[i]), i)
            for name, i in sorted(slots.items(), key=lambda item: item[1])
        },
    )


class TokensPattern:
    """spaCy Matcher patterns, one or several; a token's key `as` names the slot that it fills."""

    def __init__(self, patterns: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        self.patterns = [[{k: v for k, v in t.items() if k != "as"} for t in p] for p in patterns]
        self.names = [[t.get("as") for t in p] for p in patterns]
        self._matchers: dict[int, Matcher] = {}

    def _matcher(self, vocab: Vocab) -> Matcher:
        from spacy.errors import MatchPatternError
        from spacy.matcher import Matcher

        if id(vocab) not in self._matchers:
            matcher = Matcher(vocab, validate=True)
            try:
                for number, pattern in enumerate(self.patterns):
                    matcher.add(str(number), [pattern], greedy="LONGEST")
            except (MatchPatternError, ValueError) as error:
                raise refused(error) from error
            self._matchers = {id(vocab): matcher}
        return self._matchers[id(vocab)]

    def find(self, text: str, doc: Doc | None) -> Iterator[Hit]:
        """Every longest match."""
        if doc is None:
            raise PatternError("a token pattern needs a parse")
        matches: Any = self._matcher(doc.vocab)(
            doc, with_alignments=True
        )  # stubs know three values
        for key, start, end, places in matches:
            names = self.names[int(doc.vocab.strings[key])]
            spans: dict[str, list[int]] = {}
            for token, place in zip(range(start, end), places, strict=True):
                if name := names[place]:
                    spans.setdefault(name, []).append(token)
            slots = {
                name: Slot(
                    doc[ts[0]].idx,
                    doc[ts[-1]].idx + len(doc[ts[-1]]),
                    doc[ts[0] : ts[-1] + 1].root.i,
                )
                for name, ts in spans.items()
            }
            yield Hit(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]), slots)


class TreePattern:
    """A spaCy DependencyMatcher pattern; the `RIGHT_ID` of each node names the slot it fills."""

    def __init__(self, pattern: Sequence[Mapping[str, Any]]) -> None:
        self.pattern = [dict(node) for node in pattern]
        self._matchers: dict[int, DependencyMatcher] = {}

    def _matcher(self, vocab: Vocab) -> DependencyMatcher:
        from spacy.matcher import DependencyMatcher

        if id(vocab) not in self._matchers:
            matcher = DependencyMatcher(vocab, validate=True)
            try:
                matcher.add("tree", [self.pattern])
            except (ValueError, KeyError) as error:
                raise refused(error) from error
            self._matchers = {id(vocab): matcher}
        return self._matchers[id(vocab)]

    def find(self, text: str, doc: Doc | None) -> Iterator[Hit]:
        """Every match."""
        if doc is None:
            raise PatternError("a tree pattern needs a parse")
        names = [node["RIGHT_ID"] for node in self.pattern]
        for _, tokens in self._matcher(doc.vocab)(doc):
            yield _covering(doc, tokens, dict(zip(names, tokens, strict=True)))
