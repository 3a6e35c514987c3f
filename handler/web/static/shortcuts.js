// Keyboard shortcuts. A page gives a key to a link, button or field by data-key="r", and its words by data-key-text;
// a table with data-rows is walked with j and k. Nothing happens while somebody types or with Ctrl, Alt or Meta, and all
// of it can be switched off in the help list (WCAG 2.1.4), which stands at the foot of every page.
"use strict";

const STORED = "candour-shortcuts";
const dialog = document.getElementById("shortcuts");
const onOff = document.getElementById("shortcuts-on");
const ROW_KEYS = [
  ["j", "Next row of the list (down arrow when in a row)"],
  ["k", "Row before (up arrow when in a row)"],
  ["o", "Open the row’s case (or Enter)"],
  ["x", "Tick the row"],
];

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const currentRow = () => document.activeElement?.closest("[data-row]") ?? null;
const keyed = () => [...document.querySelectorAll("[data-key]")].filter((found) => found.getClientRects().length > 0);

function isOn() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // a browser that keeps nothing has the default
  }
}

function keep(on) {
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // it holds until the page is left
  }
}

let on = isOn();

function types(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

function go(step) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  const link = next.querySelector("[data-open]");
  link?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function inRow(act) {
  const row = currentRow();
  if (row === null) return false;
  act(row);
  return true;
}

function press(element) {
  if (types(element)) {
    element.focus();
    element.select?.();
  } else {
    element.focus();
    element.click();
  }
  return true;
}

function fill() {
  const list = document.getElementById("shortcuts-list");
  const lines = rows().length > 0 ? [...ROW_KEYS] : [];
  for (const element of keyed()) lines.push([element.dataset.key, element.dataset.keyText ?? element.textContent.trim()]);
  lines.push(["?", "This list"]);
  list.replaceChildren(...lines.map(line));
}

function line([key, text]) {
  const row = document.createElement("div");
  row.className = "govuk-summary-list__row";
  const term = document.createElement("dt");
  term.className = "govuk-summary-list__key";
  const cap = document.createElement("kbd");
  cap.textContent = key;
  term.append(cap);
  const told = document.createElement("dd");
  told.className = "govuk-summary-list__value";
  told.textContent = text;
  row.append(term, told);
  return row;
}

function help() {
  fill();
  onOff.checked = on;
  dialog.showModal();
  return true;
}

function answer(key) {
  if (key === "?") return help();
  if (key === "j") return go(1);
  if (key === "k") return go(-1);
  if (key === "ArrowDown" || key === "ArrowUp") {
    // Elsewhere the arrows scroll, and in a group of radio buttons they choose.
    return currentRow() !== null && go(key === "ArrowDown" ? 1 : -1);
  }
  if (key === "o") return inRow((row) => row.querySelector("[data-open]")?.click());
  if (key === "x") return inRow((row) => row.querySelector("input[type=checkbox]")?.click());
  const found = keyed().find((element) => element.dataset.key === key);
  return found !== undefined && press(found);
}

document.addEventListener("keydown", (event) => {
  if (!on || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (dialog.open || types(event.target)) return;
  if (answer(event.key)) event.preventDefault();
});

document.getElementById("shortcuts-open").addEventListener("click", help);
document.getElementById("shortcuts-close").addEventListener("click", () => dialog.close());
onOff.addEventListener("change", () => {
  on = onOff.checked;
  keep(on);
});
document.getElementById("shortcuts-line").hidden = false;
