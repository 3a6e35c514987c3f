/** The code: sixteen bytes, shown as twelve words, from which all keys of a reporter come. spec: 3 */

import { concat, fromHex, random as systemRandom, utf8 } from './bytes.js';
import { groupsOf } from './documents.js';
import { fail, WordsError } from './errors.js';
import { likelyWords, nearWords } from './likely.js';
import { derive, EMPTY, H, kdf, readerPublic, sign, signPublic } from './suite.js';
import { WORDS } from './wordlist.js';

/** @import { Random } from './bytes.js' */
/** @import { Head } from './state.js' */

const COUNT = 12;
const BITS = 11;
const ZERO = Uint8Array.of(0);

/**
 * @typedef {{secret: Uint8Array, id: Uint8Array, tagKey: Uint8Array, coverKey: Uint8Array}} Thread
 * @typedef {object} Keys all that a code gives; never stored, never sent
 * @property {Uint8Array} signPublic
 * @property {(label: string, message: Uint8Array) => Uint8Array} sign label without "candour/1 "
 * @property {Uint8Array} readerPrivate
 * @property {Uint8Array} readerPublic
 * @property {Record<string, Thread>} threads by group
 */

/**
 * @param {number} audience 0 to 15
 * @param {Random} [random]
 */
export function makeCode(audience, random = systemRandom) {
  const code = random(16);
  code[15] = (code[15] & 0xf0) | audience;
  return code;
}

/** @param {Uint8Array} code */
export const audienceOf = (code) => code[15] & 15;

/** @param {Uint8Array} code */
const checksum = (code) => H(code)[0] >> 4;

/** @param {Uint8Array} code */
export function wordsOf(code) {
  const bits = Array.from(code, (byte) => byte.toString(2).padStart(8, '0')).join('') + checksum(code).toString(2).padStart(4, '0');
  return Array.from({ length: COUNT }, (_, i) => WORDS[parseInt(bits.slice(BITS * i, BITS * i + BITS), 2)]);
}

/**
 * @param {string[]} words twelve of the list
 * @returns {Uint8Array | null} null when the checksum is wrong
 */
function codeOf(words) {
  const bits = words.map((word) => WORDS.indexOf(word).toString(2).padStart(BITS, '0')).join('');
  const code = Uint8Array.from({ length: 16 }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8), 2));
  return checksum(code) === parseInt(bits.slice(128), 2) ? code : null;
}

/**
 * @param {string} typed
 * @returns {string | undefined} the word of the list that is meant
 */
const wholeWord = (typed) => WORDS.find((word) => word === typed || (typed.length > 3 && word.startsWith(typed)));

/**
 * What was typed, split: case, spacing, hyphens and numbering do not matter.
 * @param {string} text
 */
export const splitWords = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/[^a-z]+/).filter(Boolean);

/**
 * @param {string} text raises WordsError: BadWordCount, UnknownWord or BadChecksum
 * @returns {Uint8Array} the code
 */
export function parseWords(text) {
  const typed = splitWords(text);
  if (typed.length !== COUNT) throw new WordsError('BadWordCount', { count: typed.length });
  const words = typed.map((one, position) => {
    const word = wholeWord(one);
    if (!word) throw new WordsError('UnknownWord', { count: COUNT, position, suggestions: nearWords(one) });
    return word;
  });
  const code = codeOf(words);
  if (!code) throw new WordsError('BadChecksum', { count: COUNT, likely: likelyWords(words, (others) => codeOf(others) !== null) });
  return code;
}

/**
 * The keys of a code, for the groups that the roster gives its audience.
 * @param {Uint8Array} code raises UnknownAudience
 * @param {Pick<Head, 'site' | 'roster'>} state
 */
export function keysOf(code, { site, roster }) {
  const groups = groupsOf(roster, audienceOf(code));
  return groups.length ? deriveKeys(code, site, groups) : fail('UnknownAudience');
}

/**
 * The root fingerprint, which posters show as words. spec: 1
 * @param {string[]} roots hex
 * @returns {Uint8Array} 16 bytes, for wordsOf
 */
export const fingerprint = (roots) => H(utf8('candour/1 root\0'), ...roots.slice().sort().map((root) => fromHex(root, 32))).subarray(0, 16);

/**
 * @param {Uint8Array} code
 * @param {Uint8Array} site 16 bytes
 * @param {string[]} groups those of the code's audience
 * @returns {Keys}
 */
export function deriveKeys(code, site, groups) {
  /** @param {string} label */
  const D = (label) => derive(code, 'candour/1 code', concat(utf8(label), ZERO, site));
  const seed = D('sign');
  const readerPrivate = D('reader');
  return {
    signPublic: signPublic(seed),
    sign: (label, message) => sign(seed, label, message),
    readerPrivate,
    readerPublic: readerPublic(readerPrivate),
    threads: Object.fromEntries(groups.map((group) => [group, threadOf(D('thread\0' + group))])),
  };
}

/** @param {Uint8Array} secret @returns {Thread} */
export const threadOf = (secret) => ({
  secret,
  id: kdf(secret, 'thread id', EMPTY, 16),
  tagKey: kdf(secret, 'tag key', EMPTY, 32),
  coverKey: kdf(secret, 'cover key', EMPTY, 32),
});
