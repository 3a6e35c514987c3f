/** Stamps: the price of posting, in hashes, with no identity in it. spec: 6 */

import { concat, random as systemRandom, readU32, u32 } from './bytes.js';
import { H } from './suite.js';

/** @import { Random } from './bytes.js' */

const LOWEST = 10;
export const HIGHEST = 22;
const SLICE = 8; // ms of work before the page may breathe
const BATCH = 128; // hashes between two looks at the clock: 10 ms on a slow phone without a compiler
const VARYING = 9; // the word of the block that counts up; rounds before it are done once

// SHA-256's constants as FIPS 180-4 defines them: the first 32 bits of the fractions of roots of the first primes.
const K = new Int32Array(64);
const START = new Int32Array(8);
for (let n = 2, count = 0; count < 64; n++) {
  let divisor = 2;
  while (n % divisor) divisor++;
  if (divisor < n) continue;
  if (count < 8) START[count] = (Math.sqrt(n) % 1) * 2 ** 32;
  K[count++] = (Math.cbrt(n) % 1) * 2 ** 32;
}

/**
 * Rounds `from` up to `to` of SHA-256 on the state `s`.
 * @param {Int32Array} s
 * @param {Int32Array} w
 * @param {number} from
 * @param {number} to
 */
function rounds(s, w, from, to) {
  let [a, b, c, d, e, f, g, h] = s;
  for (let i = from; i < to; i++) {
    const sum = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + sum + (g ^ (e & (f ^ g))) + K[i] + w[i]) | 0;
    const two = (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  s[0] = a;
  s[1] = b;
  s[2] = c;
  s[3] = d;
  s[4] = e;
  s[5] = f;
  s[6] = g;
  s[7] = h;
}

/** @param {Int32Array} w the block of 16 words, with room for the 64 of the schedule */
function expand(w) {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
}

/** Lets the page breathe: a message, for timers are slowed in pages that are not seen. @returns {Promise<void>} */
const breathe = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

/**
 * The bits of a stamp that a client makes for the `d` that a drop announces.
 * @param {number} d
 */
export const clamp = (d) => Math.min(HIGHEST, Math.max(LOWEST, d));

/**
 * @param {Uint8Array} setId
 * @param {Uint8Array} envelope
 * @param {Uint8Array} nonce
 * @param {number} d
 */
export function checkStamp(setId, envelope, nonce, d) {
  const zeros = Math.clz32(readU32(H(setId, H(envelope).subarray(0, 16), nonce)));
  return nonce.length === 8 && zeros >= d;
}

/**
 * @param {Uint8Array} setId 16 bytes
 * @param {Uint8Array} envelope
 * @param {number} d as announced: it is clamped to 10..22
 * @param {{onProgress?: (chance: number) => void, signal?: AbortSignal, random?: Random}} [options] progress is how likely
 *   it was to have found one by now, below 1
 * @returns {Promise<Uint8Array>} the 8 bytes of a stamp
 */
export async function makeStamp(setId, envelope, d, { onProgress, signal, random = systemRandom } = {}) {
  const bits = clamp(d);
  const nonce = random(8);
  const block = concat(setId, H(envelope).subarray(0, 16), nonce);
  const w = new Int32Array(64);
  for (let i = 0; i < 10; i++) w[i] = readU32(block, 4 * i);
  w[10] = 1 << 31;
  w[15] = 320;
  const before = new Int32Array(8);
  const prepare = () => {
    before.set(START);
    rounds(before, w, 0, VARYING);
  };
  prepare();
  const s = new Int32Array(8);
  for (let tries = 0, slice = performance.now(); ; ) {
    for (let n = 0; n < BATCH; n++, tries++) {
      expand(w);
      s.set(before);
      rounds(s, w, VARYING, 64);
      if (Math.clz32(s[0] + START[0]) >= bits) return concat(u32(w[VARYING - 1]), u32(w[VARYING]));
      if (++w[VARYING] === 0) {
        w[VARYING - 1]++;
        prepare();
      }
    }
    if (performance.now() - slice < SLICE) continue;
    onProgress?.(1 - Math.exp(-tries / 2 ** bits));
    await breathe();
    signal?.throwIfAborted();
    slice = performance.now();
  }
}
