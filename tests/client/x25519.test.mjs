// X25519 on RFC 7748's vectors, and against another implementation.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromHex, random, toHex } from '../../reporter/client/lib/bytes.js';
import { x25519 } from '../../reporter/client/lib/x25519.js';
import { packaged } from './support/open.mjs';

const { x25519: other } = await packaged('@noble/curves/ed25519.js');

test('the vectors of RFC 7748, 5.2', () => {
  const vectors = [
    ['a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4', 'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c', 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552'],
    ['4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d', 'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493', '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957'],
  ];
  for (const [scalar, point, found] of vectors) assert.equal(toHex(x25519(fromHex(scalar), fromHex(point))), found);
  let [k, u] = [fromHex('09' + '00'.repeat(31)), fromHex('09' + '00'.repeat(31))];
  for (let n = 0; n < 1000; n++) [k, u] = [x25519(k, u), k];
  assert.equal(toHex(k), '684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51');
});

test('the same results as another implementation, on the curve and its twist, in every form of a number', () => {
  for (let n = 0; n < 200; n++) {
    const [scalar, point] = [random(32), random(32)];
    if (n % 10 === 0) point.fill(0xff, 1, 31);
    assert.equal(toHex(x25519(scalar, point)), toHex(other.getSharedSecret(scalar, point)));
    assert.equal(toHex(x25519(scalar)), toHex(other.getPublicKey(scalar)));
  }
});

test('points of small order and wrong lengths are refused', () => {
  const small = [
    '00'.repeat(32),
    '01' + '00'.repeat(31),
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    '00'.repeat(31) + '80',
  ];
  for (const point of small) assert.throws(() => x25519(random(32), fromHex(point)), { name: 'BadField' });
  for (const [scalar, point] of [[31, 32], [32, 31], [33, 32], [32, 33]]) {
    assert.throws(() => x25519(random(scalar), random(point)), { name: 'BadField' });
  }
});
