// Locks the page after ten minutes without use, and opens it again as it was. The person's own typing and clicking counts
// as use and is told to the server, once a minute at most; a page that just stands there tells it nothing.
const warning = document.getElementById("idle-warning");
const template = document.getElementById("idle-lock");
const form = template.content.querySelector("form");
const WHO = form.elements.who.value;
const IDLE = Number(warning.dataset.idle) * 1000;
const WARN = IDLE - 60_000;
const TELL = 60_000;
const tabs = new BroadcastChannel("candour-idle");

let used = Date.now();
let told = used; // every page is itself a request
let shared = used;
let away = null; // what the page was, while it is locked

function ask(path, fields) {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return fetch(path, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
}

function use(event) {
  if (!event.isTrusted || away) return;
  used = Date.now();
  warning.hidden = true;
  if (used - shared < 1000) return;
  shared = used;
  tabs.postMessage({ act: "used", who: WHO });
}

function tell() {
  told = Date.now();
  ask(form.dataset.awake, {}).then(
    (answer) => { if (answer.status === 401) lock(); }, // locked or ended from elsewhere
    () => {},
  );
}

function watch() {
  if (away) return;
  const now = Date.now();
  const idle = now - used;
  if (idle < IDLE && used > told && now - told >= TELL) tell();
  if (idle >= IDLE) {
    ask(form.dataset.lock, { by: "time" }).catch(() => {}); // where it does not arrive, the server's own clock locks
    tabs.postMessage({ act: "lock", who: WHO });
    lock();
  } else if (idle >= WARN) {
    warning.hidden = false;
  }
}

// The page's nodes leave the document: neither a look nor the browser's search finds a word of them.
function lock() {
  if (away) return;
  away = { nodes: document.createDocumentFragment(), title: document.title, focus: document.activeElement, top: scrollY };
  away.nodes.append(...document.body.childNodes);
  document.title = "Locked – Candour";
  document.body.append(template.content.cloneNode(true));
  const shown = document.body.querySelector("form");
  shown.addEventListener("submit", unlock);
  shown.elements.passphrase.focus();
}

function open() {
  if (!away) return;
  const page = away;
  away = null;
  used = told = shared = Date.now();
  warning.hidden = true;
  document.title = page.title;
  document.body.replaceChildren(page.nodes);
  page.focus?.focus?.({ preventScroll: true });
  scrollTo(0, page.top);
}

function unlock(event) {
  event.preventDefault();
  const field = event.target.elements.passphrase;
  const line = event.target.querySelector(".govuk-error-message");
  line.hidden = true;
  ask(form.getAttribute("action"), { passphrase: field.value, who: WHO }).then(
    async (answer) => {
      if (answer.ok) {
        tabs.postMessage({ act: "unlocked", who: WHO });
        open();
        return;
      }
      const over = answer.status !== 403; // twelve hours, or too many tries: what was typed is still here
      event.target.querySelector("[data-over]").hidden = !over;
      say(over ? "This session has ended." : (await answer.json()).problem);
    },
    () => say("The console does not answer. Try again in a moment."),
  );
  function say(problem) {
    field.value = "";
    line.textContent = problem;
    line.hidden = false;
    field.focus();
  }
}

for (const kind of ["keydown", "pointerdown", "input", "wheel"]) {
  document.addEventListener(kind, use, { capture: true, passive: true });
}
tabs.addEventListener("message", ({ data }) => {
  if (data.who !== WHO) return; // somebody else, signed in later in the same browser
  if (data.act === "lock") lock();
  else if (data.act === "unlocked") open();
  else if (!away) {
    used = Date.now();
    warning.hidden = true;
  }
});
document.getElementById("idle-stay").addEventListener("click", use);
document.getElementById("lock-now").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(event.target.getAttribute("action"), {}).then(
    () => { tabs.postMessage({ act: "lock", who: WHO }); lock(); },
    () => event.target.submit(),
  );
});
document.addEventListener("visibilitychange", watch); // timers stand still while a machine sleeps
setInterval(watch, 1000);
