"""The report in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from pipeline.tuning.bases import Answer
from pipeline.tuning.comparing import KINDS, Change, Sentence
from pipeline.tuning.page import page as changes_page
from tests.chromium import CHROMIUM, DRIVER, MISSING, chromium, log, screen
from tests.drafts import Draft, sample_drafts
from tests.test_report import page_of

pytestmark = pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason=MISSING)

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
MANY = 60
"""Articles beside the three samples: more than two pages of the list."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("records")
    for draft in sample_drafts():
        draft.write(folder)
    for number in range(MANY):
        draft = Draft(f"many-{number:02}", f"Kenya taxed tea {number}.", published="2026-03-01")
        draft.tariff("Kenya taxed tea", by="Kenya", goods="tea")
        draft.write(folder)
    page = folder / "report.html"
    page.write_text(page_of(folder), encoding="utf-8")
    return page.as_uri()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def browser(shared: webdriver.Chrome, address: str) -> Iterator[webdriver.Chrome]:
    """The page opened anew; afterwards nothing may have been logged or asked for."""
    screen(shared, 1400)
    shared.get("about:blank")
    log(shared, "performance")
    shared.get(f"{address}#a=glass")
    yield shared
    assert log(shared, "browser") == []
    asked = [json.loads(each["message"])["message"] for each in log(shared, "performance")]
    sent = [
        each["params"]["request"]["url"]
        for each in asked
        if each["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in sent if not url.startswith(("file:", "data:", "about:"))] == []


def one(browser: webdriver.Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def texts(browser: webdriver.Chrome, selector: str) -> list[str]:
    return [each.text for each in browser.find_elements(By.CSS_SELECTOR, selector)]


def lit(browser: webdriver.Chrome) -> list[str]:
    return texts(browser, ".mark.lit")


def value(browser: webdriver.Chrome, name: str, card: str = ".card.tariff") -> WebElement:
    for element in browser.find_elements(By.CSS_SELECTOR, f"{card} .value"):
        if element.find_element(By.CLASS_NAME, "name").text == name:
            return element
    raise AssertionError(f"no value {name!r}")


def results(browser: webdriver.Chrome) -> list[str]:
    return [text.splitlines()[0] for text in texts(browser, "#results button")]


def wait_for_count(browser: webdriver.Chrome, words: str) -> None:
    WebDriverWait(browser, 5).until(lambda b: one(b, "#count").text == words)


def test_a_click_on_a_value_lights_the_words_that_prove_it(browser: webdriver.Chrome) -> None:
    value(browser, "on").click()
    assert lit(browser) == ["Turkish"]
    assert value(browser, "on").get_attribute("aria-pressed") == "true"
    assert "inferred" in one(browser, "#inspector").text
    assert "rule tariffs/levy-on-goods" in one(browser, "#inspector").text


def test_a_click_on_words_chooses_the_value_they_prove(browser: webdriver.Chrome) -> None:
    words = next(m for m in browser.find_elements(By.CSS_SELECTOR, ".mark") if m.text == "Monday")
    words.click()
    assert texts(browser, ".card.chosen h5 button") == ["NOR → TUR · glass · 25 %"]
    assert value(browser, "announced").get_attribute("aria-pressed") == "true"
    words.click()  # the same words prove a date as well
    assert texts(browser, ".card.chosen h5 button") == ["2026-02-09"]


def test_hovering_shows_rule_and_basis(browser: webdriver.Chrome) -> None:
    ActionChains(browser).move_to_element(value(browser, "on")).perform()
    assert one(browser, "#inspector").text == (
        "tariff t1 · on: Turkey (TUR) · inferred · rule tariffs/levy-on-goods"
    )


def test_the_text_is_the_article_to_the_letter(browser: webdriver.Chrome) -> None:
    shown = browser.execute_script("return document.getElementById('text').textContent")
    assert shown == sample_drafts()[0].text


def test_the_whole_page_can_be_used_without_a_mouse(browser: webdriver.Chrome) -> None:
    browser.execute_script("document.querySelector('.mark[tabindex=\"0\"]').focus()")
    keys = ActionChains(browser)
    keys.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT, Keys.ENTER).perform()
    assert browser.switch_to.active_element.text == "Turkish"
    assert "Turkish" in lit(browser)
    assert len(browser.find_elements(By.CSS_SELECTOR, '.mark[tabindex="0"]')) == 1
    value(browser, "goods").send_keys(Keys.ENTER)
    assert lit(browser) == ["glass"]


def test_kinds_can_be_hidden(browser: webdriver.Chrome) -> None:
    one(browser, "#show-tariff").click()
    assert browser.find_elements(By.CSS_SELECTOR, ".card.tariff, .mark .tariff") == []
    assert browser.find_elements(By.CSS_SELECTOR, ".card.quote")
    one(browser, "#show-tariff").click()
    assert browser.find_elements(By.CSS_SELECTOR, ".card.tariff")


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ({"status": "announced"}, ["Norway to tax Turkish glass"]),
        ({"country": "VNM"}, ["tea"]),
        ({"goods": "glass"}, ["Norway to tax Turkish glass"]),
        ({"speaker": "Ingrid Solheim"}, ["Norway to tax Turkish glass"]),
        ({"kind": "figure"}, ["Norway to tax Turkish glass"]),
        ({"status": "in-force", "country": "IND"}, ["hostile"]),
        ({"status": "announced", "country": "IND"}, []),
    ],
)
def test_filters_leave_the_articles_that_have_it(
    browser: webdriver.Chrome, choices: dict[str, str], found: list[str]
) -> None:
    for facet, word in choices.items():
        Select(one(browser, f"#by-{facet}")).select_by_value(word)
    wait_for_count(browser, f"{len(found)} of {MANY + 3} articles")
    assert results(browser) == found


def test_articles_with_unresolved_dates_can_be_asked_for(browser: webdriver.Chrome) -> None:
    one(browser, "#by-unresolved").click()
    wait_for_count(browser, f"1 of {MANY + 3} articles")
    assert results(browser) == ["tea"]
    one(browser, "#filter-form button[type=reset]").click()
    wait_for_count(browser, f"{MANY + 3} articles")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("TURKISH glass", ["Norway to tax Turkish glass"]),
        ("<script>alert(1)</script> &", ["hostile"]),
        ("zebra", []),
    ],
)
def test_the_search_reads_the_texts(
    browser: webdriver.Chrome, words: str, found: list[str]
) -> None:
    one(browser, "#search").send_keys(words)
    wait_for_count(browser, f"{len(found)} of {MANY + 3} articles")
    assert results(browser) == found


def test_a_long_list_has_pages(browser: webdriver.Chrome) -> None:
    assert len(results(browser)) == 25
    assert one(browser, "#page").text == "Page 1 of 3"
    one(browser, "#next").click()
    one(browser, "#next").click()
    assert len(results(browser)) == MANY + 3 - 50
    assert not one(browser, "#next").is_enabled()
    one(browser, "#previous").click()
    assert one(browser, "#page").text == "Page 2 of 3"


def test_nothing_of_a_hostile_article_becomes_markup(
    browser: webdriver.Chrome, address: str
) -> None:
    browser.get(f"{address}#a=hostile")
    text = next(draft.text for draft in sample_drafts() if draft.id == "hostile")
    shown = one(browser, "#text").text
    assert "<script>alert(1)</script> & <img src=x onerror=alert(2)>" in shown
    assert "U+202E" in shown  # shown, not obeyed
    assert "\u202e" not in shown
    assert "\u202e" in text
    for element in browser.find_elements(By.CSS_SELECTOR, "#articles-page *"):
        assert element.tag_name not in ("script", "img", "textarea", "iframe")
    for link in browser.find_elements(By.CSS_SELECTOR, "#reading a"):
        assert (link.get_attribute("href") or "").startswith("https://news.example/")


def test_the_policy_stops_scripts_that_are_not_ours(browser: webdriver.Chrome) -> None:
    ran = browser.execute_script(
        "const tag = document.createElement('script');"
        "try { tag.text = 'window.foreign = 1'; } catch (error) { return error.name; }"
        "document.body.append(tag); return window.foreign || 'stopped';"
    )
    assert ran in ("TypeError", "stopped")
    said = [entry["message"] for entry in log(browser, "browser")]
    assert said
    assert all("Security Policy" in message or "Trusted" in message for message in said)


def test_the_corpus_page_shows_charts_with_their_tables(browser: webdriver.Chrome) -> None:
    one(browser, "#to-corpus").click()
    assert not one(browser, "#articles-page").is_displayed()
    pictures = browser.find_elements(By.CSS_SELECTOR, "#corpus-page img")
    assert len(pictures) == 4
    widths = [int(picture.get_attribute("naturalWidth") or 0) for picture in pictures]
    assert all(width > 100 for width in widths)
    one(browser, "#corpus-page summary").click()
    assert "NOR TUR 1" in texts(browser, "#corpus-page tbody tr")


@pytest.mark.parametrize("page", ["#a=glass", "#a=hostile", "#corpus"])
@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (900, "dark"), (390, "light")])
def test_the_page_fits_the_screen_and_has_no_serious_fault_of_accessibility(
    browser: webdriver.Chrome, address: str, page: str, width: int, scheme: str
) -> None:
    screen(browser, width, dark=scheme == "dark")
    browser.get("about:blank")
    browser.get(f"{address}{page}")
    if page == "#a=glass":
        value(browser, "on").send_keys(Keys.ENTER)
    assert width_of(browser) <= width
    assert serious_faults(browser) == []


def test_the_page_of_a_diff_fits_the_screen_and_has_no_serious_fault_of_accessibility(
    shared: webdriver.Chrome, tmp_path: Path
) -> None:
    sentence = Sentence(0, "Ottawa imposed a 25% tariff.", ((0, 6),))
    changes = [
        Change("critical", kind, "a", "tariffs.status", "tariffs/x", 0, "", "", "", (), (sentence,))
        for kind in KINDS
    ]
    file = tmp_path / "diff.html"
    answer = Answer(changes, articles=1, unreadable=())
    file.write_text(changes_page(answer, base="HEAD"), encoding="utf-8")
    for width, dark in ((1400, False), (390, True)):
        screen(shared, width, dark=dark)
        shared.get(file.as_uri())
        assert texts(shared, "mark") == ["marked", "Ottawa", "Ottawa", "Ottawa"]
        assert texts(shared, ".what") == ["− loss", "≠ changed", "+ gain"]
        assert width_of(shared) <= width
        assert serious_faults(shared) == []
    assert log(shared, "browser") == []


def width_of(browser: webdriver.Chrome) -> int:
    wide: int = browser.execute_script("return document.documentElement.scrollWidth")
    return wide


def serious_faults(browser: webdriver.Chrome) -> list[tuple[str, list[str]]]:
    """What axe-core finds on the page that it shows, where that shuts people out."""
    browser.execute_script(AXE)
    found: list[dict[str, Any]] = browser.execute_async_script(
        "const done = arguments[0]; axe.run().then((result) => done(result.violations));"
    )
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]][:5])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
