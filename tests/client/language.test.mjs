// Texts, plurals, dates and numbers in the language of the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];
const MONTHS = ['Ionawr', 'Chwefror', 'Mawrth', 'Ebrill', 'Mai', 'Mehefin', 'Gorffennaf', 'Awst', 'Medi', 'Hydref', 'Tachwedd', 'Rhagfyr'];
let copy = 0;

/** The module as a page of this language has it. */
async function page(language, { written = {}, strings = {}, dir = 'ltr' } = {}) {
  const data = { language, strings, written: { date: '{d} {MMMM} {y}', months: MONTHS, decimal: '.', group: ',', ...written } };
  globalThis.document = { dir, querySelector: () => ({ textContent: JSON.stringify(data) }) };
  copy += 1;
  return import(`../../reporter/client/app/data.js?${copy}`);
}

const room = Object.fromEntries(CATEGORIES.map((category) => [category, `${category} {count}`]));

test('a text that counts has the form of its number, which is written as the language writes it', async () => {
  const { t } = await page('cy', { strings: { room } });
  const said = [0, 1, 2, 3, 6, 5, 1200].map((count) => t('room', { count }));
  assert.deepEqual(said, ['zero 0', 'one 1', 'two 2', 'few 3', 'many 6', 'other 5', 'other 1,200']);
});

test('a form that the language does not have is the other', async () => {
  const { t } = await page('en', { strings: { room: { one: '{count} letter', other: '{count} letters' } } });
  assert.deepEqual([1, 0, 2].map((count) => t('room', { count })), ['1 letter', '0 letters', '2 letters']);
});

test('dates are in the language of the page, whatever the browser knows', async () => {
  const welsh = await page('cy');
  assert.equal(welsh.dateText(Date.UTC(2026, 10, 22) / 1000), '22 Tachwedd 2026');
  assert.equal(welsh.dayText(new Date(2027, 0, 3, 23, 59)), '3 Ionawr 2027');
  const japanese = await page('ja', { written: { date: '{y}年{M}月{dd}日' } });
  assert.equal(japanese.dateText(Date.UTC(2026, 0, 2) / 1000), '2026年1月02日');
});

test('numbers have the signs of the language', async () => {
  const { sizeText } = await page('de', { written: { decimal: ',', group: '.' }, strings: { kb: '{n} kB', mb: '{n} MB' } });
  assert.deepEqual([1, 15_000, 1_540_000, 1_234_500_000].map(sizeText), ['1 kB', '15 kB', '1,5 MB', '1.234,5 MB']);
});

test('from right to left, what is filled in keeps its own order', async () => {
  const { t } = await page('ar', { strings: { silent: 'x {groups} y' }, dir: 'rtl' });
  assert.equal(t('silent', { groups: '020 3117 2520' }), 'x \u2068020 3117 2520\u2069 y');
});
