/** The "Sending" page: runs an outbox, can be stopped, and leads to the page that says what went wrong. */

import { pageFor } from './connection.js';
import { all, pageOf } from './dom.js';
import { Progress } from './progress.js';

/** @import { Outbox } from './outbox.js' */
/** @import { Visit } from './visit.js' */

export class Sender {
  progress = new Progress();
  /** @type {AbortController | null} */
  #running = null;
  /** @type {() => void} */
  #again = () => {};

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
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.visit.router.go('sending');
    try {
      return await outbox.send(signal);
    } catch (error) {
      if (signal.aborted) this.visit.router.back();
      else this.fail(error);
      return null;
    } finally {
      this.#running = null;
      this.progress.lost(false);
    }
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
    const id = pageFor(error, this.visit.connection.drop.head);
    for (const place of all('[data-error-name]', pageOf(id))) place.textContent = error instanceof Error ? error.name : String(error);
    this.visit.router.go(id);
  }
}
