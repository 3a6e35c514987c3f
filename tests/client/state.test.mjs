// The state that every visitor fetches: read as it arrives, and refused when anything in it is not as it should be.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toHex } from '../../reporter/client/lib/bytes.js';
import { ProtocolError } from '../../reporter/client/lib/errors.js';
import { parseHead, parseState } from '../../reporter/client/lib/state.js';
import { bulletin, EPOCH, NOW, pins, roster, state, stateOf, TODAY } from './support/world.mjs';

const good = state();
const empty = new Uint8Array(0);

test('the head is read as soon as it has arrived, and not before', () => {
  const { length, total } = parseHead(good, pins, NOW);
  assert.equal(total, good.length);
  for (const cut of [0, 1, 2, 5, 6, 100, length - 2500, length - 1]) assert.equal(parseHead(good.subarray(0, cut), pins, NOW), null, `at ${cut}`);
  assert.equal(parseHead(good.subarray(0, length), pins, NOW).epoch, EPOCH);
});

test('a whole state has no byte too few or too many', () => {
  assert.equal(Object.keys(parseState(good, pins, NOW).boards).length, 2);
  for (const bytes of [good.subarray(0, -1), new Uint8Array([...good, 0]), good.subarray(0, 300), empty]) {
    assert.throws(() => parseState(bytes, pins, NOW), { name: 'BadLength' });
  }
});

test('a roster of another site, an older one, a forged one, and changed audiences are refused', () => {
  const refused = (changes, name) => assert.throws(() => parseState(state({ changes: { roster: changes } }), pins, NOW), { name });
  refused({ site: '00'.repeat(16) }, 'WrongSite');
  const old = { roster: { serial: 2 }, psu: { roster: 2 }, independent: { roster: 2 } };
  assert.throws(() => parseState(state({ changes: old }), pins, NOW), { name: 'RolledBack' });
  refused({ audiences: [] }, 'AudienceChanged');
  assert.throws(() => parseState(good, { ...pins, roots: [pins.roots[1], pins.roots[1]] }, NOW), { name: 'BadSignature' });
});

test('a bulletin that knows a newer roster shows that this one was rolled back', () => {
  assert.throws(() => parseState(state({ changes: { psu: { roster: 4 } } }), pins, NOW), { name: 'RolledBack' });
});

test('an expired roster stops sealing and not reading, and a wrong clock is told apart', () => {
  const late = parseState(good, pins, NOW + 71 * 86400);
  assert.equal(late.cannotSeal.name, 'Expired');
  assert.equal(late.clockLooksWrong, true);
  const expired = parseState(state({ changes: { roster: { issued: TODAY - 60, expires: TODAY - 1 } } }), pins, 0);
  assert.equal(expired.cannotSeal.name, 'Expired');
  assert.equal(expired.clockLooksWrong, false);
});

test('the phone clock, when it is slow, chooses nothing', () => {
  const head = parseHead(good, pins, 0);
  assert.equal(head.now, NOW - 600);
  assert.equal(head.epoch, EPOCH);
});

test('a bulletin that fails leaves its console missing, its epoch unsealable, and the other board readable', () => {
  for (const name of ['independent', 'psu']) {
    const it = parseState(state({ changes: { [name]: { site: '00'.repeat(16) } } }), pins, NOW);
    const other = name === 'psu' ? 'independent' : 'psu';
    assert.deepEqual(it.health, { [name]: 'missing', [other]: 'fresh' });
    assert.equal(it.cannotSeal.name, 'NoEpoch');
    assert.deepEqual(Object.keys(it.boards), [other]);
  }
});

test('bulletins out of order, or two of one console, are refused', () => {
  const [a, b] = ['independent', 'psu'].map((name) => bulletin(name, empty));
  for (const wrong of [[b, a], [a, a], [a, b, b]]) {
    assert.throws(() => parseState(stateOf(roster(), wrong, []), pins, NOW), { name: 'BadField' });
  }
});

test('a bulletin older than one of the same visit leaves its console missing', () => {
  const earlier = parseState(state({ changes: { psu: { number: 8 } } }), pins, NOW);
  assert.equal(parseState(good, pins, NOW, { earlier }).health.psu, 'missing');
  assert.equal(parseState(good, pins, NOW, { earlier: parseState(good, pins, NOW) }).health.psu, 'fresh');
  const same = parseState(good, pins, NOW);
  assert.equal(parseState(state({ changes: { psu: { slots: 2, audit: '11'.repeat(32) } } }), pins, NOW, { earlier: same }).health.psu, 'missing');
});

test('decoys follow the greatest rate, and their number a visit stays between 1 and 10', () => {
  const policy = (decoys, limit) => ({ policy: { decoys, 'decoy-limit': limit, publication: 21600, hold: 120, words: 'new' } });
  const of = (psu, independent) => parseHead(state({ changes: { psu, independent } }), pins, NOW).policy;
  assert.deepEqual(of(policy(5, 100), policy(60, 3)), { decoys: 60, limit: 10, publication: 21600, hold: 120, words: 'new' });
  assert.equal(of(policy(5, 0), policy(60, 0)).limit, 1);
});

test('changed bytes give a state or a named error, never anything else', () => {
  let seed = 7;
  const next = (limit) => (seed = (seed * 48271) % 0x7fffffff) % limit;
  for (let round = 0; round < 60; round++) {
    const bytes = good.slice(0, round % 4 ? undefined : next(good.length));
    for (let n = 1 + next(3); n > 0; n--) bytes[next(round % 2 ? 900 : bytes.length || 1)] = next(256);
    for (const read of [parseState, parseHead]) {
      try {
        read(bytes, pins, NOW);
      } catch (error) {
        assert.ok(error instanceof ProtocolError, error.stack);
      }
    }
  }
});

test('the set id is of the bulletins as they stand', () => {
  const [one, other] = [parseHead(good, pins, NOW), parseHead(state({ d: 20 }), pins, NOW)];
  assert.equal(toHex(one.setId), toHex(other.setId));
  assert.notEqual(toHex(one.setId), toHex(parseHead(state({ changes: { psu: { number: 9 } } }), pins, NOW).setId));
});
