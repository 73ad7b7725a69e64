// The overview: charts, the list of documents, and the search over all clauses.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const { element, said, number } = gangmu;
  const data = gangmu.data();
  const AXES = ["function", "modality", "theme", "instrument"];
  const PAGE = 50;
  const ROWS = 100;
  const FIRST = 48;
  const at = (id) => document.getElementById(id);
  const documents = [];
  const listed = loadAll("documents", (rows) => documents.push(...rows));

  function loadAll(kind, take) {
    const numbers = [...Array(data.chunks[kind]).keys()];
    return Promise.all(numbers.map((one) => gangmu.load(kind, one))).then((parts) => parts.forEach(take));
  }

  // ---- charts -------------------------------------------------------------------------------------------------------

  function draw() {
    for (const place of document.querySelectorAll("[data-chart]")) {
      const key = place.dataset.chart;
      const rows = data.charts[key].map(([code, count]) => ({ code, count, name: gangmu.word(key === "year" && code === "undated" ? "ui:undated" : `${key}:${code}`) }));
      const width = place.clientWidth || 480;
      place.replaceChildren(key === "year" ? upright(rows, width) : lying(rows, width, key));
      // The table below says the same words and numbers, and its links lead to the same searches.
      place.querySelector("svg").setAttribute("aria-hidden", "true");
    }
  }

  function lying(rows, width, key) {
    const left = Math.min(width * 0.5, 12 + 13 * Math.max(...rows.map((row) => units(row.name))));
    const limit = Math.floor(left / 12.5) * 2;
    const short = (row) => (2 * units(row.name) <= limit ? row.name : cut(row.name, limit));
    const total = rows.reduce((sum, row) => sum + row.count, 0);
    const domain = rows.map((row) => row.code);
    const names = new Map(rows.map((row) => [row.code, short(row)]));
    const tip = (row) => `${row.name}\n${number(row.count)} (${((100 * row.count) / total).toFixed(1)} %)`;
    const chart = Plot.plot({
      width,
      height: 14 + 25 * rows.length,
      marginLeft: left,
      marginRight: 56,
      marginTop: 4,
      marginBottom: 4,
      style: { fontSize: "13px", fontFamily: "inherit", overflow: "visible" },
      x: { axis: null },
      y: { domain, label: null, tickSize: 0, padding: 0.28, tickFormat: (code) => names.get(code) },
      marks: [
        Plot.barX(rows, { x: "count", y: "code", fill: "var(--bar)", rx2: 3, href: (row) => address(key, row.code) }),
        Plot.text(rows, { x: "count", y: "code", text: (row) => number(row.count), textAnchor: "start", dx: 6, fill: "currentColor" }),
        Plot.tip(rows, Plot.pointerY({ x: "count", y: "code", title: tip, fill: "var(--paper)", stroke: "var(--line)", fontSize: 13 })),
      ],
    });
    for (const link of chart.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
    return chart;
  }

  function upright(rows, width) {
    const every = Math.ceil((rows.length * 46) / width);
    return Plot.plot({
      width,
      height: 240,
      marginLeft: 36,
      marginTop: 20,
      style: { fontSize: "12px", fontFamily: "inherit", overflow: "visible" },
      x: { domain: rows.map((row) => row.code), label: null, tickSize: 0, padding: 0.25, tickFormat: (code, i) => (i % every ? "" : rows[i].name) },
      y: { label: null, ticks: 4, tickSize: 0, grid: true, tickFormat: (value) => (Number.isInteger(value) ? number(value) : "") },
      marks: [
        Plot.barY(rows, { x: "code", y: "count", fill: "var(--bar)", ry2: 3 }),
        Plot.ruleY([0], { stroke: "var(--line)" }),
        Plot.tip(rows, Plot.pointerX({ x: "code", y: "count", title: (row) => `${row.name}\n${number(row.count)}`, fill: "var(--paper)", stroke: "var(--line)", fontSize: 13 })),
      ],
    });
  }

  // Widths in Chinese characters.
  function units(text) {
    return [...text].reduce((sum, one) => sum + (one.charCodeAt(0) > 0x2e7f ? 1 : 0.55), 0);
  }

  function cut(text, halves) {
    let width = 0;
    let kept = "";
    for (const one of text) {
      width += one.charCodeAt(0) > 0x2e7f ? 2 : 1.1;
      if (width > halves - 2) break;
      kept += one;
    }
    return `${kept}…`;
  }

  function address(key, code) {
    return `#${new URLSearchParams({ [key]: code })}`;
  }

  // ---- documents ----------------------------------------------------------------------------------------------------

  const order = { key: null, down: false };
  let rowsShown = ROWS;

  function showDocuments() {
    const terms = gangmu.terms(at("documents-query").value);
    let rows = documents.filter((row) => {
      if (!terms.length) return true;
      const text = gangmu.plain(`${row[1]} ${row[3]} ${row[4]} ${row[7]} ${gangmu.word(`genre:${row[2]}`)}`);
      return terms.every((term) => text.includes(term));
    });
    if (order.key !== null) {
      const compare = order.key === 6 ? (a, b) => a[6] - b[6] : (a, b) => a[order.key].localeCompare(b[order.key], "zh");
      rows = rows.toSorted((a, b) => (order.down ? compare(b, a) : compare(a, b)));
    }
    const body = document.querySelector("#documents-table tbody");
    body.replaceChildren(
      ...rows.slice(0, rowsShown).map((row) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, element("a", { href: `d/${row[0]}.html`, lang: "zh" }, row[1] || row[7]), row[4] ? element("small", { lang: "zh" }, row[4]) : null),
          element("td", {}, said(`genre:${row[2]}`)),
          element("td", { lang: "zh" }, row[3]),
          element("td", { class: "date" }, row[5]),
          element("td", { class: "n" }, number(row[6])),
        ),
      ),
    );
    at("documents-count").textContent = rows.length === documents.length ? number(rows.length) : `${number(rows.length)} / ${number(documents.length)}`;
    at("documents-more").hidden = rows.length <= rowsShown;
    for (const button of document.querySelectorAll("[data-sort]")) {
      const mine = Number(button.dataset.sort) === order.key;
      button.closest("th").setAttribute("aria-sort", mine ? (order.down ? "descending" : "ascending") : "none");
    }
  }

  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => {
      const key = Number(button.dataset.sort);
      order.down = order.key === key ? !order.down : key === 6;
      order.key = key;
      showDocuments();
    });
  }
  at("documents-query").addEventListener("input", () => {
    rowsShown = ROWS;
    showDocuments();
  });
  at("documents-more").addEventListener("click", () => {
    rowsShown += 5 * ROWS;
    showDocuments();
  });

  // ---- search -------------------------------------------------------------------------------------------------------

  const chunks = [];
  let asked = 0;
  let shown = PAGE;
  let hits = [];

  // A chunk made ready: where every text begins, and which document each clause is of.
  function prepare(chunk) {
    const plain = gangmu.plain(chunk.text);
    const size = chunk.at.length;
    const starts = new Uint32Array(size + 1);
    for (let i = 1, place = 0; i < size; i++) starts[i] = place = chunk.text.indexOf("\n", place) + 1;
    starts[size] = chunk.text.length + 1;
    const owner = new Uint32Array(size);
    let row = 0;
    for (const [place, count] of chunk.docs) owner.fill(place, row, (row += count));
    return { ...chunk, plain, starts, owner, size };
  }

  function wanted() {
    const chosen = [];
    for (const axis of AXES) {
      const code = at(`filter-${axis}`).value;
      if (code) chosen.push([axis, FIRST + data.labels[axis].indexOf(code)]);
    }
    return { terms: gangmu.terms(at("query").value), chosen, genre: at("filter-genre").value, uncertain: at("filter-uncertain").checked };
  }

  function fits(chunk, row, { chosen, genre, uncertain }) {
    for (const [axis, mark] of chosen) if (chunk[axis].charCodeAt(row) !== mark) return false;
    return (!genre || documents[chunk.owner[row]][2] === genre) && (!uncertain || chunk.uncertain[row] === "1");
  }

  // Rows of a chunk; the longest word is looked for in the whole text at once, the others in what was found.
  function search(chunk, query) {
    const found = [];
    if (!query.terms.length) {
      for (let row = 0; row < chunk.size; row++) if (fits(chunk, row, query)) found.push(row);
      return found;
    }
    const [first, ...others] = query.terms.toSorted((a, b) => b.length - a.length);
    for (let place = chunk.plain.indexOf(first); place >= 0; ) {
      const row = rowAt(chunk.starts, place);
      const text = others.length ? chunk.plain.slice(chunk.starts[row], chunk.starts[row + 1] - 1) : "";
      if (fits(chunk, row, query) && others.every((other) => text.includes(other))) found.push(row);
      place = chunk.plain.indexOf(first, chunk.starts[row + 1]);
    }
    return found;
  }

  function rowAt(starts, place) {
    let low = 0;
    let high = starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= place) low = middle;
      else high = middle;
    }
    return low;
  }

  async function ask() {
    const mine = ++asked;
    const query = wanted();
    const idle = !query.terms.length && !query.chosen.length && !query.genre && !query.uncertain;
    at("results").hidden = idle;
    at("rest").hidden = !idle;
    at("clear").hidden = idle;
    if (idle) return draw();
    shown = PAGE;
    if (chunks.length < data.chunks.clauses) {
      at("results-count").textContent = gangmu.word("ui:searching");
      await listed;
      for (let one = chunks.length; one < data.chunks.clauses; one++) {
        const chunk = await gangmu.load("clauses", one);
        chunks[one] ??= prepare(chunk);
        if (mine !== asked) return undefined;
      }
    }
    const began = performance.now();
    hits = chunks.map((chunk) => search(chunk, query));
    list(query.terms);
    gangmu.took = performance.now() - began;
    return undefined;
  }

  function list(terms) {
    const total = hits.reduce((sum, rows) => sum + rows.length, 0);
    const rows = [];
    for (const [place, found] of hits.entries()) {
      for (const row of found) {
        if (rows.length === shown) break;
        rows.push(result(chunks[place], row, terms));
      }
    }
    at("results-list").replaceChildren(...rows);
    at("results-count").textContent = total
      ? `${number(total)} ${gangmu.word("ui:found")}${total > rows.length ? ` · ${gangmu.word("ui:shown_first")} ${rows.length}` : ""}`
      : gangmu.word("ui:nothing_found");
    at("results-more").hidden = total <= rows.length;
  }

  function result(chunk, row, terms) {
    const of = documents[chunk.owner[row]];
    const text = chunk.text.slice(chunk.starts[row], chunk.starts[row + 1] - 1);
    const id = chunk.ids.split("\n", row + 1)[row];
    const chips = AXES.map((axis) => {
      const code = data.labels[axis][chunk[axis].charCodeAt(row) - FIRST];
      return code === undefined || code === "none" ? null : element("span", { class: `chip ${axis}`, "data-function": axis === "function" ? code : null }, said(`${axis}:${code}`));
    });
    const doubt = chunk.uncertain[row] === "1" ? element("span", { class: "chip doubtful" }, "? ", said("ui:uncertain")) : null;
    return element(
      "li",
      {},
      element("a", { class: "hit", href: `d/${of[0]}.html#${encodeURIComponent(id)}`, lang: "zh" }, ...gangmu.marked(text, terms)),
      element("p", { class: "where", lang: "zh" }, [of[1] || of[7], chunk.crumbs[chunk.at[row]]].filter(Boolean).join(" › ")),
      element("p", { class: "chips" }, ...chips, doubt),
    );
  }

  // ---- the address holds what is asked, so that it can be sent ----------------------------------------------------------

  const fields = { q: "query", ...Object.fromEntries([...AXES, "genre"].map((axis) => [axis, `filter-${axis}`])) };

  function toAddress() {
    const said = new URLSearchParams();
    for (const [name, id] of Object.entries(fields)) if (at(id).value) said.set(name, at(id).value);
    if (at("filter-uncertain").checked) said.set("uncertain", "1");
    const text = said.toString();
    history.replaceState(null, "", text ? `#${text}` : location.pathname);
    ask();
  }

  function fromAddress() {
    const said = new URLSearchParams(location.hash.slice(1));
    if (location.hash && ![...said.keys()].some((name) => name in fields || name === "uncertain")) {
      // A part of the page: it is there only while nothing is searched for.
      if (!at("rest").hidden || !at(location.hash.slice(1))) return;
      clear();
      at(location.hash.slice(1))?.scrollIntoView();
      return;
    }
    for (const [name, id] of Object.entries(fields)) at(id).value = said.get(name) ?? "";
    at("filter-uncertain").checked = said.get("uncertain") === "1";
    ask();
    if (location.hash) scrollTo(0, 0);
  }

  function clear() {
    for (const id of Object.values(fields)) at(id).value = "";
    at("filter-uncertain").checked = false;
    toAddress();
  }

  let pause;
  at("query").addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(toAddress, 80);
  });
  at("query").addEventListener("focus", () => loadAll("clauses", () => {}), { once: true });
  at("finder").addEventListener("submit", (event) => {
    event.preventDefault();
    toAddress();
  });
  for (const one of document.querySelectorAll("#finder select, #filter-uncertain")) one.addEventListener("change", toAddress);
  at("clear").addEventListener("click", clear);
  at("results-more").addEventListener("click", () => {
    shown += 4 * PAGE;
    list(wanted().terms);
  });
  addEventListener("hashchange", fromAddress);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && (event.target === at("query") || gangmu.isCommand(event))) clear();
    if (event.key === "/" && gangmu.isCommand(event)) {
      event.preventDefault();
      at("query").focus();
    }
  });

  // ---- begin --------------------------------------------------------------------------------------------------------

  for (const axis of AXES) gangmu.choices(at(`filter-${axis}`), axis, data.labels[axis]);
  gangmu.choices(at("filter-genre"), "genre", data.genres);
  listed.then(showDocuments);
  document.addEventListener("language", () => {
    if (!at("rest").hidden) draw();
    else list(wanted().terms);
    showDocuments();
  });
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width && !at("rest").hidden) draw();
    width = innerWidth;
  });
  gangmu.translate();
  draw();
  if (location.hash) fromAddress();
});
