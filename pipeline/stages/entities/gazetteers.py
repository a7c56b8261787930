"""Finds the words of the word lists (countries, bodies, goods, people) in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.article import Article
from pipeline.rulebook import Lexicon

if TYPE_CHECKING:
    from spacy.vocab import Vocab

LEXICONS: Mapping[str, str] = {
    "other-places": "countries",
    "continental": "countries",
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
    "goods-idioms": "goods",
    "goods": "goods",
}
"""Lexicon → the rule file that holds it; where two hold the same word, the first one is meant."""

ANY_CASE = frozenset({"goods", "goods-idioms"})
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


Node = dict[int, Any]
"""Of a trie: the next word's id → the next node, and at `END` the form that ends here."""
END = 0


@dataclass
class Gazetteer:
    """All word lists compiled into one trie of words, at the first article."""

    lexicons: Mapping[str, Lexicon]
    _trie: Node = field(default_factory=dict, init=False, repr=False)
    _entries: dict[str, list[tuple[str, str]]] = field(default_factory=dict, init=False, repr=False)

    def find(self, article: Article) -> list[Hit]:
        """Hits that do not overlap, the longest first kept, by start."""
        doc = article.doc
        if not self._trie:
            self._compile(doc.vocab)
        taken: set[int] = set()
        kept = list(self._glued(article))
        found = self._matches(doc.to_array("LOWER").tolist())
        for start, end, key in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
            if not taken.isdisjoint(range(start, end)):
                continue
            first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
            meant = self._meant(article.text[first:last], key)
            if meant is not None:
                taken.update(range(start, end))
                kept.append(Hit(first, last, *meant, end - 1))
        return sorted(kept)

    def _matches(self, words: Sequence[int]) -> Iterator[tuple[int, int, str]]:
        """Every form that stands among the words: half-open indices, and its key."""
        for start, word in enumerate(words):
            node = self._trie.get(word)
            end = start + 1
            while node is not None:
                if END in node:
                    yield start, end, node[END]
                node = node.get(words[end]) if end < len(words) else None
                end += 1

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
            if lexicon in ANY_CASE:
                if not word.isupper() or said.removesuffix("s") == word:
                    return lexicon, word
            elif written_as(said, word):
                return lexicon, word
        return None

    def _compile(self, vocab: Vocab) -> None:
        from spacy.lang.en import English
        from spacy.strings import get_string_id

        tokenizer = English(vocab=vocab).tokenizer
        contractions = English.Defaults.tokenizer_exceptions
        for form, entry in self._forms():
            words = form.split()
            if not all(word.isalpha() and word not in contractions for word in words):
                words = [token.text for token in tokenizer(form)]
            node = self._trie
            for word in words:
                node = node.setdefault(get_string_id(word.lower()), {})
            node[END] = key = form.lower()
            self._entries.setdefault(key, []).append(entry)

    def _forms(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Every form with its lexicon and word; other spellings after all words."""
        for lexicon in LEXICONS:
            for word in self.lexicons.get(lexicon, ()):
                for form in forms(word, plural=lexicon in ANY_CASE):
                    yield form, (lexicon, word)
                    if "'" in form:
                        yield form.replace("'", "’"), (lexicon, word)
        spellings = {**self.lexicons["spellings"]}
        spellings |= {other: word for word, other in spellings.items()}
        for lexicon in ANY_CASE:
            for word in self.lexicons[lexicon]:
                for other in respelled(word, spellings):
                    for form in forms(other, plural=True):
                        yield form, (lexicon, word)


def forms(word: str, *, plural: bool) -> Iterator[str]:
    """A word and, if asked for, its regular plural ("cherry", "cherries")."""
    yield word
    if not plural or (word.endswith("s") and not word.endswith(("ss", "bus"))):
        return
    if word.endswith(("ss", "bus", "ch", "sh", "x", "z", "potato", "tomato", "mango")):
        yield word + "es"
    elif word.endswith(("calf", "scarf", "shelf", "leaf", "knife")):
        yield word[: word.rindex("f")] + "ves"
    elif word.endswith("y") and word[-2] not in "aeiou":
        yield word[:-1] + "ies"
    else:
        yield word + "s"


def respelled(word: str, spellings: Mapping[str, Any]) -> Iterator[str]:
    """The other spellings of a word: "fiber" for "fibre", "hot rolled" for "hot-rolled"."""
    other = " ".join(spellings.get(part, part) for part in word.split())
    yield from {word, other, word.replace("-", " "), other.replace("-", " ")} - {word}


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
