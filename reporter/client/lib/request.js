/** Requests as every visit makes them: no cookie, no referrer, no header of our own, and an end to waiting. spec: 6, 8 */

import { fail } from './errors.js';

/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */
/** @typedef {(seconds: number, signal?: AbortSignal) => Promise<void>} Wait */

/** @type {RequestInit} */
const QUIET = { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', redirect: 'error' };
const LONGEST_POST = 180; // seconds: a piece over the slowest of connections takes 40
const LONGEST_GET = 600; // boards can be larger

/** What the network did, as told apart from what the drop answered. */
export class Lost extends Error {}

/** @type {Wait} */
export const wait = (seconds, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, 1000 * seconds);
    signal?.addEventListener('abort', stop);
  });

/**
 * @template T
 * @param {Fetch} fetch
 * @param {string} url
 * @param {RequestInit} init
 * @param {number} longest seconds, after which it counts as lost
 * @param {(response: Response) => Promise<T>} read
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>} raises Lost when the network fails, the signal's reason when it was aborted
 */
async function request(fetch, url, init, longest, read, signal) {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = () => controller.abort();
  signal?.addEventListener('abort', stop);
  const timer = setTimeout(stop, 1000 * longest);
  try {
    const response = await fetch(url, { ...QUIET, ...init, signal: controller.signal }).catch((cause) => {
      throw new Lost('', { cause });
    });
    return await read(response);
  } finally {
    signal?.throwIfAborted();
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * The answer to a post: a status and a word.
 * @param {Fetch} fetch
 * @param {string} url
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} stored, malformed, stamp, busy or full; raises Lost for anything else
 */
export const post = (fetch, url, body, signal) =>
  request(
    fetch,
    url,
    { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body },
    LONGEST_POST,
    async (response) => {
      const text = await response.text().catch((cause) => {
        throw new Lost('', { cause });
      });
      const word = text.trimEnd();
      const expected = { stored: 201, malformed: 400, stamp: 409, busy: 503, full: 503 }[word];
      if (expected !== response.status) throw new Lost();
      return word;
    },
    signal,
  );

/**
 * @param {Fetch} fetch
 * @param {string} url
 * @param {number} most bytes; raises BadLength above
 * @param {(soFar: Uint8Array<ArrayBuffer>) => void} onBytes called with all that has arrived, each time more has
 * @returns {Promise<Uint8Array<ArrayBuffer>>} raises Lost
 */
export const get = (fetch, url, most, onBytes) =>
  request(fetch, url, {}, LONGEST_GET, async (response) => {
    if (response.status !== 200 || !response.body) throw new Lost();
    const reader = response.body.getReader();
    let buffer = new Uint8Array(65536);
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read().catch((cause) => {
        throw new Lost('', { cause });
      });
      if (done) return buffer.subarray(0, length);
      if (length + value.length > most) fail('BadLength');
      if (length + value.length > buffer.length) {
        const larger = new Uint8Array(2 * (length + value.length));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(value, length);
      length += value.length;
      onBytes(buffer.subarray(0, length));
    }
  });
