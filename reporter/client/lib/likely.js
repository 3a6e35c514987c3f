/** Which word was probably meant: for words that are not in the list, and for twelve whose checksum is wrong. */

import { WORDS } from './wordlist.js';

const FARTHEST = 2;

/**
 * @typedef {{position: number, words: string[]}} Likely a place from 0, and the words that would make the checksum right, the likeliest first
 */

/**
 * Edits between two words: a letter put in, left out or changed, or two neighbours swapped.
 * @param {string} a
 * @param {string} b
 */
export function distance(a, b) {
  /** @type {number[]} */
  let before = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + +(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

/**
 * How far a word of the list is from what was typed: fewer edits first, and words that begin alike are taken for each other.
 * @param {string} typed
 * @param {string} word
 */
function farness(typed, word) {
  const alike = typed.slice(0, 3) === word.slice(0, 3);
  const edits = Math.abs(typed.length - word.length) > FARTHEST ? FARTHEST + 1 : distance(typed, word);
  return edits > FARTHEST && !alike ? Infinity : Math.min(edits, FARTHEST + 1) - (alike ? 0.5 : 0);
}

/**
 * @param {string} typed in lower case
 * @returns {{word: string, far: number}[]} words of the list near it in spelling, the nearest first; itself left out
 */
function near(typed) {
  const found = WORDS.map((word) => ({ word, far: farness(typed, word) }));
  return found.filter(({ word, far }) => far < Infinity && word !== typed).sort((a, b) => a.far - b.far);
}

/** @param {string} typed */
export const nearWords = (typed) => near(typed).map(({ word }) => word);

/**
 * @param {string[]} words twelve of the list
 * @param {(words: string[]) => boolean} right whether the checksum of twelve is right
 * @returns {Likely[]} the places where one other word makes them right, the likeliest first
 */
export function likelyWords(words, right) {
  const found = words.map((word, position) => {
    const good = near(word).filter((other) => right(replaced(words, position, other.word)));
    return { position, words: good.map((other) => other.word), far: good[0]?.far ?? Infinity };
  });
  const places = found.filter((one) => one.words.length).sort((a, b) => a.far - b.far);
  return places.map(({ position, words: to }) => ({ position, words: to }));
}

/** @param {string[]} words @param {number} position @param {string} word */
const replaced = (words, position, word) => words.map((one, i) => (i === position ? word : one));
