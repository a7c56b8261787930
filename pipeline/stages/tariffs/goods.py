"""Goods: the noun phrases that a levy falls on, without origin, counts or "imports of"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.findings import Basis, Goods
from pipeline.stages.tariffs.scene import Scene

if TYPE_CHECKING:
    from spacy.tokens import Token

INCLUDING = frozenset({"including", "like"})
LEADING = frozenset(
    {
        "det",
        "nummod",
        "quantmod",
        "poss",
        "case",
        "predet",
        "punct",
        "advmod",
        "neg",
        "cc",
        "preconj",
    }
)


def goods_of_phrase(tokens: list[Token], scene: Scene, *, basis: Basis = "stated") -> list[Goods]:
    """The goods that the words after "on" name; `ALL` where they say everything."""
    tokens = before_exception(tokens)
    if not tokens:
        return []
    heads = list(heads_in(tokens, scene))
    examples = next((i for i, t in enumerate(tokens) if starts_examples(t)), None)
    everything = scene.vocabulary.cue("everything").search(
        tokens[0].doc[tokens[0].i : tokens[0].i + 5].text
    )
    if examples is not None:
        first = tokens[examples].i
        named = [h for h in heads if h.i > first and not is_general(h, scene)]
        if named:
            found = [goods_at(h, scene, basis) for h in named]
            return ([everything_goods(basis)] if everything else []) + found
    particular = [h for h in heads if not is_general(h, scene)]
    if particular:
        return unique(goods_at(h, scene, basis) for h in particular)
    if everything:
        return [everything_goods(basis)]
    general = [h for h in heads if h.lemma_.lower() not in ("import", "export")]
    if not general and any(t.is_currency or t.ent_type_ == "MONEY" for t in tokens):
        general = [t for t in tokens if t.lower_ in ("imports", "exports")]  # "$3bn of imports"
    return unique(goods_at(h, scene, basis) for h in general)


def before_exception(tokens: list[Token]) -> list[Token]:
    """The words before those that are left out: "imports, except for certain products"."""
    for position, token in enumerate(tokens):
        if token.lower_ in ("except", "excepting", "excluding"):
            return tokens[:position]
    return tokens


def starts_examples(token: Token) -> bool:
    """Whether a word introduces examples: "including", "such as"."""
    if (
        token.lower_ in INCLUDING and token.dep_ in ("prep", "advcl", "acl", "mark")
    ) or token.lower_ == "including":
        return True
    return token.lower_ == "such" and any(
        t.lower_ == "as" for t in token.doc[token.i + 1 : min(token.i + 4, len(token.doc))]
    )


def everything_goods(basis: Basis) -> Goods:
    """All goods."""
    return Goods(name="ALL", basis=basis)


def heads_in(tokens: list[Token], scene: Scene) -> Iterator[Token]:
    """The heads of the noun phrases among some words that can be goods."""
    inside = {token.i for token in tokens}
    counting = scene.vocabulary.words("counting-noun")
    traded = scene.vocabulary.words("general-goods")
    nothing = scene.vocabulary.words("no-goods")
    for token in tokens:
        if (
            token.pos_ not in ("NOUN", "PROPN")
            or token.dep_
            in (
                "compound",
                "nmod",
                "amod",
                "npadvmod",
                "nummod",
                "poss",
            )
        ) and not (token.dep_ in ("compound", "nmod") and token.head.i not in inside):
            continue
        lemma = token.lemma_.lower()
        if token.lower_ in counting and lemma in traded:
            yield from before_traded(token, scene)
        if (
            lemma in counting
            or token.lower_ in counting
            or lemma in nothing
            or token.lower_ in nothing
        ):
            continue
        if token.ent_type_ in ("DATE", "MONEY", "PERCENT", "TIME", "CARDINAL") or token.like_num:
            continue
        if not any(letter.isalpha() for letter in token.text) or token.text.startswith("\\"):
            continue
        if any(
            actor.start <= token.idx < actor.end
            for actor in scene.actors_in(token.idx - 40, token.idx + 1)
        ):
            continue
        if token.ent_type_ in ("PERSON", "GPE", "NORP", "LAW", "EVENT", "LOC", "FAC"):
            continue
        yield token


def before_traded(noun: Token, scene: Scene) -> Iterator[Token]:
    """The goods before "imports": "steel and aluminium imports"."""
    own = own_modifiers(noun, scene)
    for child in own:
        if child.i + 1 in {t.i for t in own}:
            continue  # "orange" of "orange juice imports"
        if child.pos_ in ("NOUN", "PROPN") or child.lower_ in scene.vocabulary.words(
            "goods-adjective"
        ):
            yield child
            yield from (
                t for t in child.subtree if t.dep_ == "conj" and t.pos_ in ("NOUN", "PROPN")
            )


def is_general(head: Token, scene: Scene) -> bool:
    """Whether a noun says no more than "goods"."""
    return head.lemma_.lower() in scene.vocabulary.words("general-goods") and not own_modifiers(
        head, scene
    )


def own_modifiers(head: Token, scene: Scene) -> list[Token]:
    """The words before a noun that belong to the name of the goods."""
    dropped = scene.vocabulary.words("not-of-the-goods")
    kept = []
    for child in head.lefts:
        if child.dep_ in LEADING or child.lower_ in dropped or child.lemma_.lower() in dropped:
            continue
        if child.dep_ not in ("compound", "amod", "nmod"):
            continue
        if (
            child.i > 1
            and child.nbor(-1).text in ("-", "‑", "–")
            and child.tag_ in ("VBN", "VBD", "JJ")
        ):
            continue
        if any(
            a.start < child.idx + len(child) and child.idx < a.end
            for a in scene.actors_in(child.idx - 40, child.idx + 1)
        ):
            continue
        if (
            child.ent_type_ in ("NORP", "GPE", "DATE", "MONEY", "PERCENT", "CARDINAL")
            or child.like_num
        ):
            continue
        kept.append(child)
    return kept


def goods_at(head: Token, scene: Scene, basis: Basis) -> Goods:
    """The goods that a noun names, with its modifiers."""
    own = own_modifiers(head, scene) or joined_before(head, scene)
    first = head
    for child in reversed(own):
        start = (
            child.left_edge
            if child.left_edge.i < child.i
            and child.left_edge.dep_ in ("amod", "compound", "punct", "advmod")
            else child
        )
        gap = head.doc[child.i + 1 : first.i]
        if any(
            t.dep_ in ("poss", "case")
            or (
                t.i not in {o.i for o in own}
                and t.pos_ in ("NOUN", "PROPN")
                and t.head.i != head.i
                and t.head not in own
            )
            for t in gap
        ):
            break
        if any(
            a.start < first.idx and child.idx < a.start
            for a in scene.actors_in(child.idx, first.idx)
        ):
            break
        first = start
    span = scene.article.span(first.idx, head.idx + len(head))
    return Goods(name=" ".join(span.text.split()), basis=basis, span=span)


def joined_before(noun: Token, scene: Scene) -> list[Token]:
    """The word before "juice" in "orange juice imports", where the parse joins it to the last."""
    if noun.dep_ not in ("compound", "nmod") or noun.i == noun.sent.start:
        return []
    before = noun.nbor(-1)
    return [before] if before in own_modifiers(noun.head, scene) else []


def unique(goods: Iterable[Goods]) -> list[Goods]:
    """Each name once, in order."""
    seen: dict[str, Goods] = {}
    for item in goods:
        seen.setdefault(item.name.lower(), item)
    return list(seen.values())


def goods_before(levy: Token, scene: Scene) -> list[Goods]:
    """Goods that stand before the levy noun: "steel and aluminium tariffs", "farm tariff"."""
    qualifiers = scene.vocabulary.words("levy-qualifier")
    adjectives = scene.vocabulary.words("goods-adjective")
    found = []
    for child in levy.lefts:
        for token in [child, *(t for t in child.subtree if t.dep_ == "conj")]:
            if token.lower_ in qualifiers or token.lemma_.lower() in qualifiers:
                continue
            noun = token.dep_ in ("compound", "nmod", "conj") and token.pos_ in ("NOUN", "PROPN")
            if not noun and token.lower_ not in adjectives:
                continue
            if token.text in scene.polities.words:
                continue
            if token.like_num or token.ent_type_ in (
                "PERCENT",
                "DATE",
                "GPE",
                "NORP",
                "PERSON",
                "LAW",
                "MONEY",
                "CARDINAL",
                "EVENT",
            ):
                continue
            if any(
                a.start < token.idx + len(token) and token.idx < a.end
                for a in scene.actors_in(token.idx - 40, token.idx + 1)
            ):
                continue
            span = scene.article.span(token.idx, token.idx + len(token))
            found.append(Goods(name=span.text, basis="stated", span=span))
    return found
