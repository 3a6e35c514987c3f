/** The page comes to life: what each button does, in one table. */

import { Drop } from '../lib/drop.js';
import { Answering } from './answering.js';
import { Connection, silentGroups } from './connection.js';
import { data, groupsText, t } from './data.js';
import { copyOf, one, pageOf } from './dom.js';
import { wireExit } from './exit.js';
import { FileBox } from './filebox.js';
import { FileChoice } from './filechoice.js';
import { Inbox } from './inbox.js';
import { Questions } from './questions.js';
import { Report } from './report.js';
import { Router } from './router.js';
import { Sender } from './sender.js';
import { Visit } from './visit.js';

wireExit(forget); // before all else: what breaks below does not stand in the way out

const router = new Router('start');
const connection = new Connection(new Drop({ pins: data.pins }));
const visit = new Visit(router, connection);

const choice = new FileChoice(router);

/** @type {FileChoice['ask']} */
const ask = (name, kind) => choice.ask(name, kind);

visit.files = new FileBox('files', ask, () => {});
const sender = new Sender(visit);
const questions = new Questions(visit);
const report = new Report(visit, sender);
const inbox = new Inbox(visit, sender);
const answering = new Answering(visit, inbox, sender, ask);

function forget() {
  report.forget();
  answering.forget();
  sender.forget();
}

/** Nothing is asked of someone whose report could not be sealed. @param {string} form */
async function begin(form) {
  const head = await Promise.race([connection.head().catch(() => null), new Promise((resolve) => setTimeout(resolve, 0))]);
  const failure = connection.failure ?? /** @type {any} */ (head)?.cannotSeal;
  if (failure && failure.name !== 'Offline') sender.fail(failure, () => begin(form));
  else questions.begin(form);
}

/** @type {Record<string, (value: string) => void | Promise<void>>} */
const acts = {
  begin: () => begin('report'),
  'begin-notice': () => begin('notice'),
  skip: () => questions.skip(router.current),
  end: async () => {
    if (await visit.files.settled()) questions.end(router.current);
  },
  'go-on': () => questions.goOn(),
  change: (id) => questions.change(id),
  'as-it-is': () => choice.answer(true),
  'leave-out': () => choice.answer(false),
  send: () => report.send(),
  'stop-sending': () => sender.stop(),
  'try-again': () => sender.tryAgain(),
  'save-sealed': () => sender.saveSealed(),
  copy: () => (router.current === 'code' ? report : answering).words.copy(),
  print: () => report.words.print(),
  remind: () => report.words.remind(),
  written: () => router.go('code-typed'),
  'no-replies': () => report.finish(false),
  'show-again': () => router.back(),
  'save-copy': () => report.saveCopy(),
  'save-proof': () => inbox.saveProof(),
  'add-more': () => answering.write(),
  'new-words': () => answering.renew(),
  'new-written': () => router.go('new-words-typed'),
  'keep-words': () => answering.keepWords(),
  withdraw: () => router.go('withdraw'),
  'withdraw-now': () => answering.withdraw(),
  back: () => router.back(),
  clear: () => {
    forget();
    router.restart('start');
  },
};

document.addEventListener('click', (event) => {
  connection.topUp();
  const target = /** @type {Element} */ (event.target).closest('[data-act], [data-go], [data-back], [href="#start"], [href="#main"]');
  if (!(target instanceof HTMLElement)) return;
  const { act, go, value } = target.dataset;
  if (target.closest('a')) event.preventDefault();
  if (go) router.go(go);
  else if (act && acts[act]) Promise.resolve(acts[act](value ?? '')).catch((error) => sender.fail(error));
  else if ('back' in target.dataset) router.back();
  else if (target.matches('[href="#start"]')) router.go('start');
  else if (target.matches('[href="#main"]')) one('h1', pageOf(router.current)).focus();
});

connection
  .load()
  .then((state) => {
    const silent = silentGroups(state);
    if (!silent.length) return;
    const notice = copyOf('remark');
    notice.textContent = t('silent', { groups: groupsText(silent) });
    one('[data-notice]').replaceChildren(notice);
  })
  .catch(() => {}); // said when it matters: before the first question, at sending, at the replies
