"""What a rule file may say, read strictly: each fault in one line that names file, line and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.suggestions import suggestion

Path_ = tuple[str | int, ...]
"""Keys and list positions from the top of a file to a value."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a rule file."""

    file: str
    line: int
    key: str
    column: int = 1
    """Both are counted from 1, as editors do."""
    path: Path | None = field(default=None, compare=False)
    """The file itself, to show its line."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.key}"


class RuleFault(ValueError):
    """Something is wrong with a rule file, said in one line: file, line, key, what, what to do."""

    def __init__(self, where: Where, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message


# The models, which also make schemas/rules.schema.json --------------------------------------------

Kebab = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Scalar = str | int | float | bool | None
Given = dict[str, Scalar | list[Scalar]]


class Strict(BaseModel):
    """A misspelt key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class MatchExample(Strict):
    """A sentence in which the rule must fire."""

    text: str
    """With the answer marked `[[like this]]`."""
    gives: Given = {}
    """What the match must give, by name; other things that it gives are not looked at."""
    published: date | None = None


class RejectExample(Strict):
    """A sentence in which the rule must not fire (where words are marked: not on them)."""

    text: str
    why: str
    published: date | None = None


class MissExample(Strict):
    """A sentence in which the rule should fire and does not yet; then it moves to `matches`."""

    text: str
    why: str
    gives: Given = {}
    published: date | None = None


class AtomFile(Strict):
    """A named piece of regex, used as `{{name}}`."""

    regex: str
    note: str


class FrameFile(Strict):
    """A cue and what stands in its syntactic places; see `pipeline/frames.py`."""

    verb: str | list[str] | None = None
    """Lemmas or one `{{lexicon}}`."""
    noun: str | list[str] | None = None
    places: dict[str, str]
    """Place → slot. A place is `subject object iobject clause modifier` or a preposition; a slot is
    a name, with `?` where it may be empty, with ` = {{lexicon}}` where its head must be one of
    these lemmas: `object: levy? = {{levies}}`."""


class RuleEntry(Strict):
    """One rule: exactly one of regex, tokens, tree, frame."""

    id: Kebab
    """Says the wording; unique in its stage. Written in outputs as `stage/id`."""
    note: str
    finds: Kebab | None = None
    """What the rule finds, where the rules of a file find several kinds of things."""
    regex: str | None = None
    cues: list[Annotated[str, Field(pattern=r"^[^A-Z]+$")]] = []
    """Of a costly regex: pieces of words, in small letters, of which each match holds one."""
    tokens: list[list[dict[str, Any]]] | None = None
    tree: list[dict[str, Any]] | None = None
    frame: FrameFile | None = None
    gives: Given = {}
    matches: list[MatchExample] = Field(min_length=1)
    rejects: list[RejectExample] = Field(min_length=1)
    misses: list[MissExample] = []


class OffEntry(Strict):
    """Switches a rule off, in a user's folder."""

    id: Kebab
    off: Literal[True]


Words = list[str] | dict[str, Any]


class RuleFile(Strict):
    """One file of rules: lexicons, atoms, rules."""

    note: str = ""
    uses: list[str] = []
    """Stems of other rule files whose lexicons and atoms can be used here."""
    lexicons: dict[Kebab, Words] = {}
    """Name → words, or words with what is known of each."""
    remove: dict[Kebab, list[str]] = {}
    """In a user's folder: words to take out of a lexicon."""
    atoms: dict[Kebab, AtomFile] = {}
    rules: list[RuleEntry | OffEntry] = []


_ADAPTER = TypeAdapter(RuleFile)


# Reading ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LocatedFile:
    """A rule file and the line and column at which each of its values stands."""

    name: str
    content: RuleFile
    places: Mapping[Path_, tuple[int, int]]
    users: bool = False
    """Whether it stands in a user's folder, laid over ours."""
    sha256: str = ""
    path: Path | None = None

    def where(self, *path: str | int) -> Where:
        """The place of a value, or of the nearest thing around it."""
        around = (path[:length] for length in range(len(path), -1, -1))
        line, column = next((self.places[key] for key in around if key in self.places), (1, 1))
        return Where(self.name, line, dotted(path), column, self.path)


def dotted(path: Path_) -> str:
    """`rules.3.matches.0.text`, as it stands in messages."""
    return ".".join(str(part) for part in path) or "(file)"


def read_rule_file(path: Path, *, users: bool = False) -> LocatedFile:
    """Read and validate one file; raises the first `RuleFault` in it."""
    nowhere = Where(path.name, 1, "(file)", path=path)
    try:
        raw_bytes = path.read_bytes()
        text = raw_bytes.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleFault(nowhere, f"cannot be read: {error}") from error
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        where = Where(path.name, line, "(yaml)", column, path)
        around = error.context_mark
        begun = f" ({error.context} that begins on line {around.line + 1})" if around else ""
        raise RuleFault(where, f"{error.problem}{begun}") from error
    except yaml.YAMLError as error:
        raise RuleFault(Where(path.name, 1, "(yaml)", path=path), str(error)) from error
    places: dict[Path_, tuple[int, int]] = {(): (1, 1)}
    raw = _value(node, (), places, path) if node is not None else {}
    located = LocatedFile(path.name, RuleFile(), places, users, path=path)
    try:
        content = _ADAPTER.validate_python(raw)
    except ValidationError as error:
        raise _fault_of(error, located, raw) from error
    return replace(located, content=content, sha256=sha256(raw_bytes).hexdigest())


LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster


def _value(node: yaml.Node, path: Path_, places: dict[Path_, tuple[int, int]], file: Path) -> Any:
    """A node as Python data, its place noted (of what has a key, that of the key).

    Only true, false, null and numbers are more than text: in a rule file `on`, `no` and `NO` are
    words.
    """
    places[path] = _place(node)
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                line, column = _place(key_node)
                where = Where(file.name, line, dotted((*path, key)), column, file)
                raise RuleFault(where, "stands here twice; keep one")
            if node.flow_style and _is_left_out(value_node):
                line, column = _place(key_node)
                where = Where(file.name, line, dotted((*path, key)), column, file)
                raise RuleFault(where, "has no value; put what holds a comma in quotation marks")
            result[key] = _value(value_node, (*path, key), places, file)
            places[(*path, key)] = _place(key_node)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), places, file) for i, item in enumerate(node.value)]
    plain = isinstance(node, yaml.ScalarNode) and not node.style  # None, or "" from libyaml
    return _scalar(str(node.value)) if plain else str(node.value)


def _is_left_out(node: yaml.Node) -> bool:
    """Whether nothing is written: after "Trade" in `{full: Industry, Trade}`."""
    return isinstance(node, yaml.ScalarNode) and not node.value and not node.style


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(word: str) -> Scalar:
    if word in ("true", "false"):
        return word == "true"
    if word in ("null", "~", ""):
        return None
    if re.fullmatch(r"-?(0|[1-9]\d*)", word):
        return int(word)
    if re.fullmatch(r"-?\d+\.\d+", word):
        return float(word)
    return word


def _fault_of(error: ValidationError, file: LocatedFile, raw: Any) -> RuleFault:
    """The first fault that a person would name: of a union's branches, that of the one meant."""
    details = error.errors(include_url=False)
    meant = [d for d in details if "OffEntry" not in d["loc"] or _is_off(raw, d["loc"])]
    meant = [d for d in meant if "RuleEntry" not in d["loc"] or not _is_off(raw, d["loc"])]
    misspelt = [d for d in meant if d["type"] == "extra_forbidden"]
    detail = (misspelt or meant or details)[0]
    path = tuple(p for p in detail["loc"] if p == "rules" or not _is_model_name(p))
    message = str(detail["msg"])
    if detail["type"] == "extra_forbidden":
        message = f"no such key; {suggestion(str(path[-1]), keys_beside(path))}"
    elif detail["type"] == "missing":
        message = "is missing; add it"
    return RuleFault(file.where(*path), message)


_MODELS: dict[str | int, type[Strict]] = {
    "rules": RuleEntry,
    "matches": MatchExample,
    "rejects": RejectExample,
    "misses": MissExample,
    "frame": FrameFile,
    "atoms": AtomFile,
}
"""Key → what the things below it are."""


def keys_beside(path: Path_) -> list[str]:
    """The keys that may stand where this one does."""
    model = next((_MODELS[part] for part in reversed(path[:-1]) if part in _MODELS), RuleFile)
    return list(model.model_fields)


def _is_off(raw: Any, loc: tuple[str | int, ...]) -> bool:
    try:
        return "off" in raw["rules"][loc[1]]
    except (KeyError, IndexError, TypeError):
        return False


def _is_model_name(part: str | int) -> bool:
    return isinstance(part, str) and (part in ("RuleEntry", "OffEntry") or "[" in part)


MARK = re.compile(r"\[\[|\]\]")


def unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A sentence without its `[[ ]]`, and the half-open stretches that they marked."""
    text, spans, opened = "", [], []
    position = 0
    for mark in MARK.finditer(marked):
        text += marked[position : mark.start()]
        position = mark.end()
        if mark.group() == "[[":
            opened.append(len(text))
        elif opened:
            spans.append((opened.pop(), len(text)))
        else:
            raise ValueError("a closing ]] without its [[")
    if opened:
        raise ValueError("an opening [[ without its ]]")
    return text + marked[position:], tuple(sorted(spans))
