// Keeps what is typed into a form that names its draft, offers it when the form is opened again, and warns before a page
// is left with words that were not kept. The server seals what it is sent. Without scripts the form works as before.
"use strict";

const WAIT = 3000; // milliseconds after the last key
const NOT_KEPT = ["csrf_token", "draft-of"];

for (const form of document.querySelectorAll("form[data-draft]")) begin(form);

function begin(form) {
  const told = line(form);
  let timer, unsaved = false, leaving = false, last = Promise.resolve();

  const keep = () => {
    clearTimeout(timer);
    if (!unsaved) return;
    unsaved = false;
    last = send(form.dataset.draft, new FormData(form))
      .then((answer) => tell(told, `Draft kept, ${answer.at}. Only you can see it.`))
      .catch(() => {
        unsaved = true;
        tell(told, "This draft could not be kept. Copy what you wrote before you leave the page.");
      });
  };
  form.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => document.hidden && !leaving && keep());
  addEventListener("beforeunload", (event) => {
    if (unsaved && !leaving) event.preventDefault();
  });
  hidden(form, "draft-of", form.dataset.draft.split("/").pop());
  if (form.hasAttribute("data-draft-offer")) ask(form, () => last);
}

// -- what was begun before --------------------------------------------------------------------------------------------

function ask(form) {
  fetch(form.dataset.draft, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.status === 200 ? answer.json() : null))
    .then((found) => found && !same(form, found.fields) && offer(form, found))
    .catch(() => {});
}

function offer(form, found) {
  const box = element("div", "govuk-inset-text draft-offer");
  const text = element("p", "govuk-body", `You began this on ${found.at} and did not send it.`);
  const group = element("div", "govuk-button-group");
  const restore = button("Restore it", () => {
    fill(form, found.fields);
    box.remove();
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
  const discard = button("Discard it", () => {
    send(`${form.dataset.draft}/discard`, new FormData(form)).catch(() => {});
    box.remove();
  });
  group.append(restore, discard);
  box.append(text, group);
  form.prepend(box);
}

function same(form, fields) {
  const now = new FormData(form);
  const names = new Set([...now.keys(), ...Object.keys(fields)].filter((name) => !NOT_KEPT.includes(name)));
  return [...names].every((name) => JSON.stringify(now.getAll(name).map(plain)) === JSON.stringify((fields[name] ?? []).map(plain)));
}

const plain = (text) => String(text).replaceAll("\r\n", "\n");

function fill(form, fields) {
  for (const control of form.elements) {
    if (!control.name || NOT_KEPT.includes(control.name)) continue;
    const given = fields[control.name] ?? [];
    if (control.type === "checkbox" || control.type === "radio") control.checked = given.includes(control.value);
    else if (control.type !== "submit" && control.type !== "hidden" && given.length) control.value = given[0];
    control.dispatchEvent(new Event("input"));
  }
}

// -- small parts ------------------------------------------------------------------------------------------------------

async function send(url, body) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(body), headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.status === 204 ? {} : answer.json();
}

function line(form) {
  const made = element("p", "govuk-hint draft-line");
  form.append(made);
  return made;
}

function tell(made, text) {
  made.textContent = text;
}

function hidden(form, name, value) {
  const made = document.createElement("input");
  Object.assign(made, { type: "hidden", name, value });
  form.append(made);
}

function button(text, act) {
  const made = element("button", "govuk-button govuk-button--secondary", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function element(tag, names, text = "") {
  const made = document.createElement(tag);
  made.className = names;
  made.textContent = text;
  return made;
}
