/** What the build put into the page: pins, questions, texts. */

import { one } from './dom.js';

/** @import { Pins } from '../lib/state.js' */

/**
 * @typedef {{question: string, any: string[]}} Condition
 * @typedef {{id: string, exclusive?: boolean, then?: string}} Choice
 * @typedef {{id: string, kind: 'radios'|'checkboxes'|'text'|'files', required: boolean, routing: boolean, showIf?: Condition, answers: Choice[]}} Question
 * @typedef {{groups: string[], when?: Condition}} Route
 * @typedef {{version: string, questions: Question[], routes: Route[]}} Questionnaire
 * @typedef {{date: string, months: string[], decimal: string, group: string}} Written how dates and numbers are written
 * @typedef {{language: string, exit: string, pins: Pins, forms: Record<string, Questionnaire>, strings: Record<string, string | Record<string, string>>, written: Written}} Data
 */

/** @type {Data} */
export const data = JSON.parse(one('#data').textContent ?? '');

/**
 * A text of the page's language, with {names} filled in. One that counts something has a form for each kind of number and
 * goes by `count`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const found = data.strings[key];
  if (found === undefined) throw new Error(`no text ${key}`);
  return fill(typeof found === 'string' ? found : (found[plurals.select(Number(values.count))] ?? found.other), values);
}

const plurals = new Intl.PluralRules(data.language);

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => isolated(typeof values[name] === 'number' ? numberText(values[name]) : values[name]));

/** In a line from right to left, what is filled in keeps its own order. @param {string} text */
const isolated = (text) => (document.dir === 'rtl' ? `\u2068${text}\u2069` : text);

/** @param {number} seconds since 1970 */
export function dateText(seconds) {
  const date = new Date(seconds * 1000);
  const [d, M, y] = [date.getUTCDate(), date.getUTCMonth(), String(date.getUTCFullYear())];
  const { date: pattern, months } = data.written;
  return fill(pattern, { d, dd: String(d).padStart(2, '0'), M: M + 1, MMMM: months[M], y });
}

/** By the phone's own calendar. @param {Date} date */
export const dayText = (date) => dateText(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 1000);

/** @param {number} n */
const numberText = (n) => n.toLocaleString('en-GB').replace(/[.,]/g, (sign) => data.written[sign === '.' ? 'decimal' : 'group']);

/** What is left for text: no one needs it to the letter until it gets short. @param {number} left */
export const roomText = (left) => (left < 0 ? t('room-over', { count: -left }) : t('room', { count: left > 1000 ? left - (left % 100) : left }));

/** @param {number} bytes */
export const sizeText = (bytes) =>
  bytes < 1_000_000 ? t('kb', { n: Math.max(1, Math.round(bytes / 1000)) }) : t('mb', { n: Math.round(bytes / 100_000) / 10 });

/** @param {string} name of a group */
export const groupText = (name) => (data.strings[`group-${name}`] ? t(`group-${name}`) : t('group-other', { name }));

/** @param {string[]} names */
export const groupsText = (names) => names.map(groupText).join(t('and'));
