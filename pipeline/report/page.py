"""Puts the report together: one HTML file that needs nothing else and asks nobody for anything.

Article text is hostile. It enters the page only as JSON in data blocks that cannot end early, and
the page's script makes text nodes of it, never markup. The policy in the page's head allows one
script and one style sheet by their hashes, and no connection.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from pipeline.record import Record
from pipeline.report.charts import Picture, pictures_of
from pipeline.report.views import Entry, View, entry_of, view_of
from pipeline.tables.texts import known_words

UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
"""What could end a data block or begin markup, as JSON escapes; `<!--` and `</script` with it."""


@dataclass(frozen=True)
class Article:
    """What the page holds of one article, as JSON that is safe in a data block."""

    entry: Entry
    text: Markup
    view: Markup


def report(
    records: Iterable[Record], *, text: Callable[[Record], str | None] = lambda _: None
) -> str:
    """The page of all records of a folder.

    Args:
        records: The records, read once.
        text: Gives the source text of a record; where it gives none, only words that prove
            something are shown.
    """
    articles, kept = [], []
    for record in records:
        articles.append(article_of(record, text(record)))
        kept.append(record)
    return page(articles, pictures_of(kept))


def article_of(record: Record, text: str | None) -> Article:
    """One article's part of the page."""
    view: View = view_of(record, text_is_whole=text is not None)
    return Article(
        entry=entry_of(record),
        text=data_block(known_words(record) if text is None else text),
        view=data_block(view.model_dump(mode="json")),
    )


def page(articles: Sequence[Article], pictures: Sequence[Picture]) -> str:
    """The page as HTML."""
    script, style = (part("report.js"), part("report.css"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(part("report.html.j2")).render(
        articles=articles,
        index=data_block([article.entry.model_dump(mode="json") for article in articles]),
        pictures=pictures,
        script=Markup(script),  # noqa: S704  # our own file
        style=Markup(style),  # noqa: S704  # our own file
        policy="; ".join(
            (
                "default-src 'none'",
                f"script-src 'sha256-{digest(script)}'",
                f"style-src 'sha256-{digest(style)}'",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
                "require-trusted-types-for 'script'",
            )
        ),
    )


def part(name: str) -> str:
    """One of the files the page is made of."""
    return (files("pipeline.report") / "templates" / name).read_text(encoding="utf-8")


def data_block(value: Any) -> Markup:
    """JSON for `<script type="application/json">`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(UNSAFE))  # noqa: S704  # nothing is left in it that ends the block


def digest(content: str) -> str:
    """The hash by which a policy names an inline script or style."""
    return base64.b64encode(sha256(content.encode()).digest()).decode()
