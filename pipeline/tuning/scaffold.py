"""A new rule from a place in an article: its sentence becomes the first example."""

from __future__ import annotations

import re

import yaml

from pipeline.article import Article
from pipeline.tuning.nearest import sentence_around

WORDS_IN_ID = 4


def scaffold(article: Article, place: tuple[int, int], *, kind: str) -> str:
    """A rule as YAML that matches the words of a place literally, to be widened by hand.

    Raises `ValueError` where the place holds no words.
    """
    start, end = place
    words = article.text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    end = start + len(words)
    if not words:
        raise ValueError(f"no words stand at {place[0]}-{place[1]}")
    from_, to = sentence_around(article, place)
    text = article.text
    marked = f"{text[from_:start]}[[{words}]]{text[end:to]}"
    example = {"text": " ".join(marked.split()), "gives": {}}
    if article.published is not None:
        example["published"] = article.published.value
    parts = re.findall(r"[a-z0-9]+", words.lower())[:WORDS_IN_ID]
    name = "-".join(part for part in parts if part) or "new-rule"
    entry = {
        "id": name if name[0].isalpha() else f"n-{name}",
        "note": f"Say in a sentence what wording this is; it was seen in {article.id}.",
        **({"finds": kind} if kind else {}),
        "regex": r" \s ".join(re.escape(word) for word in words.split()),
        "matches": [example],
        "rejects": [
            {
                "text": "Write a sentence in which the rule must not fire.",
                "why": "say why it must not",
            }
        ],
    }
    return yaml.safe_dump(
        {"rules": [entry]}, allow_unicode=True, sort_keys=False, width=100, default_flow_style=False
    )
