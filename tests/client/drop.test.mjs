// The drop as a visit meets it: good days, lost connections, stale stamps, full disks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { random, toHex } from '../../reporter/client/lib/bytes.js';
import { Drop } from '../../reporter/client/lib/drop.js';
import { decoy } from '../../reporter/client/lib/envelope.js';
import { checkStamp } from '../../reporter/client/lib/stamp.js';
import { parseHead } from '../../reporter/client/lib/state.js';
import { NOW, pins, state } from './support/world.mjs';

const GOOD = state();
const head = parseHead(GOOD, pins, NOW);
const word = (status, text) => new Response(text.padEnd(64), { status, headers: { 'Content-Type': 'text/plain' } });
const STORED = () => word(201, 'stored');
const lost = () => Promise.reject(new TypeError('Failed to fetch'));

/** A drop whose answers to posts are given in order, the last for ever; it remembers requests and pauses. */
function dropOf({ states = [() => new Response(GOOD)], posts = [STORED] } = {}) {
  const requests = [];
  const pauses = [];
  const next = (answers) => (answers.length > 1 ? answers.shift() : answers[0])();
  const drop = new Drop({
    base: 'https://drop.example',
    pins,
    now: () => NOW,
    wait: async (seconds, signal) => {
      pauses.push(seconds);
      signal?.throwIfAborted();
    },
    fetch: async (url, init) => {
      requests.push({ url, ...init });
      return next(init.method === 'POST' ? posts : states);
    },
  });
  return { drop, requests, pauses };
}

/** The same, with its state read. */
async function ready(parts) {
  const it = dropOf(parts);
  await it.drop.loadState();
  it.requests.length = 0;
  return it;
}

/** Waits are random, about as long as these. */
function assertAbout(pauses, seconds) {
  assert.equal(pauses.length, seconds.length);
  pauses.forEach((pause, i) => assert.ok(pause >= seconds[i] / 2 && pause <= seconds[i] * 1.5 && pause !== seconds[i], `${pauses}`));
}

const envelope = decoy(head);
const isStamped = ({ body }, d, { setId } = head) => checkStamp(setId, envelope, body.subarray(0, 8), d) && toHex(body.subarray(8)) === toHex(envelope);

test('the head is given before the boards have arrived', async () => {
  let send;
  const boards = new Promise((resolve) => (send = resolve));
  const stream = async function* () {
    for (let at = 0; at < head.length; at += 1000) yield GOOD.slice(at, Math.min(at + 1000, head.length));
    await boards;
    yield GOOD.slice(head.length);
  };
  const { drop } = dropOf({ states: [() => new Response(ReadableStream.from(stream()))] });
  let early;
  const gotHead = new Promise((resolve) => (early = resolve));
  const whole = drop.loadState(early);
  assert.equal((await gotHead).epoch, head.epoch);
  send();
  assert.equal(Object.keys((await whole).boards).length, 2);
});

test('a state that is lost half way is fetched again, and its head is given once', async () => {
  const half = () => {
    const stream = async function* () {
      yield GOOD.slice(0, head.length);
      throw new Error('reset');
    };
    return new Response(ReadableStream.from(stream()));
  };
  const { drop, pauses } = dropOf({ states: [lost, half, () => new Response(GOOD)] });
  let heads = 0;
  await drop.loadState(() => heads++);
  assert.equal(heads, 1);
  assertAbout(pauses, [1, 3]);
});

test('a state that cannot be had is Offline, one that is forged is told by its name at once', async () => {
  for (const answer of [lost, () => new Response('', { status: 502 })]) {
    await assert.rejects(dropOf({ states: [answer] }).drop.loadState(), { name: 'Offline' });
  }
  const forged = dropOf({ states: [() => new Response(state({ changes: { roster: { serial: 1 } } }))] });
  await assert.rejects(forged.drop.loadState(), { name: 'RolledBack' });
  assert.equal(forged.requests.length, 1);
});

test('requests carry nothing of the visitor', async () => {
  const { drop, requests } = dropOf();
  await drop.loadState();
  await drop.postEnvelope(envelope);
  await drop.postPiece('ab'.repeat(16), new Uint8Array(4));
  assert.deepEqual(requests.map(({ url }) => url), ['/state', '/envelopes', '/pieces/' + 'ab'.repeat(16)].map((path) => 'https://drop.example' + path));
  for (const { credentials, cache, referrerPolicy, redirect } of requests) {
    assert.deepEqual({ credentials, cache, referrerPolicy, redirect }, { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', redirect: 'error' });
  }
  assert.equal(requests[0].headers, undefined);
  assert.deepEqual(requests.slice(1).map(({ headers }) => headers), [{ 'Content-Type': 'text/plain' }, { 'Content-Type': 'text/plain' }]);
});

test('an envelope is sent under a good stamp', async () => {
  const { drop, requests } = await ready();
  const steps = [];
  await drop.postEnvelope(envelope, { onProgress: ({ stage }) => steps.push(stage) });
  assert.ok(isStamped(requests[0], 10));
  assert.equal(requests[0].body.length, 20488);
  assert.equal(steps[0], 'stamp');
  assert.deepEqual(steps.slice(-2), ['sending', 'answered']);
});

test('each answer is told from each loss, so that it is known when it is not known whether a post arrived', async () => {
  const { drop } = await ready({ posts: [lost, () => word(503, 'busy'), STORED] });
  const steps = [];
  await drop.postEnvelope(envelope, { onProgress: ({ stage }) => stage !== 'stamp' && steps.push(stage) });
  assert.deepEqual(steps, ['sending', 'lost', 'sending', 'answered', 'busy', 'sending', 'answered']);
});

test('for a new stamp the head of the state is enough', async () => {
  let end;
  const start = (controller) => {
    controller.enqueue(GOOD.slice(0, head.length));
    end = () => controller.enqueue(GOOD.slice(head.length)) ?? controller.close();
  };
  const stalled = () => new Response(new ReadableStream({ start }));
  const { drop, requests } = await ready({ states: [() => new Response(GOOD), stalled], posts: [() => word(409, 'stamp'), STORED] });
  await drop.postEnvelope(envelope);
  assert.deepEqual(requests.map(({ method = 'GET' }) => method), ['POST', 'GET', 'POST']);
  end();
});

test('a lost connection sends the same bytes again', async () => {
  const { drop, requests, pauses } = await ready({ posts: [lost, () => new Response('', { status: 504 }), () => new Response('stored'.padEnd(64), { status: 200 }), STORED] });
  const steps = [];
  await drop.postEnvelope(envelope, { onProgress: (step) => step.stage === 'lost' && steps.push(step.seconds) });
  assert.equal(requests.length, 4);
  assert.equal(new Set(requests.map(({ body }) => toHex(body))).size, 1);
  assert.deepEqual(steps, [1, 2, 4]);
  assertAbout(pauses, steps);
});

test('a connection that stays lost is Offline, never stored', async () => {
  const { drop, requests } = await ready({ posts: [lost] });
  await assert.rejects(drop.postEnvelope(envelope), { name: 'Offline' });
  assert.equal(requests.length, 8);
});

test('a stale stamp fetches the state once, and the same envelope is stamped for the new set', async () => {
  const newer = state({ changes: { psu: { number: 8 } } });
  const { drop, requests } = await ready({ states: [() => new Response(GOOD), () => new Response(newer)], posts: [() => word(409, 'stamp'), STORED] });
  await drop.postEnvelope(envelope);
  assert.deepEqual(requests.map(({ method = 'GET' }) => method), ['POST', 'GET', 'POST']);
  assert.ok(isStamped(requests[2], 10, parseHead(newer, pins, NOW)));
  const stubborn = await ready({ posts: [() => word(409, 'stamp')] });
  await assert.rejects(stubborn.drop.postEnvelope(envelope), { name: 'StampRefused' });
  assert.equal(stubborn.requests.filter(({ method }) => !method).length, 1);
});

test('a busy drop is waited for, and gets a bit more each time', async () => {
  const busy = () => word(503, 'busy');
  const { drop, requests, pauses } = await ready({ posts: [busy, busy, STORED] });
  await drop.postEnvelope(envelope);
  assertAbout(pauses, [2, 4]);
  assert.ok(isStamped(requests[1], 11) && isStamped(requests[2], 12));
  await assert.rejects((await ready({ posts: [busy] })).drop.postPiece('00', new Uint8Array(1)), { name: 'Busy' });
});

test('a full drop and a refusal end at once with their names', async () => {
  for (const [answer, name] of [[() => word(503, 'full'), 'Full'], [() => word(400, 'malformed'), 'Malformed']]) {
    for (const send of [(drop) => drop.postEnvelope(envelope), (drop) => drop.postPiece('00', new Uint8Array(1))]) {
      const { drop, requests } = await ready({ posts: [answer] });
      await assert.rejects(send(drop), { name });
      assert.equal(requests.length, 1);
    }
  }
});

test('what was given up is not sent', async () => {
  const { drop, requests } = await ready();
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(drop.postEnvelope(envelope, { signal: controller.signal }), { name: 'AbortError' });
  assert.equal(requests.length, 0);
});

/** Waits for so many requests, however slow the machine, and a little longer for one too many. */
async function arrived(requests, count) {
  for (let n = 0; n < 3000 && requests.length < count; n++) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(requests.length, count);
}

test('decoys are posts like others, as many as the policy says, with exponential gaps', async () => {
  const { drop, requests, pauses } = await ready();
  assert.equal(await drop.sendDecoys({ visible: () => true }), 4);
  await arrived(requests, 4);
  for (const { url, method, body } of requests) assert.deepEqual([url, method, body.length], ['https://drop.example/envelopes', 'POST', 20488]);
  assert.equal(pauses.length, 4);
  const gaps = [];
  for (let n = 0; n < 30; n++) {
    const more = await ready();
    await more.drop.sendDecoys({ visible: () => true, prepared: Array.from({ length: 16 }, () => random(1200)) });
    gaps.push(...more.pauses);
  }
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  assert.ok(mean > 70 && mean < 190, `a mean of ${mean} s where 120 is right`);
});

test('no decoy is sent while the page is hidden, none after the end', async () => {
  const { drop, requests } = await ready();
  let looks = 0;
  const controller = new AbortController();
  const sent = await drop.sendDecoys({
    visible: () => {
      if (++looks === 20) controller.abort();
      return false;
    },
    signal: controller.signal,
  });
  assert.deepEqual([sent, requests.length], [0, 0]);
});

test('a lost decoy is tried again as a post would be', async () => {
  const { drop, requests } = await ready({ posts: [lost, STORED] });
  await drop.sendDecoys({ visible: () => true });
  await arrived(requests, 5);
});
