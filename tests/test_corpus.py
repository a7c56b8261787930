from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import yaml

from pipeline.extraction import Rules
from pipeline.reading import read
from pipeline.reading.faults import Unreadable

CORPUS = Path(__file__).parents[1] / "corpus"


def test_the_index_says_of_each_article_what_is_so() -> None:
    index = yaml.safe_load((CORPUS / "index.yaml").read_text(encoding="utf-8"))
    furniture = Rules.load().furniture
    assert [entry["file"] for entry in index] == sorted(p.name for p in CORPUS.glob("*.txt"))
    for entry in index:
        path = CORPUS / entry["file"]
        assert sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        (article,) = read([path], furniture=furniture)
        assert not isinstance(article, Unreadable)
        assert article.title is not None
        assert article.title.text == entry["title"]
        published = article.published.value if article.published else None
        assert published == (str(entry["published"]) if entry["published"] else None)
