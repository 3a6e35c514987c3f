// Sealing on the phone, opened as a console would.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { random, toHex } from '../../reporter/client/lib/bytes.js';
import { keysOf, makeCode } from '../../reporter/client/lib/code.js';
import { decoy, ENVELOPE, prepareSlots, sealPost } from '../../reporter/client/lib/envelope.js';
import { blind, costOf, fileName, ROOM, textRoom } from '../../reporter/client/lib/post.js';
import { parseHead } from '../../reporter/client/lib/state.js';
import { openEnvelope, openXWing } from './support/open.mjs';
import { EPOCH, epochSeed, NOW, pins, SITE, state } from './support/world.mjs';

const head = parseHead(state(), pins, NOW);
const followUp = (text) => [{ type: 'follow-up', text, files: [] }];
const open = (envelope, group) => openEnvelope(envelope, { group, epoch: EPOCH, seed: epochSeed(group, EPOCH), site: SITE });

test('a post opens for each group of its audience and for no other', () => {
  const keys = keysOf(makeCode(3), head);
  const { envelope, json } = sealPost({ state: head, keys, items: followUp('hello') });
  assert.equal(envelope.length, ENVELOPE);
  for (const group of ['independent', 'psu']) {
    const opened = open(envelope, group);
    assert.equal(toHex(opened.json), toHex(json));
    assert.equal(toHex(opened.thread), toHex(keys.threads[group].secret));
    assert.equal(opened.post.sign, toHex(keys.signPublic));
  }
  const one = sealPost({ state: head, keys: keysOf(makeCode(2), head), items: followUp('not for the psu') }).envelope;
  assert.throws(() => open(one, 'psu'), { name: 'NotAddressed' });
  assert.equal(open(one, 'independent').post.items[0].text, 'not for the psu');
});

test('a successor signs too, and its threads are in the slots', () => {
  const [keys, successor] = [keysOf(makeCode(1), head), keysOf(makeCode(1), head)];
  const { envelope } = sealPost({ state: head, keys, successor, items: followUp('new words') });
  const { post, thread } = open(envelope, 'psu');
  assert.equal(toHex(thread), toHex(successor.threads.psu.secret));
  assert.deepEqual(post.items[1], { type: 'new-code', sign: toHex(successor.signPublic), reader: toHex(successor.readerPublic) });
});

test('what was seen is there for every group, blinded, and can be read with the thread', () => {
  const keys = keysOf(makeCode(3), head);
  const seen = { psu: new Uint8Array(64).fill(0x81) };
  const { post } = open(sealPost({ state: head, keys, items: followUp(''), seen }).envelope, 'psu');
  assert.deepEqual(Object.keys(post.seen), ['independent', 'psu']);
  for (const [group, map] of [['psu', seen.psu], ['independent', new Uint8Array(64)]]) {
    assert.notEqual(post.seen[group], toHex(map));
    const blinded = Buffer.from(post.seen[group], 'hex');
    assert.equal(toHex(blind(blinded, keys.threads[group].secret, Buffer.from(post.post, 'hex'))), toHex(map));
  }
});

test('a decoy has the length, version and epoch of a post and opens for nobody', () => {
  const [one, post] = [decoy(head), sealPost({ state: head, keys: keysOf(makeCode(1), head), items: followUp('x') }).envelope];
  assert.equal(one.length, ENVELOPE);
  assert.equal(toHex(one.subarray(0, 3)), toHex(post.subarray(0, 3)));
  for (const group of ['independent', 'psu']) assert.throws(() => open(one, group), { name: 'NotAddressed' });
});

test('prepared slots are used once each, and made when there are none', () => {
  const prepared = prepareSlots(5);
  const before = prepared.map(toHex);
  const used = toHex(decoy(head, prepared));
  assert.equal(prepared.length, 1);
  assert.equal(before.filter((slot) => used.includes(slot)).length, 4);
  sealPost({ state: head, keys: keysOf(makeCode(1), head), items: followUp(''), prepared });
  assert.equal(prepared.length, 0);
});

test('the real slot is in each of the four places about as often', () => {
  const keys = keysOf(makeCode(1), head);
  const prepared = prepareSlots(3);
  const places = [0, 0, 0, 0];
  for (let n = 0; n < 60; n++) {
    const { envelope } = sealPost({ state: head, keys, items: followUp(''), prepared: prepared.slice() });
    const slots = [0, 1, 2, 3].map((i) => toHex(envelope.subarray(3 + 1200 * i, 1203 + 1200 * i)));
    places[slots.findIndex((slot) => !prepared.map(toHex).includes(slot))]++;
  }
  assert.ok(places.every((count) => count >= 2), places.join());
});

test('a byte that would make one order likelier than another is drawn again', () => {
  const draws = [0, 255, 1, 0];
  decoy(head, prepareSlots(4), (length) => (length === 1 ? Uint8Array.of(draws.shift()) : random(length)));
  assert.equal(draws.length, 0);
});

test('a throw-away slot is a seal like another: its lattice part decodes, its point is no small one', () => {
  const [slot] = prepareSlots(1);
  assert.equal(slot.length, 1200);
  assert.equal(openXWing(epochSeed('psu', EPOCH), new Uint8Array(0), slot), null);
});

test('a post as large as fits is sealed, one byte more is refused, and the room left says so beforehand', () => {
  const keys = keysOf(makeCode(3), head);
  const groups = Object.keys(keys.threads);
  const room = textRoom(followUp(''), groups);
  const text = '€"\n'.repeat(5000);
  let end = 0;
  for (let cost = 0; cost + costOf(text[end]) <= room; end++) cost += costOf(text[end]);
  const fits = text.slice(0, end) + 'x'.repeat(room - costOf(text.slice(0, end)));
  assert.equal(textRoom(followUp(fits), groups), 0);
  assert.equal(sealPost({ state: head, keys, items: followUp(fits) }).json.length, ROOM);
  assert.equal(textRoom(followUp(fits + 'x'), groups), -1);
  assert.throws(() => sealPost({ state: head, keys, items: followUp(fits + 'x') }), { name: 'TooLarge' });
  const successor = keysOf(makeCode(3), head);
  const shorter = 'x'.repeat(textRoom(followUp(''), groups, { successor: true }));
  assert.equal(sealPost({ state: head, keys, successor, items: followUp(shorter) }).json.length, ROOM);
});

test('half a character, as typing can leave one, does not stop a post', () => {
  const { envelope } = sealPost({ state: head, keys: keysOf(makeCode(1), head), items: followUp('a\ud83d') });
  assert.equal(open(envelope, 'psu').post.items[0].text, 'a\ufffd');
});

test('file names are made such as a post may carry', () => {
  assert.equal(fileName('../a\\b\u202egpj.exe\n'), '..abgpj.exe');
  assert.equal(fileName(''), 'file');
  const long = fileName(`${'é'.repeat(300)}.jpeg`);
  assert.ok(Buffer.byteLength(long) <= 255 && long.endsWith('é.jpeg'));
});

test('a state that cannot be sealed to is refused with its reason', () => {
  const expired = parseHead(state({ changes: { roster: { expires: head.roster.issued } } }), pins, NOW);
  assert.equal(expired.cannotSeal.name, 'Expired');
  const keys = keysOf(makeCode(1), expired);
  assert.throws(() => sealPost({ state: expired, keys, items: followUp('') }), { name: 'Expired' });
  assert.throws(() => decoy(expired), { name: 'Expired' });
});

test('changed envelopes open with a name of the specification or not at all', () => {
  const { envelope } = sealPost({ state: head, keys: keysOf(makeCode(1), head), items: followUp('x') });
  for (let round = 0; round < 40; round++) {
    const changed = envelope.slice();
    const [at, bit] = [random(2).reduce((sum, byte) => sum * 256 + byte, 0) % ENVELOPE, 1 << (round % 8)];
    changed[at] ^= bit;
    try {
      open(changed, 'psu');
      assert.fail('a changed envelope opened');
    } catch (error) {
      assert.match(error.name, /^(BadVersion|WrongEpoch|NotAddressed|BadBox)$/);
    }
  }
});
