"use strict";
// Text of articles becomes text nodes and attribute values here, never markup.
(() => {
  const KINDS = { tariff: "Tariff measures", quote: "Quotes", figure: "Trade figures", date: "Dates", entity: "Entities" };
  const FACETS = ["status", "country", "goods", "speaker", "rule"];
  const PAGE = 25;
  const MARGIN = 60;
  // Characters that change the direction of what stands around them: shown, not obeyed.
  const CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

  const at = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(at(id).textContent);
  const index = read("index");
  const state = { page: 0, open: -1, matching: [], view: null, marks: [], cards: [], hidden: new Set(), lit: null };

  // Making elements ------------------------------------------------------------------------------

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }

  function written(text) {
    const parts = document.createDocumentFragment();
    let plain = "";
    for (const character of text) {
      if (CONTROLS.test(character)) {
        parts.append(plain);
        plain = "";
        const code = "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
        parts.append(make("span", { class: "control", title: "invisible direction mark " + code }, code));
      } else {
        plain += character;
      }
    }
    parts.append(plain);
    return parts;
  }

  // The list -------------------------------------------------------------------------------------

  function fillFilters() {
    option(at("by-kind"), "", "anything");
    for (const [kind, name] of Object.entries(KINDS)) {
      option(at("by-kind"), kind, `${name} (${index.filter((entry) => entry.counts[kind] > 0).length})`);
    }
    for (const facet of FACETS) {
      const counts = new Map();
      for (const entry of index) for (const word of entry[facet]) counts.set(word, (counts.get(word) || 0) + 1);
      const select = at("by-" + facet);
      option(select, "", counts.size ? "any" : "none found");
      select.disabled = counts.size === 0;
      for (const [word, count] of [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
        option(select, word, `${shortened(word)} (${count})`);
      }
    }
  }

  function option(select, value, label) {
    const element = make("option", { value });
    element.append(written(label));
    select.append(element);
  }

  function shortened(text) {
    return text.length > MARGIN ? text.slice(0, MARGIN) + "…" : text;
  }

  function matches(entry, number, words) {
    const kind = at("by-kind").value;
    if (kind && entry.counts[kind] === 0) return false;
    for (const facet of FACETS) {
      const wanted = at("by-" + facet).value;
      if (wanted && !entry[facet].includes(wanted)) return false;
    }
    if (at("by-unresolved").checked && !entry.unresolved) return false;
    if (!words) return true;
    const named = [entry.id, entry.title, ...entry.country, ...entry.goods, ...entry.speaker].join("\n").toLowerCase();
    // The text is searched as it stands in its data block: no need to read 2,000 of them.
    const escaped = JSON.stringify(words).slice(1, -1).replace(/[<>&]/g, (c) => "\\u00" + c.charCodeAt(0).toString(16));
    return named.includes(words) || at("text-" + number).textContent.toLowerCase().includes(escaped);
  }

  function filter() {
    const words = at("search").value.trim().toLowerCase();
    state.matching = index.map((_, number) => number).filter((number) => matches(index[number], number, words));
    state.page = 0;
    list();
  }

  function list() {
    const pages = Math.max(1, Math.ceil(state.matching.length / PAGE));
    const shown = state.matching.slice(state.page * PAGE, (state.page + 1) * PAGE);
    at("results").replaceChildren(...shown.map(line));
    const all = index.length;
    at("count").textContent = state.matching.length === all ? `${all} articles` : `${state.matching.length} of ${all} articles`;
    at("page").textContent = `Page ${state.page + 1} of ${pages}`;
    at("previous").disabled = state.page === 0;
    at("next").disabled = state.page >= pages - 1;
    at("pager").hidden = pages === 1;
  }

  function line(number) {
    const entry = index[number];
    const counts = entry.counts;
    const button = make("button", { type: "button", dir: "auto", "data-number": number, "aria-current": number === state.open && "true" });
    button.append(written(entry.title), make("small", {}, `${entry.published || "no date"} · ${plural(counts.tariff, "measure")} · ${plural(counts.quote, "quote")}`));
    button.addEventListener("click", () => { location.hash = "a=" + encodeURIComponent(entry.id); });
    return make("li", {}, button);
  }

  function plural(count, word) {
    return `${count} ${word}${count === 1 ? "" : "s"}`;
  }

  // An article -----------------------------------------------------------------------------------

  function open(number) {
    state.open = number;
    state.lit = null;
    state.view = read("view-" + number);
    const entry = index[number];
    at("title").replaceChildren(written(entry.title));
    at("meta").replaceChildren(...state.view.meta.map(fact));
    at("problems").replaceChildren(...state.view.problems.map((problem) => make("li", {}, written(problem))));
    at("problems").hidden = state.view.problems.length === 0;
    at("text-note").hidden = state.view.text_is_whole;
    at("text").classList.toggle("sparse", !state.view.text_is_whole);
    legend();
    draw();
    for (const button of document.querySelectorAll("#results button")) {
      if (Number(button.dataset.number) === number) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  function fact(value) {
    const told = make("dd", { dir: "auto" });
    if (value.name === "address" && /^https?:\/\//.test(value.value)) {
      told.append(make("a", { href: value.value, target: "_blank", rel: "noopener noreferrer" }, written(value.value)));
    } else {
      told.append(written(value.value));
    }
    if (value.basis) told.append(" ", make("span", { class: "basis" }, `(${value.basis})`));
    return make("div", {}, make("dt", {}, value.name), told);
  }

  function legend() {
    const labels = Object.entries(KINDS).map(([kind, name]) => {
      const count = state.view.cards.filter((card) => card.kind === kind).length;
      const box = make("input", { type: "checkbox", id: "show-" + kind, disabled: count === 0 });
      box.checked = count > 0 && !state.hidden.has(kind);
      box.addEventListener("change", () => {
        if (box.checked) state.hidden.delete(kind);
        else state.hidden.add(kind);
        draw();
      });
      return make("label", {}, box, make("span", { class: `swatch under ${kind}` }), `${name} (${count})`);
    });
    at("legend").replaceChildren(make("legend", {}, "Show"), ...labels);
  }

  function draw() {
    drawRecord();
    drawText();
    light(null);
  }

  // The text is cut at every border of a place; each piece knows the values it proves.
  function drawText() {
    const text = Array.from(read("text-" + state.open));
    const proofs = [];
    state.view.cards.forEach((card, c) => {
      if (state.hidden.has(card.kind)) return;
      card.values.forEach((value, v) => value.places.forEach(([start, end]) => proofs.push({ start, end, c, v, kind: card.kind })));
    });
    const furniture = state.view.furniture.map(([start, end, rule]) => ({ start, end, rule }));
    const borders = [...new Set([0, text.length, ...proofs.concat(furniture).flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
    proofs.sort((a, b) => a.start - b.start);
    const pieces = [];
    let active = [];
    let next = 0;
    state.marks = [];
    for (let i = 0; i + 1 < borders.length; i++) {
      const [start, end] = [borders[i], borders[i + 1]];
      active = active.filter((proof) => proof.end > start);
      while (next < proofs.length && proofs[next].start <= start) active.push(proofs[next++]);
      const words = text.slice(start, end).join("");
      const outside = furniture.find((each) => each.start <= start && end <= each.end);
      pieces.push(piece(words, active, outside));
    }
    at("text").replaceChildren(...pieces);
    if (state.marks.length) state.marks[0].element.tabIndex = 0;
  }

  function piece(words, proofs, outside) {
    let inner = written(words);
    if (outside) inner = make("span", { class: "furniture", title: "left out of the article by " + outside.rule }, inner);
    if (proofs.length === 0) return inner;
    for (const kind of Object.keys(KINDS)) {
      if (proofs.some((proof) => proof.kind === kind)) inner = make("span", { class: `under ${kind}` }, inner);
    }
    const element = make("span", { class: "mark", role: "button", tabindex: "-1" }, inner);
    // What is proved by few words is meant more likely than what is proved by the whole sentence.
    const mark = { element, turn: 0, proofs: [...proofs].sort((a, b) => a.end - a.start - (b.end - b.start)) };
    const position = state.marks.push(mark) - 1;
    element.addEventListener("click", () => choose(mark));
    element.addEventListener("mouseenter", () => inspect(mark.proofs[0]));
    element.addEventListener("focus", () => inspect(mark.proofs[0]));
    element.addEventListener("keydown", (event) => move(event, mark, position));
    return element;
  }

  function choose(mark) {
    const proof = mark.proofs[mark.turn % mark.proofs.length];
    mark.turn += 1;
    light(proof);
    const { element } = state.cards[proof.c];
    if (element) element.scrollIntoView({ block: "nearest" });
  }

  function move(event, mark, position) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(mark);
      return;
    }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const target = event.key === "Home" ? 0 : event.key === "End" ? state.marks.length - 1 : position + (step || 0);
    if (target === position || target < 0 || target >= state.marks.length) return;
    event.preventDefault();
    mark.element.tabIndex = -1;
    state.marks[target].element.tabIndex = 0;
    state.marks[target].element.focus();
  }

  // The record -----------------------------------------------------------------------------------

  function drawRecord() {
    state.cards = state.view.cards.map(() => ({ element: null, values: [] }));
    const sections = Object.entries(KINDS).filter(([kind]) => !state.hidden.has(kind)).map(([kind, name]) => {
      const numbers = state.view.cards.flatMap((card, c) => (card.kind === kind ? [c] : []));
      if (numbers.length === 0) return null;
      const head = make("h4", {}, make("span", { class: `swatch under ${kind}` }), `${name} (${numbers.length})`);
      return make("section", { class: "kind" }, head, ...numbers.map(drawCard));
    });
    const drawn = sections.filter((section) => section !== null);
    at("record").replaceChildren(...(drawn.length ? drawn : [make("p", { class: "note" }, "Nothing to show.")]));
  }

  function drawCard(c) {
    const card = state.view.cards[c];
    const whole = make("button", { type: "button", dir: "auto" }, written(card.head));
    whole.addEventListener("click", () => { light({ c, v: null }); scrollToWords(); });
    const head = make("h5", {}, whole, card.tag ? make("span", { class: "tag" }, written(card.tag)) : "");
    const foot = make("footer", {}, make("span", {}, written(card.rule)));
    if (card.link) foot.append(make("a", { href: card.link, target: "_blank", rel: "noopener noreferrer" }, "in the live article"));
    const values = card.values.map((value, v) => drawValue(c, v, value));
    const element = make("article", { class: `card ${card.kind}`, id: `card-${c}` }, head, ...values, foot);
    state.cards[c].element = element;
    return element;
  }

  function drawValue(c, v, value) {
    const proved = value.places.length > 0;
    const told = make("span", { class: "is", dir: "auto" }, written(value.value));
    if (value.basis && value.basis !== "stated") told.append(" ", make("span", { class: "basis" }, value.basis));
    const element = make(proved ? "button" : "div", { class: "value", type: proved && "button", "aria-pressed": proved && "false" }, make("span", { class: "name" }, value.name), told);
    if (proved) {
      element.addEventListener("click", () => { light({ c, v }); scrollToWords(); });
      element.addEventListener("mouseenter", () => inspect({ c, v }));
      element.addEventListener("focus", () => inspect({ c, v }));
    }
    state.cards[c].values[v] = element;
    return element;
  }

  // Lighting -------------------------------------------------------------------------------------

  function light(proof) {
    state.lit = proof;
    for (const mark of state.marks) {
      const own = proof !== null && mark.proofs.some((each) => each.c === proof.c);
      const exact = own && proof.v !== null && mark.proofs.some((each) => each.c === proof.c && each.v === proof.v);
      mark.element.classList.toggle("lit", exact || (own && proof.v === null));
      mark.element.classList.toggle("near", own && !exact);
    }
    state.cards.forEach(({ element, values }, c) => {
      if (!element) return;
      element.classList.toggle("chosen", proof !== null && proof.c === c);
      values.forEach((value, v) => {
        if (value.hasAttribute("aria-pressed")) value.setAttribute("aria-pressed", String(proof !== null && proof.c === c && proof.v === v));
      });
    });
    inspect(proof);
  }

  function scrollToWords() {
    const first = state.marks.find((mark) => mark.element.classList.contains("lit"));
    if (first) first.element.scrollIntoView({ block: "center" });
  }

  function inspect(proof) {
    const line = at("inspector");
    if (proof === null) {
      line.replaceChildren("Choose a value to see the words that prove it.");
      return;
    }
    const card = state.view.cards[proof.c];
    const parts = [`${card.kind} ${card.id}`];
    if (proof.v !== null) {
      const value = card.values[proof.v];
      parts.push(`${value.name}: ${shortened(value.value)}`);
      if (value.basis) parts.push(value.basis);
    }
    parts.push("rule " + card.rule);
    line.replaceChildren(written(parts.join(" · ")));
  }

  // Going places ---------------------------------------------------------------------------------

  function go() {
    const hash = location.hash.slice(1);
    if (hash === "reading") return;
    const corpus = hash === "corpus";
    at("articles-page").hidden = corpus;
    at("corpus-page").hidden = !corpus;
    at("to-articles").toggleAttribute("aria-current", !corpus);
    at("to-corpus").toggleAttribute("aria-current", corpus);
    if (corpus) return;
    const wanted = hash.startsWith("a=") ? decoded(hash.slice(2)) : null;
    const number = wanted === null ? -1 : index.findIndex((entry) => entry.id === wanted);
    if (number >= 0 && number !== state.open) {
      open(number);
      if (matchMedia("(max-width: 60rem)").matches) at("reading").scrollIntoView();
      at("reading").focus({ preventScroll: true });
    } else if (state.open < 0 && index.length) {
      open(0);
    }
  }

  function decoded(part) {
    try {
      return decodeURIComponent(part);
    } catch (error) {
      if (error instanceof URIError) return null;
      throw error;
    }
  }

  let waiting = 0;
  at("filter-form").addEventListener("submit", (event) => event.preventDefault());
  const filterSoon = () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); };
  at("filter-form").addEventListener("input", filterSoon);
  at("filter-form").addEventListener("change", filterSoon); // some helpers of people set a choice without input
  at("filter-form").addEventListener("reset", () => setTimeout(filter, 0));
  at("previous").addEventListener("click", () => { state.page -= 1; list(); });
  at("next").addEventListener("click", () => { state.page += 1; list(); });
  addEventListener("hashchange", go);
  if (matchMedia("(min-width: 60rem)").matches) at("filters").open = true;
  fillFilters();
  filter();
  go();
  if (!index.length) at("reading").hidden = true;
})();
