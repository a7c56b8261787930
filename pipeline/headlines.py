"""Writes Title Case Headlines as sentences, at equal length, so that the model can read them.

"China Seek" and "Tariffs Force Strategic Rethink" are names to a model that goes by capitals. A
word of the headline keeps its capital only if the article writes it with one in mid-sentence, or
if it is a listed name; first words, capitals within a word and whole lines of capitals stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.article import Article
from pipeline.patterns import word_list_regex
from pipeline.rulefile import read_rule_file

NAME_LISTS = {
    "countries": ("countries", "parts", "demonyms", "capitals", "seats", "other-places"),
    "people": ("office-holders", "given-names-of-men", "given-names-of-women"),
    "bodies": ("organs", "bodies", "news-media"),
}
"""Rule files and their lexicons of names, which keep their capitals even without a body."""

LONGEST_HEADLINE = 200
SHORT_WORDS = 4
"""Words of fewer letters may be small in a Title Case headline: of, the, and, for."""
FEWEST_WORDS = 4
TITLE_CASE_SHARE = 0.75

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
MID_SENTENCE = re.compile(r"(?<=[a-z0-9,;] )[A-Z][a-z]+(?:['’][a-z]+)*|(?<![\w.'’])[a-z]{2,}")
"""Capitalised words after a word or a comma, and words in small letters: the evidence."""


def with_plain_headline(article: Article, listed: re.Pattern[str] | None = None) -> str:
    """The body of an article, with its headline written as a sentence if it is in Title Case.

    `listed` finds the names that keep their capitals; without it, those of our own lists.
    """
    body = article.body
    start, end = headline_place(article)
    headline = body[start:end]
    if not is_title_case(headline):
        return body
    listed = listed or our_names()
    return body[:start] + as_sentence(headline, body[end:], listed) + body[end:]


def headline_place(article: Article) -> tuple[int, int]:
    """Half-open offsets of the headline: the title, else the first line."""
    if article.title is not None:
        return article.title.start, article.title.end
    start = len(article.body) - len(article.body.lstrip())
    end = article.body.find("\n", start)
    end = len(article.body) if end < 0 else end
    return (start, end) if end - start <= LONGEST_HEADLINE else (start, start)


def is_title_case(line: str) -> bool:
    """Whether nearly all long words begin with a capital, and not all letters are capitals."""
    words: list[str] = WORD.findall(line)
    long_words = [word for word in words if len(word) >= SHORT_WORDS]
    if len(words) < FEWEST_WORDS or line.isupper() or line.rstrip().endswith("."):
        return False
    if not long_words or words[0] == "By":
        return False
    capitalised = sum(word[0].isupper() for word in long_words)
    return capitalised >= TITLE_CASE_SHARE * len(long_words)


def as_sentence(headline: str, body: str, listed: re.Pattern[str]) -> str:
    """The headline with each word small that is neither listed nor a name in the body."""
    seen = Counter(base(word) for word in MID_SENTENCE.findall(body))
    first = next((match.start() for match in WORD.finditer(headline)), None)
    kept = [match.span() for match in listed.finditer(headline)]

    def plain(match: re.Match[str]) -> str:
        word = match.group()
        if match.start() == first or any(s <= match.start() < e for s, e in kept):
            return word
        return word.lower() if is_common(base(word), seen) else word

    return WORD.sub(plain, headline)


def base(word: str) -> str:
    """A word without its possessive."""
    return re.sub(r"['’]s?$", "", word)


def is_common(word: str, seen: Mapping[str, int]) -> bool:
    """Whether a capitalised headline word is an ordinary word."""
    if not word[1:].islower():
        return False  # EU, U.S., iPhone, McDonald
    capital: int = seen.get(word, 0)
    return capital == 0 or capital <= seen.get(word.lower(), 0)


@lru_cache(maxsize=1)
def our_names() -> re.Pattern[str]:
    """The names of our own word lists."""
    folder = Path(__file__).parent / "rules"
    lexicons: dict[str, Any] = {}
    for file in NAME_LISTS:
        lexicons |= read_rule_file(folder / f"{file}.yaml").content.lexicons
    return listed_names(lexicons)


def listed_names(lexicons: Mapping[str, Any]) -> re.Pattern[str]:
    """The names of these word lists, and single given and family names, as one pattern."""
    names = {word for lists in NAME_LISTS.values() for each in lists for word in lexicons[each]}
    names.update(name.split()[-1] for name in lexicons["office-holders"])
    names.difference_update(lexicons["ordinary-words"])
    return re.compile(rf"(?<!\w)(?:{word_list_regex(tuple(sorted(names)))})(?!\w)")
