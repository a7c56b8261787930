"""Corrects the names of an article as a whole: lists and rules over the model, names everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from pipeline.article import Article
from pipeline.findings import EntityType, Form
from pipeline.rulebook import Rulebook
from pipeline.stages.entities.gazetteers import Gazetteer, Hit
from pipeline.stages.entities.metonymy import Metonymy
from pipeline.stages.entities.names import Name, model_names, trimmed, without_overlaps
from pipeline.stages.entities.organisations import abbreviations_of
from pipeline.stages.entities.people import NameParts, PersonName

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

TYPE: TypeAdapter[EntityType] = TypeAdapter(EntityType)
"""Reads the `type` that a rule gives."""

WIDER = frozenset({"PERSON", "ORG", "FAC", "LOC", "LAW", "EVENT", "PRODUCT"})
"""Types of the model whose names may hold the name of a country: "Bank of China"."""


@dataclass(frozen=True)
class NameFinder:
    """Finds the names of an article with the word lists and the rules of one book."""

    rules: Rulebook
    gazetteer: Gazetteer
    parts: NameParts

    @cached_property
    def metonymy(self) -> Metonymy:
        """Tells capitals that act from places."""
        return Metonymy(self.rules.lexicons)

    def __call__(self, article: Article) -> list[Name]:
        """The names of an article, by start, none overlapping another."""
        names = [self.extended(article, name) for name in self.found(article)]
        names = list(self.retyped(article, without_overlaps(by_length(names))))
        shorts = list(abbreviations_of(article, names))
        names += [
            Name(
                start, end, article.text[start:end], long.type, "entities/abbreviation-in-brackets"
            )
            for long, start, end in shorts
            if not any(other.start < end and start < other.end for other in names)
        ]
        names += said_again(article, names, self.parts)
        meant = {article.text[start:end]: long for long, start, end in shorts}
        return sorted(joined(names, meant), key=lambda name: name.start)

    def found(self, article: Article) -> list[Name]:
        """Names by rules, by lists and by the model, where each is the surest."""
        hits = self.gazetteer.find(article)
        listed = owned([name for hit in hits if (name := self.listed(article, hit)) is not None])
        silent = [h for h in hits if h.lexicon == "other-places" and not self.known(h)]
        wares = {(h.start, h.end) for h in hits if h.lexicon == "goods" and not h.word.islower()}
        ruled = list(self.ruled(article))
        modelled = [
            piece
            for name in model_names(article)
            for piece in self.apart(name, listed)
            if not any(piece.start < hit.end and hit.start < piece.end for hit in silent)
            and piece.text not in self.rules.lexicons["no-names"]
            and (piece.start, piece.end) not in wares
        ]
        wide = [name for name in (*ruled, *modelled) if name.type in WIDER]
        goods = self.goods_of(article, hits)
        strong = [name for name in listed if not any(other.holds(name) for other in wide)]
        held = [name for name in ruled if not any(other.holds(name) for other in strong)]
        proper = without_overlaps([*held, *strong, *modelled])
        return without_overlaps([*proper, *by_length(goods)])

    def known(self, hit: Hit) -> object:
        """What a word list knows of a hit."""
        return self.rules.lexicons[hit.lexicon][hit.word]

    # By lists ------------------------------------------------------------------------------------

    def listed(self, article: Article, hit: Hit) -> Name | None:
        """The name of a hit with its key, or None where the words name nothing here."""
        known = self.rules.lexicons[hit.lexicon][hit.word]
        token = article.doc[hit.token]
        name = Name(hit.start, hit.end, article.text[hit.start : hit.end], "GPE", hit.rule)
        if hit.lexicon == "other-places":
            return None if known is None else replace(name, type=known, key=f"place/{hit.word}")
        if hit.lexicon == "continental":
            return replace(name, type="LOC", form="demonym", key=f"place/{known}")
        if hit.lexicon in ("countries", "demonyms"):
            form: Form = "name" if hit.lexicon == "countries" else "demonym"
            return replace(name, type=country_type(known), form=form, key=f"country/{known}")
        if hit.lexicon == "parts":
            return replace(name, key=f"part/{hit.word}")
        if hit.lexicon in ("capitals", "seats"):
            if self.metonymy.head_acts(token) and not opens_line(article.text, hit):
                key = f"country/{known}"
                return replace(name, type=country_type(known), form="metonym", key=key)
            kind: EntityType = "GPE" if hit.lexicon == "capitals" else "FAC"
            return replace(name, type=kind, key=f"place/{hit.word}")
        if hit.lexicon in ("goods", "goods-idioms"):
            return None  # goods depend on each other: `goods_of`
        if hit.lexicon == "organs" and introduces_person(article.doc, hit.token):
            return None
        if hit.lexicon in ("office-holders", "known-by-family-name"):
            return replace(name, type="PERSON")
        if hit.lexicon == "firms":
            return replace(name, type="ORG")
        kind = "LAW" if hit.lexicon == "laws" else "ORG"
        known = known or {}
        owner = self.owner_of(article.text, hit) if hit.lexicon == "organs" else ""
        if owner and owner != known.get("of"):
            return replace(name, type=kind, key=f"nominal/{name.text}/{owner}")
        return replace(
            name, type=known.get("type", kind), key=f"body/{known.get('full', hit.word)}"
        )

    def goods_of(self, article: Article, hits: Sequence[Hit]) -> list[Name]:
        """The goods of an article.

        A word with an everyday sense counts where its sentence is of trade, and everywhere once it
        does. "Gloves" alone are the rubber gloves named before, and in "canola oil, meal and seed"
        all three are canola's.
        """
        found = [
            hit
            for hit in hits
            if hit.lexicon == "goods"
            and is_noun(article.doc[hit.token])
            and not is_proper(article.doc[hit.token], hit.word)
        ]
        everyday = self.rules.lexicons["everyday-goods"]
        traded = {
            hit.word
            for hit in found
            if hit.word not in everyday or self.in_trade(article.doc[hit.token])
        }
        by_head: dict[str, set[str]] = {}
        for word in traded:
            if " " in word:
                by_head.setdefault(word.split()[-1], set()).add(word)
        names = []
        for hit in found:
            longer = by_head.get(hit.word, set())
            if hit.word in traded or longer:
                word = next(iter(longer)) if len(longer) == 1 else hit.word
                names.append(goods_name(article, hit.start, hit.end, word))
                if " " in hit.word:
                    names += self.coordinated(article, hit)
        return names

    def in_trade(self, token: Token) -> bool:
        """Whether the sentence of a word speaks of trade."""
        return any(other.lower_ in self.rules.lexicons["trade-words"] for other in token.sent)

    def coordinated(self, article: Article, hit: Hit) -> Iterator[Name]:
        """Goods named by their last word after a common first: "meal" in "canola oil, meal"."""
        first = hit.word.rpartition(" ")[0]
        for token in article.doc[hit.token].conjuncts:
            said = token.lower_
            for word in (f"{first} {said}", f"{first} {said.removesuffix('s')}"):
                if token.i > hit.token and word in self.rules.lexicons["goods"]:
                    yield goods_name(article, token.idx, token.idx + len(token), word)
                    break

    # By rules ------------------------------------------------------------------------------------

    def ruled(self, article: Article) -> Iterator[Name]:
        """The names that rules find, each in its slot `name`, or several in the slot `names`."""
        for match in self.rules.find(article, "name"):
            slot = match.slots["name"]
            start, end = trimmed(article.text, slot.start, slot.end)
            kind = TYPE.validate_python(match.rule.gives["type"])
            name = Name(start, end, article.text[start:end], kind, match.rule.id)
            if match.rule.gives.get("form") == "nominal":
                owner = self.owner_before(article.text, name.start)
                name = replace(name, form="nominal", key=f"nominal/{name.text}/{owner}")
            yield name

    def owner_of(self, text: str, hit: Hit) -> str:
        """Code of the country whose organ this is: "Chile's Senate", "the Senate of Chile"."""
        if owner := self.owner_before(text, hit.start):
            return owner
        said = text[hit.end : hit.end + 40].split()
        names = said[2:] if [word.lower() for word in said[1:2]] == ["the"] else said[1:]
        for length in (3, 2, 1) if said[:1] == ["of"] else ():
            if code := self.rules.lexicons["countries"].get(" ".join(names[:length]).strip(".,;:")):
                return str(code)
        return ""

    def owner_before(self, text: str, start: int) -> str:
        """Code of the country whose name or demonym stands before an offset, or nothing."""
        words = text[max(0, start - 40) : start].replace("’", "'").split()
        for length in (1, 2, 3):
            said = " ".join(words[-length:]).removesuffix("'s").removesuffix("'")
            for lexicon in ("countries", "demonyms"):
                if code := self.rules.lexicons[lexicon].get(said):
                    return str(code)
        return ""

    # By the model --------------------------------------------------------------------------------

    def apart(self, name: Name, listed: Sequence[Name]) -> Iterator[Name]:
        """A model's name without titles and without listed names that are none of its own."""
        if name.type == "PERSON":
            name = name.cut(name.start + self.parts.without_titles(name.text), name.end)
        if name.type == "ORG" and (leader := self.leader_in(name)):
            yield leader
            return
        touching = [other for other in listed if name.overlaps(other)]
        if name.type in ("PERSON", "NORP", "GPE"):
            for other in touching:
                if other.start == name.start and other.end < name.end and other.form == "demonym":
                    rest = name.text[other.end - other.start :].lstrip(" -–—'’")
                    if rest[:1].isupper() and (name.type == "PERSON" or " " in rest):
                        yield replace(name.cut(name.end - len(rest), name.end), type="PERSON")
                    return
        if not (touching and name.type in ("GPE", "NORP")):
            yield name

    def leader_in(self, name: Name) -> Name | None:
        """The leader in "Biden Administration"."""
        words = name.text.split()
        after = self.rules.lexicons["words-after-leaders"]
        if len(words) > 1 and words[0] in self.leaders and " ".join(words[1:]) in after:
            return replace(name.cut(name.start, name.start + len(words[0])), type="PERSON")
        return None

    def extended(self, article: Article, name: Name) -> Name:
        """A single name of a person with the given name before or the family name after it."""
        if name.type != "PERSON" or " " in name.text:
            return name
        span = article.doc.char_span(name.start, name.end)
        if span is None:
            return name
        doc, start, end = article.doc, span.start, span.end
        if start and (before := doc[start - 1]).text in self.given and before.whitespace_:
            start -= 1
        elif name.text in self.given and doc[end - 1].whitespace_:
            while end < len(doc) and doc[end].text in self.rules.lexicons["family-name-parts"]:
                end += 1
            if end < len(doc) and doc[end].tag_ == "NNP" and doc[end].text[:1].isupper():
                end += 1
            else:
                end = span.end
        first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
        return replace(name, start=first, end=last, text=article.text[first:last])

    @cached_property
    def given(self) -> frozenset[str]:
        """Given names, of men, of women, and of both."""
        lexicons = self.rules.lexicons
        names = ("given-names-of-men", "given-names-of-women", "countries-as-given-names")
        return frozenset(word for lexicon in names for word in lexicons[lexicon])

    # As a whole ----------------------------------------------------------------------------------

    def retyped(self, article: Article, names: Sequence[Name]) -> Iterator[Name]:
        """Each name with the type that the article as a whole gives it."""
        firms = {name.text for name in names if self.is_firm(article.doc, name)}
        single = {name.text for name in names if name.type == "PERSON" and " " not in name.text}
        people = {
            name.text
            for name in names
            if name.text not in firms and self.is_person(article.doc, name, single)
        }
        families = families_of(names, self.parts) | self.leaders
        families |= {self.parts.read(text).family for text in people} | people
        for name in names:
            if name.text in families and name.type != "PERSON" and not is_country(name):
                yield replace(name, type="PERSON", form="name", key=None)
            elif name.key is None and (name.text in firms or self.is_institution(name)):
                yield replace(name, type="ORG")
            else:
                yield name

    @cached_property
    def leaders(self) -> frozenset[str]:
        """Family names that stand for an office holder even where no full name is given."""
        lexicons = self.rules.lexicons
        families = {name.split()[-1] for name in lexicons["office-holders"]}
        families |= lexicons["known-by-family-name"].keys()
        return frozenset(
            families - lexicons["ordinary-words"].keys() - lexicons["countries"].keys()
        )

    def is_person(self, doc: Doc, name: Name, single: set[str]) -> bool:
        """Whether a name that the model takes for another thing is a person's: "Ann Wu, a judge".

        `single` holds the one-word names that the model takes for people.
        """
        words = name.text.split()
        if name.key is not None or name.type not in ("ORG", "NORP", "PRODUCT", "GPE", "FAC"):
            return False
        if not 2 <= len(words) <= 3 or not all(word[0].isupper() for word in words):
            return False
        lexicons = self.rules.lexicons
        if any(w in lexicons["institutions"] or w in lexicons["words-after-firms"] for w in words):
            return False
        if name.type != "GPE" and (words[0] in self.given or words[-1] in single):
            return True
        span = doc.char_span(name.start, name.end)
        if span is None:
            return False
        before = doc[span.start - 1] if span.start else None
        if before is not None and (
            before.text in lexicons["person-titles"] or before.lower_ in lexicons["person-nouns"]
        ):
            return True
        if span.end + 2 >= len(doc) or doc[span.end].text != ",":
            return False
        after = doc[span.end + 1 : span.end + 6]
        return after[0].is_digit or (
            after[0].lower_ in ("a", "an", "the")
            and any(token.text in lexicons["person-nouns"] for token in after)
        )

    def is_institution(self, name: Name) -> bool:
        """Whether the model takes a body for a person: "Rosa Lindt Center"."""
        words = name.text.split()
        bodies = self.rules.lexicons["institutions"]
        return name.type == "PERSON" and len(words) > 2 and words[-1] in bodies

    def is_firm(self, doc: Doc, name: Name) -> bool:
        """Whether the words around a name call it a firm: "retailer X", "X shares", "X Inc"."""
        if name.key is not None or name.form != "name":
            return False
        span = doc.char_span(name.start, name.end)
        if span is None:
            return False
        lexicons = self.rules.lexicons
        before = doc[span.start - 1].lower_ if span.start else ""
        after = doc[span.end].text if span.end < len(doc) else ""
        if after in ("'s", "’s", "'") and span.end + 1 < len(doc):
            after = doc[span.end + 1].text
        return before in lexicons["words-before-firms"] or after in lexicons["words-after-firms"]


def owned(names: Sequence[Name]) -> list[Name]:
    """Names with the organs of a foreign country known as such where they stand alone, too.

    After "Chile's Senate", "the Senate" is Chile's.
    """
    foreign: dict[str, set[str]] = {}
    for name in names:
        if name.key is not None and name.key.startswith("nominal/"):
            foreign.setdefault(name.text, set()).add(name.key)
    return [
        replace(name, key=next(iter(keys)))
        if len(keys := foreign.get(name.text, set())) == 1
        else name
        for name in names
    ]


def joined(names: Iterable[Name], meant: Mapping[str, Name]) -> Iterator[Name]:
    """Names with one key for an abbreviation and the long name that it is meant for."""
    keys = {long.text: long.key or f"named/{long.text}" for long in meant.values()}
    for name in names:
        known = name.key is not None and not name.key.startswith("body/")
        if name.text in meant and not known:
            long = meant[name.text]
            yield replace(name, type=long.type, form="name", key=keys[long.text])
        else:
            yield replace(name, key=name.key or keys.get(name.text))


def opens_line(text: str, hit: Hit) -> bool:
    """Whether a city stands in a dateline: "NAIROBI – ", "Oslo, 5 November"."""
    starts = text[: hit.start].rstrip(" ").endswith("\n") or not text[: hit.start].strip()
    return starts and text[hit.end :].lstrip(" ")[:1] in ("-", "–", "—", ",", "(", "/")


def by_length(names: Iterable[Name]) -> list[Name]:
    """The longest first."""
    return sorted(names, key=lambda name: name.start - name.end)


def is_country(name: Name) -> bool:
    """Whether a list knows a name as that of a country; a capital may be a family name."""
    return (name.key or "").startswith("country/") and name.form != "metonym"


def is_noun(token: Token) -> bool:
    """Whether a word can name goods here."""
    return token.pos_ in ("NOUN", "PROPN", "ADJ")


def is_proper(token: Token, word: str) -> bool:
    """Whether a common noun is a name here: "the Mirror said"; a headline's words stand small."""
    within = not token.is_sent_start and token.text[:1].isupper() and not token.text.isupper()
    return within and token.tag_ == "NNP" and word.islower() and " " not in word


def goods_name(article: Article, start: int, end: int, word: str) -> Name:
    """Goods by their word in the lexicon, at source offsets."""
    text, key = article.text[start:end], f"goods/{word}"
    return Name(start, end, text, "GOODS", "goods/goods", "nominal", key)


def introduces_person(doc: Doc, last: int) -> bool:
    """Whether a person's name follows, so that the words are a title of his or hers."""
    return last + 1 < len(doc) and doc[last + 1].ent_type_ == "PERSON"


def country_type(code: str) -> EntityType:
    """The European Union is an organisation, all others are countries."""
    return "ORG" if code == "EUN" else "GPE"


def families_of(names: Iterable[Name], parts: NameParts) -> set[str]:
    """Family names of the people named in full."""
    return {
        read.family
        for name in names
        if name.type == "PERSON" and (read := parts.read(name.text)).given
    }


def given_names_of(names: Iterable[Name], parts: NameParts) -> set[str]:
    """Given names that only one of the people named in full has."""
    owners: dict[str, set[str]] = {}
    for name in names:
        read = parts.read(name.text) if name.type == "PERSON" else PersonName((), "")
        if read.given and len(read.given[0]) > 2 and parts.is_given(read.given[0]):
            owners.setdefault(read.given[0], set()).add(read.family)
    return {given for given, families in owners.items() if len(families) == 1}


Wanted = tuple[tuple[str, ...], EntityType, str]
"""The words of a name to look for, its type, and the rule that looks."""


def said_again(article: Article, names: Sequence[Name], parts: NameParts) -> Iterator[Name]:
    """Every further place where a name, or a person's family name, stands and was not found."""
    doc = article.doc
    orths: list[int] = doc.to_array("ORTH").tolist()
    present = set(orths)
    wanted: dict[int, list[Wanted]] = {}
    for words, kind, rule in wanted_again(names, parts):
        if words[0] in doc.vocab.strings:
            wanted.setdefault(doc.vocab.strings[words[0]], []).append((words, kind, rule))
    taken = {i for name in names for i in range(name.start, name.end)}
    for i, orth in enumerate(orths):
        if orth not in wanted:
            continue
        for words, kind, rule in sorted(wanted[orth], key=lambda w: -len(w[0])):
            span = doc[i : i + len(words)]
            if tuple(token.text for token in span) != words:
                continue
            start, end = span.start_char, span.end_char
            if taken.isdisjoint(range(start, end)) and not is_common_noun(words, present, doc):
                taken.update(range(start, end))
                yield Name(start, end, article.text[start:end], kind, rule)
                break


def wanted_again(names: Sequence[Name], parts: NameParts) -> Iterator[Wanted]:
    """What is looked for: family names, given names of one person alone, and other names."""
    families = families_of(names, parts)
    for family in families:
        yield tuple(family.split()), "PERSON", "entities/family-name-again"
    for given in given_names_of(names, parts):
        yield (given,), "PERSON", "entities/given-name-again"
    types: dict[str, Counter[EntityType]] = {}
    for name in names:
        if name.key is None and name.type in ("PERSON", "ORG", "GPE", "LOC", "PRODUCT"):
            types.setdefault(name.text, Counter())[name.type] += 1
    for text, kinds in types.items():
        if text not in families:
            yield tuple(text.split()), kinds.most_common(1)[0][0], "entities/name-again"


def is_common_noun(words: tuple[str, ...], present: set[int], doc: Doc) -> bool:
    """Whether a name of one word stands in small letters too in this article."""
    if len(words) > 1:
        return False
    small = words[0].lower()
    return small in doc.vocab.strings and doc.vocab.strings[small] in present
