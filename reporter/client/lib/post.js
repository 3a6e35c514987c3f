/** The JSON of a post. spec: 4.1 */

import { concat, toHex, utf8 } from './bytes.js';
import { encode } from './compactjson.js';
import { fail } from './errors.js';
import { kdf } from './suite.js';

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
 * @property {PublicKeys & {threads: Record<string, {secret: Uint8Array}>}} keys of the words in use
 * @property {Record<string, Uint8Array>} [seen] by group, 64 bytes; a group left out has seen nothing
 * @property {Item[]} items one to four, each type once
 */

const MAP = 64;

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

/**
 * The map of a group, blinded so that only those who hold its thread can read it.
 * @param {Uint8Array} map 64 bytes
 * @param {Uint8Array} secret thread_g
 * @param {Uint8Array} post
 */
export function blind(map, secret, post) {
  const mask = kdf(secret, 'seen', post, MAP);
  return map.map((byte, i) => byte ^ mask[i]);
}

/** @param {Post} post */
const encodeAny = ({ post, keys, seen = {}, items }) =>
  encode({
    post: toHex(post),
    sign: toHex(keys.signPublic),
    reader: toHex(keys.readerPublic),
    seen: Object.fromEntries(
      Object.entries(keys.threads).map(([group, { secret }]) => [group, toHex(blind(seen[group] ?? new Uint8Array(MAP), secret, post))]),
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
 * How many bytes more a post could hold; below zero when it is too large. What a character of text costs is costOf.
 * @param {Item[]} items without new-code
 * @param {string[]} groups of the audience
 * @param {{successor?: boolean}} [options] whether to leave room for new words
 */
export function textRoom(items, groups, { successor = false } = {}) {
  const threads = Object.fromEntries(groups.map((group) => [group, { secret: new Uint8Array(32) }]));
  const all = successor ? [...items, newCode(NO_KEYS)] : items;
  return ROOM - encodeAny({ post: new Uint8Array(16), keys: { ...NO_KEYS, threads }, items: all }).length;
}

/** What a text costs in a post, in bytes. @param {string} text */
export const costOf = (text) => utf8(JSON.stringify(wellFormed(text))).length - 2;

/** @param {PublicKeys} successor @returns {NewCode} */
export const newCode = (successor) => ({ type: 'new-code', sign: toHex(successor.signPublic), reader: toHex(successor.readerPublic) });

/**
 * A file name as a post may carry it: 1 to 255 bytes that keep its ending, without controls, invisible marks or slashes.
 * @param {string} name
 */
export function fileName(name) {
  const plain = wellFormed(name).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\]/gu, '') || 'file';
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
