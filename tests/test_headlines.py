"""Headlines: Title Case becomes a sentence of the same length, names stay names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.article import Article, Source
from pipeline.extraction import Extractor, Rules
from pipeline.headlines import with_plain_headline
from pipeline.parsing import parse_text

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


def test_a_headline_keeps_the_names_that_a_user_adds_and_lets_go_those_taken_off(
    tmp_path: Path,
) -> None:
    (tmp_path / "bodies.yaml").write_text(
        "lexicons:\n  bodies: {Grain Forum: {}}\nremove:\n  organs: [Commerce Department]\n"
    )
    text = "Tariffs Divide Grain Forum and Commerce Department"
    article = Article(id="h", text=text, source=Source(sha256="", characters=len(text)))
    users = Extractor(rules=Rules.load(tmp_path)).parser
    assert users(article).doc.text == "Tariffs divide Grain Forum and commerce department"
    assert parse_text(article) == "Tariffs divide grain forum and Commerce Department"
