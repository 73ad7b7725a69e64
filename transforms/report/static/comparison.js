// A comparison: narrowed to a kind of change, with the headings around what is shown; j and k go from change to change.
"use strict";

gangmu.words = gangmu.data().words;

document.addEventListener("DOMContentLoaded", () => {
  const lines = [...document.querySelectorAll(".line")];
  const buttons = [...document.querySelectorAll("[data-kind]")];
  const unchanged = document.getElementById("unchanged");
  let kind = "";

  function show() {
    const around = new Set();
    let count = 0;
    for (const line of lines) {
      const kinds = line.dataset.kinds.split(" ").filter(Boolean);
      const fits = kinds.length ? !kind || kinds.includes(kind) : unchanged.checked && !kind;
      line.hidden = !fits;
      if (!fits || !kinds.length) continue;
      count += 1;
      for (const id of line.dataset.in.split(" ")) around.add(id);
    }
    for (const id of around) if (id) document.getElementById(id).hidden = false;
    for (const section of document.querySelectorAll(".doc")) {
      const inside = [...section.querySelectorAll(".line")];
      section.hidden = Boolean(kind) && !inside.some((line) => !line.hidden);
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
    document.getElementById("count").textContent = gangmu.number(count);
  }

  function step(by) {
    const shown = lines.filter((line) => !line.hidden && line.dataset.kinds);
    const here = shown.indexOf(document.activeElement.closest(".line"));
    const next = shown[here < 0 ? (by > 0 ? 0 : shown.length - 1) : here + by];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }

  if (!unchanged) return;
  for (const button of buttons) {
    button.addEventListener("click", () => {
      kind = button.dataset.kind;
      show();
    });
  }
  unchanged.addEventListener("change", show);
  document.addEventListener("keydown", (event) => {
    if (!gangmu.isCommand(event)) return;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    if (event.key === "Escape") {
      kind = "";
      show();
    }
  });
  addEventListener("hashchange", () => {
    const line = document.getElementById(location.hash.slice(1));
    if (!line || !line.hidden) return;
    kind = "";
    show();
    line.hidden = false;
    line.scrollIntoView({ block: "center" });
  });
  show();
});
