/** Files in sealed pieces of one size. spec: 5 */

import { concat, random as systemRandom, toHex, u32 } from './bytes.js';
import { fail } from './errors.js';
import { H, kdf } from './suite.js';

/** @import { Random } from './bytes.js' */

const PART = 262128;
export const PIECE = 262144;
const MOST = 512;
const FILLER = new Uint8Array(PART);
const NOTHING = { first: -1, bytes: FILLER };
const AHEAD = 8; // parts read at a time: on a phone the asking takes longer than the bytes

/** The largest file that can be sent, in bytes: 128 MiB less the tags. */
export const LARGEST = MOST * PART;

/**
 * How many pieces a file of `size` bytes becomes; raises TooLarge above 512.
 * @param {number} size
 */
export function ladder(size) {
  let count = 1;
  while (count * PART < size) count *= 2;
  return count > MOST ? fail('TooLarge') : count;
}

/**
 * @param {Uint8Array} key
 * @param {number} n
 * @returns {string} hex
 */
export const pieceName = (key, n) => toHex(kdf(key, 'piece', u32(n), 16));

/** @typedef {{size: number, slice: (from: number, to: number) => {arrayBuffer: () => Promise<ArrayBuffer>}}} BlobLike */

/**
 * A file on its way out. A piece is made anew each time it is asked for, always the same bytes, so that an upload can stop and
 * go on anywhere and no more than two megabytes of the file are in memory.
 */
export class SealedFile {
  /** @type {Promise<CryptoKey>} */
  #key;
  /** @type {Uint8Array[]} the hash of each piece made so far */
  #hashes = [];
  /** @type {{first: number, bytes: Uint8Array<ArrayBuffer>}} the parts read last */
  #read = NOTHING;

  /**
   * @param {BlobLike} blob which never changes; raises TooLarge
   * @param {Random} [random]
   */
  constructor(blob, random = systemRandom) {
    this.blob = blob;
    this.size = blob.size;
    this.count = ladder(blob.size);
    this.key = random(32);
    this.#key = crypto.subtle.importKey('raw', this.key, 'AES-GCM', false, ['encrypt']);
  }

  /**
   * What piece n holds of the file, and zeros after its end.
   * @param {number} n
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async #part(n) {
    if (n * PART >= this.size) return FILLER;
    const first = n - (n % AHEAD);
    if (this.#read.first !== first) {
      const bytes = new Uint8Array(await this.blob.slice(first * PART, (first + AHEAD) * PART).arrayBuffer());
      this.#read = { first, bytes };
    }
    const found = this.#read.bytes.subarray((n - first) * PART, (n - first + 1) * PART);
    if ((n + 1) * PART >= this.size) this.#read = NOTHING;
    return found.length === PART ? found : concat(found, FILLER.subarray(found.length));
  }

  /**
   * @param {number} n from 0
   * @returns {Promise<{name: string, bytes: Uint8Array<ArrayBuffer>}>} 262,144 bytes
   */
  async piece(n) {
    const iv = concat(new Uint8Array(8), u32(n));
    const bytes = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await this.#key, await this.#part(n)));
    this.#hashes[n] = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return { name: pieceName(this.key, n), bytes };
  }

  /** Every piece in order. */
  async *pieces() {
    for (let n = 0; n < this.count; n++) yield this.piece(n);
  }

  /**
   * What the post says of the file, once every piece was made.
   * @returns {{size: number, count: number, key: string, hash: string}}
   */
  entry() {
    const hashes = Array.from({ length: this.count }, (_, n) => this.#hashes[n] ?? fail('BadCount'));
    return { size: this.size, count: this.count, key: toHex(this.key), hash: toHex(H(...hashes)) };
  }
}
