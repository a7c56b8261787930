"""Parses and findings kept on disk: a corpus is parsed once, however often its rules change."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Union

from pydantic import TypeAdapter
from spacy.about import __version__ as spacy_version
from spacy.tokens import Doc, DocBin

from pipeline.article import Article
from pipeline.extraction import Extractor
from pipeline.findings import Finding
from pipeline.parsing import Parser, parse_text
from pipeline.software import software_digest
from pipeline.writing import write_bytes

DIGEST = 32
"""Bytes of the sha256 that stands before what is kept."""


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
        packed = read_whole(self.path(article))
        if packed is None:
            return None
        (doc,) = DocBin().from_bytes(packed).get_docs(self.parser.nlp.vocab)
        return doc

    def keep(self, article: Article) -> None:
        """Write a parse, whole or not at all."""
        write_whole(self.path(article), DocBin(docs=[article.doc]).to_bytes())

    def path(self, article: Article) -> Path:
        """The file of an article's parse."""
        read = parse_text(article, self.parser.listed)
        key = sha256((self.made_by + read).encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.doc"


class FindingCache:
    """What stages found, keyed by the parse, what the article says of itself, rules and program."""

    def __init__(self, parses: ParseCache, extractor: Extractor) -> None:
        self.parses = parses
        self.stages = extractor.stages
        self.kinds: list[TypeAdapter[tuple[Finding, ...]]] = [
            TypeAdapter(tuple[Union[stage.finds], ...])  # type: ignore[name-defined]  # noqa: UP007  # known at run time
            for stage in self.stages
        ]
        books = extractor.rules.books
        digests = [books[stage.name].digest for stage in self.stages]
        self.made_by = " ".join([software_digest(), *digests])

    def found(self, article: Article) -> tuple[tuple[Finding, ...], ...]:
        """What each stage finds in a parsed article: read from disk, else found and kept."""
        path = self.path(article)
        packed = read_whole(path)
        if packed is not None:
            parts = packed.split(b"\n")
            return tuple(k.validate_json(part) for k, part in zip(self.kinds, parts, strict=True))
        found = []
        for stage in self.stages:
            found.append(tuple(stage(article)))
            article = article.adding(found[-1])
        lines = (k.dump_json(part) for k, part in zip(self.kinds, found, strict=True))
        write_whole(path, b"\n".join(lines))
        return tuple(found)

    def path(self, article: Article) -> Path:
        """The file of what was found in an article."""
        said = (article.title, article.published, article.date_order, article.boilerplate)
        key = "\n".join((self.made_by, self.parses.path(article).name, repr(said)))
        digest = sha256(key.encode()).hexdigest()
        return self.parses.folder / digest[:2] / f"{digest}.found"


def read_whole(path: Path) -> bytes | None:
    """What was kept in a file, or None where there is none or its digest does not hold."""
    try:
        content = path.read_bytes()
        os.utime(path)  # by which `prune` tells what is used
    except FileNotFoundError:  # never made, or taken away by another process just now
        return None
    digest, packed = content[:DIGEST], content[DIGEST:]
    return packed if sha256(packed).digest() == digest else None


def write_whole(path: Path, packed: bytes) -> None:
    """Keep something in a file with its digest, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, sha256(packed).digest() + packed)
