// Files in pieces, opened as a console would.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { random, toHex } from '../../reporter/client/lib/bytes.js';
import { ladder, LARGEST, PIECE, SealedFile } from '../../reporter/client/lib/pieces.js';
import { openFile } from './support/files.mjs';

const PART = PIECE - 16;

for (const [size, count] of [[0, 1], [1, 1], [PART - 1, 1], [PART, 1], [PART + 1, 2], [2 * PART + 1, 4], [4 * PART, 4], [8 * PART, 8], [20 * PART + 1, 32]]) {
  test(`a file of ${size} bytes comes back from ${count} pieces`, async () => {
    const content = random(size);
    const file = new SealedFile(new Blob([content]));
    const pieces = [];
    for await (const { name, bytes } of file.pieces()) {
      assert.match(name, /^[0-9a-f]{32}$/);
      assert.equal(bytes.length, PIECE);
      pieces.push(bytes);
    }
    const entry = file.entry();
    assert.equal(entry.count, count);
    assert.equal(toHex(await openFile(entry, pieces)), toHex(content));
  });
}

test('a piece is the same bytes under the same name each time, so that an upload can go on', async () => {
  const file = new SealedFile(new Blob([random(PART + 100)]));
  const [one, again] = [await file.piece(1), await file.piece(1)];
  assert.deepEqual(one, again);
});

test('pieces can be asked for in any order', async () => {
  const content = random(11 * PART);
  const file = new SealedFile(new Blob([content]));
  const pieces = [];
  for (const n of [15, 3, 9, 0, 10, 8, 1, 14, 2, 13, 4, 12, 5, 11, 6, 7]) pieces[n] = (await file.piece(n)).bytes;
  assert.equal(toHex(await openFile(file.entry(), pieces)), toHex(content));
});

test('a piece that could not be read is read anew when it is asked for again', async () => {
  const blob = new Blob([random(PART + 100)]);
  let readable = false;
  const slice = (from, to) => (readable ? blob.slice(from, to) : { arrayBuffer: () => Promise.reject(new Error('gone')) });
  const file = new SealedFile({ size: blob.size, slice });
  await assert.rejects(file.piece(0), /gone/);
  readable = true;
  assert.equal((await file.piece(0)).bytes.length, PIECE);
});

test('a file is not told of before all of its pieces were made', async () => {
  const file = new SealedFile(new Blob([random(PART + 100)]));
  await file.piece(1);
  assert.throws(() => file.entry(), { name: 'BadCount' });
});

test('the same content is sealed to other bytes each time', async () => {
  const blob = new Blob(['same']);
  const [a, b] = await Promise.all([new SealedFile(blob).piece(0), new SealedFile(blob).piece(0)]);
  assert.notEqual(a.name, b.name);
  assert.notEqual(toHex(a.bytes.subarray(0, 64)), toHex(b.bytes.subarray(0, 64)));
});

test('the largest file has 512 pieces, one byte more is too large', () => {
  assert.equal(ladder(LARGEST), 512);
  assert.throws(() => ladder(LARGEST + 1), { name: 'TooLarge' });
});
