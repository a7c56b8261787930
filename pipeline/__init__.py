"""tariffwire: who put what tariff on whose goods, read from news articles, with the proof.

    import pipeline

    record = pipeline.extract(text, id="a1", published="2026-01-16")
    for measure in record.tariffs:
        print(measure.status, measure.rate, measure.evidence[0].text)

`extract_many` does the same for a stream of articles, and `load` reads a folder of records back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # heavy modules are imported where they are first used
    from pipeline.article import Article, DateOrder
    from pipeline.extraction import Extractor
    from pipeline.record import Record
    from pipeline.tables import Records

__version__ = "0.1.0"
__all__ = ["Article", "Extractor", "Record", "extract", "extract_many", "load"]


def extract(  # noqa: PLR0913  # what is known of an article, as in JSON Lines
    text: str,
    *,
    id: str = "article",
    title: str | None = None,
    published: str | None = None,
    url: str | None = None,
    date_order: DateOrder | None = None,
) -> Record:
    """The record of one article.

    Args:
        text: The article as it stands; every span of the record points into it.
        id: Names the record.
        title: The headline, where it is known; else it is looked for in the text.
        published: ISO date, used where the text carries none. Relative dates count from it.
        url: Address of the article, kept in the record.
        date_order: How 04/02/2025 is read, MDY or DMY, where the article does not tell.

    Raises:
        pipeline.reading.UnreadableArticle: the text is empty or no English article.
    """
    from pipeline.reading import article_of

    extractor = default_extractor()
    furniture = extractor.rules.furniture
    article = article_of(
        text, id=id, title=title, published=published, url=url, furniture=furniture
    )
    return extractor(replace(article, date_order=date_order))


def extract_many(articles: Iterable[Article]) -> Iterator[Record]:
    """The record of each article, in order; about 64,000 characters are read and parsed ahead."""
    extractor = default_extractor()
    yield from map(extractor, extractor.parser.stream(articles))


def load(folder: str | Path) -> Records:
    """The records of a folder, each read when it is asked for, and as tables.

    `for record in load("outputs")` gives typed records; `load("outputs").tariffs.to_pandas()` and
    `.to_polars()` give the flat tables, which need `tariffwire[tables]`.

    Raises:
        pipeline.tables.RecordFault: a file is no record; a `ValueError` that names it, raised when
            the file is reached. `pipeline.tables.load` can leave such files out.
        NotADirectoryError: there is no such folder.
    """
    from pipeline.tables import load

    return load(folder)


@lru_cache(maxsize=1)
def default_extractor() -> Extractor:
    """Our rules and our model, loaded at the first call."""
    from pipeline.extraction import Extractor

    return Extractor()


def __getattr__(name: str) -> Any:
    """`pipeline.Article`, `pipeline.Record` and `pipeline.Extractor`, imported when asked for."""
    if name == "Article":
        from pipeline.article import Article

        return Article
    if name in ("Record", "Extractor"):
        from pipeline import extraction

        return getattr(extraction, name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
