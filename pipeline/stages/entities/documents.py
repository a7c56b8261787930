"""Corrects the names of an article as a whole: word lists over the model, surnames everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.article import Article
from pipeline.findings import EntityType, Form
from pipeline.stages.entities.gazetteers import Gazetteer, Hit
from pipeline.stages.entities.metonymy import token_acts
from pipeline.stages.entities.names import Name, model_names, without_overlaps
from pipeline.stages.entities.people import NameParts

WIDER = frozenset({"PERSON", "ORG", "FAC", "LOC", "LAW", "EVENT", "PRODUCT"})
"""Types of the model whose names may hold the name of a country: "Bank of China"."""


def names_of(article: Article, gazetteer: Gazetteer, parts: NameParts) -> list[Name]:
    """The names of an article, by start, none overlapping another."""
    hits = gazetteer.find(article)
    listed = [name for hit in hits if (name := listed_name(article, hit, gazetteer)) is not None]
    blocked = [hit for hit in hits if hit.lexicon == "other-places"]
    modelled = [untitled(name, parts) for name in model_names(article)]
    kept = [n for n in modelled if not any(n.start < h.end and h.start < n.end for h in blocked)]
    kept = [cut for name in kept for cut in apart(name, listed)]
    strong = [n for n in listed if n.type != "GOODS" and not within_wider(n, kept)]
    goods = [n for n in listed if n.type == "GOODS"]
    names = without_overlaps([*strong, *kept, *goods])
    return sorted([*names, *surnames_again(article, names, parts)], key=lambda n: n.start)


def listed_name(article: Article, hit: Hit, gazetteer: Gazetteer) -> Name | None:
    """The name of a hit with its key, or None where the words name nothing here."""
    known = gazetteer.lexicons[hit.lexicon][hit.word]
    token = article.doc[hit.token]
    name = Name(hit.start, hit.end, article.text[hit.start : hit.end], "GPE", hit.rule)
    if hit.lexicon == "other-places":
        return None if known is None else replace(name, type=known, key=f"place/{hit.word}")
    if hit.lexicon in ("countries", "demonyms"):
        form: Form = "name" if hit.lexicon == "countries" else "demonym"
        return replace(name, type=country_type(known), form=form, key=f"country/{known}")
    if hit.lexicon == "parts":
        return replace(name, key=f"part/{hit.word}")
    if hit.lexicon in ("capitals", "seats"):
        if token_acts(token):
            return replace(name, type=country_type(known), form="metonym", key=f"country/{known}")
        return replace(
            name, type="GPE" if hit.lexicon == "capitals" else "FAC", key=f"place/{hit.word}"
        )
    if hit.lexicon == "goods":
        return goods_name(article, hit, name, gazetteer.lexicons)
    if hit.lexicon == "office-holders":
        return replace(name, type="PERSON")
    kind: EntityType = "LAW" if hit.lexicon == "laws" else "ORG"
    known = known or {}
    return replace(name, type=known.get("type", kind), key=f"body/{known.get('full', hit.word)}")


def country_type(code: str) -> EntityType:
    """The European Union is an organisation, all others are countries."""
    return "ORG" if code == "EUN" else "GPE"


def goods_name(article: Article, hit: Hit, name: Name, lexicons: Mapping[str, Any]) -> Name | None:
    """Goods as a noun; words with an everyday sense only where the sentence speaks of trade."""
    token = article.doc[hit.token]
    if token.pos_ not in ("NOUN", "PROPN", "ADJ"):
        return None
    if hit.word in lexicons["everyday-goods"] and not any(
        other.lower_ in lexicons["trade-words"] for other in token.sent
    ):
        return None
    return replace(name, type="GOODS", form="nominal", key=f"goods/{hit.word}")


def untitled(name: Name, parts: NameParts) -> Name:
    """A person's name without the titles in front of it."""
    cut = parts.without_titles(name.text) if name.type == "PERSON" else 0
    return replace(name, start=name.start + cut, text=name.text[cut:]) if cut else name


def apart(name: Name, listed: Sequence[Name]) -> Iterator[Name]:
    """A model's name, without a listed name in front of it that is none of its own."""
    if name.type in ("GPE", "NORP"):
        if not any(name.overlaps(other) and other.type != "GOODS" for other in listed):
            yield name
        return
    for other in listed:
        if other.start == name.start and other.end < name.end and name.type == "PERSON":
            text = name.text[other.end - other.start :]
            rest = text.lstrip(" -–—'’")
            if rest[:1].isupper():
                yield replace(name, start=name.end - len(rest), text=rest)
            return
    yield name


def within_wider(name: Name, modelled: Sequence[Name]) -> bool:
    """Whether a listed name is only a part of a longer name of another kind."""
    return any(
        other.type in WIDER
        and other.start <= name.start
        and name.end <= other.end
        and other.end - other.start > name.end - name.start
        for other in modelled
    )


def surnames_again(article: Article, names: Sequence[Name], parts: NameParts) -> Iterator[Name]:
    """Every family name of a person named in full, where it stands alone and was not found."""
    families = {
        read.family
        for name in names
        if name.type == "PERSON" and (read := parts.read(name.text)).given
    }
    if not families:
        return
    taken = [(name.start, name.end) for name in names]
    for token in article.doc:
        if token.text in families and len(token.text) > 1:
            start, end = token.idx, token.idx + len(token)
            if not any(s < end and start < e for s, e in taken):
                yield Name(start, end, article.text[start:end], "PERSON", "entities/surname-again")
