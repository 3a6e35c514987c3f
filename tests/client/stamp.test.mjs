// Stamps against another implementation of SHA-256, and their manners while they are searched.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { random, toHex } from '../../reporter/client/lib/bytes.js';
import { checkStamp, clamp, makeStamp } from '../../reporter/client/lib/stamp.js';

const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

test('stamps begin with the bits asked for, and the first from the start on is found', async () => {
  for (let round = 0; round < 25; round++) {
    const [setId, envelope, start] = [random(16), random(100), random(8)];
    if (round === 0) start.fill(0xff, 3); // counts over the border of the low word
    const stamp = await makeStamp(setId, envelope, 10, { random: () => start.slice() });
    const hashed = (n) => {
      const nonce = Buffer.alloc(8);
      nonce.writeBigUInt64BE(n);
      return sha(setId, sha(envelope).subarray(0, 16), nonce).readUInt32BE() >>> 22;
    };
    const found = Buffer.from(stamp).readBigUInt64BE();
    for (let n = Buffer.from(start).readBigUInt64BE(); n !== found; n = BigInt.asUintN(64, n + 1n)) assert.notEqual(hashed(n), 0);
    assert.equal(hashed(found), 0);
    assert.ok(checkStamp(setId, envelope, stamp, 10));
  }
});

test('a stamp fits its envelope, its set and its length only', async () => {
  const [setId, envelope] = [random(16), random(100)];
  const stamp = await makeStamp(setId, envelope, 14);
  assert.ok(checkStamp(setId, envelope, stamp, 14));
  assert.ok(!checkStamp(setId, envelope, new Uint8Array([...stamp, 0]), 1));
  assert.ok(!checkStamp(random(16), random(100), stamp, 14) || !checkStamp(random(16), random(100), stamp, 14));
});

test('what a drop may ask for is between 10 and 22 bits', () => assert.deepEqual([0, 9, 10, 14, 22, 23, 255].map(clamp), [10, 10, 10, 14, 22, 22, 22]));

test('the page breathes while a stamp is searched, and progress only grows', async () => {
  const seen = [];
  let breaths = 0;
  const timer = setInterval(() => breaths++, 1);
  await makeStamp(random(16), random(10), 18, { onProgress: (chance) => seen.push(chance) });
  await makeStamp(random(16), random(10), 18);
  await makeStamp(random(16), random(10), 18);
  clearInterval(timer);
  assert.ok(breaths > 0);
  assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
  assert.ok(seen.every((chance) => chance > 0 && chance < 1));
});

test('a search that is given up ends', async () => {
  const controller = new AbortController();
  const search = makeStamp(random(16), random(10), 22, { signal: controller.signal, onProgress: () => controller.abort() });
  await assert.rejects(search, { name: 'AbortError' });
});

test('two searches do not begin at the same place', async () => {
  const [setId, envelope] = [random(16), random(10)];
  const found = await Promise.all([1, 2, 3, 4].map(() => makeStamp(setId, envelope, 10)));
  assert.ok(new Set(found.map(toHex)).size > 1);
});
