// What a code finds on the boards, and what it passes over.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { concat, random, toHex, utf8 } from '../../reporter/client/lib/bytes.js';
import { keysOf, makeCode } from '../../reporter/client/lib/code.js';
import { decode } from '../../reporter/client/lib/compactjson.js';
import { receiptFile } from '../../reporter/client/lib/proof.js';
import { readReplies } from '../../reporter/client/lib/replies.js';
import { openSlot } from '../../reporter/client/lib/slot.js';
import { parseHead, parseState } from '../../reporter/client/lib/state.js';
import { board, NOW, pins, proof, slot, state, TODAY } from './support/world.mjs';

const head = parseHead(state(), pins, NOW);
const keys = keysOf(makeCode(3), head);
const psu = (index, facts, of = keys) => slot(of, 'psu', index, facts);
const read = (slots, more = {}) => {
  const whole = parseState(state({ boards: { psu: board(...slots) }, ...more }), pins, NOW);
  return { whole, ...readReplies(keys, whole) };
};
const decoy = () => random(1024);

test('a reply among decoys is found, and its index marked as seen', () => {
  const { messages, seen, unchecked } = read([decoy(), psu(9, { text: 'Thank you. Naïve €' }), decoy()]);
  assert.deepEqual(messages.map(({ group, kind, text, day }) => ({ group, kind, text, day })), [
    { group: 'psu', kind: 'message', text: 'Thank you. Naïve €', day: TODAY },
  ]);
  assert.equal(toHex(seen.independent), '00'.repeat(64));
  assert.equal(toHex(seen.psu), '0040' + '00'.repeat(62));
  assert.deepEqual(unchecked, []);
});

test('a long message is shown when all its parts are there, in their order', () => {
  const text = utf8('é'.repeat(1000));
  const parts = [1, 2, 3].map((part) => psu(4 - part, { part, total: 3, text: text.subarray(800 * (part - 1), 800 * part) }));
  assert.equal(read(parts).messages[0].text, 'é'.repeat(1000));
  const missing = read(parts.slice(0, 2));
  assert.deepEqual(missing.messages, []);
  assert.equal(toHex(missing.seen.psu).slice(0, 2), '30');
});

test('a message that was sealed twice is shown once, and both indices are seen', () => {
  const { messages, seen } = read([psu(20, { text: 'twice' }), psu(21, { text: 'twice' })]);
  assert.deepEqual(messages.map((one) => [one.text, one.index]), [['twice', 20]]);
  assert.equal(toHex(seen.psu).slice(4, 6), '0c');
});

test('messages come by day, then by index, and the last status of a group counts', () => {
  const { messages, statuses } = read([
    psu(3, { id: 'c', text: 'third', day: TODAY }),
    psu(2, { id: 'b', kind: 'status', text: 'looking', day: TODAY }),
    psu(1, { id: 'a', kind: 'status', text: 'received', day: TODAY - 1 }),
    psu(0, { id: 'd', kind: 'status', text: 'nonsense', day: TODAY }),
  ]);
  assert.deepEqual(messages.map((one) => one.text), ['received', 'looking', 'third']);
  assert.deepEqual(statuses, { psu: 'looking' });
});

test('each way a slot can be wrong has its name', () => {
  const other = keysOf(makeCode(3), head);
  const wrong = {
    BadLength: psu(0).subarray(1),
    BadCover: psu(0).map((byte, i) => (i === 500 ? byte ^ 1 : byte)),
    BadSeal: psu(0, {}, { ...keys, readerPublic: other.readerPublic }),
    BadVersion: psu(0, { changes: { version: 2 } }),
    BadKind: psu(0, { kind: 'no such' }),
    BadField: psu(0, { part: 3, total: 2 }),
    BadCertificate: psu(0, { changes: { certificate: new Uint8Array(8) } }),
    BadSignature: psu(0, { changes: { signer: 'somebody else' } }),
  };
  for (const [name, one] of Object.entries(wrong)) assert.throws(() => openSlot(one, 'psu', keys, head), { name });
  assert.throws(() => openSlot(psu(0, { day: TODAY + 31 }), 'psu', keys, head), { name: 'BadCertificate' });
  const { messages, seen } = read(Object.values(wrong).slice(1));
  assert.deepEqual([messages, toHex(seen.psu)], [[], '00'.repeat(64)]);
});

test('a reply signed for another group or by a revoked certificate is passed over', () => {
  const other = slot(keys, 'independent', 0, { text: 'for independent' });
  assert.equal(readReplies(keys, parseState(state({ boards: { independent: board(other) } }), pins, NOW)).messages.length, 1);
  const revoked = [head.bulletins[1].replies[0].id];
  assert.deepEqual(read([psu(0, { text: 'x' })], { changes: { psu: { revoked } } }).messages, []);
});

test('notices are told apart from messages', () => {
  const it = read([psu(496, { kind: 'superseded', id: 's' }), psu(500, { kind: 'not-in-force', id: 'n' })]);
  assert.deepEqual([it.superseded, it.notInForce, it.handover], [true, true, false]);
});

test('a proof of this report makes a receipt, one of another is passed over', () => {
  const json = utf8('{"post":1}');
  const { messages, whole } = read([psu(0, { kind: 'proof', text: proof(keys, 'psu', json) })]);
  const file = decode(receiptFile({ state: whole, proof: messages[0].proof, postJson: json }));
  assert.deepEqual(Object.keys(file), ['candour', 'roster', 'certificate', 'proof', 'post']);
  assert.equal(file.candour, 'receipt 1');
  assert.throws(() => receiptFile({ state: whole, proof: messages[0].proof, postJson: utf8('{}') }), { name: 'BadProof' });
  const foreign = { signPublic: new Uint8Array(32).fill(5) };
  for (const changes of [foreign, { signed: TODAY + 40 }]) {
    assert.deepEqual(read([psu(0, { kind: 'proof', text: proof(keys, 'psu', json, changes) })]).messages, []);
  }
});

test('a handover says that these words are in force', () => {
  const it = read([psu(0, { kind: 'handover', text: proof(keys, 'psu', utf8('{}')) })]);
  assert.equal(it.handover, true);
});

test('a group whose console is stale, missing or has a damaged board is named as unchecked', () => {
  const stale = { changes: { psu: { time: NOW - 49 * 3600 } } };
  assert.deepEqual(read([decoy()], stale).unchecked, ['psu']);
  assert.deepEqual(read([decoy()], { changes: { independent: { board: '00'.repeat(32) } } }).unchecked, ['independent']);
  assert.deepEqual(read([decoy()], { changes: { psu: { number: 0 } } }).unchecked, ['psu']);
});

test('hostile boards never stop the reading of others', () => {
  const tag = psu(7).subarray(0, 16);
  const rubbish = Array.from({ length: 20 }, () => concat(tag, random(1008)));
  assert.deepEqual(read([...rubbish, psu(8, { text: 'still here' })]).messages.map((one) => one.text), ['still here']);
});
