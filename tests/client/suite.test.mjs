// The primitives on published vectors: RFC 9180 for X25519, the HPKE working group's for X-Wing, as the Python package
// cryptography-vectors carries them. Those have associated data, which this protocol never has: keys, nonces and ciphertexts
// are the same without, only the tag differs, so the tag alone is made anew from the published key.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { concat, fromBase64, fromHex, random, toBase64, toHex, utf8 } from '../../reporter/client/lib/bytes.js';
import { decode, encode } from '../../reporter/client/lib/compactjson.js';
import { selfTest } from '../../reporter/client/lib/selftest.js';
import { openX25519, readerPublic, sealXWing, throwAwayXWing } from '../../reporter/client/lib/suite.js';
import { openXWing, packaged, sealX25519, xwingPublic } from './support/open.mjs';

const { chacha20poly1305 } = await packaged('@noble/ciphers/chacha.js');

const venv = new URL('../../.venv/bin/python', import.meta.url).pathname;
const where = 'import cryptography_vectors as v; print(v.__path__[0])';
const folder = execFileSync(existsSync(venv) ? venv : 'python3', ['-c', where], { encoding: 'utf8' }).trim();
const published = (file, kem) =>
  JSON.parse(readFileSync(join(folder, 'HPKE', file), 'utf8')).filter(
    (one) => one.mode === 0 && one.kem_id === kem && one.kdf_id === 1 && one.aead_id === 3,
  );

test('X-Wing: the published encapsulation, key schedule and ciphertext come from the published randomness', () => {
  const vectors = published('hpke-pq-test-vectors.json', 0x647a);
  assert.equal(vectors.length, 1);
  for (const { info, ikmE, skRm, pkRm, enc, key, base_nonce: nonce, encryptions } of vectors) {
    const [{ pt, ct }] = encryptions;
    const sealed = sealXWing(fromHex(pkRm), fromHex(info), fromHex(pt), () => fromHex(ikmE));
    assert.equal(toHex(sealed.subarray(0, 1120)), enc);
    assert.equal(toHex(sealed.subarray(1120, -16)), ct.slice(0, -32));
    assert.equal(toHex(sealed.subarray(1120)), toHex(chacha20poly1305(fromHex(key), fromHex(nonce)).encrypt(fromHex(pt))));
    assert.equal(toHex(xwingPublic(fromHex(skRm))), pkRm);
    assert.equal(toHex(openXWing(fromHex(skRm), fromHex(info), sealed)), pt);
  }
});

test('X25519: what is sealed under the published key and nonce opens', () => {
  const vectors = published('test-vectors.json', 0x20);
  assert.equal(vectors.length, 1);
  for (const { info, skRm, skEm, pkRm, enc, key, base_nonce: nonce, encryptions } of vectors) {
    const [{ pt, ct }] = encryptions;
    const sealed = concat(fromHex(enc), chacha20poly1305(fromHex(key), fromHex(nonce)).encrypt(fromHex(pt)));
    assert.equal(toHex(sealed.subarray(32, -16)), ct.slice(0, -32));
    assert.equal(toHex(openX25519(fromHex(skRm), fromHex(info), sealed)), pt);
    assert.equal(toHex(readerPublic(fromHex(skRm))), pkRm);
    assert.equal(toHex(sealX25519(fromHex(pkRm), fromHex(info), fromHex(pt), fromHex(skEm))), toHex(sealed));
  }
});

test('a seal opens for its key and its info only, and any change closes it', () => {
  const [scalar, info] = [random(32), utf8('info')];
  const sealed = sealX25519(readerPublic(scalar), info, utf8('hello'), random(32));
  assert.equal(toHex(openX25519(scalar, info, sealed)), toHex(utf8('hello')));
  assert.equal(openX25519(random(32), info, sealed), null);
  assert.equal(openX25519(scalar, utf8('other'), sealed), null);
  for (let at = 0; at < sealed.length; at += 5) assert.equal(openX25519(scalar, info, sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))), null);
  for (const short of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(47), new Uint8Array(48)]) assert.equal(openX25519(scalar, info, short), null);
});

test('a key that is no X-Wing key is refused', () => {
  const good = throwAwayXWing(random);
  const outOfRange = good.map((byte, i) => (i < 1152 ? 0xff : byte));
  const smallOrder = good.map((byte, i) => (i < 1184 ? byte : 0));
  for (const key of [good.subarray(1), concat(good, new Uint8Array(1)), outOfRange, smallOrder]) {
    assert.throws(() => sealXWing(key, utf8(''), utf8(''), random), { name: 'BadField' });
  }
});

test('the self-test passes here, and names a browser that lacks what is needed', async (t) => {
  await selfTest();
  t.mock.method(crypto.subtle, 'encrypt', () => Promise.reject(new Error('no AES')));
  await assert.rejects(selfTest(), { name: 'Unsupported' });
});

test('base64 has one form', () => {
  for (let length = 0; length < 40; length++) {
    const bytes = random(length);
    assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
    assert.deepEqual([...fromBase64(toBase64(bytes))], [...bytes]);
  }
  const long = random(30000);
  assert.equal(toBase64(long), Buffer.from(long).toString('base64'));
  for (const text of ['A', 'AA', 'AB==', 'AAA', ' AAAA', 'AAAA\n', 'AA==AA==', '-_-_', '€']) assert.throws(() => fromBase64(text), { name: 'BadField' });
});

test('changed JSON decodes to what encodes to the same bytes, or is BadJson', () => {
  const good = encode({ a: [1, -5, 'x\n\u0001"\\é😀', true, null], b: { c: { d: [] } }, 'é': 0 });
  let seed = 3;
  const next = (limit) => (seed = (seed * 48271) % 0x7fffffff) % limit;
  const interesting = utf8('"\\{}[],:0159-+.eEu \n\té\u0000tfn');
  for (let round = 0; round < 20000; round++) {
    const bytes = good.slice();
    for (let n = 1 + next(2); n > 0; n--) bytes[next(bytes.length)] = next(2) ? interesting[next(interesting.length)] : next(256);
    try {
      assert.equal(toHex(encode(decode(bytes))), toHex(bytes));
    } catch (error) {
      assert.equal(error.name, 'BadJson', error.stack);
    }
  }
});

test('what compact JSON cannot hold is not encoded', () => {
  for (const value of [1.5, 2 ** 53, NaN, undefined, { 7: 1 }, '\ud800', { '\udfff': 1 }, () => 1]) assert.throws(() => encode(value), { name: 'BadJson' });
});
