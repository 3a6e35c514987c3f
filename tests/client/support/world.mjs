// A small founded site for tests: two consoles, their documents, and a drop that is a function.

import { concat, toBase64, toHex, u16, u32, utf8 } from '../../../reporter/client/lib/bytes.js';
import { dayOf, epochOf } from '../../../reporter/client/lib/calendar.js';
import { encode } from '../../../reporter/client/lib/compactjson.js';
import { KINDS, tagOf } from '../../../reporter/client/lib/slot.js';
import { H } from '../../../reporter/client/lib/suite.js';
import { publicOf, sealBoard, sealX25519, signWith, xwingPublic } from './open.mjs';

export const seedOf = (name) => H(utf8(name));
export const NOW = 1795000000;
export const TODAY = dayOf(NOW);
export const EPOCH = epochOf(TODAY);
export const SITE = seedOf('site').subarray(0, 16);
const NAMES = ['independent', 'psu'];

const nameField = (name) => concat(utf8(name), new Uint8Array(32 - name.length));

const document = (kind, label, value, seed) => {
  const json = encode(value);
  const signed = concat(Uint8Array.of(1, kind), u32(json.length), json);
  return concat(signed, signWith(seed, label, signed));
};
const certificate = (kind, label, name, body, seed) => {
  const signed = concat(Uint8Array.of(1, kind), SITE, nameField(name), body);
  return concat(signed, signWith(seed, label, signed));
};

export const pins = {
  site: toHex(SITE),
  roots: [toHex(publicOf(seedOf('root'))), toHex(publicOf(seedOf('spare')))],
  serial: 3,
  audiences: [{ number: 1, groups: ['psu'] }],
};

/** A roster of two consoles with a group each, named as they are. */
export const roster = (changes = {}) =>
  document(
    1,
    'roster',
    {
      site: toHex(SITE),
      serial: 3,
      issued: TODAY - 10,
      expires: TODAY + 70,
      consoles: NAMES.map((name) => ({
        name,
        authority: toHex(publicOf(seedOf(`authority ${name}`))),
        publisher: toHex(publicOf(seedOf(`publisher ${name}`))),
        groups: [name],
      })),
      audiences: [
        { number: 1, groups: ['psu'] },
        { number: 2, groups: ['independent'] },
        { number: 3, groups: ['independent', 'psu'] },
      ],
      ...changes,
    },
    seedOf('root'),
  );

export const epochSeed = (group, epoch) => seedOf(`epoch ${group} ${epoch}`);
const epochCertificate = (group, epoch) =>
  certificate(2, 'epoch certificate', group, concat(u16(epoch), xwingPublic(epochSeed(group, epoch))), seedOf(`authority ${group}`));
export const replyCertificate = (name, from = TODAY - 30, until = TODAY + 30) =>
  certificate(3, 'reply certificate', name, concat(u16(from), u16(until), publicOf(seedOf(`reply ${name}`))), seedOf(`authority ${name}`));

/** One console's bulletin over a board. */
export const bulletin = (name, board, changes = {}) =>
  document(
    4,
    'bulletin',
    {
      site: toHex(SITE),
      console: name,
      number: 7,
      time: NOW - 600,
      epoch: EPOCH,
      roster: 3,
      certificates: [0, 1, 2].map((n) => toBase64(epochCertificate(name, EPOCH + n))),
      replies: [toBase64(replyCertificate(name))],
      revoked: [],
      slots: board.length / 1024,
      board: toHex(H(board)),
      audit: toHex(new Uint8Array(32)),
      policy: { decoys: 30, 'decoy-limit': 4, publication: 21600, hold: 120, words: 'new' },
      ...changes,
    },
    seedOf(`publisher ${name}`),
  );

const sized = (raw) => concat(u32(raw.length), raw);
export const stateOf = (rosterRaw, bulletins, boards, d = 10) =>
  concat(Uint8Array.of(1, d), sized(rosterRaw), Uint8Array.of(bulletins.length), ...bulletins.map(sized), ...boards);

/** A whole good state with these boards. */
export function state({ boards = {}, changes = {}, d = 10 } = {}) {
  const all = NAMES.map((name) => boards[name] ?? new Uint8Array(2048).fill(1));
  return stateOf(roster(changes.roster), NAMES.map((name, i) => bulletin(name, all[i], changes[name])), all, d);
}

/** A sealed reply, as a console makes it. */
export function slot(keys, group, index, { kind = 'message', text = '', id = 'reply', part = 1, total = 1, day = TODAY, changes = {} } = {}) {
  const { coverKey, tagKey, id: thread } = keys.threads[group];
  const tag = tagOf(tagKey, index);
  const content = typeof text === 'string' ? utf8(text) : text;
  const header = concat(
    Uint8Array.of(changes.version ?? 1, KINDS.indexOf(kind) + 1),
    seedOf(id).subarray(0, 8),
    Uint8Array.of(part, total),
    changes.certificate ?? H(replyCertificate(group)).subarray(0, 8),
    u16(day),
    u16(content.length),
  );
  const name = utf8(group);
  const signed = concat(SITE, Uint8Array.of(name.length), name, thread, tag, keys.readerPublic, header, content);
  const signature = signWith(seedOf(changes.signer ?? `reply ${group}`), 'reply', signed);
  const plain = concat(signature, header, content, new Uint8Array(856 - content.length));
  const inner = sealX25519(keys.readerPublic, concat(utf8('candour/1 reply\0'), SITE, tag), plain, seedOf(`ephemeral ${group} ${index}`));
  return sealBoard(coverKey, tag, inner);
}

/** The 221 bytes of a proof of report. */
export function proof(keys, group, json, changes = {}) {
  const salt = seedOf('salt').subarray(0, 16);
  const body = concat(
    Uint8Array.of(1),
    SITE,
    nameField(group),
    u16(TODAY - 2),
    u16(changes.signed ?? TODAY),
    keys.threads[group].id,
    changes.signPublic ?? keys.signPublic,
    H(salt, json),
    salt,
    H(replyCertificate(group)).subarray(0, 8),
  );
  return concat(body, signWith(seedOf(`reply ${group}`), 'proof', body));
}

export const board = (...slots) => concat(...slots);
