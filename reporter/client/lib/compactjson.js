/** The one encoding of JSON, `JSON.stringify(JSON.parse(x)) === x`, and the checks of members. spec: 0 */

import { fromUtf8, utf8 } from './bytes.js';
import { fail } from './errors.js';

const DEEPEST = 16;

/**
 * @param {unknown} value
 * @param {number} depth
 * @returns {boolean} whether the value may be written
 */
function allowed(value, depth) {
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value);
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object') return typeof value === 'boolean';
  if (value === null) return true;
  if (depth === DEEPEST) return false;
  if (Array.isArray(value)) return value.every((one) => allowed(one, depth + 1));
  return Object.entries(value).every(([name, one]) => allowed(name, depth) && !/^\d+$/.test(name) && allowed(one, depth + 1));
}

/**
 * @param {unknown} value raises BadJson for what compact JSON cannot hold
 */
export function encode(value) {
  if (!allowed(value, 0)) fail('BadJson');
  return utf8(JSON.stringify(value));
}

/**
 * @param {Uint8Array} bytes raises BadJson for anything but the one encoding of a value
 * @returns {any}
 */
export function decode(bytes) {
  let value;
  try {
    const text = fromUtf8(bytes);
    value = JSON.parse(text);
    if (JSON.stringify(value) !== text) fail('BadJson');
  } catch {
    fail('BadJson');
  }
  return allowed(value, 0) ? value : fail('BadJson');
}

/**
 * @param {any} value raises BadField unless it is an object of exactly these members
 * @param {string} names separated by spaces
 * @returns {any}
 */
export function members(value, names) {
  const wanted = names.split(' ');
  const right = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === wanted.length;
  return right && wanted.every((name) => Object.hasOwn(value, name)) ? value : fail('BadField');
}

/**
 * @param {any} value raises BadField unless it is an integer from `least` to `most`
 * @param {number} least
 * @param {number} [most]
 * @returns {number}
 */
export const integer = (value, least, most = Number.MAX_SAFE_INTEGER) =>
  Number.isSafeInteger(value) && value >= least && value <= most ? value : fail('BadField');

/**
 * @template T
 * @param {any} value raises BadField unless it is a list
 * @param {(one: any) => T} read
 * @returns {T[]}
 */
export const list = (value, read) => (Array.isArray(value) ? value.map(read) : fail('BadField'));

/**
 * @param {any} value raises BadField unless it is a text
 * @returns {string}
 */
export const text = (value) => (typeof value === 'string' ? value : fail('BadField'));

/**
 * @param {any} value raises BadField unless it is the name of a group or a console
 * @returns {string}
 */
export const name = (value) => (/^(?=.*[a-z])[a-z0-9-]{1,32}$/.test(text(value)) ? value : fail('BadField'));

/**
 * @param {any[]} values raises BadField when one is there twice
 */
export function distinct(values) {
  if (new Set(values).size !== values.length) fail('BadField');
}
