"""Mentions: the places of a sentence that speak of a levy, each with its own stretch of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.stages.tariffs.levies import Levy
from pipeline.stages.tariffs.rates import Level

if TYPE_CHECKING:
    from spacy.tokens import Token

    from pipeline.stages.tariffs.scene import Scene

NEXT_TO = 40
"""Characters between "exempt" and the levy that it speaks of."""

JOINTS = frozenset(
    {"and", "or", "a", "an", "the", ",", "to", "of", "at", "up", "another", "additional", "its"}
)
"""Words between two mentions that belong to the second."""

BACKWARD = re.compile(
    r"the|these|those|this|that|such|its|their|his|both|similar|same", re.IGNORECASE
)


@dataclass(frozen=True)
class Mention:
    """A place where a measure is spoken of: a level, a levy noun, or both.

    Its stretch of the sentence are the tokens `[first, last)`.
    """

    anchor: Token
    """Where the search for an act begins."""
    level: Level | None
    levy: Levy | None
    first: int
    last: int

    @property
    def is_anaphoric(self) -> bool:
        """Whether the levy is one spoken of before: "the tariffs", "these duties", or unsaid."""
        if self.levy is None:
            return True
        lefts = self.head_of_levy.lefts
        return any(t.dep_ in ("det", "poss") and BACKWARD.fullmatch(t.lower_) for t in lefts)

    @property
    def head_of_levy(self) -> Token:
        """The levy noun, or the noun that it stands before: "the tariff cuts"."""
        levy = self.anchor.doc[self.levy.token if self.levy is not None else self.anchor.i]
        return levy.head if levy.dep_ == "compound" and levy.head.pos_ == "NOUN" else levy

    @property
    def ends(self) -> tuple[int, int]:
        """Source offsets of the stretch."""
        doc = self.anchor.doc
        last = doc[self.last - 1]
        return doc[self.first].idx, last.idx + len(last)


@dataclass(frozen=True, slots=True)
class Place:
    """A level or a levy noun of a sentence, and the token at which it begins."""

    token: int
    level: Level | None
    levy: Levy | None


def mentions_of(
    sentence: tuple[int, int], levies: Sequence[Levy], levels: Sequence[Level], scene: Scene
) -> Iterator[Mention]:
    """The mentions among the tokens of a sentence: one a level, one a levy that no level takes."""
    places = places_of(levies, levels, scene)
    for position, place in enumerate(places):
        start = places[position - 1].token + 1 if position else sentence[0]
        end = sentence[1]
        start = max(start, after_semicolon(start, place.token, scene))
        if position + 1 < len(places):
            end = before_next(places[position + 1], place.token, scene)
            end = after_semicolon(place.token, places[position + 1].token, scene) or end
        yield Mention(
            anchor_of(place, scene), place.level, place.levy, start, max(end, place.token + 1)
        )


def after_semicolon(start: int, end: int, scene: Scene) -> int:
    """The token after the last semicolon among `[start, end)`, where another statement begins."""
    return max((t.i + 1 for t in scene.doc[start:end] if t.text == ";"), default=0)


def places_of(levies: Sequence[Levy], levels: Sequence[Level], scene: Scene) -> list[Place]:
    """Levels with their levies, and the levies left over, in text order."""
    taken: set[int] = set()
    places = []
    for level in levels:
        levy, own = levy_of(level, levies), level
        if levy is not None and levy.token in taken and level.rule != "rate-before-levy":
            own = replace(level, levy=None)
        elif levy is not None:
            taken.add(levy.token)
        first = scene.token_at(own.reach[0]).i
        if own.levy is not None and levy is not None:
            first = min(first, levy.token)
        places.append(Place(first, own, levy))
    places += [
        Place(levy.token, None, levy)
        for levy in levies
        if levy.token not in taken
        and not any(level.reach[0] <= levy.start < level.reach[1] for level in levels)
    ]
    return sorted(places, key=lambda place: place.token)


def levy_of(level: Level, levies: Sequence[Levy]) -> Levy | None:
    """The levy noun of a level: the one its rule names, else the nearest before it, else after."""
    if level.levy is not None:
        for levy in levies:
            if level.levy[0] <= levy.start < level.levy[1]:
                return levy
    inside = [levy for levy in levies if level.start <= levy.start < level.end]
    before = [levy for levy in levies if levy.end <= level.start]
    after = [levy for levy in levies if levy.start >= level.end]
    if level.rule == "free-of-duty":  # "exempt from the tariffs"
        inside += [levy for levy in after if levy.start - level.end <= NEXT_TO]
    return next(iter([*inside, *reversed(before), *after]), None)


def anchor_of(place: Place, scene: Scene) -> Token:
    """Where the search for an act begins: the levy if it stands with the rate, else the rate."""
    level, levy = place.level, place.levy
    if levy is not None and (level is None or level.levy is not None):
        return scene.doc[levy.token]
    return scene.token_at(level.end - 1) if level is not None else scene.doc[place.token]


def before_next(place: Place, after: int, scene: Scene) -> int:
    """The end of a stretch, without the words that introduce the next place: "and a"."""
    doc = scene.doc
    end = place.token
    if place.level is None or place.level.levy is not None:
        end = max(after + 1, min(end, doc[place.token].left_edge.i))
    while end - 1 > after and doc[end - 1].lower_ in JOINTS:
        end -= 1
    return end
