"""Headlines: Title Case becomes a sentence of the same length, names stay names."""

from __future__ import annotations

import pytest

from pipeline.article import Article, Source
from pipeline.headlines import with_plain_headline

BODY = (
    "\nThe minister said the trade deal with Poland would hold, as Anna Kowalska told reporters. "
    "A deal like the Green Deal was needed, the head of Orlen said."
)


def plain(text: str) -> str:
    return with_plain_headline(
        Article(id="h", text=text, source=Source(sha256="", characters=len(text)))
    )


@pytest.mark.parametrize(
    ("headline", "wanted"),
    [
        (
            "Poland Trade Deal Would Hold, Minister Says",
            "Poland trade deal would hold, minister says",
        ),
        ("Orlen and Kowalska Said to Hold Talks", "Orlen and Kowalska said to hold talks"),
        ("EU’s Steel Quota Angers U.S. Makers", "EU’s steel quota angers U.S. makers"),
        (
            "Trump Threatens Tariffs on Brazil’s Coffee",
            "Trump threatens tariffs on Brazil’s coffee",
        ),
        ("Fed May Cut Rates Again", "Fed may cut rates again"),
    ],
)
def test_words_that_the_body_does_not_capitalise_become_small(headline: str, wanted: str) -> None:
    assert plain(headline + BODY) == wanted + BODY


@pytest.mark.parametrize(
    "headline",
    [
        "POLAND TRADE DEAL TO HOLD, MINISTER SAYS",
        "Poland’s trade deal with Berlin to hold, minister says",
        "Anna Kowalska Leads Orlen.",
    ],
)
def test_capitals_sentences_and_first_sentences_stay(headline: str) -> None:
    assert plain(headline + BODY) == headline + BODY


def test_a_headline_alone_keeps_only_listed_names() -> None:
    assert plain("Beijing Hits Back With Duties on Canadian Canola Oil") == (
        "Beijing hits back with duties on Canadian canola oil"
    )
