"""What the workbench does when the page asks: read, try, explain, save; one request at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.article import Article
from pipeline.extraction import Rules
from pipeline.reading import Unreadable
from pipeline.report.views import view_of
from pipeline.rulebook import OWN_RULES
from pipeline.rulefile import RuleFault
from pipeline.tuning.comparing import worst_first
from pipeline.tuning.explaining import explain
from pipeline.tuning.scaffold import scaffold
from pipeline.tuning.trial import Comparison, Trial
from pipeline.workbench.folder import RuleFolder, digest_of

AT_ONCE = 20
"""Articles that are tried for one answer, so that the page can show how far it is."""

Answer = dict[str, Any]


class AskError(ValueError):
    """Something that the page asks for does not exist (any more)."""


class Ask(BaseModel):
    """What the page sends; a misspelt key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AskNothing(Ask):
    """Nothing needs to be said."""


class AskArticle(Ask):
    """An article by its id."""

    article: str


class AskPlace(AskArticle):
    """A place in an article, in characters."""

    start: int
    end: int


class AskFile(Ask):
    """A rule file by its stem."""

    stem: str


class AskVersion(AskFile):
    """A version of a rule file that was kept."""

    number: int


class AskSave(AskFile):
    """A text to be written over the version with the digest `replacing`."""

    text: str
    replacing: str


class AskTrial(Ask):
    """Texts of rule files that are not saved yet, by stem; the others stand on disk."""

    texts: dict[str, str]


class AskEffects(Ask):
    """What a trial changes, from its article number `start` on."""

    trial: int
    start: int


def own_text(stem: str) -> str:
    """The text of a rule file of ours."""
    return (OWN_RULES / f"{stem}.yaml").read_text(encoding="utf-8")


def own_stems() -> frozenset[str]:
    """The names of our rule files."""
    return frozenset(path.stem for path in OWN_RULES.glob("*.yaml"))


class Bench:
    """A corpus, the user's rule folder, and the rules that were tried last."""

    def __init__(self, trial: Trial, folder: RuleFolder) -> None:
        self.folder = folder
        self.trial = trial
        self.articles = {article.id: article for article in trial.articles}
        self.tried: Comparison = trial.against(trial.base.rules)
        self.number = 0

    def start(self, _: AskNothing) -> Answer:
        """The articles, the rule files, and the folder to which they are saved."""
        return {
            "articles": list(self.articles),
            "stems": sorted(self.folder.stems),
            "folder": str(self.folder.path),
        }

    def article(self, ask: AskArticle) -> Answer:
        """An article as the rules that were tried last read it."""
        article = self._article(ask.article)
        view = view_of(self.tried.after(article), text_is_whole=True)
        return {"text": article.text, **view.model_dump(mode="json")}

    def file(self, ask: AskFile) -> Answer:
        """A rule file: the user's as it is on disk, ours, and the versions that are kept."""
        text = self.folder.read(ask.stem)
        return {
            "text": text or "",
            "digest": digest_of(text),
            "ours": own_text(ask.stem),
            "versions": self.folder.versions(ask.stem),
        }

    def version(self, ask: AskVersion) -> Answer:
        """A version of a rule file that was kept."""
        return {"text": self.folder.version(ask.stem, ask.number)}

    def save(self, ask: AskSave) -> Answer:
        """Write a rule file; its new digest and the versions that are kept."""
        digest = self.folder.write(ask.stem, ask.text, replacing=ask.replacing)
        return {"digest": digest, "versions": self.folder.versions(ask.stem)}

    def attempt(self, ask: AskTrial) -> Answer:
        """Try texts: what is wrong with them, or how many articles they are to be tried on."""
        try:
            tried = self.trial.against(self._rules(ask.texts))
        except RuleFault as fault:
            return {"usable": False, "faults": [as_answer(fault)]}
        self.tried = tried
        self.number += 1
        return {
            "usable": True,
            "faults": [as_answer(fault) for fault in tried.verdicts()[1]],
            "trial": self.number,
            "articles": len(tried.touched) + len(tried.rest),
        }

    def effects(self, ask: AskEffects) -> Answer:
        """The changes in the next articles, the worst first; none where others are tried since."""
        if ask.trial != self.number:
            return {"outdated": True, "changes": [], "next": None}
        articles = (*self.tried.touched, *self.tried.rest)
        end = ask.start + AT_ONCE
        gained = self.tried.gained() if ask.start == 0 else ()
        changes = worst_first((*gained, *self.tried.of(articles[ask.start : end])))
        return {
            "outdated": False,
            "changes": [asdict(change) for change in changes],
            "next": end if end < len(articles) else None,
        }

    def explain(self, ask: AskPlace) -> Answer:
        """Which rules matched at a place, and which came near and why they did not."""
        return explain(self.tried.after, *self._place(ask)).as_json()

    def scaffold(self, ask: AskPlace) -> Answer:
        """A new rule whose first example is the sentence of a place."""
        article, place = self._place(ask)
        return {"text": scaffold(article, place, kind="")}

    def _article(self, id: str) -> Article:
        """An article as the rules that were tried last read it; as before where they cannot."""
        if id not in self.articles:
            raise AskError(f"no article of the corpus is called {id!r}")
        read = self.tried.reread(self.articles[id])
        return self.articles[id] if isinstance(read, Unreadable) else read

    def _place(self, ask: AskPlace) -> tuple[Article, tuple[int, int]]:
        article = self._article(ask.article)
        if not 0 <= ask.start < ask.end <= len(article.text):
            raise AskError(f"no words stand at {ask.start}-{ask.end}")
        if not article.text[ask.start : ask.end].strip():
            raise AskError("choose some words first")
        return article, (ask.start, ask.end)

    def _rules(self, texts: Mapping[str, str]) -> Rules:
        """Our rules with the user's laid over them, the given texts in the place of those on disk.

        They are read from a folder of their own, since files are read anew only where they differ
        in time or size.
        """
        with TemporaryDirectory() as scratch:
            for stem in self.folder.stems | texts.keys():
                path = self.folder.file(stem)  # raises where it is no name of a rule file
                text = texts[stem] if stem in texts else self.folder.read(stem)
                if text is not None:
                    (Path(scratch) / path.name).write_bytes(text.encode())
            return Rules.load(Path(scratch))


def as_answer(fault: RuleFault) -> Answer:
    """A fault as the page shows it."""
    where = fault.where
    return {"file": where.file, "line": where.line, "message": f"{where.key}: {fault.message}"}


@dataclass(frozen=True)
class Action:
    """Something that the page may ask for: the form of the question, and who answers."""

    form: type[Ask]
    answer: Callable[[Bench, Any], Answer]


ACTIONS: Mapping[str, Action] = {
    "start": Action(AskNothing, Bench.start),
    "article": Action(AskArticle, Bench.article),
    "file": Action(AskFile, Bench.file),
    "version": Action(AskVersion, Bench.version),
    "save": Action(AskSave, Bench.save),
    "try": Action(AskTrial, Bench.attempt),
    "effects": Action(AskEffects, Bench.effects),
    "explain": Action(AskPlace, Bench.explain),
    "scaffold": Action(AskPlace, Bench.scaffold),
}
