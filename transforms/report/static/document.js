// A document: clauses are chosen, filtered and explained; the text as printed is built when it is asked for.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const { element, said, number: figure } = gangmu;
  const AXES = ["function", "modality", "theme", "instrument"];
  const at = (id) => document.getElementById(id);
  const clauses = [...document.querySelectorAll("#reading .clause")];
  const place = new Map(clauses.map((one, number) => [one.id, number]));
  let data = null;
  let chosen = -1;
  let pinned = false;
  const wide = matchMedia("(min-width: 75rem)");

  function known() {
    return (data ??= gangmu.data());
  }

  // ---- the panel ----------------------------------------------------------------------------------------------------

  function explain(number) {
    const link = clauses[number];
    const row = known().clauses[number];
    const text = row.q ?? link.querySelector(".said").textContent;
    const parts = [printed(row, text), ...AXES.map((axis) => axisOf(axis, link, row)), ...mentions(row)];
    if (row.x) parts.unshift(element("section", {}, element("h3", {}, said("ui:statement")), element("p", { lang: "zh" }, row.x)));
    if (row.m && place.has(row.m)) parts.push(element("p", {}, element("a", { href: `#${row.m}` }, said("ui:stem"))));
    if (row.t && row.t.length > 1) parts.push(element("p", { class: "small" }, said("ui:themes"), ": ", ...joined(row.t.map((code) => said(`theme:${code}`)))));
    if (row.k && row.k.length) parts.push(element("p", { class: "small" }, said("ui:keywords"), ": ", element("span", { lang: "zh" }, row.k.join("、"))));
    const close = element("button", { type: "button", class: "close", "data-label": "close", "aria-label": gangmu.word("ui:close") }, "×");
    close.addEventListener("click", release);
    const head = element("header", {}, element("h2", {}, said("ui:details")), element("span", { class: "small" }, `${number + 1} / ${clauses.length}`), close);
    at("panel-body").replaceChildren(head, ...parts);
    at("panel").classList.add("open");
    at("panel").scrollTop = 0;
    shine(number, row, text);
  }

  function joined(parts) {
    return parts.flatMap((one, number) => (number ? ["、", one] : [one]));
  }

  // The clause as printed; what the labels rest on is marked, what is counted or named is underlined.
  function printed(row, text) {
    const where = offsets(row, text);
    const evidence = row.e.map((one) => where(one.s, one.e)).filter((one) => one && one[1] - one[0] < text.length);
    const pieces = gangmu.stretches(text, evidence).map(([piece, inside]) => (inside ? element("mark", {}, piece) : piece));
    return element("section", {}, element("h3", {}, said("ui:as_printed")), element("p", { class: "raw", lang: "zh" }, ...pieces));
  }

  // From characters of the document to places in the printed text of a clause: its fragments, one after the other.
  function offsets(row, text) {
    const units = [0];
    for (const one of text) units.push(units[units.length - 1] + one.length);
    const inside = (offset) => {
      let before = 0;
      for (const [start, end] of row.f) {
        if (offset >= start && offset <= end) return before + offset - start;
        before += end - start;
      }
      return null;
    };
    return (start, end) => {
      if (start === null || end === null) return null;
      const [from, to] = [inside(start), inside(end)];
      return from === null || to === null || from >= to ? null : [units[from], units[to]];
    };
  }

  function axisOf(axis, link, row) {
    const code = link.dataset[axis];
    const sure = row.c[AXES.indexOf(axis)];
    const doubt = (row.u ?? []).includes(axis);
    const head = element("p", { class: "verdict" }, element("b", { class: `chip ${axis}`, "data-function": axis === "function" ? code : null }, code ? said(`${axis}:${code}`) : "–"));
    if (sure !== null && sure !== undefined) {
      head.append(" ", element("meter", { min: 0, max: 1, value: sure, "data-label": "confidence", "aria-label": gangmu.word("ui:confidence") }), " ", element("span", { class: "small" }, sure.toFixed(2)));
    }
    if (doubt) head.append(" ", element("span", { class: "chip doubtful" }, "? ", said("ui:uncertain")));
    const reasons = row.e.filter((one) => one.a === axis).map((one) => element("li", {}, element("code", { lang: "zh" }, one.r), ` ${one.w >= 0 ? "+" : "−"}${Math.abs(one.w).toFixed(2)}`));
    const other = (row.o ?? []).find((one) => one.a === axis);
    return element(
      "section",
      { class: "axis" },
      element("h3", {}, said(`ui:${axis}`)),
      head,
      reasons.length ? element("ul", { class: "reasons", "aria-label": gangmu.word("ui:evidence") }, ...reasons) : null,
      other && other.l ? element("p", { class: "small" }, said("ui:runner_up"), ": ", said(`${axis}:${other.l}`), ` (${gangmu.word("ui:behind")} ${other.m.toFixed(2)})`) : null,
    );
  }

  function mentions(row) {
    const shown = {
      references: (one) => [target(one), one.target_id ? null : element("span", { class: "small" }, " ", said("ui:no_target"))],
      quantities: (one) => [element("span", { lang: "zh" }, one.text), element("span", { class: "small" }, `${one.value === null ? "" : ` = ${figure(one.value)}`} ${one.unit ?? ""} ${[one.indicator, one.year].filter(Boolean).join(", ")}`)],
      dates: (one) => [element("span", { lang: "zh" }, one.text), element("span", { class: "small" }, ` ${[one.from, one.to].filter(Boolean).join(" – ")}`)],
      organs: (one) => [element("span", { lang: "zh" }, one.text), " ", element("span", { class: "small" }, said(`ui:role_${one.role}`))],
      places: (one) => [element("span", { lang: "zh" }, one.text)],
    };
    return Object.entries(shown)
      .filter(([name]) => row[name] && row[name].length)
      .map(([name, show]) => element("section", {}, element("h3", {}, said(`ui:${name}`)), element("ul", {}, ...row[name].map((one) => element("li", {}, ...show(one))))));
  }

  function target(one) {
    if (!one.target_id) return element("span", { lang: "zh" }, one.text);
    const [of] = one.target_id.split("/");
    const inside = of === known().document;
    const file = inside ? "" : `${encodeURIComponent(of)}.html`;
    const fragment = one.target_id === of ? (inside ? "#main" : "") : `#${encodeURIComponent(one.target_id)}`;
    return element("a", { href: `${file}${fragment}`, lang: "zh" }, one.text);
  }

  // Marks in the text itself, without a change to it, where the browser can.
  function shine(number, row, text) {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.clear();
    const node = clauses[number].querySelector(".said").firstChild;
    if (at("reading").hidden || !node || node.data !== text) return;
    const where = offsets(row, text);
    const paint = (name, found) => {
      const ranges = found.filter(Boolean).map(([start, end]) => {
        const range = new Range();
        range.setStart(node, start);
        range.setEnd(node, end);
        return range;
      });
      if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
    };
    paint("evidence", row.e.map((one) => where(one.s, one.e)).filter((one) => one && one[1] - one[0] < text.length));
    paint("mention", ["references", "quantities", "dates", "organs", "places"].flatMap((name) => row[name] ?? []).map((one) => where(one.start, one.end)));
  }

  // ---- choosing -----------------------------------------------------------------------------------------------------

  function choose(number, { focus = false } = {}) {
    for (const one of document.querySelectorAll(".clause.chosen")) {
      one.classList.remove("chosen");
      one.removeAttribute("aria-current");
    }
    chosen = number;
    pinned = number >= 0;
    document.body.classList.toggle("choosing", pinned);
    if (!pinned) return;
    const seen = shownAs(number);
    for (const one of seen) {
      one.classList.add("chosen");
      one.setAttribute("aria-current", "true");
    }
    explain(number);
    if (!seen.length) return;
    if (focus) seen[0].focus({ preventScroll: true });
    if (focus && wide.matches) seen[0].scrollIntoView({ block: "center" });
    // The panel lies over the text where there is no room beside it.
    else if (!wide.matches) seen[0].scrollIntoView({ block: "nearest" });
  }

  function shownAs(number) {
    return at("reading").hidden ? [...document.querySelectorAll(`#canvas [data-clause="${number}"]`)] : [clauses[number]];
  }

  function release() {
    choose(-1);
    CSS.highlights?.clear();
    at("panel").classList.remove("open");
    at("panel-body").replaceChildren(element("p", { class: "hint" }, said("ui:pick")));
    history.replaceState(null, "", location.pathname + location.search);
  }

  function step(by) {
    const steps = clauses.map((_, number) => number).filter((number) => !clauses[number].classList.contains("faded"));
    if (!steps.length) return;
    const here = chosen >= 0 ? chosen : by > 0 ? -1 : clauses.length;
    const next = by > 0 ? steps.find((number) => number > here) : steps.findLast((number) => number < here);
    if (next === undefined) return;
    history.replaceState(null, "", `#${clauses[next].id}`);
    choose(next, { focus: true });
  }

  function fromAddress() {
    let id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch {
      return;
    }
    const number = place.get(id);
    if (number !== undefined) {
      choose(number);
      if (wide.matches) shownAs(number)[0]?.scrollIntoView({ block: "center" });
      return;
    }
    const section = id ? at(id) : null;
    if (!section) return;
    if (at("reading").hidden && at("reading").contains(section)) show("reading");
    section.scrollIntoView();
    mark(id);
  }

  function mark(id) {
    for (const one of document.querySelectorAll("#outline [aria-current]")) one.removeAttribute("aria-current");
    const link = document.querySelector(`#outline a[href="#${CSS.escape(id)}"]`);
    if (!link) return;
    link.setAttribute("aria-current", "true");
    for (let up = link.closest("ol"); up; up = up.parentElement.closest("ol")) up.parentElement.querySelector(":scope > .fold")?.setAttribute("aria-expanded", "true");
    at("outline").scrollTop = link.offsetTop - at("outline").clientHeight / 2;
  }

  document.addEventListener("click", (event) => {
    for (const one of document.querySelectorAll(".more[open]")) if (!one.contains(event.target)) one.open = false;
    const link = event.target.closest?.(".clause");
    if (!link) {
      const fold = event.target.closest?.(".fold");
      if (fold) fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") !== "true"));
      if (event.target.closest?.("#outline a")) toggleOutline(false);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (String(getSelection())) return;
    const number = link.dataset.clause === undefined ? place.get(link.id) : Number(link.dataset.clause);
    history.replaceState(null, "", `#${clauses[number].id}`);
    choose(number);
  });

  // While nothing is chosen, the panel follows the pointer.
  let hovered;
  document.querySelector("article").addEventListener("pointerover", (event) => {
    if (pinned || event.pointerType !== "mouse" || !wide.matches) return;
    const link = event.target.closest(".clause");
    clearTimeout(hovered);
    if (!link) return;
    hovered = setTimeout(() => {
      if (!pinned) explain(link.dataset.clause === undefined ? place.get(link.id) : Number(link.dataset.clause));
    }, 120);
  });

  // ---- filters ------------------------------------------------------------------------------------------------------

  function filter() {
    const terms = gangmu.terms(at("query").value);
    const wanted = AXES.map((axis) => [axis, at(`filter-${axis}`).value]).filter(([, code]) => code);
    const doubtful = at("filter-uncertain").checked;
    const idle = !terms.length && !wanted.length && !doubtful;
    let count = 0;
    for (const [number, one] of clauses.entries()) {
      const text = terms.length ? gangmu.plain(one.querySelector(".said").textContent) : "";
      const fits =
        wanted.every(([axis, code]) => one.dataset[axis] === code) && (!doubtful || one.dataset.uncertain !== undefined) && terms.every((term) => text.includes(term));
      one.classList.toggle("faded", !fits);
      one.classList.toggle("found", fits && !idle);
      count += fits;
      for (const piece of canvasOf(number)) piece.classList.toggle("faded", !fits);
    }
    at("count").textContent = idle ? "" : `${figure(count)} / ${figure(clauses.length)} ${gangmu.word("ui:matching")}`;
    document.body.classList.toggle("filtering", !idle);
    return count;
  }

  function clear() {
    at("query").value = "";
    for (const axis of AXES) at(`filter-${axis}`).value = "";
    at("filter-uncertain").checked = false;
    filter();
  }

  at("query").addEventListener("input", filter);
  at("find").addEventListener("submit", (event) => {
    event.preventDefault();
    chosen = -1;
    step(1);
  });
  for (const one of document.querySelectorAll(".filters select, #filter-uncertain")) one.addEventListener("change", filter);
  at("clear").addEventListener("click", clear);

  // ---- the text as printed ------------------------------------------------------------------------------------------

  const canvas = [];

  function canvasOf(number) {
    return canvas[number] ?? [];
  }

  function build() {
    const { printed: pieces, roles } = known();
    const made = pieces.map(([role, text, clause]) => {
      if (clause < 0) return element("span", { class: `role ${roles[role]}`, title: roles[role] === "gap" ? null : roles[role] }, text);
      const { function: code, uncertain } = clauses[clause].dataset;
      const link = element("a", { class: "clause role", href: `#${clauses[clause].id}`, "data-clause": clause, "data-function": code, "data-uncertain": uncertain }, text);
      (canvas[clause] ??= []).push(link);
      return link;
    });
    at("canvas").replaceChildren(...made);
    filter();
  }

  function show(what) {
    const reading = what === "reading";
    if (!reading && !at("canvas").firstChild) build();
    at("reading").hidden = !reading;
    at("printed").hidden = reading;
    at("show-reading").setAttribute("aria-pressed", String(reading));
    at("show-printed").setAttribute("aria-pressed", String(!reading));
    gangmu.keep("view", what);
    if (chosen >= 0) {
      choose(chosen);
      shownAs(chosen)[0]?.scrollIntoView({ block: "center" });
    }
  }

  at("show-reading").addEventListener("click", () => show("reading"));
  at("show-printed").addEventListener("click", () => show("printed"));

  // ---- labels of every clause ---------------------------------------------------------------------------------------

  function labelAll() {
    const on = at("show-labels").checked;
    at("reading").classList.toggle("labelled", on);
    if (!on || at("reading").querySelector(".chips")) return;
    for (const one of clauses) {
      const chips = AXES.filter((axis) => one.dataset[axis] && one.dataset[axis] !== "none").map((axis) =>
        element("span", { class: `chip ${axis}`, "data-function": axis === "function" ? one.dataset.function : null }, said(`${axis}:${one.dataset[axis]}`)),
      );
      one.append(element("span", { class: "chips" }, ...chips));
    }
  }

  at("show-labels").addEventListener("change", () => {
    gangmu.keep("labels", at("show-labels").checked ? "1" : "");
    labelAll();
  });

  // ---- outline, keys ------------------------------------------------------------------------------------------------

  function toggleOutline(open) {
    document.body.classList.toggle("outlined", open);
    at("outline-toggle").setAttribute("aria-expanded", String(open));
  }

  at("outline-toggle").addEventListener("click", () => toggleOutline(!document.body.classList.contains("outlined")));
  at("help").addEventListener("click", () => at("keys").showModal());

  const commands = {
    j: () => step(1),
    k: () => step(-1),
    p: () => show(at("reading").hidden ? "reading" : "printed"),
    "?": () => at("keys").showModal(),
    "/": () => at("query").focus(),
  };

  document.addEventListener("keydown", (event) => {
    if (at("keys").open) return;
    if (event.key === "Escape") {
      if (document.body.classList.contains("outlined")) toggleOutline(false);
      else if (pinned) release();
      else clear();
      at("query").blur();
      return;
    }
    if (!gangmu.isCommand(event)) return;
    const onClause = event.target.classList?.contains("clause");
    const arrows = { ArrowDown: commands.j, ArrowUp: commands.k };
    const command = commands[event.key] ?? (onClause ? arrows[event.key] : undefined);
    if (!command) return;
    event.preventDefault();
    command();
  });

  // ---- begin --------------------------------------------------------------------------------------------------------

  for (const axis of AXES) {
    const there = new Set(clauses.map((one) => one.dataset[axis]).filter(Boolean));
    const codes = Object.keys(gangmu.words[axis]).filter((code) => there.has(code));
    gangmu.choices(at(`filter-${axis}`), axis, codes);
  }
  document.addEventListener("language", () => {
    if (chosen >= 0) explain(chosen);
    filter();
  });
  addEventListener("hashchange", fromAddress);
  at("show-labels").checked = gangmu.kept("labels") === "1";
  if (at("show-labels").checked) labelAll();
  if (gangmu.kept("view") === "printed") show("printed");
  if (location.hash) fromAddress();
  document.documentElement.dataset.ready = "";
});
