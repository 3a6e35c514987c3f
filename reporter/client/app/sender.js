/** The "Sending" page: runs an outbox, can be stopped, and leads to the page that says what went wrong. */

import { wordsOf } from '../lib/code.js';
import { ProtocolError } from '../lib/errors.js';
import { pageFor } from './connection.js';
import { all, one, pageOf, saveFile, toggle } from './dom.js';
import { Progress, tellFate } from './progress.js';
import { listWords } from './words.js';

/** @import { Outbox } from './outbox.js' */
/** @import { Visit } from './visit.js' */

export class Sender {
  progress = new Progress();
  /** @type {AbortController | null} */
  #running = null;
  /** @type {() => void} */
  #again = () => {};
  /** @type {Outbox | null} what was being sent when something went wrong */
  #stuck = null;
  /** Whether what was sent last is stored: no page then says that nothing was sent. */
  #sent = false;

  /** @param {Visit} visit */
  constructor(visit) {
    this.visit = visit;
  }

  /**
   * @param {Outbox} outbox
   * @param {() => void} again what "Try again" does
   * @returns {Promise<Uint8Array | null>} the JSON sent; null when it was not stored: a page then says so
   */
  async send(outbox, again) {
    if (this.#running) return null;
    this.#again = again;
    this.#stuck = outbox;
    this.#sent = false;
    const json = await this.#run((signal) => outbox.send(signal));
    if (json) {
      this.forget();
      this.#sent = true;
    }
    return json;
  }

  /**
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} work
   * @returns {Promise<T | null>} null when it was stopped or failed: a page then says so
   */
  async #run(work) {
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.visit.router.go('sending');
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted && !this.#stuck?.unsure) this.visit.router.back();
      else this.fail(signal.aborted ? new ProtocolError('Offline') : error);
      return null;
    } finally {
      this.#running = null;
      this.progress.lost(false);
    }
  }

  /** What could not be sent, as a sealed file for another way, and the words that go with it. */
  async saveSealed() {
    const stuck = this.#stuck;
    if (!stuck?.sealed) return;
    const file = await this.#run((signal) => stuck.sealedFile(signal));
    if (!file) return;
    const page = pageOf('saved');
    toggle(one('[data-with-words]', page), Boolean(stuck.job.code));
    if (stuck.job.code) listWords(one('[data-words]', page), wordsOf(stuck.job.code));
    this.visit.router.go('saved');
    saveFile(file, 'notes.bin');
  }

  /** Nothing is left of what could not be sent. */
  forget() {
    this.#stuck = null;
    this.#sent = false;
    one('[data-words]', pageOf('saved')).replaceChildren();
  }

  stop() {
    this.#running?.abort();
  }

  /** With a state fetched anew when the one at hand is not good. */
  async tryAgain() {
    const { connection } = this.visit;
    const head = await connection.head().catch(() => null);
    if (!head || head.cannotSeal) await connection.load().catch(() => {});
    this.#again();
  }

  /**
   * Shows the page that says what went wrong.
   * @param {unknown} error
   * @param {() => void} [again]
   */
  fail(error, again) {
    if (again) this.#again = again;
    const stuck = again ? null : this.#stuck;
    const found = pageFor(error, this.visit.connection.drop.head);
    const id = stuck?.unsure && found === 'problem-offline' ? 'problem-unsure' : found;
    tellFate(pageOf(id), this.#sent ? 'sent' : this.#stuck?.unsure ? 'unsure' : 'not-sent');
    for (const place of all('[data-save-sealed]', pageOf(id))) toggle(place, stuck?.sealed ?? false);
    for (const place of all('[data-with-words]', pageOf(id))) toggle(place, Boolean(stuck?.job.code));
    for (const place of all('[data-error-name]', pageOf(id))) place.textContent = error instanceof Error ? error.name : String(error);
    this.visit.router.go(id);
  }
}
