// What all pages share: words in two languages, making elements, and data that come as scripts. Nothing here writes HTML:
// texts are strangers', and become text nodes alone.
"use strict";

const gangmu = (globalThis.gangmu = {
  words: {},
  language: "zh",
  parts: {},
  waiting: {},

  // Name of a key such as "function:norm" in the chosen language; a key that has none is its own name.
  word(key) {
    const at = key.indexOf(":");
    const group = gangmu.words[key.slice(0, at)];
    const pair = group && Object.hasOwn(group, key.slice(at + 1)) ? group[key.slice(at + 1)] : null;
    return pair ? pair[gangmu.language === "zh" ? 0 : 1] : key.slice(at + 1);
  },

  element(tag, attributes = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...inside.filter((one) => one !== null && one !== undefined));
    return made;
  },

  said(key) {
    return gangmu.element("span", { "data-t": key, lang: gangmu.code() }, gangmu.word(key));
  },

  code() {
    return gangmu.language === "zh" ? "zh-CN" : "en";
  },

  translate(root = document) {
    for (const one of root.querySelectorAll("[data-t]")) {
      one.textContent = gangmu.word(one.dataset.t);
      one.lang = gangmu.code();
    }
    for (const [name, attribute] of [["placeholder", "placeholder"], ["label", "aria-label"], ["title", "title"]]) {
      for (const one of root.querySelectorAll(`[data-${name}]`)) one.setAttribute(attribute, gangmu.word(`ui:${one.dataset[name]}`));
    }
  },

  setLanguage(language) {
    gangmu.language = language;
    document.documentElement.lang = gangmu.code();
    gangmu.keep("language", language);
    gangmu.translate();
    for (const one of document.querySelectorAll("[data-language]")) one.setAttribute("aria-label", gangmu.word("ui:other_language_long"));
    document.dispatchEvent(new Event("language"));
  },

  // A browser may refuse to remember things for pages of a disk.
  keep(name, value) {
    try {
      localStorage.setItem(`gangmu.${name}`, value);
    } catch {
      return;
    }
  },

  kept(name) {
    try {
      return localStorage.getItem(`gangmu.${name}`);
    } catch {
      return null;
    }
  },

  // Data of the page itself.
  data() {
    return JSON.parse(document.getElementById("data").textContent);
  },

  // Called by the scripts of data/.
  put(kind, number, value) {
    (gangmu.parts[kind] ??= [])[number] = value;
  },

  // Load a part of the data once; gives a promise of it.
  load(kind, number) {
    const name = `${kind}-${String(number).padStart(3, "0")}`;
    return (gangmu.waiting[name] ??= new Promise((done, failed) => {
      const script = gangmu.element("script", { src: `${document.documentElement.dataset.root}data/${name}.js` });
      script.onload = () => done(gangmu.parts[kind][number]);
      script.onerror = () => failed(new Error(`data/${name}.js is missing`));
      document.head.append(script);
    }));
  },

  number(value) {
    return value.toLocaleString("en");
  },

  // Fill the choices of an axis.
  choices(select, group, codes) {
    for (const code of codes) select.append(gangmu.element("option", { value: code, "data-t": `${group}:${code}` }, gangmu.word(`${group}:${code}`)));
  },

  // Letters of one width and case, as many as before: a place in the one is a place in the other.
  plain(text) {
    const lower = text.toLowerCase();
    const kept = lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    return kept.replace(/[！-～]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0).toLowerCase());
  },

  terms(query) {
    return gangmu.plain(query).split(/\s+/).filter(Boolean);
  },

  // Text with the words that were searched for marked.
  marked(text, terms) {
    const plain = gangmu.plain(text);
    const found = [];
    for (const term of terms) {
      for (let at = plain.indexOf(term); at >= 0; at = plain.indexOf(term, at + term.length)) found.push([at, at + term.length]);
    }
    return gangmu.stretches(text, found).map(([piece, inside]) => (inside ? gangmu.element("mark", {}, piece) : piece));
  },

  // Cut a text where stretches begin and end: [piece, whether it is inside of one].
  stretches(text, found) {
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const pieces = [];
    let at = 0;
    for (const [start, end] of found) {
      if (end <= at) continue;
      const from = Math.max(start, at);
      if (from > at) pieces.push([text.slice(at, from), false]);
      pieces.push([text.slice(from, end), true]);
      at = end;
    }
    if (at < text.length) pieces.push([text.slice(at), false]);
    return pieces;
  },

  // Whether a key is meant for the page, and not for a field.
  isCommand(event) {
    return !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  },
});

document.addEventListener("DOMContentLoaded", () => {
  const wanted = gangmu.kept("language") ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
  gangmu.setLanguage(wanted === "zh" ? "zh" : "en");
  for (const one of document.querySelectorAll("[data-language]")) {
    one.addEventListener("click", () => gangmu.setLanguage(gangmu.language === "zh" ? "en" : "zh"));
  }
});
