"""The rulebook of a stage: its rule file with a user's laid over it, ready to be matched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.article import Article
from pipeline.frames import FramePattern, Place
from pipeline.patterns import (
    Hit,
    Pattern,
    PatternError,
    RegexPattern,
    Slot,
    TokensPattern,
    TreePattern,
    word_list_regex,
)
from pipeline.rulefile import (
    FrameFile,
    LocatedFile,
    MatchExample,
    MissExample,
    OffEntry,
    RejectExample,
    RuleEntry,
    RuleFault,
    Where,
    read_rule_file,
    unmarked,
)
from pipeline.suggestions import suggestion

OWN_RULES = Path(__file__).parent / "rules"
SLOT = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")

Lexicon = Mapping[str, Any]
"""Word → what is known of it (None where the lexicon is a plain list), in the order of the file."""


@dataclass(frozen=True)
class Example:
    """A sentence a rule is held to: without its marks, with where they were."""

    kind: str
    """`matches`, `rejects` or `misses`."""
    text: str
    marks: tuple[tuple[int, int], ...]
    gives: Mapping[str, Any]
    published: str | None
    why: str | None
    where: Where


@dataclass(frozen=True)
class Rule:
    """One rule, ready to be matched."""

    id: str
    """With its stage: `tariffs/rate-before-levy`."""
    note: str
    finds: str
    kind: str
    """`regex`, `tokens`, `tree` or `frame`."""
    pattern: Pattern = field(repr=False)
    gives: Mapping[str, Any]
    examples: tuple[Example, ...] = field(repr=False)
    where: Where
    order: int
    users: bool
    """Whether it stands in a user's folder."""
    pattern_at: Where
    """Where its pattern stands."""


@dataclass(frozen=True)
class Match:
    """Where a rule fires: half-open source offsets, with its slots."""

    rule: Rule
    start: int
    end: int
    slots: Mapping[str, Slot]

    def words(self, article: Article, slot: str) -> str | None:
        """The words in a slot, or None where it is empty."""
        found = self.slots.get(slot)
        return None if found is None else article.text[found.start : found.end]

    def slot_words(self, article: Article) -> dict[str, object]:
        """What the rule gives as such: its constants, and the words of its slots."""
        return {
            **self.rule.gives,
            **{name: article.text[s.start : s.end] for name, s in self.slots.items()},
        }


@dataclass(frozen=True)
class Rulebook:
    """Lexicons and rules of one stage."""

    name: str
    lexicons: Mapping[str, Lexicon]
    atoms: Mapping[str, str]
    rules: tuple[Rule, ...]
    digest: str
    """sha256 of the files it was made of."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Atom → what its file says of it."""

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[Rule, ...]]:
        """What is found → the rules that find it, in the order of the file."""
        kinds: dict[str, list[Rule]] = {}
        for rule in self.rules:
            kinds.setdefault(rule.finds, []).append(rule)
        return {kind: tuple(rules) for kind, rules in kinds.items()}

    def find(self, article: Article, finds: str | None = None) -> list[Match]:
        """Every match of the rules (of one `finds`) in an article, by start; overlaps are kept."""
        rules = self.rules if finds is None else self.by_kind.get(finds, ())
        matches = [match for rule in rules for match in matches_of(rule, article)]
        return sorted(matches, key=lambda m: (m.start, -m.end, m.rule.order))

    def regex(self, source: str) -> str:
        """A regex with its `{{slots}}` filled from this book's atoms and lexicons."""
        return expand(source, self.atoms, self.lexicons)


def matches_of(rule: Rule, article: Article) -> Iterator[Match]:
    """Every match of one rule in the body of an article."""
    for hit in rule.pattern.find(article.body, article.parsed):
        yield Match(rule, hit.start, hit.end, hit.slots)


def longest(matches: Iterable[Match]) -> list[Match]:
    """Matches that do not overlap: the longest wins, then order in the file; by start."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.rule.order, m.start)):
        if all(match.end <= other.start or other.end <= match.start for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


def observed() -> dict[str, tuple[int, int]]:
    """Rule id → how often it was right on the gold sets it was counted on, and of how many."""
    path = OWN_RULES / "observed.json"
    counts: dict[str, list[int]] = json.loads(path.read_text(encoding="utf-8"))
    return {rule: (right, found) for rule, (right, found) in counts.items()}


# Making a book ------------------------------------------------------------------------------------


def load_rulebook(stage: str, overlay: Path | None = None, *, own: Path = OWN_RULES) -> Rulebook:
    """The book of a stage: the files of the folder `own`, with those of `overlay` laid over them.

    Raises `RuleFault` for the first thing that is wrong. The regexes of our own rules are taken on
    trust, and made when they are first used: `check_regex` tries them.
    """
    folders = (own, *([overlay] if overlay is not None else []))
    files = _files(stage, folders)
    if not files:
        raise RuleFault(Where(f"{stage}.yaml", 1, "(file)"), "there is no such rule file")
    used = [part for file in files for part in _used(file, folders)]
    lexicons: dict[str, dict[str, Any]] = {}
    atoms: dict[str, str] = {}
    notes: dict[str, str] = {}
    for file in [*used, *files]:
        _lay_words(file, lexicons)
        atoms |= {name: atom.regex for name, atom in file.content.atoms.items()}
        notes |= {name: atom.note for name, atom in file.content.atoms.items()}
    entries = _lay_rules(files)
    rules = tuple(
        _rule(stage, order, entry, file.where("rules", i), (file, i, atoms, lexicons))
        for order, (entry, file, i) in enumerate(entries.values())
    )
    worded = any(f.users and (f.content.lexicons or f.content.atoms) for f in [*used, *files])
    for rule in rules:  # one of ours is another regex only where words or atoms of it are laid over
        if rule.users or worded or own != OWN_RULES:
            check_regex(rule)
    digest = sha256("".join(file.sha256 for file in [*used, *files]).encode()).hexdigest()
    return Rulebook(stage, lexicons, atoms, rules, digest, notes)


def check_regex(rule: Rule) -> None:
    """Raise `RuleFault` if the rule is a regex that is faulty or dangerous."""
    if not isinstance(rule.pattern, RegexPattern):
        return
    marked = (e.text[slice(*e.marks[0])] for e in rule.examples if e.kind == "matches")
    try:
        _ = rule.pattern.compiled
        _try_regex(rule.pattern.source, tuple(marked))
    except PatternError as error:
        name = rule.id.partition("/")[2]
        raise RuleFault(rule.pattern_at, f"rule {name!r}: {error}") from error


@lru_cache(maxsize=4096)
def _try_regex(source: str, samples: tuple[str, ...]) -> None:
    """Probe a regex; tried once, since a file that is watched is read at each save."""
    pattern = RegexPattern(source)
    for sample in samples:
        pattern.probe(sample)


def check_overlay(overlay: Path, stages: Iterable[str]) -> None:
    """Raise `RuleFault` where a user's folder is missing or holds a file no stage would read."""
    known = {path.stem for path in OWN_RULES.glob("*.yaml")} | set(stages)
    if not overlay.is_dir():
        raise RuleFault(Where(overlay.name, 1, "(folder)"), "there is no such folder")
    for path in sorted([*overlay.glob("*.yaml"), *overlay.glob("*.yml")]):
        if path.suffix == ".yml" or path.stem not in known:
            raise RuleFault(
                Where(path.name, 1, "(file)"),
                f"no stage reads this file; call it one of {', '.join(sorted(known))} (.yaml)",
            )


def place_of_list(id: str, overlay: Path | None = None, *, own: Path = OWN_RULES) -> Where | None:
    """Where the word list `countries/demonyms` stands, a user's before ours; None where nowhere."""
    stem, _, name = id.partition("/")
    for file in reversed(_files(stem, (own, *([overlay] if overlay is not None else [])))):
        if name in file.content.lexicons:
            return file.where("lexicons", name)
    return None


def _files(stage: str, folders: Sequence[Path]) -> list[LocatedFile]:
    """The files of a stage, ours first, those that exist."""
    paths = [folder / f"{stage}.yaml" for folder in folders]
    return [_read(path, path.parent != folders[0]) for path in paths if path.is_file()]


def _read(path: Path, users: bool) -> LocatedFile:  # noqa: FBT001  # a key of the cache
    """A rule file; read once for the stages that use it, and anew where it has changed."""
    found = path.stat()
    return _read_as_of(path, users, (found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=128)
def _read_as_of(path: Path, users: bool, _state: tuple[int, int]) -> LocatedFile:  # noqa: FBT001
    return read_rule_file(path, users=users)


def _used(file: LocatedFile, folders: Sequence[Path]) -> Iterator[LocatedFile]:
    """The files whose lexicons and atoms a file uses."""
    for i, name in enumerate(file.content.uses):
        found = _files(name, folders)
        if not found:
            raise RuleFault(file.where("uses", i), f"there is no rule file {name}.yaml")
        yield from found


Entries = dict[str, tuple[RuleEntry, LocatedFile, int]]
"""Rule id → its entry, the file in which it stands, and where in its list."""


def _lay_rules(files: Sequence[LocatedFile]) -> Entries:
    """The rules of a stage: a user's in the place of ours with the same id, or switching it off."""
    entries: Entries = {}
    for number, file in enumerate(files):
        seen: set[str] = set()
        for i, entry in enumerate(file.content.rules):
            where = file.where("rules", i, "id")
            if entry.id in seen:
                raise RuleFault(where, f"{entry.id!r} stands here twice")
            seen.add(entry.id)
            if not isinstance(entry, OffEntry):
                entries[entry.id] = (entry, file, i)
            elif number == 0 or entry.id not in entries:
                raise RuleFault(where, f"no rule {entry.id!r} to switch off")
            else:
                del entries[entry.id]
    return entries


def _lay_words(file: LocatedFile, lexicons: dict[str, dict[str, Any]]) -> None:
    for name, words in file.content.lexicons.items():
        known = lexicons.setdefault(name, {})
        known.update(words if isinstance(words, dict) else dict.fromkeys(words))
    for name, gone in file.content.remove.items():
        for word in gone:
            if word not in lexicons.get(name, {}):
                raise RuleFault(file.where("remove", name), f"no word {word!r} in lexicon {name!r}")
            del lexicons[name][word]


Context = tuple[LocatedFile, int, Mapping[str, str], Mapping[str, Lexicon]]


def _rule(stage: str, order: int, entry: RuleEntry, where: Where, context: Context) -> Rule:
    file, i, atoms, lexicons = context
    kinds = [k for k in ("regex", "tokens", "tree", "frame") if getattr(entry, k) is not None]
    if len(kinds) != 1:
        raise RuleFault(
            file.where("rules", i, "id"),
            f"rule {entry.id!r} needs exactly one of regex, tokens, tree, frame; it has "
            + (", ".join(kinds) or "none"),
        )
    kind = kinds[0]
    if entry.cues and kind != "regex":
        where = file.where("rules", i, "cues")
        raise RuleFault(where, f"rule {entry.id!r}: cues belong to a regex; take them out")
    examples = tuple(_examples(entry, file, i))
    try:
        pattern = _pattern(entry, atoms, lexicons)
    except PatternError as error:
        raise RuleFault(file.where("rules", i, kind), f"rule {entry.id!r}: {error}") from error
    return Rule(
        id=f"{stage}/{entry.id}",
        note=entry.note,
        finds=entry.finds or stage,
        kind=kind,
        pattern=pattern,
        gives=entry.gives,
        examples=examples,
        where=where,
        order=order,
        users=file.users,
        pattern_at=file.where("rules", i, kind),
    )


def _examples(entry: RuleEntry, file: LocatedFile, i: int) -> Iterator[Example]:
    groups: tuple[tuple[str, Sequence[MatchExample | RejectExample | MissExample]], ...] = (
        ("matches", entry.matches),
        ("rejects", entry.rejects),
        ("misses", entry.misses),
    )
    for kind, group in groups:
        for j, raw in enumerate(group):
            where = file.where("rules", i, kind, j, "text")
            try:
                text, marks = unmarked(raw.text)
            except ValueError as error:
                raise RuleFault(where, str(error)) from error
            if kind != "rejects" and len(marks) != 1:
                raise RuleFault(where, "mark the answer once: [[like this]]")
            yield Example(
                kind=kind,
                text=text,
                marks=marks,
                gives=getattr(raw, "gives", {}),
                published=raw.published.isoformat() if raw.published else None,
                why=getattr(raw, "why", None),
                where=where,
            )


def _pattern(
    entry: RuleEntry, atoms: Mapping[str, str], lexicons: Mapping[str, Lexicon]
) -> Pattern:
    if entry.regex is not None:
        return RegexPattern(expand(entry.regex, atoms, lexicons), entry.regex, tuple(entry.cues))
    if entry.tokens is not None:
        return TokensPattern(filled(entry.tokens, lexicons))
    if entry.tree is not None:
        return TreePattern(filled(entry.tree, lexicons))
    return _frame(entry.frame or FrameFile(places={}), lexicons)


def _frame(frame: FrameFile, lexicons: Mapping[str, Lexicon]) -> FramePattern:
    if (frame.verb is None) == (frame.noun is None):
        raise PatternError("a frame needs a verb or a noun, and not both")
    cues = frame.verb or frame.noun or []
    places = []
    for where, said in frame.places.items():
        slot, _, heads = (part.strip() for part in said.partition("="))
        words = frozenset(_words(heads, lexicons)) if heads else None
        places.append(Place(where, slot.removesuffix("?"), slot.endswith("?"), words))
    pos = "VERB" if frame.verb is not None else "NOUN"
    return FramePattern(tuple(_words(cues, lexicons)), pos, tuple(places))


def _words(said: str | list[str], lexicons: Mapping[str, Lexicon]) -> list[str]:
    listed = said if isinstance(said, list) else [said]
    words: list[str] = []
    for word in listed:
        slot = SLOT.fullmatch(word.strip())
        words += list(_lexicon(slot.group(1), lexicons)) if slot else [word]
    return words


def _lexicon(name: str, lexicons: Mapping[str, Lexicon]) -> Lexicon:
    if name not in lexicons:
        raise PatternError(f"no lexicon {name!r}; {suggestion(name, lexicons)}", word=name)
    return lexicons[name]


def filled(value: Any, lexicons: Mapping[str, Lexicon]) -> Any:
    """Token or tree patterns with each `"{{lexicon}}"` replaced by its words."""
    if isinstance(value, str) and (slot := SLOT.fullmatch(value)):
        return list(_lexicon(slot.group(1), lexicons))
    if isinstance(value, list):
        return [filled(item, lexicons) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, lexicons) for key, item in value.items()}
    return value


def expand(
    source: str, atoms: Mapping[str, str], lexicons: Mapping[str, Lexicon], *, within: str = ""
) -> str:
    """A regex with its `{{slots}}` filled: atoms (which may hold slots themselves) and lexicons."""

    def piece(slot: re.Match[str]) -> str:
        name = slot.group(1)
        if name == within:
            raise PatternError(f"atom {name!r} holds itself")
        if name in atoms:
            return f"(?:{expand(atoms[name], atoms, lexicons, within=name)})"
        if name in lexicons:
            return f"(?:{word_list_regex(tuple(lexicons[name]))})"
        known = suggestion(name, {*atoms, *lexicons})
        raise PatternError(f"no atom or lexicon {name!r}; {known}", word=name)

    return SLOT.sub(piece, source)


__all__ = [
    "Example",
    "Hit",
    "Lexicon",
    "Match",
    "Rule",
    "Rulebook",
    "Slot",
    "load_rulebook",
    "longest",
]
