"""tariffwire as a component of somebody's own spaCy pipeline: `nlp.add_pipe("tariffwire")`.

The record stands in `doc.user_data["tariffwire"]` (a `pipeline.Record`), and what was found in
`doc.spans["tariffs"]`, `["figures"]`, `["quotes"]` and `["dates"]`, each span with its id and its
rule as label. The component reads the parse that the pipeline made, so it needs a tagger, a
parser, a lemmatizer and an entity recogniser before it; its rules were measured on
`en_core_web_md`. It does not look for page furniture: give it the text of the article.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.article import Article, Published, Source
from pipeline.extraction import Extractor, Rules, receipt_of
from pipeline.record import Record, record_of
from pipeline.stage import run

KEY = "tariffwire"
PACKED = "tariffwire-record"
NEEDED = ("tagger", "parser", "ner")


class Component:
    """Runs the stages on a parsed doc."""

    def __init__(self, nlp: Language, *, published: str | None, rules: str | None) -> None:
        """`published` is the ISO date of all texts, `rules` a folder laid over ours."""
        missing = [name for name in NEEDED if name not in nlp.pipe_names]
        if missing:
            raise ValueError(
                f"tariffwire needs {', '.join(missing)} before it in the pipeline; "
                "load en_core_web_md, or add them"
            )
        self.published = published
        self.extractor = Extractor(rules=Rules.load(Path(rules) if rules else None))
        meta = nlp.meta
        self.receipt = receipt_of(
            self.extractor.rules,
            model=f"{meta.get('lang')}_{meta.get('name')}",
            version=str(meta.get("version")),
        )

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its record and its spans."""
        record = self.record(doc)
        doc.user_data[KEY] = record
        for name in ("dates", "figures"):
            items = [(i.start, i.end, i.rule, i.id) for i in getattr(record, name)]
            doc.spans[name] = spans(doc, items)
        doc.spans["tariffs"] = spans(
            doc, [(e.start, e.end, t.rule, t.id) for t in record.tariffs for e in t.evidence]
        )
        doc.spans["quotes"] = spans(
            doc, [(s.start, s.end, q.rule, q.id) for q in record.quotes for s in q.spans]
        )
        return doc

    def record(self, doc: Doc) -> Record:
        """The record of a parsed doc."""
        text = doc.text
        article = Article(
            id=KEY,
            text=text,
            source=Source(sha256=sha256(text.encode()).hexdigest(), characters=len(text)),
            published=Published(value=self.published, basis="given") if self.published else None,
            parsed=doc,
        )
        return record_of(run(self.extractor.stages, article), self.receipt)


def spans(doc: Doc, items: list[tuple[int, int, str, str]]) -> list[Span]:
    """Source offsets as spans of whole tokens, labelled with their rule."""
    found = []
    for start, end, rule, id_ in items:
        span = doc.char_span(start, end, label=rule, alignment_mode="expand")
        if span is not None:
            found.append(Span(doc, span.start, span.end, label=rule, span_id=id_))
    return found


@Language.factory(KEY, default_config={"published": None, "rules": None})
def make(nlp: Language, name: str, published: str | None, rules: str | None) -> Component:  # noqa: ARG001  # spaCy names every component
    """What `nlp.add_pipe("tariffwire")` calls, by way of the entry point."""
    return Component(nlp, published=published, rules=rules)


def packed(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """A record as JSON where spaCy packs a doc: `to_bytes`, `DocBin`, `nlp.pipe(n_process=…)`."""
    if isinstance(value, Record):
        return {PACKED: value.model_dump_json()}
    return value if chain is None else chain(value)


def unpacked(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """The record that was packed so."""
    if isinstance(value, dict) and PACKED in value:
        return Record.model_validate_json(value[PACKED])
    return value if chain is None else chain(value)


srsly.msgpack_encoders(KEY, func=packed)
srsly.msgpack_decoders(KEY, func=unpacked)
