/** Sending a report: words of its own for the groups it is for, then the code page once the drop has stored it. */

import { deriveKeys, makeCode } from '../lib/code.js';
import { fail } from '../lib/errors.js';
import { reportItem, route } from './answers.js';
import { fillCheck, roomLeft, rowsOf } from './check.js';
import { copyFile } from './copy.js';
import { data, t } from './data.js';
import { all, noteBy, one, pageOf, saveFile, toggle } from './dom.js';
import { Outbox } from './outbox.js';
import { checkPageOf } from './visit.js';
import { WordsPages } from './words.js';

/** @import { FileEntry } from '../lib/post.js' */
/** @import { Head } from '../lib/state.js' */
/** @import { Sender } from './sender.js' */
/** @import { Visit } from './visit.js' */

const COPY = 'notes.txt';

export class Report {
  /** @type {Uint8Array<ArrayBuffer> | null} what was sent, to keep */
  #copy = null;
  #form = 'report'; // which was sent
  /** @type {{of: string, outbox: Outbox, code: Uint8Array} | null} what is under way, and of which answers */
  #pending = null;

  /**
   * @param {Visit} visit
   * @param {Sender} sender
   */
  constructor(visit, sender) {
    this.visit = visit;
    this.sender = sender;
    this.words = new WordsPages(visit.router, { shown: 'code', typed: 'code-typed', onTyped: () => this.finish(true) });
    for (const form of Object.keys(data.forms)) {
      visit.router.onShow(checkPageOf(form), () => {
        visit.form = form;
        fillCheck(visit);
      });
    }
  }

  /** Words are made now, after routing: they carry the audience. */
  async send() {
    const { visit } = this;
    if (!(await visit.files.settled())) return fillCheck(visit);
    if (roomLeft(visit) < 0) return;
    const groups = route(visit.questionnaire, visit.answers);
    const audience = visit.audiences.find((one) => one.groups.join() === groups.join());
    if (!audience) return visit.router.go('no-route');
    const pending = this.#prepare(audience);
    const json = await this.sender.send(pending.outbox, () => this.send());
    if (!json) return;
    this.#pending = null;
    this.#copy = copyFile([t('copy-intro'), ...rowsOf(visit), t('copy-exact')], json);
    this.#form = visit.form;
    this.words.show(pending.code);
    for (const place of all('[data-for]')) toggle(place, place.dataset.for === visit.form);
    visit.forgetReport();
    visit.router.restart('code', { hold: true });
  }

  /** The report that is under way, or a new one when the answers are others. @param {{number: number, groups: string[]}} audience */
  #prepare(audience) {
    const { visit } = this;
    const item = reportItem(visit.questionnaire, visit.answers);
    const files = [...visit.attached];
    const of = JSON.stringify([item, files.map((file) => [file.name, file.blob.size, file.cleaned])]);
    if (this.#pending?.of === of) return this.#pending;
    const code = makeCode(audience.number);
    const job = {
      words: (/** @type {Head} */ head) => {
        const now = head.roster.audiences.find((one) => one.number === audience.number) ?? fail('AudienceChanged');
        return { keys: deriveKeys(code, head.site, now.groups) };
      },
      items: (/** @type {FileEntry[]} */ entries) => [{ ...item, files: entries }],
      files,
      code,
    };
    const outbox = new Outbox(visit.connection, this.sender.progress, job, this.#pending?.outbox);
    this.#pending = { of, outbox, code };
    return this.#pending;
  }

  /** The words are on paper, or not wanted. @param {boolean} replies whether the reporter has them */
  finish(replies) {
    this.words.forget();
    const page = this.#form === 'report' ? 'done' : `done-${this.#form}`;
    for (const place of all('[data-replies]', pageOf(page))) toggle(place, (place.dataset.replies === 'yes') === replies);
    this.visit.router.restart(page);
  }

  /** To keep on the phone, and a word that it is there. */
  saveCopy() {
    if (!this.#copy) return;
    saveFile(this.#copy, COPY, 'text/plain');
    noteBy(one('[data-act="save-copy"]', pageOf(this.visit.router.current)), t('saved', { name: COPY }));
  }

  forget() {
    this.#copy = null;
    this.#pending = null;
    this.words.forget();
    this.visit.forgetReport();
  }
}
