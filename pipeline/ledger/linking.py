"""Brings claims of one measure together: candidates by shared keys, clusters by average points.

Comparing every claim with every other would take 5,000,000,000 comparisons for 100,000 claims.
Claims that say the same are first taken as one, and only those that share a key are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from pipeline.ledger.claims import EVERYTHING, Claim
from pipeline.ledger.scoring import ENOUGH, NEVER, score

Key = tuple[str, ...]
WINDOW = 100
"""Claims under one key are compared with that many next ones by publication date. Larger stories
than this are held together by the claims between."""


def link(claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims, those of one measure together, in the order of their first claim."""
    nodes = together(claims)
    scores = candidate_scores(nodes)
    clusters = cluster(nodes, scores)
    return [[claim for node in each for claim in nodes[node]] for each in clusters]


def together(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Claims of different articles that say the same in the same month, each as one node."""
    nodes: dict[Key, list[list[Claim]]] = defaultdict(list)
    for claim in claims:
        same = nodes[saying(claim)]
        for node in same:
            if all(other.article != claim.article for other in node):
                node.append(claim)
                break
        else:
            same.append([claim])
    return [node for same in nodes.values() for node in same]


def saying(claim: Claim) -> Key:
    """What a claim says; a claim that says too little is like no other."""
    if not (claim.by and (claim.goods or claim.on)):
        return (claim.article, claim.tariff)
    rates = [
        f"{rate.value}/{rate.upper}/{rate.operator}/{rate.unit}/{rate.stacking}" if rate else ""
        for rate in (claim.rate, claim.previous_rate)
    ]
    named = (claim.by, claim.on, claim.goods, claim.sectors, claim.hs, claim.firms)
    month = claim.published.isoformat()[:7] if claim.published else ""
    return (
        *(" | ".join(sorted(names)) for names in named),
        *rates,
        claim.instrument,
        claim.status,
        str(claim.effective),
        str(claim.announced),
        str(claim.covered),
        month,
    )


def keys(claim: Claim) -> Iterator[Key]:
    """What a claim is looked up by: another that may be the same measure shares one of these."""
    for by in claim.by or {"?"}:
        for name in claim.goods:
            for word in name.split():
                yield (by, "goods", word)
        for code in claim.hs:
            yield (by, "hs", code[:2])
        if not claim.goods:
            for on in claim.on or {"?"}:
                yield (by, "on", on)
        if claim.rate is not None:
            for on in claim.on:
                yield (by, "rate", on, f"{claim.rate.value:g}")


def candidate_scores(nodes: Sequence[Sequence[Claim]]) -> dict[tuple[int, int], float]:
    """Points of the pairs of nodes that share a key and may be one, numbers smaller first."""
    held: dict[Key, list[int]] = defaultdict(list)
    for number, node in enumerate(nodes):
        for key in set(keys(node[0])):
            held[key].append(number)
    scores: dict[tuple[int, int], float] = {}
    compared: set[tuple[int, int]] = set()
    for numbers in held.values():
        numbers.sort(key=lambda number: (str(nodes[number][0].published), number))
        for i, one in enumerate(numbers):
            for other in numbers[i + 1 : i + 1 + WINDOW]:
                pair = (min(one, other), max(one, other))
                if pair not in compared:
                    compared.add(pair)
                    points = score(nodes[one][0], nodes[other][0])
                    if points != NEVER:
                        scores[pair] = points
    return scores


def cluster(
    nodes: Sequence[Sequence[Claim]], scores: dict[tuple[int, int], float]
) -> list[list[int]]:
    """Clusters of nodes: the best pair first, as long as two clusters agree on average.

    Pairs that were not compared count nothing. Two claims of one article never come together, nor
    do claims against different partners by way of one that names none.
    """
    clusters = Clusters(nodes, scores)
    best_first = sorted(
        ((points, pair) for pair, points in scores.items() if points >= ENOUGH),
        key=lambda each: (-each[0], each[1]),
    )
    for _, (one, other) in best_first:
        clusters.join(one, other)
    return sorted((sorted(each) for each in clusters.members.values()), key=lambda each: each[0])


class Clusters:
    """Nodes on their way together, with the points between the clusters kept as sums."""

    def __init__(
        self, nodes: Sequence[Sequence[Claim]], scores: dict[tuple[int, int], float]
    ) -> None:
        self.members = {number: [number] for number in range(len(nodes))}
        self._cluster_of = list(range(len(nodes)))
        self._articles = [{claim.article for claim in node} for node in nodes]
        self._partners = [set(node[0].on) - {EVERYTHING} for node in nodes]
        self._between: list[dict[int, tuple[float, int]]] = [{} for _ in nodes]
        for (one, other), points in scores.items():
            self._between[one][other] = self._between[other][one] = (points, 1)

    def join(self, one: int, other: int) -> None:
        """Bring the clusters of two nodes together, where nothing speaks against it."""
        a, b = self._cluster_of[one], self._cluster_of[other]
        if a == b or not self._agree(a, b):
            return
        small, large = sorted((a, b), key=lambda each: len(self.members[each]))
        for number in self.members[small]:
            self._cluster_of[number] = large
        self.members[large] += self.members.pop(small)
        self._articles[large] |= self._articles[small]
        self._partners[large] |= self._partners[small]
        del self._between[large][small]
        for third, (points, count) in self._between[small].items():
            if third != large:
                known, before = self._between[large].get(third, (0.0, 0))
                together = (known + points, before + count)
                self._between[large][third] = self._between[third][large] = together
                del self._between[third][small]

    def _agree(self, a: int, b: int) -> bool:
        points, count = self._between[a][b]
        partners = self._partners[a], self._partners[b]
        return (
            points / count >= ENOUGH
            and self._articles[a].isdisjoint(self._articles[b])
            and not (all(partners) and partners[0].isdisjoint(partners[1]))
        )


def pairs(clusters: Sequence[Sequence[Claim]]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Every pair of claims that is together, each claim as article and measure: for evaluation."""
    found: set[tuple[tuple[str, str], tuple[str, str]]] = set()
    for each in clusters:
        names = sorted((claim.article, claim.tariff) for claim in each)
        found.update(combinations(names, 2))
    return found
