// Writes the vectors of kind "envelope-seal": what the browser seals from fixed coins, byte for byte. `node tests/vectors/make-seal.mjs`
// JavaScript makes these bytes again from the coins, in the order in which sealPost asks for them; Python opens them.

import { writeFileSync } from 'node:fs';

import { concat, toHex, u32, utf8 } from '../../reporter/client/lib/bytes.js';
import { deriveKeys, makeCode } from '../../reporter/client/lib/code.js';
import { sealPost } from '../../reporter/client/lib/envelope.js';
import { H } from '../../reporter/client/lib/suite.js';
import { openEnvelope, xwingPublic } from '../client/support/open.mjs';

const SITE = H(utf8('vector site')).subarray(0, 16);
const EPOCH = 2968;
const named = (name) => H(utf8(`vector ${name}`));

/** Bytes that look random and are always the same, and how many were taken. */
function stream(name) {
  const taken = [];
  const random = (length) => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, n) => H(utf8(name), u32(taken.length), u32(n)));
    const bytes = concat(...blocks).slice(0, length);
    taken.push(bytes);
    return bytes;
  };
  return { random, taken };
}

function write(name, audience, groups, items, { successor = false, seen = {} } = {}) {
  const { random, taken } = stream(name);
  const codes = [named(`${name} code`), named(`${name} successor`)].map((bytes) => makeCode(audience, () => bytes.slice(0, 16)));
  const [keys, next] = codes.map((code) => deriveKeys(code, SITE, groups));
  const seeds = Object.fromEntries(groups.map((group) => [group, named(`seed ${group}`)]));
  const groupKeys = Object.fromEntries(groups.map((group) => [group, xwingPublic(seeds[group])]));
  const state = { site: SITE, epoch: EPOCH, groupKeys };
  const { envelope } = sealPost({ state, keys, items, seen, successor: successor ? next : undefined, random });
  const group = groups.at(-1);
  const opened = openEnvelope(envelope, { group, epoch: EPOCH, seed: seeds[group], site: SITE });
  const hexed = (record) => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, toHex(value)]));
  const vector = {
    name,
    spec: '4',
    kind: 'envelope-seal',
    for: ['python', 'javascript'],
    input: {
      site: toHex(SITE),
      epoch: EPOCH,
      groups: hexed(groupKeys),
      code: toHex(codes[0]),
      successor: successor ? toHex(codes[1]) : '',
      seen: hexed(seen),
      items,
      coins: toHex(concat(...taken)),
      open: { raw: toHex(envelope), group, epoch: EPOCH, seed: toHex(seeds[group]), site: toHex(SITE) },
    },
    expect: { ok: { id: opened.id, thread_secret: toHex(opened.thread), json: toHex(opened.json) } },
  };
  writeFileSync(new URL(`${name}.json`, import.meta.url), JSON.stringify(vector, null, 1) + '\n');
}

const file = { name: 'photo é.jpg', type: 'image/jpeg', size: 300000, count: 2, key: toHex(named('file key')), hash: toHex(named('file hash')), cleaned: true };
const report = {
  type: 'report',
  questionnaire: '2026-11',
  routing: { about: { choices: ['colleague'], text: '' } },
  answers: { what: { choices: [], text: 'First line\n"quoted" \\ é € 😀\u2028\u007f' } },
  files: [file],
};

write('envelope_seal_good_report', 1, ['psu'], [report]);
write('envelope_seal_good_follow_up_to_two', 3, ['independent', 'psu'], [{ type: 'follow-up', text: 'More.', files: [] }], {
  seen: { psu: new Uint8Array(64).fill(0x80) },
});
write('envelope_seal_good_new_words', 1, ['psu'], [{ type: 'withdraw' }], { successor: true });
