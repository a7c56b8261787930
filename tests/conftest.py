"""What the tests share: the model, loaded once, and sentences as parsed articles."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest

from pipeline.article import Article, Published, Source
from pipeline.extraction import Extractor
from pipeline.parsing import Parser

MakeArticle = Callable[..., Article]


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="session")
def parser(extractor: Extractor) -> Parser:
    return extractor.parser


def unparsed(text: str, *, published: str | None = None) -> Article:
    return Article(
        id="test",
        text=text,
        source=Source(sha256=sha256(text.encode()).hexdigest(), characters=len(text)),
        published=Published(value=published, basis="given") if published else None,
    )


@pytest.fixture(scope="session")
def article(parser: Parser) -> MakeArticle:
    """A text as an article with its parse."""

    def make(text: str, *, published: str | None = None) -> Article:
        return parser(unparsed(text, published=published))

    return make
