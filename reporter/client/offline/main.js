/** The offline page: all questions on one sheet, sealed here, then posted or saved. It asks for nothing before a button is pressed. */

import { deriveKeys, makeCode, wordsOf } from '../lib/code.js';
import { Drop } from '../lib/drop.js';
import { ENVELOPE, sealPost } from '../lib/envelope.js';
import { fail } from '../lib/errors.js';
import { textRoom } from '../lib/post.js';
import { selfTest } from '../lib/selftest.js';
import { asked, reportItem, route } from '../app/answers.js';
import { pageFor } from '../app/connection.js';
import { data, roomText, t } from '../app/data.js';
import { all, one, pageOf, saveFile, toggle } from '../app/dom.js';
import { clearErrors, showErrors, titleFor } from '../app/errors.js';
import { wireExit } from '../app/exit.js';
import { review, ruleOut } from './form.js';
import { SEALED, stamped, stateFrom } from '../lib/sealed.js';

/** @import { Answers } from '../app/answers.js' */
/** @import { Head } from '../lib/state.js' */

const address = /** @type {{address?: string}} */ (/** @type {unknown} */ (data)).address ?? '';
const questionnaire = data.forms.report;
const drop = new Drop({ pins: data.pins, base: address });
const form = /** @type {HTMLFormElement} */ (one('[data-report]'));

/** @type {{of: string, code: Uint8Array, envelope: Uint8Array} | null} what was sealed, and of which answers: trying again seals nothing anew */
let made = null;
/** @type {Uint8Array<ArrayBuffer>} */
let saved = new Uint8Array();

wireExit(() => {
  made = null;
  saved = new Uint8Array();
});

/** @param {string} id */
function show(id) {
  for (const section of all('[data-page]')) toggle(section, section.dataset.page === id);
  titleFor(id);
  one('h1', pageOf(id)).focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** @param {string} id */
const fileOf = async (id) => {
  const chosen = /** @type {HTMLInputElement} */ (one(`#${id}`)).files?.[0];
  return chosen ? new Uint8Array(await chosen.arrayBuffer()) : null;
};

/** @returns {Answers} */
function answers() {
  const values = new FormData(form);
  const pairs = questionnaire.questions.map((question) => [
    question.id,
    {
      choices: question.answers.map((answer) => answer.id).filter((id) => values.getAll(question.id).includes(id)),
      text: String(values.get(`${question.id}-text`) ?? '').trim(),
    },
  ]);
  return Object.fromEntries(pairs);
}

/** Only what is asked of someone who answers so is shown; and what to look at before it is sealed. */
function ask() {
  const shown = new Set(asked(questionnaire, answers()).map((question) => question.id));
  for (const part of all('[data-asked]')) toggle(part, shown.has(part.dataset.asked ?? ''));
  look();
}

function look() {
  review(pageOf('ask'), questionnaire, answers());
}

/**
 * The answers as an item and the groups that they are for; null when something is missing, which is then shown.
 * @returns {{item: import('../lib/post.js').Report, groups: string[]} | null}
 */
function filledIn() {
  const given = answers();
  clearErrors('ask');
  const missing = questionnaire.questions.find((question) => question.required && question.kind === 'text' && !given[question.id].text);
  if (missing) {
    showErrors('ask', [{ field: `${missing.id}-text`, text: t('need-what') }]);
    return null;
  }
  const groups = route(questionnaire, given);
  const item = { ...reportItem(questionnaire, given), files: [] };
  const room = textRoom([item], groups);
  if (room >= 0) return { item, groups };
  showErrors('ask', [{ text: roomText(room) }]);
  return null;
}

/**
 * @param {Head} head
 * @param {{item: import('../lib/post.js').Report, groups: string[]}} filled
 */
function seal(head, { item, groups }) {
  const of = JSON.stringify([item, groups]);
  if (made?.of === of) return made;
  const audience = head.roster.audiences.find((one) => one.groups.join() === groups.join()) ?? fail('AudienceChanged');
  const code = makeCode(audience.number);
  const { envelope } = sealPost({ state: head, keys: deriveKeys(code, head.site, audience.groups), items: [item] });
  made = { of, code, envelope };
  return made;
}

/** The state of the site, or where that cannot be had the one that was saved. @param {boolean} preferSaved */
async function state(preferSaved) {
  const file = await fileOf('keys');
  if (file && preferSaved) return stateFrom(file, data.pins);
  if (!address) return stateFrom(file ?? fail('Offline'), data.pins);
  await drop.loadState();
  return drop.head ?? fail('Offline');
}

/** @param {number} part */
const progress = (part) => {
  /** @type {HTMLProgressElement} */ (one('[data-progress]')).value = Math.round(100 * part);
};

/** @param {string} page @param {Uint8Array} code */
function finish(page, code) {
  const items = wordsOf(code).map((word) => {
    const item = document.createElement('li');
    item.textContent = word;
    return item;
  });
  one('[data-words]', pageOf(page)).replaceChildren(...items);
  form.reset();
  made = null;
  show(page);
}

/** @param {Uint8Array} envelope */
async function post(envelope) {
  await drop.postEnvelope(envelope, { onProgress: (step) => step.stage === 'stamp' && progress(step.done) });
}

/** @param {Head} head @param {Uint8Array} envelope */
async function save(head, envelope) {
  saved = await stamped(head, envelope, progress);
  saveFile(saved, 'notes.bin');
}

/** @param {boolean} toSend */
async function report(toSend) {
  const filled = filledIn();
  if (!filled) return;
  show('working');
  await selfTest();
  const head = await state(!toSend);
  if (head.cannotSeal) throw head.cannotSeal;
  const { envelope, code } = seal(head, filled);
  if (toSend) await post(envelope);
  else await save(head, envelope);
  toggle(one('[data-new-words]'), true);
  finish(toSend ? 'sent' : 'saved', code);
}

/** Hands in what was saved before, by this page or another copy of it. @param {boolean} toSend */
async function handIn(toSend) {
  const file = await fileOf('sealed');
  const fits = file?.length === SEALED && file[SEALED - ENVELOPE] === 1;
  clearErrors('hand-in');
  if (!file || !fits) return showErrors('hand-in', [{ field: 'sealed', text: t('need-sealed') }]);
  show('working');
  const envelope = file.slice(SEALED - ENVELOPE);
  const head = await state(!toSend);
  if (toSend) await post(envelope);
  else await save(head, envelope);
  toggle(one('[data-new-words]'), false);
  show(toSend ? 'handed-in' : 'saved');
}

/** @type {Record<string, () => void | Promise<void>>} */
const acts = {
  send: () => report(true),
  save: () => report(false),
  'send-file': () => handIn(true),
  'stamp-file': () => handIn(false),
  'save-again': () => saveFile(saved, 'notes.bin'),
  sealed: () => show('hand-in'),
  'go-back': () => show('ask'),
};

/** @param {unknown} error */
function problem(error) {
  const id = pageFor(error, drop.head);
  for (const text of all('[data-problem]')) toggle(text, text.dataset.problem === id);
  one('[data-error-name]').textContent = error instanceof Error ? error.name : String(error);
  show('problem');
}

document.addEventListener('click', (event) => {
  const button = /** @type {Element} */ (event.target).closest('[data-act]');
  if (!(button instanceof HTMLElement)) return;
  Promise.resolve(acts[button.dataset.act ?? '']?.()).catch(problem);
});
form.addEventListener('input', look);
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('change', (event) => {
  ruleOut(form, /** @type {HTMLInputElement} */ (event.target));
  ask();
});

ask();
show('ask');
