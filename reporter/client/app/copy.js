/**
 * The copy that a reporter keeps of what was sent: words to read, and on one line of their own the very bytes that the
 * proof covers. A text editor may wrap the file in other line ends or a mark at its start: that line stays exact.
 */

import { concat, utf8 } from '../lib/bytes.js';

const MARK = '{"post":"'; // what the JSON of every post begins with. spec: 4.1

/**
 * @param {string[]} paragraphs
 * @param {Uint8Array} json of the post, in one line
 * @returns {Uint8Array<ArrayBuffer>}
 */
export const copyFile = (paragraphs, json) => concat(utf8(`\ufeff${paragraphs.join('\n\n')}\n`), json, utf8('\n'));

/**
 * The bytes of the post in a saved copy; the whole file where it is nothing but them, or no copy at all.
 * @param {Uint8Array<ArrayBuffer>} file
 */
export function postOf(file) {
  const text = new TextDecoder('windows-1252').decode(file); // a character a byte, so that places are the same in both
  const start = text.lastIndexOf(`\n${MARK}`) + 1;
  const end = text.slice(start).search(/[\r\n]/);
  return text.startsWith(MARK, start) ? file.subarray(start, end < 0 ? undefined : start + end) : file;
}
