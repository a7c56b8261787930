"""Counts entity mentions by exact span and type, and on annotated chains names and pronouns."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.record import Record
from pipeline.tuning.evaluating.tallies import Metrics, Tally, f1, named, overlap, share

FOUND_TYPES = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
GOLD_TYPES = {
    **dict.fromkeys(("PER", "person", "politician", "Person"), "PER"),
    **dict.fromkeys(("ORG", "organisation", "politicalparty", "Organization"), "ORG"),
    **dict.fromkeys(("LOC", "country", "location", "Location", "Facility"), "LOC"),
}
SCORED = ("PER", "ORG", "LOC")
PRONOUNS = frozenset(["he", "him", "his", "himself", "she", "her", "hers", "herself"])
LONGEST_NAME = 5

ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
POSSESSIVE = re.compile(r"(?:['’]s|['’])$")
OPENING = re.compile(r"[\s\"“”'‘’(\[]+")
CLOSING = re.compile(r"[\s\"“”,;:)\]]+$")
CAPITALISED_BEFORE = re.compile(r"((?:[A-Z][\w.\-]*\s+)+)$")
NAME_WORD = r"(?:[A-Z][\w’'\-.]*|de|von|van|bin|al)"
NAME = re.compile(rf"{NAME_WORD}(?:\s+{NAME_WORD})*")

Stretch = tuple[int, int]
Raw = Mapping[str, Any]


def tally(gold: Raw, record: Record) -> Tally:
    """Names by span and type, or chains where the gold has them."""
    has_chains = bool(gold["entities"]) and "cluster" in gold["entities"][0]
    return chains(gold, record) if has_chains else names(gold, record)


def names(gold: Raw, record: Record) -> Tally:
    """Names: a span counts when it and its type are the same, trimmed on both sides."""
    text = gold["text"]
    wanted = {
        (*trimmed(text, e["start"], e["end"]), GOLD_TYPES[e["type"]])
        for e in gold["entities"]
        if e["type"] in GOLD_TYPES
    }
    found = {
        (*trimmed(text, m.start, m.end), FOUND_TYPES[e.type]): m.rule
        for e in record.entities
        if e.type in FOUND_TYPES
        for m in e.mentions
        if m.form in ("name", "metonym")
    }
    counts: Counter[str] = Counter()
    for kind in SCORED:
        counts[f"{kind}_gold"] = sum(w[2] == kind for w in wanted)
        counts[f"{kind}_found"] = sum(f[2] == kind for f in found)
        counts[f"{kind}_right"] = sum(w[2] == kind for w in wanted & found.keys())
    return Tally(counts, tuple((rule, span in wanted) for span, rule in found.items()))


def trimmed(text: str, start: int, end: int) -> Stretch:
    """A span without article, possessive, quotation marks and end punctuation."""
    before = None
    while before != (start, end):
        before = (start, end)
        article = ARTICLE.match(text[start:end])
        if article and start + article.end() < end:
            start += article.end()
        possessive = POSSESSIVE.search(text[start:end])
        if possessive and possessive.start() > 0:
            end = start + possessive.start()
        if opening := OPENING.match(text[start:end]):
            start += opening.end()
        closing = CLOSING.search(text[start:end])
        if closing and closing.start() > 0:
            end = start + closing.start()
    return start, end


# Chains -------------------------------------------------------------------------------------------


def chains(gold: Raw, record: Record) -> Tally:
    """B-cubed over the names of people, and he and she resolved to the right person."""
    text = gold["text"]
    spans: dict[Stretch, Any] = {}
    for entity in gold["entities"]:
        if entity["kind"] == "name" and entity["type"] == "person":
            start, end = name_in(text, entity)
            if is_a_name(text[start:end]):
                spans.setdefault((start, end), entity["cluster"])
    found = [(m.start, m.end, e.id, m.form, m.rule) for e in record.entities for m in e.mentions]
    taken = entities_of(sorted(spans), found)
    counts = b_cubed(spans, taken)
    by_cluster: dict[Any, set[Stretch]] = defaultdict(set)
    for span, cluster in spans.items():
        by_cluster[cluster].add(span)
    outcomes = []
    for entity in gold["entities"]:
        word = text[entity["start"] : entity["end"]].lower()
        antecedents = by_cluster.get(entity["cluster"], set())
        if entity["kind"] != "pron" or word not in PRONOUNS:
            continue
        if all(start >= entity["start"] for start, _ in antecedents):
            continue
        counts["pronouns"] += 1
        hit = next((f for f in found if f[3] == "pronoun" and f[0] == entity["start"]), None)
        if hit is not None:
            votes = Counter(spans[span] for span in spans if taken[span] == hit[2])
            counts["pronouns_tried"] += 1
            right = bool(votes) and votes.most_common(1)[0][0] == entity["cluster"]
            counts["pronouns_right"] += right
            outcomes.append((hit[4], right))
    return Tally(counts, tuple(outcomes))


def name_in(text: str, entity: Raw) -> Stretch:
    """The capitalised name inside the noun phrase of a gold mention."""
    start = entity["head_start"]
    if before := CAPITALISED_BEFORE.search(text[entity["start"] : start]):
        start -= len(before.group(1))
    match = NAME.match(text[start : entity["end"]])
    name = match.group() if match else text[start : entity["end"]]
    return start, start + len(POSSESSIVE.sub("", name))


def is_a_name(words: str) -> bool:
    """Whether words can be a person's name: capitalised, and not longer than names are."""
    return len(words) > 1 and len(words.split()) <= LONGEST_NAME and words[0].isupper()


def entities_of(
    spans: Sequence[Stretch], found: Sequence[tuple[int, int, str, str, str]]
) -> dict[Stretch, object]:
    """Gold name → the entity of the found mention that covers most of it, or one of its own."""
    mentions = [f for f in found if f[3] != "pronoun"]
    taken: dict[Stretch, object] = {}
    for number, span in enumerate(spans):
        best = max(mentions, key=lambda f: max(0, overlap(f[:2], span)), default=None)
        taken[span] = best[2] if best and overlap(best[:2], span) > 0 else number
    return taken


def b_cubed(clusters: Mapping[Stretch, Any], taken: Mapping[Stretch, object]) -> Counter[str]:
    """Sums of precision and recall over the names (scaled to whole numbers of a millionth)."""
    counts: Counter[str] = Counter(names=len(clusters))
    for span in clusters:
        said = {other for other in clusters if taken[other] == taken[span]}
        gold = {other for other in clusters if clusters[other] == clusters[span]}
        same = len(said & gold)
        counts["b3_precision"] += round(SCALE * same / len(said))
        counts["b3_recall"] += round(SCALE * same / len(gold))
    return counts


SCALE = 1_000_000


def metrics(counts: Counter[str]) -> Metrics:
    """The numbers of a set, those that it has."""
    result: Metrics = {}
    if any(counts[f"{kind}_gold"] for kind in SCORED):
        for kind in SCORED:
            values = f1(counts[f"{kind}_right"], counts[f"{kind}_found"], counts[f"{kind}_gold"])
            result |= named(kind, values)
        sums = (
            sum(counts[f"{kind}_{part}"] for kind in SCORED) for part in ("right", "found", "gold")
        )
        result |= named("PER+ORG+LOC", f1(*sums))
    if counts["names"]:
        precision = counts["b3_precision"] / SCALE / counts["names"]
        recall = counts["b3_recall"] / SCALE / counts["names"]
        result["B3.p"], result["B3.r"] = 100 * precision, 100 * recall
        result["B3.f1"] = 100 * 2 * precision * recall / (precision + recall)
    if counts["names"] or counts["pronouns"]:
        result["he/she.right"] = share(counts["pronouns_right"], counts["pronouns"])
        result["he/she.precision"] = share(counts["pronouns_right"], counts["pronouns_tried"])
    return result
