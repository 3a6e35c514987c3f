// How JavaScript runs a vector: one function a kind, from the input to the value that `expect` calls ok.
// tests/vectors/README.md says what each kind holds.

import assert from 'node:assert/strict';

import { concat, fromHex, toHex } from '../../../reporter/client/lib/bytes.js';
import { audienceOf, deriveKeys, fingerprint, keysOf, parseWords, wordsOf } from '../../../reporter/client/lib/code.js';
import { decode, encode } from '../../../reporter/client/lib/compactjson.js';
import * as documents from '../../../reporter/client/lib/documents.js';
import { sealPost } from '../../../reporter/client/lib/envelope.js';
import { fail } from '../../../reporter/client/lib/errors.js';
import { ladder, pieceName, SealedFile } from '../../../reporter/client/lib/pieces.js';
import { blind } from '../../../reporter/client/lib/post.js';
import { checkProof, verifyProof } from '../../../reporter/client/lib/proof.js';
import { readReplies } from '../../../reporter/client/lib/replies.js';
import { KINDS as REPLIES, openSlot, tagOf } from '../../../reporter/client/lib/slot.js';
import { checkStamp, makeStamp } from '../../../reporter/client/lib/stamp.js';
import * as states from '../../../reporter/client/lib/state.js';
import { derive, H, kdf, sign, signPublic, verify } from '../../../reporter/client/lib/suite.js';
import { cleanFile } from '../../../reporter/client/lib/strip/index.js';
import { decodePost, openEnvelope, openXWing, xwingPublic } from './open.mjs';
import { openFile } from './files.mjs';

const x = (text) => fromHex(text);
const unlabelled = (label) => {
  assert.ok(label.startsWith('candour/1 '));
  return label.slice('candour/1 '.length);
};
const rosterOf = ({ roster, roots }) => documents.parseRoster(x(roster), roots.map(x));
const ownerOf = ({ authority, site }, raw) => {
  // only the field of the name is read here: the parser checks it against the console it is given
  const name = String.fromCharCode(...raw.subarray(18, 50)).replace(/\0+$/, '');
  return [{ name, authority: x(authority), publisher: x(authority), groups: [name] }, site];
};
const replyCertificate = (i, raw) => documents.parseReplyCertificate(raw, ...ownerOf(i, raw));
const textOf = (message) => toHex(message.proof?.raw ?? new TextEncoder().encode(message.text));

function sealing(state) {
  return state.cannotSeal ? { error: state.cannotSeal.name } : { epoch: state.epoch };
}

export const KINDS = {
  kdf: (i) => toHex(kdf(x(i.k), i.label, x(i.ctx), i.length)),
  'xwing-public': (i) => toHex(xwingPublic(x(i.seed))),
  'xwing-open': (i) => toHex(openXWing(x(i.seed), x(i.info), x(i.sealed)) ?? fail('BadSeal')),
  sign: (i) => ({ public: toHex(signPublic(x(i.seed))), signature: toHex(sign(x(i.seed), unlabelled(i.label), x(i.message))) }),
  signature: (i) => (verify(x(i.public), unlabelled(i.label), x(i.message), x(i.signature)) ? {} : fail('BadSignature')),
  json: (i) => {
    assert.equal(toHex(encode(decode(x(i.bytes)))), i.bytes);
    return {};
  },
  fingerprint: (i) => wordsOf(fingerprint(i.roots)).join(' '),
  'code-words': (i) => ({ words: wordsOf(x(i.code)).join(' '), audience: audienceOf(x(i.code)) }),
  'code-parse': (i) => {
    const code = parseWords(i.text);
    return { code: toHex(code), audience: audienceOf(code) };
  },
  'code-derive': (i) => {
    const keys = deriveKeys(x(i.code), x(i.site), i.groups);
    return {
      sign_seed: toHex(derive(x(i.code), 'candour/1 code', concat(new TextEncoder().encode('sign\0'), x(i.site)))),
      sign_public: toHex(keys.signPublic),
      reader_private: toHex(keys.readerPrivate),
      reader_public: toHex(keys.readerPublic),
      threads: Object.fromEntries(
        Object.entries(keys.threads).map(([group, { secret, id, tagKey, coverKey }]) => [
          group,
          {
            secret: toHex(secret),
            id: toHex(id),
            tag_key: toHex(tagKey),
            cover_key: toHex(coverKey),
            tags: [0, 1, 495, 496, 511].map((n) => [n, toHex(tagOf(tagKey, n))]),
          },
        ]),
      ),
    };
  },
  roster: (i) => {
    const { site, serial, consoles, audiences } = documents.parseRoster(x(i.raw), i.roots.map(x));
    return { site, serial, groups: consoles.flatMap((one) => one.groups).sort(), audiences };
  },
  'roster-use': (i) => {
    const roster = documents.parseRoster(x(i.raw), i.pins.roots.map(x));
    states.checkOrigin(roster, i.pins);
    states.checkAudiences(roster, i.pins);
    states.checkInForce(roster, i.today);
    return {};
  },
  'epoch-certificate': (i) => {
    const { group, epoch, key, id } = documents.parseEpochCertificate(x(i.raw), ...ownerOf(i, x(i.raw)));
    return { group, epoch, public: toHex(key), id };
  },
  'reply-certificate': (i) => {
    const { from, until, key, id, raw } = replyCertificate(i, x(i.raw));
    return { console: documents.readNameField(raw.subarray(18, 50)), from, until, public: toHex(key), id };
  },
  bulletin: (i) => {
    const roster = rosterOf(i);
    const it = documents.parseBulletin(x(i.raw), roster);
    if (i.earlier) states.checkAfter(it, documents.parseBulletin(x(i.earlier), roster));
    return { console: it.console, number: it.number, time: it.time, epoch: it.epoch, slots: it.slots };
  },
  'set-id': (i) => toHex(states.setId(x(i.bulletins))),
  state: (i) => {
    const it = states.parseState(x(i.raw), i.pins, i.clock);
    const names = Object.keys(it.health).sort();
    const stale = it.bulletins.filter((one) => one.time < it.now - 48 * 3600).map((one) => one.console);
    return {
      d: it.d,
      set_id: toHex(it.setId),
      serial: it.roster.serial,
      missing: names.filter((name) => it.health[name] === 'missing'),
      stale,
      boards: Object.fromEntries(it.bulletins.map(({ console: name }) => [name, it.boards[name] ? toHex(H(it.boards[name])) : 'failed'])),
      sealing: sealing(it),
    };
  },
  recipients: (i) => {
    const it = states.parseState(x(i.state), i.pins, i.clock);
    const keys = keysOf(parseWords(i.words), it);
    if (it.cannotSeal) throw it.cannotSeal;
    return Object.fromEntries(Object.keys(keys.threads).map((group) => [group, toHex(H(it.groupKeys[group]))]));
  },
  stamp: (i) => checkStamp(x(i.set_id), x(i.envelope), x(i.stamp), i.d),
  'stamp-make': async (i) => toHex(await makeStamp(x(i.set_id), x(i.envelope), i.d, { random: () => x(i.start) })),
  seen: (i) => {
    const map = new Uint8Array(64);
    for (const index of i.indices) map[index >> 3] |= 128 >> (index & 7);
    return toHex(blind(map, x(i.thread_secret), x(i.post)));
  },
  post: (i) => {
    const post = decodePost(x(i.json));
    return { items: post.items.map((item) => item.type), files: post.items.flatMap((item) => item.files ?? []).length };
  },
  'envelope-open': (i) => {
    const { id, thread, json } = openEnvelope(x(i.raw), { group: i.group, epoch: i.epoch, seed: x(i.seed), site: x(i.site) });
    return { id, thread_secret: toHex(thread), json: toHex(json) };
  },
  'envelope-seal': (i) => {
    const { site, epoch, groups } = i;
    let at = 0;
    const coins = x(i.coins);
    const random = (length) => coins.slice(at, (at += length));
    const keys = (code) => deriveKeys(x(code), x(site), Object.keys(groups));
    const groupKeys = Object.fromEntries(Object.entries(groups).map(([group, key]) => [group, x(key)]));
    const { envelope } = sealPost({
      state: { site: x(site), epoch, groupKeys },
      keys: keys(i.code),
      successor: i.successor ? keys(i.successor) : undefined,
      seen: Object.fromEntries(Object.entries(i.seen).map(([group, map]) => [group, x(map)])),
      items: i.items,
      random,
    });
    assert.equal(at, coins.length, 'all of the coins are used');
    assert.equal(toHex(envelope), i.open.raw);
    return KINDS['envelope-open'](i.open);
  },
  'slot-open': (i) => {
    const roster = rosterOf(i);
    const state = { site: x(roster.site), roster, bulletins: [documents.parseBulletin(x(i.bulletin), roster)] };
    const it = openSlot(x(i.slot), i.group, deriveKeys(x(i.code), state.site, [i.group]), state);
    const { part, total, day } = it;
    return { kind: REPLIES.indexOf(it.kind) + 1, message: it.id, part, total, day, text: toHex(it.text) };
  },
  replies: (i) => {
    const it = states.parseState(x(i.state), i.pins, 0);
    const keys = keysOf(x(i.code), it);
    const { messages, seen } = readReplies(keys, it);
    const groups = Object.keys(keys.threads);
    const ordered = groups.flatMap((group) => messages.filter((one) => one.group === group).sort((a, b) => a.index - b.index));
    return {
      messages: ordered.map((one) => ({
        group: one.group,
        kind: REPLIES.indexOf(one.kind) + 1,
        message: one.id,
        day: one.day,
        text: textOf(one),
      })),
      seen: Object.fromEntries(Object.entries(seen).map(([group, map]) => [group, toHex(map)])),
    };
  },
  proof: (i) => {
    const it = verifyProof(x(i.proof), replyCertificate(i, x(i.certificate)));
    return { group: it.group, day: it.day, signed: it.signed, content_hash: toHex(it.hash) };
  },
  'proof-check': (i) => {
    const owner = { group: i.group, thread: x(i.thread), signPublic: x(i.sign) };
    const it = checkProof(x(i.proof), replyCertificate(i, x(i.certificate)), owner, i.post ? x(i.post) : undefined);
    return { day: it.day, signed: it.signed };
  },
  'file-ladder': (i) => ladder(i.size),
  'file-seal': async (i) => {
    const file = new SealedFile(new Blob([repeated(i.content)]), () => x(i.key));
    const [names, pieces] = [[], []];
    for await (const { name, bytes } of file.pieces()) {
      names.push(name);
      pieces.push(toHex(H(bytes)));
    }
    const { count, hash } = file.entry();
    assert.deepEqual(names, names.map((_, n) => pieceName(x(i.key), n)));
    return { count, names, pieces, hash };
  },
  'file-open': async (i) => toHex(H(await openFile(i.file, await Promise.all(i.pieces.map(recipePiece))))),
  strip: (i) => {
    const cleaned = cleanFile(x(i.file));
    return cleaned.cleaned ? { file: toHex(cleaned.bytes) } : { cleaned: false };
  },
};

const repeated = ({ pattern, size }) => {
  const bytes = x(pattern);
  return Uint8Array.from({ length: size }, (_, n) => bytes[n % bytes.length]);
};

async function recipePiece({ key, n, content, filler, turn, cut }) {
  const part = new Uint8Array(262128).fill(x(filler)[0]);
  part.set(repeated(content));
  const aes = await crypto.subtle.importKey('raw', x(key), 'AES-GCM', false, ['encrypt']);
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, n);
  const piece = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aes, part));
  if (turn !== undefined) piece[turn] ^= 1;
  return piece.subarray(0, cut ?? piece.length);
}
