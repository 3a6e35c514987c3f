/** Sending a report: words of its own for the groups it is for, then the code page once the drop has stored it. */

import { deriveKeys, makeCode } from '../lib/code.js';
import { fail } from '../lib/errors.js';
import { reportItem, route } from './answers.js';
import { fillCheck, roomLeft } from './check.js';
import { saveFile } from './dom.js';
import { Outbox } from './outbox.js';
import { WordsPages } from './words.js';

/** @import { Sender } from './sender.js' */
/** @import { Visit } from './visit.js' */

export class Report {
  /** @type {Uint8Array | null} the JSON of what was sent, for a copy */
  #copy = null;
  /** @type {{of: string, outbox: Outbox, code: Uint8Array} | null} what is under way, and of which answers */
  #pending = null;

  /**
   * @param {Visit} visit
   * @param {Sender} sender
   */
  constructor(visit, sender) {
    this.visit = visit;
    this.sender = sender;
    this.words = new WordsPages(visit.router, { shown: 'code', typed: 'code-typed', onTyped: () => this.finish() });
    visit.router.onShow('check', () => fillCheck(visit));
  }

  /** Words are made now, after routing: they carry the audience. */
  async send() {
    const { visit } = this;
    if (roomLeft(visit) < 0) return;
    const groups = route(visit.questionnaire, visit.answers);
    const audience = visit.audiences.find((one) => one.groups.join() === groups.join());
    if (!audience) return visit.router.go('no-route');
    const pending = this.#prepare(audience);
    const json = await this.sender.send(pending.outbox, () => this.send());
    if (!json) return;
    this.#pending = null;
    this.#copy = json;
    this.words.show(pending.code);
    visit.forgetReport();
    visit.router.restart('code', { hold: true });
  }

  /** The report that is under way, or a new one when the answers are others. @param {{number: number, groups: string[]}} audience */
  #prepare(audience) {
    const { visit } = this;
    const item = reportItem(visit.questionnaire, visit.answers);
    const files = [...visit.files.files];
    const of = JSON.stringify([item, files.map((file) => [file.name, file.blob.size, file.cleaned])]);
    if (this.#pending?.of === of) return this.#pending;
    const code = makeCode(audience.number);
    const outbox = new Outbox(visit.connection, this.sender.progress, {
      words: (head) => {
        const now = head.roster.audiences.find((one) => one.number === audience.number) ?? fail('AudienceChanged');
        return { keys: deriveKeys(code, head.site, now.groups) };
      },
      items: (entries) => [{ ...item, files: entries }],
      files,
    });
    this.#pending = { of, outbox, code };
    return this.#pending;
  }

  /** The words are on paper, or not wanted. */
  finish() {
    this.words.forget();
    this.visit.router.restart('done');
  }

  saveCopy() {
    if (this.#copy) saveFile(new Uint8Array(this.#copy), 'notes.json');
  }

  forget() {
    this.#copy = null;
    this.#pending = null;
    this.words.forget();
    this.visit.forgetReport();
  }
}
