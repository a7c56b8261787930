"use strict";
/* The workbench's page. Texts are only ever put in as text, never as markup. */

const TYPING_MS = 350;
const SHOWN = 200;
const token = location.hash.slice(1);
const at = (id) => document.getElementById(id);

/** The files as they are on disk, and the texts that are edited here, by stem. */
const files = new Map();
const drafts = new Map();
let article = null;
let faults = [];
let attempt = 0;
let queue = Promise.resolve();
let timer = 0;

async function ask(name, question = {}) {
  const response = await fetch(`/api/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-tariffwire-token": token },
    body: JSON.stringify(question),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Runs what a click asks for and says what went wrong. */
function doing(work) {
  return async (...given) => {
    try {
      say("");
      await work(...given);
    } catch (error) {
      say(error.message);
    }
  };
}

function say(message) {
  at("message").textContent = message;
}

function made(tag, { text = "", kind = "", onclick = null } = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  if (onclick) element.addEventListener("click", onclick);
  return element;
}

function choices(select, names) {
  select.replaceChildren(...names.map((name) => new Option(name, name)));
}

/* The article ---------------------------------------------------------------------------------- */

async function openArticle(id) {
  const answer = await ask("article", { article: id });
  article = { id, letters: Array.from(answer.text), cards: answer.cards }; // offsets are code points
  at("articles").value = id;
  showText();
  at("cards").replaceChildren(
    ...article.cards.map((card, number) => {
      const button = made("button", { onclick: doing(() => choose(number)) });
      button.type = "button";
      button.append(
        made("strong", { text: `${card.kind}: ${card.head} ` }),
        made("span", { text: `${card.tag} ` }),
        made("span", { text: card.rule, kind: "rule" }),
      );
      return button;
    }),
  );
}

function placesOf(card) {
  return card.values.flatMap((value) => value.places);
}

/** The text in stretches, each with the cards that have a place there. */
function showText() {
  const { letters, cards } = article;
  const places = cards.flatMap((card, number) =>
    placesOf(card).map(([start, end]) => ({ start, end, number })));
  const edges = [...new Set([0, letters.length, ...places.flatMap((p) => [p.start, p.end])])];
  edges.sort((a, b) => a - b);
  const parts = edges.slice(0, -1).map((start, i) => {
    const text = letters.slice(start, edges[i + 1]).join("");
    const here = places.filter((p) => p.start <= start && edges[i + 1] <= p.end);
    if (!here.length) return document.createTextNode(text);
    const shortest = here.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
    const mark = made("span", { text, kind: "mark", onclick: () => {
      if (getSelection().isCollapsed) doing(choose)(shortest.number);
    } });
    mark.dataset.cards = JSON.stringify(here.map((p) => p.number));
    return mark;
  });
  at("text").replaceChildren(...parts);
}

async function choose(number) {
  for (const mark of at("text").querySelectorAll(".mark")) {
    mark.classList.toggle("lit", JSON.parse(mark.dataset.cards).includes(number));
  }
  at("text").querySelector(".lit")?.scrollIntoView({ block: "nearest" });
  if (article.cards[number].rule.includes("/")) await openRule(article.cards[number].rule);
}

/** The chosen words as a question; offsets count code points, as the records do. */
function chosen() {
  const selection = getSelection();
  if (!article || !selection.rangeCount || selection.isCollapsed) throw new Error("Choose words first.");
  const range = selection.getRangeAt(0);
  if (!at("text").contains(range.commonAncestorContainer)) throw new Error("Choose words of the article.");
  const before = document.createRange();
  before.selectNodeContents(at("text"));
  before.setEnd(range.startContainer, range.startOffset);
  const words = range.toString();
  const blank = words.length - words.trimStart().length;
  const start = Array.from(before.toString()).length + blank;
  return { article: article.id, start, end: start + Array.from(words.trim()).length };
}

/** Chooses words without a mouse: the next or the last one, with Shift more. */
function chooseByKey(event) {
  const side = { ArrowRight: "forward", ArrowLeft: "backward" }[event.key];
  if (!side) return;
  event.preventDefault();
  const selection = getSelection();
  if (!at("text").contains(selection.anchorNode)) selection.collapse(at("text"), 0);
  if (!event.shiftKey && !selection.isCollapsed) {
    if (side === "forward") selection.collapseToEnd();
    else selection.collapseToStart();
  }
  selection.modify("extend", side, "word");
}

async function explainChosen() {
  const answer = await ask("explain", chosen());
  const rows = answer.stages.flatMap((stage) => [
    ...stage.fired.map((each) =>
      [each.rule, `matched “${each.words}”${each.used ? "" : "; no finding came of it here"}`]),
    ...stage.near.map((each) =>
      [each.rule, `${each.side} “${each.matched}” it needs ${each.needs}, met ${each.met}`]),
  ]);
  const found = rows.map(([rule, words]) => {
    const line = made("p");
    const button = made("button", { text: rule, kind: "rule", onclick: doing(() => openRule(rule)) });
    button.type = "button";
    line.append(button, ` ${words}`);
    return line;
  });
  const none = made("p", { text: "No rule matches here, and none comes near." });
  at("explained").replaceChildren(
    made("p", { text: `“${answer.words}” in: ${answer.sentence}` }), ...(found.length ? found : [none]));
}

/* The rule files ------------------------------------------------------------------------------- */

const stem = () => at("stems").value;
const editsOurs = () => at("side").value === "ours";
const mine = (name) => drafts.get(name) ?? files.get(name).text;

async function openFile(name, side) {
  if (!files.has(name)) files.set(name, await ask("file", { stem: name }));
  at("stems").value = name;
  at("side").value = side;
  at("rules").value = side === "ours" ? files.get(name).ours : mine(name);
  at("rules").readOnly = side === "ours";
  at("copy").disabled = side !== "ours";
  drawGutter();
}

/** The lines `[from, to)` of a rule's entry, or null. */
function entryOf(text, id) {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.match(/^\s*- id:\s*(\S+)/)?.[1] === id);
  if (from < 0) return null;
  const depth = lines[from].search(/\S/);
  let to = from + 1;
  while (to < lines.length && (!lines[to].trim() || lines[to].search(/\S/) > depth)) to += 1;
  return { lines, from, to, depth };
}

async function openRule(rule) {
  const [name, id] = rule.split("/");
  await openFile(name, "mine");
  if (!entryOf(mine(name), id)) await openFile(name, "ours");
  const entry = entryOf(at("rules").value, id);
  if (!entry) throw new Error(`${id} stands in no rule of ${name}.yaml.`);
  jump(entry.from, entry.to);
}

function jump(from, to) {
  const lines = at("rules").value.split("\n");
  const start = lines.slice(0, from).join("\n").length + (from ? 1 : 0);
  at("rules").focus();
  at("rules").setSelectionRange(start, start + lines.slice(from, to).join("\n").length);
  at("rules").scrollTop = Math.max(0, (from - 3) * 18);
}

/** Puts an entry among the rules of the file that is the user's own. */
function addEntry(name, lines, depth) {
  const text = mine(name).trimEnd();
  const present = text.split("\n");
  const head = present.findIndex((line) => /^rules:\s*(\[\])?\s*(#.*)?$/.test(line));
  const first = present.slice(head + 1).find((line) => /^\s*- /.test(line));
  const wanted = head >= 0 && first ? first.search(/\S/) : 2;
  const moved = lines.map((line) => (line.trim() ? " ".repeat(wanted) + line.slice(depth) : ""));
  if (head >= 0) present.splice(head, 1, "rules:", ...moved);
  else present.push(...(text ? [""] : []), "rules:", ...moved);
  drafts.set(name, `${present.join("\n").trim()}\n`);
}

async function copyRule() {
  const name = stem();
  const lines = at("rules").value.slice(0, at("rules").selectionEnd).split("\n");
  const id = lines.findLast((line) => /^\s*- id:/.test(line))?.match(/- id:\s*(\S+)/)[1];
  if (!id) throw new Error("Put the cursor into a rule first.");
  if (!entryOf(mine(name), id)) {
    const entry = entryOf(files.get(name).ours, id);
    addEntry(name, entry.lines.slice(entry.from, entry.to), entry.depth);
  }
  await openRule(`${name}/${id}`);
  await attemptNow();
}

async function draftRule() {
  const { text } = await ask("scaffold", chosen());
  await openFile(stem(), "mine");
  const lines = text.trimEnd().split("\n").slice(1);
  addEntry(stem(), lines, lines[0].search(/\S/));
  await openRule(`${stem()}/${lines[0].split("id: ")[1]}`);
  await attemptNow();
}

async function save() {
  if (editsOurs()) throw new Error("Ours are only to be read: change a copy.");
  const name = stem();
  const text = mine(name);
  const answer = await ask("save", { stem: name, text, replacing: files.get(name).digest });
  Object.assign(files.get(name), { text, ...answer });
  if (drafts.get(name) === text) drafts.delete(name);
  say(`${name}.yaml is saved.`);
}

/** Puts the version before into the editor; it is written only when it is saved. */
async function undo() {
  const [number] = files.get(stem()).versions;
  if (number === undefined) throw new Error(`No version of ${stem()}.yaml is kept yet.`);
  drafts.set(stem(), (await ask("version", { stem: stem(), number })).text);
  await openFile(stem(), "mine");
  say(`Version ${number} of ${stem()}.yaml is in the editor; save it to keep it.`);
  await attemptNow();
}

function drawGutter() {
  const wrong = new Set(
    editsOurs() ? [] : faults.filter((f) => f.file === `${stem()}.yaml`).map((f) => f.line));
  const count = at("rules").value.split("\n").length;
  at("gutter").replaceChildren(
    ...Array.from({ length: count }, (_, i) =>
      made("li", { text: String(i + 1), kind: wrong.has(i + 1) ? "fault" : "" })));
  at("gutter").scrollTop = at("rules").scrollTop;
}

/* What a change does --------------------------------------------------------------------------- */

/** Tries the texts as they are; one after the other, since the bench keeps what came last. */
function attemptNow() {
  attempt += 1;
  const own = attempt;
  const turn = queue.then(() => (own === attempt ? attemptOnce(own) : undefined));
  queue = turn.catch(() => undefined); // who asked for it says what went wrong
  return turn;
}

async function attemptOnce(own) {
  const answer = await ask("try", { texts: Object.fromEntries(drafts) });
  if (own !== attempt) return;
  faults = answer.faults;
  drawGutter();
  at("faults").replaceChildren(
    ...faults.map((f) => made("li", { text: `${f.file}:${f.line}: ${f.message}` })));
  at("effects").replaceChildren();
  if (!answer.usable) {
    at("progress").textContent = "Not tried: mend the fault first.";
    return;
  }
  if (article) await openArticle(article.id);
  await showEffects(answer, own);
}

async function showEffects({ trial, articles }, own) {
  const order = ["critical", "important", "minor"];
  const changes = [];
  let start = articles ? 0 : null;
  while (start !== null) {
    at("progress").textContent = `Trying on ${articles} articles: ${start} are done …`;
    const answer = await ask("effects", { trial, start });
    if (own !== attempt) return;
    if (answer.outdated) throw new Error("Other rules were tried in another window.");
    changes.push(...answer.changes);
    changes.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
    at("effects").replaceChildren(...changes.slice(0, SHOWN).map(effect));
    start = answer.next;
  }
  const more = changes.length > SHOWN ? ` The first ${SHOWN} are shown.` : "";
  at("progress").textContent =
    `${changes.length} changes on ${articles} articles since the workbench was opened.${more}`;
}

function effect(change) {
  const line = made("li", { kind: change.severity });
  const button = made("button", {
    text: `${change.severity} ${change.kind}: ${change.field}`,
    onclick: doing(() => openArticle(change.article)),
  });
  button.type = "button";
  line.append(button, made("div", { text: `${change.before || "—"} → ${change.after || "—"}` }),
    made("div", { text: `${change.article}: “${change.words}”` }),
    made("div", { text: change.rule, kind: "rule" }));
  return line;
}

function typed() {
  drafts.set(stem(), at("rules").value);
  drawGutter();
  clearTimeout(timer);
  timer = setTimeout(() => attemptNow().catch((error) => say(error.message)), TYPING_MS);
}

/* Start ---------------------------------------------------------------------------------------- */

const started = doing(async () => {
  const { articles, stems, folder } = await ask("start");
  at("folder").textContent = folder;
  choices(at("articles"), articles);
  choices(at("stems"), stems);
  await openFile(stems.includes("tariffs") ? "tariffs" : stems[0], "mine");
  if (articles.length) await openArticle(articles[0]);
});

at("articles").addEventListener("change", doing(() => openArticle(at("articles").value)));
at("stems").addEventListener("change", doing(() => openFile(stem(), at("side").value)));
at("side").addEventListener("change", doing(() => openFile(stem(), at("side").value)));
at("why").addEventListener("click", doing(explainChosen));
at("draft").addEventListener("click", doing(draftRule));
at("copy").addEventListener("click", doing(copyRule));
at("save").addEventListener("click", doing(save));
at("undo").addEventListener("click", doing(undo));
at("text").addEventListener("keydown", chooseByKey);
at("rules").addEventListener("input", typed);
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
  event.preventDefault();
  doing(save)();
});
at("rules").addEventListener("scroll", () => { at("gutter").scrollTop = at("rules").scrollTop; });
for (const id of ["why", "draft"]) {
  at(id).addEventListener("mousedown", (event) => event.preventDefault()); // keeps the chosen words
}
addEventListener("beforeunload", (event) => { if (drafts.size) event.preventDefault(); });
started();
