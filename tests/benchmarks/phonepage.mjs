// What phone.py measures inside Chromium: the client's own modules, bundled as the site's are. Times are in milliseconds.

import { deriveKeys, makeCode } from '../../reporter/client/lib/code.js';
import { random } from '../../reporter/client/lib/bytes.js';
import { Drop } from '../../reporter/client/lib/drop.js';
import { ENVELOPE, prepareSlots, sealPost } from '../../reporter/client/lib/envelope.js';
import { SealedFile } from '../../reporter/client/lib/pieces.js';
import { selfTest } from '../../reporter/client/lib/selftest.js';
import { makeStamp } from '../../reporter/client/lib/stamp.js';
import { cleanFile } from '../../reporter/client/lib/strip/index.js';

const PREPARED = 8; // as the page makes them while idle
const HIGH = 22; // a stamp of this d is not found within seconds, so that hashes can be counted

const ITEM = {
  type: 'report',
  questionnaire: '2026-11',
  routing: { involves: { choices: ['none'], text: '' } },
  answers: { danger: { choices: ['no'], text: '' }, what: { choices: [], text: 'Something that somebody should look into. '.repeat(100) } },
  files: [],
};

const idle = () => new Promise((resolve) => setTimeout(resolve, 20));

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

/** One visit up to its first sealed report, in the page's order: state, self-test, throw-away slots one by one, seal. */
async function visit(pins) {
  const drop = new Drop({ pins });
  const { ms: state, result: head } = await timed(() => drop.loadState());
  await idle();
  const { ms: tested } = await timed(selfTest);
  const prepared = [];
  const slots = [];
  for (let n = 0; n < PREPARED; n++) {
    await idle();
    slots.push((await timed(() => prepared.push(...prepareSlots(1)))).ms);
  }
  const [audience] = head.roster.audiences;
  const sealReport = () => {
    const keys = deriveKeys(makeCode(audience.number), head.site, audience.groups);
    return sealPost({ state: head, keys, items: [ITEM], prepared });
  };
  await idle();
  const { ms: first, result } = await timed(sealReport);
  if (result.envelope.length !== ENVELOPE) throw new Error('no envelope');
  await idle();
  const { ms: second } = await timed(sealReport);
  prepared.length = 0;
  await idle();
  const { ms: unprepared } = await timed(sealReport);
  return { state, tested, slots, first, second, unprepared };
}

/** Stamps until there are `most` or `seconds` are over. */
async function stamps(d, most, seconds) {
  const found = [];
  for (const end = performance.now() + 1000 * seconds; found.length < most && performance.now() < end; ) {
    const [set, envelope] = [random(16), random(ENVELOPE)];
    found.push((await timed(() => makeStamp(set, envelope, d))).ms);
  }
  return found;
}

/** Hashes a second, from how far a stamp that is never found gets. */
async function hashes(seconds) {
  const controller = new AbortController();
  const began = performance.now();
  let rate = 0;
  const onProgress = (chance) => {
    const passed = performance.now() - began;
    rate = (-Math.log1p(-chance) * 2 ** HIGH * 1000) / passed;
    if (passed > 1000 * seconds) controller.abort();
  };
  await makeStamp(random(16), random(ENVELOPE), HIGH, { onProgress, signal: controller.signal }).catch(() => {});
  return rate;
}

/** The file in the page's input. */
const chosen = () => document.querySelector('input').files[0];

/** Every piece of the file, made as an upload makes them. */
async function seal() {
  const { ms } = await timed(async () => {
    const sealed = new SealedFile(chosen());
    for (let n = 0; n < sealed.count; n++) await sealed.piece(n);
    sealed.entry();
  });
  return ms;
}

/** A photo's metadata removed, as when it is added. */
async function clean() {
  const { ms, result } = await timed(async () => {
    const { cleaned, bytes } = cleanFile(new Uint8Array(await chosen().arrayBuffer()));
    return cleaned && new Blob([bytes]).size;
  });
  if (!result) throw new Error('not cleaned');
  return ms;
}

globalThis.bench = { visit, stamps, hashes, seal, clean };
