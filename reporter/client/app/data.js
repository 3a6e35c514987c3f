/** What the build put into the page: pins, questions, texts. */

import { one } from './dom.js';

/** @import { Pins } from '../lib/state.js' */

/**
 * @typedef {{question: string, any: string[]}} Condition
 * @typedef {{id: string, exclusive?: boolean, then?: string}} Choice
 * @typedef {{id: string, kind: 'radios'|'checkboxes'|'text'|'files', required: boolean, routing: boolean, showIf?: Condition, answers: Choice[]}} Question
 * @typedef {{groups: string[], when?: Condition}} Route
 * @typedef {{version: string, questions: Question[], routes: Route[]}} Questionnaire
 * @typedef {{language: string, exit: string, pins: Pins, forms: Record<string, Questionnaire>, strings: Record<string, string>}} Data
 */

/** @type {Data} */
export const data = JSON.parse(one('#data').textContent ?? '');

/**
 * A text of the page's language, with {names} filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = data.strings[key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** @param {number} seconds since 1970 */
export const dateText = (seconds) =>
  new Date(seconds * 1000).toLocaleDateString(data.language === 'en' ? 'en-GB' : data.language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** By the phone's own calendar. @param {Date} date */
export const dayText = (date) => dateText(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 1000);

/** @param {number} n */
export const numberText = (n) => n.toLocaleString(data.language === 'en' ? 'en-GB' : data.language);

/** What is left for text: no one needs it to the letter until it gets short. @param {number} left */
export const roomText = (left) =>
  left < 0 ? t('room-over', { count: numberText(-left) }) : t('room', { count: numberText(left > 1000 ? left - (left % 100) : left) });

/** @param {number} bytes */
export const sizeText = (bytes) =>
  bytes < 1_000_000 ? t('kb', { n: Math.max(1, Math.round(bytes / 1000)) }) : t('mb', { n: numberText(Math.round(bytes / 100_000) / 10) });

/** @param {string} name of a group */
export const groupText = (name) => (data.strings[`group-${name}`] ? t(`group-${name}`) : t('group-other', { name }));

/** @param {string[]} names */
export const groupsText = (names) => names.map(groupText).join(t('and'));
