/** What this visit knows of the drop: fetched at load, again only when the reporter asks after a failure. */

/** @import { Drop } from '../lib/drop.js' */
/** @import { Head, State } from '../lib/state.js' */

import { prepareSlots } from '../lib/envelope.js';
import { ProtocolError } from '../lib/errors.js';
import { selfTest } from '../lib/selftest.js';

const MOST_PREPARED = 8;

/** When the page has nothing better to do. @param {() => void} work */
const idle = (work) => ('requestIdleCallback' in globalThis ? requestIdleCallback(work, { timeout: 2000 }) : setTimeout(work, 200));

export class Connection {
  /** @type {Uint8Array[]} throw-away slots, made while idle */
  prepared = [];
  /** @type {unknown} why the state could not be had or trusted; null while all is well */
  failure = null;
  #busy = false;
  #decoys = false;
  /** @type {Promise<void> | null} whether this browser can do what is needed */
  #tested = null;
  /** @type {Promise<Head>} */
  #head = Promise.reject(new Error('not loaded'));
  /** @type {Promise<State>} */
  #state = Promise.reject(new Error('not loaded'));

  /** @param {Drop} drop */
  constructor(drop) {
    this.drop = drop;
    this.#head.catch(() => {});
    this.#state.catch(() => {});
  }

  /** Fetches the state. Sealing can start when the head is there, before the boards are. */
  load() {
    this.failure = null;
    this.#tested ??= new Promise((resolve) => idle(() => resolve(undefined))).then(selfTest);
    const tested = this.#tested;
    this.#head = new Promise((resolve, reject) => {
      const loaded = this.drop.loadState((head) => tested.then(() => resolve(head), reject));
      this.#state = tested.then(() => loaded);
      this.#state.catch((error) => {
        this.failure = error;
        reject(error);
      });
      loaded.catch(reject);
    });
    this.#head.then(() => this.#ready()).catch(() => {});
    return this.#state;
  }

  /** Enough to seal. @returns {Promise<Head>} */
  head() {
    return this.#head;
  }

  /** With the boards. @returns {Promise<State>} */
  state() {
    return this.#state;
  }

  /** Whatever the visitor does from here on, decoys are sent while the page is seen. */
  #ready() {
    this.topUp();
    if (this.#decoys) return;
    this.#decoys = true;
    this.drop.sendDecoys({ visible: () => document.visibilityState === 'visible', prepared: this.prepared }).catch(() => {});
  }

  /** Makes throw-away slots until there are enough, one each time the page is idle. */
  topUp() {
    if (this.#busy || this.failure || this.prepared.length >= MOST_PREPARED) return;
    this.#busy = true;
    idle(() => {
      this.prepared.push(...prepareSlots(1));
      this.#busy = false;
      this.topUp();
    });
  }
}

/**
 * The groups whose console has not published for two days, or not so that it can be believed.
 * @param {Head} head
 */
export const silentGroups = (head) => head.roster.consoles.filter((one) => head.health[one.name] !== 'fresh').flatMap((one) => one.groups);

/**
 * Which page says what went wrong.
 * @param {unknown} error
 * @param {Head | null} head
 */
export function pageFor(error, head) {
  const name = error instanceof Error ? error.name : '';
  if (name === 'Offline') return 'problem-offline';
  if (name === 'Expired' && head?.clockLooksWrong) return 'problem-clock';
  if (name === 'Expired' || name === 'NoEpoch') return 'problem-expired';
  if (name === 'Full' || name === 'Busy') return 'problem-full';
  if (name === 'Malformed' || name === 'TooLarge' || name === 'StampRefused') return 'problem-refused';
  if (name === 'Unsupported' || name === 'NotSupportedError') return 'problem-browser';
  return error instanceof ProtocolError ? 'problem-untrusted' : 'problem-other';
}
