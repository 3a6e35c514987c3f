/** The JSON of a post. spec: 4.1 */

import { allZero, concat, toHex, utf8 } from './bytes.js';
import { encode } from './compactjson.js';
import { fail } from './errors.js';

/** The most bytes of JSON that a box holds. spec: 4 */
export const ROOM = 15497;

/**
 * @typedef {Record<string, {choices: string[], text: string}>} Answers by question id
 * @typedef {{name: string, type: string, size: number, count: number, key: string, hash: string, cleaned: boolean}} FileEntry
 * @typedef {{type: 'report', questionnaire: string, routing: Answers, answers: Answers, files: FileEntry[]}} Report
 * @typedef {{type: 'follow-up', text: string, files: FileEntry[]}} FollowUp
 * @typedef {{type: 'withdraw'}} Withdraw
 * @typedef {{type: 'new-code', sign: string, reader: string}} NewCode
 * @typedef {Report | FollowUp | Withdraw | NewCode} Item
 * @typedef {{signPublic: Uint8Array, readerPublic: Uint8Array}} PublicKeys
 * @typedef {object} Post
 * @property {Uint8Array} post 16 random bytes
 * @property {PublicKeys} keys
 * @property {Record<string, Uint8Array>} [seen] by group, 64 bytes; empty maps are left out
 * @property {Item[]} items one to four, each type once
 */

/** @type {PublicKeys} */
const NO_KEYS = { signPublic: new Uint8Array(32), readerPublic: new Uint8Array(32) };

/**
 * @param {any} value
 * @returns {any} the same with the halves of characters that typing can leave behind replaced: JSON cannot carry them
 */
function wellFormed(value) {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, wellFormed(one)]));
}

/** @param {Post} post */
const encodeAny = ({ post, keys, seen = {}, items }) =>
  encode({
    post: toHex(post),
    sign: toHex(keys.signPublic),
    reader: toHex(keys.readerPublic),
    seen: Object.fromEntries(
      Object.entries(seen).flatMap(([group, map]) => (allZero(map) ? [] : [[group, toHex(map)]])),
    ),
    items: wellFormed(items),
  });

/**
 * @param {Post} post raises TooLarge when the box cannot hold it
 * @returns {Uint8Array} the JSON bytes that are signed and sealed
 */
export function encodePost(post) {
  const json = encodeAny(post);
  return json.length > ROOM ? fail('TooLarge') : json;
}

/**
 * How many bytes more a post could hold; below zero when it is too large. What a character of text costs is its escaped UTF-8.
 * @param {Item[]} items without new-code
 * @param {{groups?: number, successor?: boolean}} [options] how many groups' maps of seen replies to leave room for, and
 *   whether for new words
 */
export function textRoom(items, { groups = 0, successor = false } = {}) {
  const map = new Uint8Array(64).fill(1);
  const seen = Object.fromEntries(Array.from({ length: groups }, (_, i) => [`${i}-`.padEnd(32, '-'), map]));
  const more = successor ? [newCode(NO_KEYS)] : [];
  return ROOM - encodeAny({ post: new Uint8Array(16), keys: NO_KEYS, seen, items: [...items, ...more] }).length;
}

/** What a text costs in a post, in bytes. @param {string} text */
export const costOf = (text) => utf8(JSON.stringify(wellFormed(text))).length - 2;

/** @param {PublicKeys} successor @returns {NewCode} */
export const newCode = (successor) => ({ type: 'new-code', sign: toHex(successor.signPublic), reader: toHex(successor.readerPublic) });

/**
 * A file name of at most 255 bytes, and never empty, that keeps its ending.
 * @param {string} name
 */
export function fileName(name) {
  const plain = wellFormed(name) || 'file';
  const ending = /\.[^.]{1,16}$/.exec(plain)?.[0] ?? '';
  const letters = Array.from(plain.slice(0, plain.length - ending.length));
  while (utf8(letters.join('') + ending).length > 255) letters.pop();
  return letters.join('') + ending;
}

/**
 * What goes into the box before it is sealed. spec: 4
 * @param {Uint8Array} signature
 * @param {Uint8Array} successor its signature, or zeros
 * @param {Uint8Array} json
 */
export function boxContent(signature, successor, json) {
  const n = Uint8Array.of(0, 0, json.length >> 8, json.length);
  return concat(signature, successor, n, json, new Uint8Array(ROOM - json.length));
}
