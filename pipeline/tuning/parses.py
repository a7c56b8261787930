"""Parses kept on disk, so that a corpus is parsed once, however often its rules are changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from spacy.about import __version__ as spacy_version
from spacy.tokens import Doc, DocBin

from pipeline.article import Article
from pipeline.parsing import Parser, parse_text
from pipeline.writing import write_bytes

DIGEST = 32
"""Bytes of the sha256 that stands before each parse."""


class ParseCache:
    """Parses in a folder, keyed by text, model and spaCy's version; a damaged one is made anew."""

    def __init__(self, folder: Path, parser: Parser) -> None:
        self.folder = folder
        self.parser = parser
        self.made_by = f"{spacy_version} {parser.model.digest}\n"

    def parsed(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The articles with their parses, in order."""
        known = [(article, self.kept(article)) for article in articles]
        missing = self.parser.stream(article for article, doc in known if doc is None)
        for article, doc in known:
            if doc is not None:
                yield replace(article, parsed=doc)
            else:
                made = next(missing)
                self.keep(made)
                yield made

    def kept(self, article: Article) -> Doc | None:
        """The parse on disk, or None where there is none or its digest does not hold."""
        path = self.path(article)
        if not path.is_file():
            return None
        content = path.read_bytes()
        digest, packed = content[:DIGEST], content[DIGEST:]
        if sha256(packed).digest() != digest:
            return None
        (doc,) = DocBin().from_bytes(packed).get_docs(self.parser.nlp.vocab)
        return doc

    def keep(self, article: Article) -> None:
        """Write a parse, whole or not at all."""
        packed = DocBin(docs=[article.doc]).to_bytes()
        path = self.path(article)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, sha256(packed).digest() + packed)

    def path(self, article: Article) -> Path:
        """The file of an article's parse."""
        read = parse_text(article, self.parser.listed)
        key = sha256((self.made_by + read).encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.doc"
