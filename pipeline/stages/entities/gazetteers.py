"""Finds the words of the word lists (countries, bodies, goods, people) in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.article import Article
from pipeline.rulebook import Lexicon

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab

LEXICONS: Mapping[str, str] = {
    "other-places": "countries",
    "parts": "countries",
    "countries": "countries",
    "demonyms": "countries",
    "capitals": "countries",
    "seats": "countries",
    "organs": "bodies",
    "bodies": "bodies",
    "laws": "bodies",
    "firms": "bodies",
    "news-media": "bodies",
    "office-holders": "people",
    "known-by-family-name": "people",
    "goods": "goods",
}
"""Lexicon → the rule file that holds it; where two hold the same word, the first one is meant."""

ANY_CASE = frozenset({"goods"})
"""Lexicons of common nouns, which stand in small letters in the text or not."""

GLUED = re.compile(r"(?<![\w.])((?:[A-Z]\.){2,})[-–—/](?:((?:[A-Z]\.){2,}|[A-Z]\w+)(?![\w.]))?")
"""Abbreviations glued to the next word, which the tokenizer leaves whole: U.S.–China, U.S.-led."""


class Hit(NamedTuple):
    """Words of a lexicon in a text: half-open source offsets, and the last token."""

    start: int
    end: int
    lexicon: str
    word: str
    """As it stands in the lexicon."""
    token: int

    @property
    def rule(self) -> str:
        """The list to look in when this is wrong: `countries/demonyms`."""
        return f"{LEXICONS[self.lexicon]}/{self.lexicon}"


@dataclass
class Gazetteer:
    """All word lists compiled into one matcher, at the first article of a vocabulary."""

    lexicons: Mapping[str, Lexicon]
    _matcher: PhraseMatcher | None = field(default=None, init=False, repr=False)
    _vocab: Vocab | None = field(default=None, init=False, repr=False)
    _entries: dict[str, list[tuple[str, str]]] = field(default_factory=dict, init=False, repr=False)

    def find(self, article: Article) -> list[Hit]:
        """Hits that do not overlap, the longest first kept, by start."""
        doc = article.doc
        if self._matcher is None or self._vocab is not doc.vocab:
            self._matcher, self._vocab = self._compiled(doc.vocab), doc.vocab
        found = [(start, end, key) for key, start, end in self._matcher(doc)]
        taken: set[int] = set()
        kept = list(self._glued(article))
        for start, end, key in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
            if not taken.isdisjoint(range(start, end)):
                continue
            first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
            meant = self._meant(article.text[first:last], doc.vocab.strings[key])
            if meant is not None:
                taken.update(range(start, end))
                kept.append(Hit(first, last, *meant, end - 1))
        return sorted(kept)

    def _glued(self, article: Article) -> Iterator[Hit]:
        for match in GLUED.finditer(article.body):
            for group in (1, 2):
                said = match.group(group)
                if said is None or not (meant := self._meant(said, said.lower())):
                    continue
                span = article.doc.char_span(*match.span(group), alignment_mode="expand")
                if span is not None and len(span) == 1 and len(span.text) > len(said):
                    yield Hit(*match.span(group), *meant, span.start)

    def _meant(self, said: str, key: str) -> tuple[str, str] | None:
        """Lexicon and word of a lower-case key that may be written as the text writes it."""
        for lexicon, word in self._entries.get(key, ()):
            if lexicon in ANY_CASE or written_as(said, word):
                return lexicon, word
        return None

    def _compiled(self, vocab: Vocab) -> PhraseMatcher:
        from spacy.lang.en import English
        from spacy.matcher import PhraseMatcher

        tokenizer = English(vocab=vocab).tokenizer
        matcher = PhraseMatcher(vocab, attr="LOWER")
        for lexicon in LEXICONS:
            for word in self.lexicons.get(lexicon, ()):
                for form in forms(word, plural=lexicon in ANY_CASE):
                    for variant in {form, form.replace("'", "’")}:
                        key = variant.lower()
                        self._entries.setdefault(key, []).append((lexicon, word))
                        matcher.add(key, [tokenizer(variant)])
        return matcher


def forms(word: str, *, plural: bool) -> Iterator[str]:
    """A word and, if asked for, its regular plural ("cherry", "cherries")."""
    yield word
    if not plural or (word.endswith("s") and not word.endswith(("ss", "bus"))):
        return
    if word.endswith(("ss", "bus", "ch", "sh", "x", "z", "potato", "tomato", "mango")):
        yield word + "es"
    elif word.endswith("y") and word[-2] not in "aeiou":
        yield word[:-1] + "ies"
    elif word.endswith("fe"):
        yield word[:-2] + "ves"
    else:
        yield word + "s"


def written_as(said: str, word: str) -> bool:
    """Whether a text's words may be these: same letters, or all in capitals as in a headline."""
    said = " ".join(said.replace("’", "'").split())
    if said in (word, word[0].upper() + word[1:]):
        return True
    return said.isupper() and len(said) > 3


def codes(value: Any) -> tuple[str, ...]:
    """Codes as a lexicon gives them, one or a list, as text."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(str(code) for code in values)
