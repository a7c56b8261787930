"""Counts quotes: contents by their letters, segments between marks, speakers, names and cues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.record import Record
from pipeline.tuning.evaluating.tallies import Metrics, Tally, f1, named, one_to_one, share

OVERLAP = 0.8
"""Least Jaccard index of letters at which two contents are one quote."""

LONGEST_SPEAKER = 200
KINDS = ("direct", "mixed", "indirect", "all")
PRONOUNS = frozenset(("he", "she", "his", "her", "him", "who", "they", "it", "i", "we"))
TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "sen",
        "senator",
        "rep",
        "representative",
        "gov",
        "governor",
        "president",
        "vice",
        "secretary",
        "mayor",
        "judge",
        "justice",
        "gen",
        "general",
        "prof",
        "professor",
        "chairman",
        "the",
        "minister",
        "prime",
        "former",
        "sir",
        "jr",
        "sr",
        "ii",
        "iii",
    ]
)
WORD = re.compile(r"[\w.’'-]+")
POSSESSIVE = re.compile(r"(?:’s|'s)$")
COORDINATED = re.compile(r"(?:(?!,| and | or |\().)+")
AFTER_HEAD = re.compile(
    r"\s(?:of|for|at|in|on|from|with|who|which|that|whose|to|by|based|near|writing|speaking)\s"
)
NO_HEAD = re.compile(r"(?:[Jj]r|[Ss]r)\.?|(?:’|')s|I+V?|[’'.-]+")

Stretch = tuple[int, int]
Letters = frozenset[int]
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """A quote, of the gold or found, as it is compared."""

    text: str
    spans: tuple[Stretch, ...]
    kind: str
    speaker: Stretch | None
    name: str | None
    """Full name of the speaker, where there is one."""
    cue: Stretch | None
    rule: str = ""

    @cached_property
    def letters(self) -> Letters:
        """Positions of its letters and digits."""
        return frozenset(
            i
            for start, end in self.spans
            for i in range(start, min(end, len(self.text)))
            if self.text[i].isalnum()
        )

    @property
    def speaker_words(self) -> str:
        """The speaker as written."""
        return self.text[slice(*self.speaker)] if self.speaker else ""

    @property
    def by_pronoun(self) -> bool:
        """Whether the speaker is a pronoun."""
        return self.speaker_words.lower() in PRONOUNS


def tally(gold: Raw, record: Record) -> Tally:
    """Count one document."""
    text = gold["text"]
    wanted = [of_gold(text, q) for q in gold["quotes"]]
    found = [q for q in of_record(text, record) if q.letters]
    ignored = frozenset(i for q in gold.get("ignore") or () for i in of_gold(text, q).letters)
    counts: Counter[str] = Counter()
    for said in wanted:
        counts["named"] += bool(said.name)
        counts["pronouns"] += bool(said.name) and said.by_pronoun
    exact = matched(wanted, found, 1.0)
    overlapping = matched(wanted, found, OVERLAP)
    for tag, pairs in (("exact", exact), ("overlap", overlapping)):
        counts.update(contents(tag, wanted, found, pairs, ignored))
    for i, j in overlapping:
        counts.update(of_pair(wanted[i], found[j]))
    counts.update(segments(text, wanted, found, ignored))
    counts.update(letters_of(wanted, found, ignored))
    right = {j for _, j in overlapping}
    outcomes = tuple(
        (said.rule, j in right)
        for j, said in enumerate(found)
        if j in right or not forgiven(said, wanted, ignored)
    )
    return Tally(counts, outcomes)


def of_gold(text: str, quote: Raw) -> Said:
    """A gold quote."""
    speaker, cue = quote.get("speaker"), quote.get("cue")
    return Said(
        text=text,
        spans=tuple((start, end) for start, end in quote["spans"]),
        kind=quote.get("kind", ""),
        speaker=(speaker["start"], speaker["end"]) if speaker else None,
        name=quote.get("speaker_entity"),
        cue=(cue["start"], cue["end"]) if cue else None,
    )


def of_record(text: str, record: Record) -> Iterator[Said]:
    """The quotes of a record, speakers by the names of their entities."""
    names = {entity.id: entity.name for entity in record.entities}
    for quote in record.quotes:
        speaker, cue = quote.speaker, quote.cue
        yield Said(
            text=text,
            spans=tuple((s.start, s.end) for s in quote.spans),
            kind=quote.kind,
            speaker=(speaker.span.start, speaker.span.end) if speaker else None,
            name=names.get(speaker.entity or "") if speaker else None,
            cue=(cue.span.start, cue.span.end) if cue else None,
            rule=quote.rule,
        )


# Contents -----------------------------------------------------------------------------------------


def matched(wanted: Sequence[Said], found: Sequence[Said], least: float) -> list[tuple[int, int]]:
    """One-to-one pairs whose letters overlap enough, the closest first."""
    candidates = []
    for i, a in enumerate(wanted):
        for j, b in enumerate(found):
            if common := len(a.letters & b.letters):
                likeness = common / len(a.letters | b.letters)
                if likeness >= least:
                    candidates.append(((-likeness, -i, -j), i, j))
    return one_to_one(candidates)


def contents(
    tag: str,
    wanted: Sequence[Said],
    found: Sequence[Said],
    pairs: Sequence[tuple[int, int]],
    ignored: Letters,
) -> Counter[str]:
    """Gold, hit, found and right by kind; what is forgiven counts neither way."""
    hit, right = {i for i, _ in pairs}, {j for _, j in pairs}
    counts: Counter[str] = Counter()
    for i, said in enumerate(wanted):
        for kind in (said.kind, "all"):
            counts[f"{tag} {kind} gold"] += 1
            counts[f"{tag} {kind} hit"] += i in hit
    for j, said in enumerate(found):
        if j in right or not forgiven(said, wanted, ignored):
            for kind in (said.kind, "all"):
                counts[f"{tag} {kind} found"] += 1
                counts[f"{tag} {kind} right"] += j in right
    return counts


def letters_of(wanted: Sequence[Said], found: Sequence[Said], ignored: Letters) -> Counter[str]:
    """Letters of speech: of the gold, found (what is ignored counts neither way), and right."""
    gold = frozenset[int]().union(*(said.letters for said in wanted))
    got = frozenset[int]().union(*(said.letters for said in found))
    return Counter(
        {
            "letters gold": len(gold),
            "letters found": len(got - (ignored - gold)),
            "letters right": len(gold & got),
        }
    )


def forgiven(said: Said, wanted: Sequence[Said], ignored: Letters) -> bool:
    """Whether an unmatched quote counts neither way: it is a belief, or nested in another quote."""
    if 2 * len(said.letters & ignored) >= len(said.letters):
        return True
    if said.cue is None:
        return False
    start, end = said.cue
    return any(
        said.letters < other.letters
        and other.spans[0][0] <= start
        and end <= other.spans[-1][1]
        and any(i in other.letters for i in range(start, end))
        for other in wanted
    )


# Speakers and cues --------------------------------------------------------------------------------


def of_pair(gold: Said, found: Said) -> Counter[str]:
    """Speaker, name and cue of one pair."""
    counts: Counter[str] = Counter()
    if gold.name and gold.by_pronoun:
        counts.update(pronoun_pairs=1, pronouns_right=name_agrees(gold, found))
    for kind in (gold.kind, "all"):
        if gold.speaker:
            counts[f"speaker {kind} pairs"] += 1
            counts[f"speaker {kind} right"] += speaker_agrees(gold, found)
        if gold.name:
            counts[f"name {kind} pairs"] += 1
            counts[f"name {kind} right"] += name_agrees(gold, found)
        if gold.cue and any(letter.isalnum() for letter in gold.text[slice(*gold.cue)]):
            counts[f"cue {kind} pairs"] += 1
            counts[f"cue {kind} right"] += cue_agrees(gold, found)
    return counts


def speaker_agrees(gold: Said, found: Said) -> bool:
    """Whether the found speaker's words hold a head of the gold's, or name the same person."""
    if gold.speaker and found.speaker and found.speaker[1] - found.speaker[0] <= LONGEST_SPEAKER:
        start, end = found.speaker
        if any(start < to and from_ < end for from_, to in heads(gold.text, gold.speaker)):
            return True
    if not gold.name:
        return False
    return same_name(gold.name, found.name, in_full=False) or (
        found.speaker is not None and same_name(gold.name, found.speaker_words, in_full=False)
    )


def name_agrees(gold: Said, found: Said) -> bool:
    """Whether the found speaker has the gold's full name."""
    return same_name(gold.name, found.name or found.speaker_words, in_full=True)


def cue_agrees(gold: Said, found: Said) -> bool:
    """Whether two cues share a letter."""
    if gold.cue is None or found.cue is None:
        return False
    start, end = max(gold.cue[0], found.cue[0]), min(gold.cue[1], found.cue[1])
    return any(gold.text[i].isalnum() for i in range(start, end))


def heads(text: str, phrase: Stretch) -> list[Stretch]:
    """The head words of a noun phrase, one for each of its coordinated parts."""
    found = []
    for part in COORDINATED.finditer(text[slice(*phrase)]):
        core = AFTER_HEAD.split(part.group() + " ")[0].rstrip()
        words = list(WORD.finditer(core))
        while words and NO_HEAD.fullmatch(words[-1].group()):
            words.pop()
        if words:
            start = phrase[0] + part.start() + words[-1].start()
            found.append((start, start + len(POSSESSIVE.sub("", words[-1].group()))))
    return found or [phrase]


def name_words(name: str | None) -> list[str]:
    """The words of a name in lower case, without titles and possessives."""
    words = (POSSESSIVE.sub("", word).strip(".,’'") for word in WORD.findall((name or "").lower()))
    return [word for word in words if word and word not in TITLES]


def same_name(gold: str | None, found: str | None, *, in_full: bool) -> bool:
    """Whether two names are of one person: the surname, and the first name where both have one."""
    wanted, got = name_words(gold), name_words(found)
    if not wanted or not got or wanted[-1] not in got:
        return False
    if len(wanted) > 1 and len(got) > 1:
        return wanted[0][0] == got[0][0] or wanted[0] in got
    return not in_full or len(wanted) == 1


# Segments -----------------------------------------------------------------------------------------


def segments(
    text: str, wanted: Sequence[Said], found: Sequence[Said], ignored: Letters
) -> Counter[str]:
    """For each stretch between marks: is it speech, and whose."""
    counts: Counter[str] = Counter()
    for start, end in quoted_stretches(text):
        letters = frozenset(i for i in range(start, end) if text[i].isalnum())
        if not letters:
            continue
        gold = next((s for s in wanted if 2 * len(letters & s.letters) >= len(letters)), None)
        got = next((s for s in found if 2 * len(letters & s.letters) >= len(letters)), None)
        if gold is None and 2 * len(letters & ignored) >= len(letters):
            continue
        counts["segments gold"] += gold is not None
        counts["segments found"] += got is not None
        counts["segments right"] += gold is not None and got is not None
        if gold is not None and gold.speaker:
            counts["segments spoken"] += 1
            counts["segments spoken, found"] += got is not None
            counts["segments speaker right"] += got is not None and speaker_agrees(gold, got)
        if gold is not None and gold.name and got is not None:
            counts["segments named"] += 1
            counts["segments name right"] += name_agrees(gold, got)
    return counts


def quoted_stretches(text: str) -> list[Stretch]:
    """The stretches between outermost double marks, paragraph by paragraph."""
    return [s for line in re.finditer(r"[^\n]+", text) for s in _stretches(text, line.span())]


def _stretches(text: str, line: Stretch) -> Iterator[Stretch]:
    opened: int | None = None
    position, end = line
    while position < end:
        letter, pair = text[position], text[position : position + 2]
        width = 2 if pair in ("``", "''") else 1
        if opened is None:
            if _opens(text, position, line):
                opened = position
        elif letter in '”»"' or pair == "''":
            yield opened, position + (2 if letter == "'" else 1)
            opened = None
        elif letter in "“«" and text[position - 1].isspace():
            yield opened, position
            opened = position
        position += width
    if opened is not None:
        yield opened, end


def _opens(text: str, position: int, line: Stretch) -> bool:
    letter = text[position]
    if letter in '“«„"' or text[position : position + 2] in ("``", "''"):
        return True
    after = text[position + 1 : position + 2]
    at_word = position == line[0] or not text[position - 1].isalnum()
    return letter == "”" and at_word and position + 1 < line[1] and after.isalnum()


def metrics(counts: Counter[str]) -> Metrics:
    """The numbers of a set."""
    result: Metrics = {}
    for tag in ("exact", "overlap"):
        for kind in KINDS:
            key = f"{tag} {kind}"
            parts = (counts[f"{key} {part}"] for part in ("right", "found", "gold", "hit"))
            result |= named(key, f1(*parts))
    for unit in ("letters", "segments"):
        sizes = (counts[f"{unit} {part}"] for part in ("right", "found", "gold"))
        result |= named(unit, f1(*sizes))
    for name, right, whole in (
        ("segments with the right speaker, of all", "segments speaker right", "segments spoken"),
        ("segments with the right speaker", "segments speaker right", "segments spoken, found"),
        ("segments with the full name", "segments name right", "segments named"),
        ("full name, of all", "name all right", "named"),
        ("pronoun speakers, of all", "pronouns_right", "pronouns"),
        ("pronoun speakers, of pairs", "pronouns_right", "pronoun_pairs"),
    ):
        result[name] = share(counts[right], counts[whole])
    for part in ("speaker", "name", "cue"):
        for kind in ("direct", "indirect", "all"):
            key = f"{part} {kind}"
            result[f"{key}, of pairs"] = share(counts[f"{key} right"], counts[f"{key} pairs"])
    return result
