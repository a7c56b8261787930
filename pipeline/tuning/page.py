"""Writes the changes of a diff as one HTML page that needs nothing else and runs no script."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from pipeline.tuning.bases import Answer
from pipeline.tuning.comparing import SEVERITIES, Sentence, counted, grouped

SIGNS = {"loss": "− loss", "changed": "≠ changed", "gain": "+ gain"}
"""What happened, told by a sign and a word beside the colour."""


def page(answer: Answer, base: str) -> str:
    """The page of all changes against a base, the worst first."""
    style = part("changes.css")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.globals["pieces"] = pieces
    groups = grouped(answer.changes)
    return environment.from_string(part("changes.html.j2")).render(
        base=base,
        answer=answer,
        signs=SIGNS,
        by_field=counted(answer.changes, lambda c: (c.severity, c.field)),
        by_rule=counted(answer.changes, lambda c: (c.severity, c.rule or "—")),
        sections=[(name, [g for g in groups if g.severity == name]) for name in SEVERITIES],
        style=Markup(style),  # noqa: S704  # our own file
        policy=f"default-src 'none'; style-src 'sha256-{digest(style)}'; "
        "base-uri 'none'; form-action 'none'",
    )


def pieces(sentence: Sentence) -> Iterator[tuple[str, bool]]:
    """A sentence cut where marks begin and end: words, and whether they are marked."""
    at = 0
    for start, end in sentence.marks:
        yield sentence.text[at:start], False
        yield sentence.text[start:end], True
        at = end
    yield sentence.text[at:], False


def part(name: str) -> str:
    """One of the files the page is made of."""
    return (files("pipeline.tuning") / "templates" / name).read_text(encoding="utf-8")


def digest(content: str) -> str:
    """The hash by which a policy names an inline style sheet."""
    return base64.b64encode(sha256(content.encode()).digest()).decode()
