/** The drop, as a visit uses it: one state at load, then posts, and decoys by the same way. spec: 6, 8 */

import { concat, random as systemRandom, readU32 } from './bytes.js';
import { decoy } from './envelope.js';
import { fail } from './errors.js';
import { get, Lost, post, wait as systemWait } from './request.js';
import { clamp, HIGHEST, makeStamp } from './stamp.js';
import { parseHead, readBoards } from './state.js';

/** @import { Random } from './bytes.js' */
/** @import { Fetch, Wait } from './request.js' */
/** @import { Head, Pins, State } from './state.js' */

const LONGEST_STATE = 40 * 2 ** 20;
const LOAD_PAUSES = [1, 3]; // seconds before a lost state is fetched again
const PAUSES = [1, 2, 4, 8, 15, 30, 30]; // seconds before a lost post is tried again
const BUSY_PAUSES = [2, 4, 8, 15, 30, 30];

/**
 * @typedef {{stage: 'stamp', done: number} | {stage: 'sending'} | {stage: 'answered'} | {stage: 'lost', seconds: number} | {stage: 'busy', seconds: number}} Step
 *   of a post: its stamp is made, it is on its way, the drop answered, it waits because the connection was lost or the drop is busy
 * @typedef {{onProgress?: (step: Step) => void, signal?: AbortSignal}} Options
 */

export class Drop {
  /** @type {Head | null} the newest that was read */
  head = null;
  #base;
  #pins;
  #fetch;
  #now;
  #wait;
  #random;

  /**
   * @param {object} parts
   * @param {Pins} parts.pins
   * @param {string} [parts.base] of the drop's addresses, without a slash at its end
   * @param {Fetch} [parts.fetch]
   * @param {() => number} [parts.now] seconds
   * @param {Wait} [parts.wait]
   * @param {Random} [parts.random]
   */
  constructor({
    pins,
    base = '',
    fetch = (url, init) => globalThis.fetch(url, init),
    now = () => Date.now() / 1000,
    wait = systemWait,
    random = systemRandom,
  }) {
    this.#pins = pins;
    this.#base = base;
    this.#fetch = fetch;
    this.#now = now;
    this.#wait = wait;
    this.#random = random;
  }

  /** Half as long to half as long again, so that many clients do not come back at once. @param {number} seconds */
  #about(seconds) {
    return seconds * (0.5 + readU32(this.#random(4)) / 2 ** 32);
  }

  /**
   * @param {(head: Head) => void} [onHead] called once, as soon as there is enough to seal
   * @returns {Promise<State>} raises Offline, and what parseState raises
   */
  async loadState(onHead) {
    /** @type {Head | null} */
    let head = null;
    const earlier = this.head;
    /** @param {Uint8Array} bytes @param {boolean} [whole] */
    const look = (bytes, whole) => {
      if (head) return;
      head = parseHead(bytes, this.#pins, this.#now(), { earlier, whole });
      if (!head) return;
      this.head = head;
      onHead?.(head);
      onHead = undefined;
    };
    for (let tries = 0; ; tries++) {
      try {
        head = null;
        const bytes = await get(this.#fetch, this.#base + '/state', LONGEST_STATE, look);
        look(bytes, true);
        return readBoards(bytes, head ?? fail('BadLength'));
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        if (tries === LOAD_PAUSES.length) fail('Offline');
        await this.#wait(this.#about(LOAD_PAUSES[tries]));
      }
    }
  }

  /**
   * Sends the same bytes until the drop answers.
   * @param {string} path
   * @param {Uint8Array<ArrayBuffer>} body
   * @param {Options} options
   * @returns {Promise<string>} raises Offline
   */
  async #send(path, body, { onProgress, signal }) {
    for (let tries = 0; ; tries++) {
      onProgress?.({ stage: 'sending' });
      try {
        const answer = await post(this.#fetch, this.#base + path, body, signal);
        onProgress?.({ stage: 'answered' });
        return answer;
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        if (tries === PAUSES.length) fail('Offline');
        onProgress?.({ stage: 'lost', seconds: PAUSES[tries] });
        await this.#wait(this.#about(PAUSES[tries]), signal);
      }
    }
  }

  /**
   * Stamps and posts. Returns only when the drop said that the envelope is stored; posting the same again is safe.
   * @param {Uint8Array} envelope
   * @param {Options} [options]
   * @returns {Promise<void>} raises Offline, Busy, Full, Malformed, StampRefused
   */
  async postEnvelope(envelope, options = {}) {
    const { onProgress, signal } = options;
    let head = this.head ?? fail('Offline');
    let d = clamp(head.d);
    for (let busy = 0, refetched = false; ; ) {
      onProgress?.({ stage: 'stamp', done: 0 });
      const stamp = await makeStamp(head.setId, envelope, d, {
        signal,
        random: this.#random,
        onProgress: (done) => onProgress?.({ stage: 'stamp', done }),
      });
      const answer = await this.#send('/envelopes', concat(stamp, envelope), options);
      if (answer === 'stored') return;
      if (answer === 'stamp') {
        if (refetched) fail('StampRefused');
        refetched = true;
        head = await new Promise((resolve, reject) => void this.loadState(resolve).catch(reject)); // its boards may come later, or never
        d = Math.max(d, clamp(head.d));
      } else if (answer === 'busy') {
        await this.#pause(busy++, options);
        d = Math.min(HIGHEST, d + 1);
      } else fail(answer === 'full' ? 'Full' : 'Malformed');
    }
  }

  /**
   * @param {string} name hex
   * @param {Uint8Array<ArrayBuffer>} bytes 262,144
   * @param {Options} [options]
   * @returns {Promise<void>} once it is stored; raises Offline, Busy, Full, Malformed
   */
  async postPiece(name, bytes, options = {}) {
    for (let busy = 0; ; ) {
      const answer = await this.#send('/pieces/' + name, bytes, options);
      if (answer === 'stored') return;
      if (answer !== 'busy') fail(answer === 'full' ? 'Full' : 'Malformed');
      await this.#pause(busy++, options);
    }
  }

  /**
   * @param {number} tries before
   * @param {Options} options
   */
  async #pause(tries, { onProgress, signal }) {
    const seconds = BUSY_PAUSES[tries] ?? fail('Busy');
    onProgress?.({ stage: 'busy', seconds });
    await this.#wait(this.#about(seconds), signal);
  }

  /**
   * Sends decoys as a Poisson process while the page is seen, up to the policy's limit, whatever the visitor does.
   * Gaps run on while the page is hidden, and what falls in them is left out: that keeps the process Poisson while it is seen.
   * @param {object} parts
   * @param {() => boolean} parts.visible
   * @param {Uint8Array[]} [parts.prepared] from prepareSlots; used slots are taken out of it
   * @param {AbortSignal} [parts.signal] ends them
   * @returns {Promise<number>} how many were sent, when the limit is reached or the signal came
   */
  async sendDecoys({ visible, prepared, signal }) {
    const { decoys, limit } = this.head?.policy ?? { decoys: 0, limit: 0 };
    let sent = 0;
    while (decoys > 0 && sent < limit && !signal?.aborted) {
      const chance = (readU32(this.#random(4)) + 1) / 2 ** 32;
      await this.#wait((-Math.log(chance) * 3600) / decoys, signal).catch(() => {});
      if (signal?.aborted || !visible() || !this.head || this.head.cannotSeal) continue;
      sent++;
      this.postEnvelope(decoy(this.head, prepared, this.#random), { signal }).catch(() => {});
    }
    return sent;
  }
}
