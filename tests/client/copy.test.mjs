// The copy that a reporter keeps: to be read, and exact where the proof needs it, whatever an editor did around it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyFile, postOf } from '../../reporter/client/app/copy.js';
import { fromUtf8, utf8 } from '../../reporter/client/lib/bytes.js';

const JSON_TEXT = '{"post":"00","items":[{"text":"He said \\n{\\"post\\":\\"1\\"} – naïve 😀"}]}';
const COPY = copyFile(['Kept.', 'What happened?\nHe said\n{"post":"1"} – naïve 😀', 'Exact:'], utf8(JSON_TEXT));

test('the copy can be read, and begins with the mark that tells its letters are UTF-8', () => {
  assert.ok(fromUtf8(COPY).startsWith('\ufeffKept.\n\nWhat happened?\nHe said\n'));
});

for (const [how, change] of [
  ['as it was', (text) => text],
  ['with the line ends of Windows', (text) => text.replaceAll('\n', '\r\n')],
  ['without its mark', (text) => text.slice(1)],
  ['without the last line end', (text) => text.trimEnd()],
  ['with a note under it', (text) => `${text}\nMine.\n`],
]) {
  test(`what was sent is found ${how}`, () => assert.equal(fromUtf8(postOf(utf8(change(fromUtf8(COPY))))), JSON_TEXT));
}

test('a file of the post alone is taken as it is, and so is any other file', () => {
  assert.equal(fromUtf8(postOf(utf8(JSON_TEXT))), JSON_TEXT);
  assert.equal(fromUtf8(postOf(utf8('a shopping list'))), 'a shopping list');
});
