"""The workbench as a user has it: the command, its questions, and the page in a real browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from pipeline.extraction import Extractor
from pipeline.tuning.trial import Trial
from pipeline.workbench.bench import Bench, own_stems
from pipeline.workbench.folder import RuleFolder
from pipeline.workbench.server import PortError, serve
from tests.chromium import CHROMIUM, DRIVER, MISSING, chromium, log, screen

LEVIED = "Norland put a 15% geldlevy on Canadian cheese, and Canada kept its 10% tariff on steel."
QUIET = "The harbour festival drew a record crowd, and the mayor thanked the volunteers 😀 of 2025."
WORDS = "lexicons:\n  levy: [geldlevy]\n  levy-lemma: [geldlevy]\n"
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
in_browser = pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason=MISSING)


@dataclass(frozen=True)
class Running:
    """The command at work."""

    port: int
    token: str
    rules: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/#{self.token}"

    def ask(self, name: str, question: object, **headers: str) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        ours = {
            "origin": f"http://127.0.0.1:{self.port}",
            "content-type": "application/json",
            "x-tariffwire-token": self.token,
        }
        connection.request("POST", f"/api/{name}", json.dumps(question), ours | headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The command on a corpus of two; Ctrl-C must end it with the status of an interruption."""
    folder = tmp_path_factory.mktemp("workbench")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "levied.txt").write_text(LEVIED, encoding="utf-8")
    (folder / "corpus" / "quiet.txt").write_text(QUIET, encoding="utf-8")
    arguments = ["tune", "corpus", "--rules", "mine", "--port", "0", "--cache", "parses"]
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("http"):
                break
        address = said[-1].strip()
        assert address.startswith("http"), said
        host, _, token = address.partition("/#")
        yield Running(int(host.rpartition(":")[2]), token, folder / "mine")
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert (process.wait(timeout=20), rest) == (130, "")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(shared: webdriver.Chrome, running: Running) -> Iterator[webdriver.Chrome]:
    """The page opened anew with an empty rule folder; nothing may go wrong unseen."""
    for path in running.rules.glob("*.yaml"):
        path.unlink()
    running.ask("try", {"texts": {}})
    screen(shared, 1400)
    shared.get("about:blank")
    shared.get(running.address)
    until(shared, lambda: "geldlevy" in one(shared, "#text").text)
    yield shared
    assert log(shared, "browser") == []


def until(browser: webdriver.Chrome, met: Any) -> None:
    redrawn = (StaleElementReferenceException,)
    wait = WebDriverWait(browser, 20, poll_frequency=0.05, ignored_exceptions=redrawn)
    wait.until(lambda _: met())


def one(browser: webdriver.Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def texts(browser: webdriver.Chrome, selector: str) -> list[str]:
    return [each.text for each in browser.find_elements(By.CSS_SELECTOR, selector)]


def write(browser: webdriver.Chrome, text: str) -> None:
    """Replace the rule file in the editor as by typing."""
    editor = one(browser, "#rules")
    editor.clear()
    editor.send_keys(text)


def choose_words(browser: webdriver.Chrome, words: str) -> None:
    """Mark words of the article, as a mouse that is drawn over them does."""
    browser.execute_script(
        """
        const walker = document.createTreeWalker(document.getElementById("text"), 4);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const start = node.data.indexOf(arguments[0]);
          if (start >= 0) getSelection().setBaseAndExtent(
            node, start, node, start + arguments[0].length);
        }
        """,
        words,
    )


@in_browser
def test_a_click_on_a_finding_lights_its_words_and_opens_its_rule(
    browser: webdriver.Chrome,
) -> None:
    card = next(
        each
        for each in browser.find_elements(By.CSS_SELECTOR, "#cards button")
        if each.text.startswith("tariff: ")
    )
    rule = card.find_element(By.CLASS_NAME, "rule").text
    card.click()
    until(browser, lambda: one(browser, "#rules").get_property("readOnly"))
    assert any("10%" in lit for lit in texts(browser, ".mark.lit"))
    stem, _, id = rule.partition("/")
    assert Select(one(browser, "#stems")).first_selected_option.text == stem
    marked = browser.execute_script(
        "const e = document.getElementById('rules');"
        "return e.value.slice(e.selectionStart, e.selectionEnd)"
    )
    assert marked.split("\n")[0].strip() == f"- id: {id}"
    one(browser, "#copy").click()
    until(browser, lambda: not one(browser, "#rules").get_property("readOnly"))
    assert f"- id: {id}" in str(one(browser, "#rules").get_property("value"))
    until(browser, lambda: one(browser, "#progress").text.startswith("0 changes on"))


@in_browser
def test_what_is_typed_is_checked_tried_saved_and_taken_back(
    browser: webdriver.Chrome, running: Running
) -> None:
    write(browser, "note: x\nlexicon: {}\n")
    until(browser, lambda: texts(browser, "#gutter .fault") == ["2"])
    assert texts(browser, "#faults li")[0].startswith("tariffs.yaml:2: ")
    assert one(browser, "#progress").text == "Not tried: mend the fault first."

    write(browser, WORDS)
    until(browser, lambda: "since the workbench was opened" in one(browser, "#progress").text)
    assert texts(browser, "#faults li") == []
    assert texts(browser, "#effects .critical button")[0].startswith("critical gain: tariffs")
    assert any("Canadian cheese" in words for words in texts(browser, "#effects li"))

    one(browser, "#save").click()
    until(browser, lambda: one(browser, "#message").text == "tariffs.yaml is saved.")
    assert (running.rules / "tariffs.yaml").read_text(encoding="utf-8") == WORDS
    write(browser, "note: another\n")
    one(browser, "#save").click()
    until(browser, lambda: "another" in (running.rules / "tariffs.yaml").read_text("utf-8"))
    until(browser, lambda: one(browser, "#message").text == "tariffs.yaml is saved.")
    one(browser, "#undo").click()
    until(browser, lambda: one(browser, "#rules").get_property("value") == WORDS)

    (running.rules / "tariffs.yaml").write_text("note: theirs\n", encoding="utf-8")
    one(browser, "#save").click()
    until(browser, lambda: "changed on disk" in one(browser, "#message").text)
    # The browser itself logs an answer that refuses; nothing else may stand there.
    assert all("409" in each["message"] for each in log(browser, "browser"))


@in_browser
def test_chosen_words_are_explained_and_made_a_rule(browser: webdriver.Chrome) -> None:
    choose_words(browser, "geldlevy")
    one(browser, "#why").click()
    until(browser, lambda: "“geldlevy” in:" in one(browser, "#explained").text)
    assert "it needs" in one(browser, "#explained").text

    Select(one(browser, "#articles")).select_by_visible_text("quiet")
    until(browser, lambda: "😀" in one(browser, "#text").text)
    choose_words(browser, "of ")
    one(browser, "#draft").click()
    until(browser, lambda: "- id: of" in str(one(browser, "#rules").get_property("value")))
    assert "volunteers 😀 [[of]] 2025" in str(one(browser, "#rules").get_property("value"))


@in_browser
def test_the_page_can_be_used_without_a_mouse(browser: webdriver.Chrome, running: Running) -> None:
    browser.execute_script("document.getElementById('text').focus()")
    keys = ActionChains(browser)
    keys.send_keys(*[Keys.ARROW_RIGHT] * 6).perform()  # Norland put a 15% geldlevy: % is none
    shift = ActionChains(browser).key_down(Keys.SHIFT).send_keys(Keys.ARROW_RIGHT)
    shift.key_up(Keys.SHIFT).perform()
    words = str(browser.execute_script("return getSelection().toString()")).strip()
    assert words in LEVIED
    assert len(words.split()) == 2
    one(browser, "#why").send_keys(Keys.ENTER)
    until(browser, lambda: f"“{words}” in:" in " ".join(one(browser, "#explained").text.split()))
    one(browser, "#explained button, #cards button").send_keys(Keys.ENTER)
    until(browser, lambda: one(browser, "#rules").get_property("readOnly"))
    one(browser, "#copy").send_keys(Keys.ENTER)
    until(browser, lambda: one(browser, "#progress").text.startswith("0 changes on"))
    one(browser, "#rules").send_keys(Keys.CONTROL, "s")
    until(browser, lambda: one(browser, "#message").text.endswith(".yaml is saved."))
    assert list(running.rules.glob("*.yaml"))


@in_browser
def test_the_page_has_no_serious_fault_of_accessibility(browser: webdriver.Chrome) -> None:
    write(browser, "note: x\nlexicon: {}\n")
    until(browser, lambda: texts(browser, "#gutter .fault") == ["2"])
    assert serious_faults(browser, 900, dark=True) == []
    write(browser, WORDS)
    until(browser, lambda: "since the workbench was opened" in one(browser, "#progress").text)
    choose_words(browser, "geldlevy")
    one(browser, "#why").click()
    until(browser, lambda: "“geldlevy” in:" in one(browser, "#explained").text)
    one(browser, "#cards button").click()
    until(browser, lambda: texts(browser, ".mark.lit") != [])
    for width, dark in ((1400, False), (1400, True), (390, False)):
        assert serious_faults(browser, width, dark=dark) == []


def serious_faults(browser: webdriver.Chrome, width: int, *, dark: bool) -> list[tuple[str, str]]:
    """What axe-core calls serious or worse on a screen, with the first element that has it."""
    screen(browser, width, dark=dark)
    browser.execute_script(AXE)
    found: list[dict[str, Any]] = browser.execute_async_script(
        "const done = arguments[0]; axe.run().then((result) => done(result.violations));"
    )
    return [
        (each["id"], each["nodes"][0]["html"][:200])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("place", ["corpus", "rules folder", "backups"])
def test_the_server_gives_no_file_but_those_of_the_page(running: Running, place: str) -> None:
    paths = {
        "corpus": "/corpus/levied.txt",
        "rules folder": "/..%2f..%2fmine/tariffs.yaml",
        "backups": "/page.js/../../server.py",
    }
    connection = HTTPConnection("127.0.0.1", running.port, timeout=30)
    connection.request("GET", paths[place])
    assert connection.getresponse().status == 404
    connection.close()


@pytest.mark.parametrize(
    ("name", "question", "status"),
    [
        ("erase", {}, 404),
        ("article", {"article": "../levied"}, 404),
        ("file", {"stem": "../mine/tariffs"}, 404),
        ("try", {"texts": {"../tariffs": "note: x\n"}}, 404),
        ("save", {"stem": "/tmp/tariffs", "text": "", "replacing": ""}, 404),  # noqa: S108
        ("explain", {"article": "levied", "start": 5, "end": 4000}, 404),
        ("file", {"stem": "tariffs", "mode": "w"}, 400),
    ],
)
def test_what_is_not_there_is_not_answered(
    running: Running, name: str, question: object, status: int
) -> None:
    answered, answer = running.ask(name, question)
    assert (answered, list(answer)) == (status, ["error"])


def test_another_page_and_a_wrong_token_are_refused(running: Running) -> None:
    assert running.ask("start", {})[0] == 200
    assert running.ask("start", {}, origin="http://evil.example")[0] == 403
    assert running.ask("start", {}, **{"x-tariffwire-token": "guess"})[0] == 401


def test_effects_of_rules_that_are_no_longer_tried_are_not_shown_for_others(
    running: Running,
) -> None:
    first = running.ask("try", {"texts": {"tariffs": WORDS}})[1]["trial"]
    running.ask("try", {"texts": {}})
    answer = running.ask("effects", {"trial": first, "start": 0})[1]
    assert answer == {"outdated": True, "changes": [], "next": None}


def test_a_port_that_is_taken_is_said(
    running: Running, extractor: Extractor, tmp_path: Path
) -> None:
    bench = Bench(Trial((), extractor), RuleFolder(tmp_path, own_stems()))
    with pytest.raises(PortError, match=f"port {running.port} is taken; give another"):
        serve(bench, port=running.port, told=pytest.fail)
