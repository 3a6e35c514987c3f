// What a console does and a phone never may: the private half of the protocol, for tests alone.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { concat, equal, readU16, readU32, toHex, u16, utf8, allZero } from '../../../reporter/client/lib/bytes.js';
import { decode, integer, list, members, name, text } from '../../../reporter/client/lib/compactjson.js';
import { slotInfo } from '../../../reporter/client/lib/envelope.js';
import { fail } from '../../../reporter/client/lib/errors.js';
import { EMPTY, H, kdf, open, seal, verify } from '../../../reporter/client/lib/suite.js';

const require = createRequire(new URL('../../../reporter/client/package.json', import.meta.url));
/** A module of the client's packages. */
export const packaged = (path) => import(pathToFileURL(require.resolve(path)).href);

const { chacha20poly1305 } = await packaged('@noble/ciphers/chacha.js');
const { ed25519, x25519 } = await packaged('@noble/curves/ed25519.js');
const { expand, extract } = await packaged('@noble/hashes/hkdf.js');
const { sha256 } = await packaged('@noble/hashes/sha2.js');
const { ml_kem768_x25519: xwing } = await packaged('@noble/post-quantum/hybrid.js');

const V1 = utf8('HPKE-v1');
const labelled = (id) => ({
  extract: (salt, label, ikm) => extract(sha256, concat(V1, id, utf8(label), ikm), salt),
  expand: (key, label, info, length) => expand(sha256, key, concat(u16(length), V1, id, utf8(label), info), length),
});

/** RFC 9180, 5.1: base mode, HKDF-SHA256, ChaCha20-Poly1305 or another AEAD by its number. */
export function schedule(kem, shared, info, aead = 3, keyLength = 32) {
  const hk = labelled(concat(utf8('HPKE'), u16(kem), u16(1), u16(aead)));
  const context = concat(Uint8Array.of(0), hk.extract(EMPTY, 'psk_id_hash', EMPTY), hk.extract(EMPTY, 'info_hash', info));
  const secret = hk.extract(shared, 'secret', EMPTY);
  return { key: hk.expand(secret, 'key', context, keyLength), nonce: hk.expand(secret, 'base_nonce', context, 12) };
}

export const xwingPublic = (seed) => xwing.keygen(seed).publicKey;

/** null when it does not open */
export function openXWing(seed, info, sealed) {
  try {
    const { key, nonce } = schedule(0x647a, xwing.decapsulate(sealed.subarray(0, 1120), seed), info);
    return chacha20poly1305(key, nonce).decrypt(sealed.subarray(1120));
  } catch {
    return null;
  }
}

export function sealX25519(theirs, info, plaintext, scalar) {
  const enc = x25519.getPublicKey(scalar);
  const hk = labelled(concat(utf8('KEM'), u16(0x20)));
  const secret = hk.extract(EMPTY, 'eae_prk', x25519.getSharedSecret(scalar, theirs));
  const { key, nonce } = schedule(0x20, hk.expand(secret, 'shared_secret', concat(enc, theirs), 32), info);
  return concat(enc, chacha20poly1305(key, nonce).encrypt(plaintext));
}

export const signWith = (seed, label, message) => ed25519.sign(concat(utf8(`candour/1 ${label}\0`), message), seed);
export const publicOf = (seed) => ed25519.getPublicKey(seed);
export const sealBoard = (coverKey, tag, inner) => concat(tag, seal(kdf(coverKey, 'board', tag, 32), tag, inner));

const hex = (length) => (value) => (new RegExp(`^[0-9a-f]{${2 * length}}$`).test(text(value)) ? value : fail('BadField'));
const object = (value) => (typeof value === 'object' && value && !Array.isArray(value) ? value : fail('BadField'));
const sized = (value, least, most) => {
  const { length } = utf8(text(value));
  return length >= least && length <= most ? value : fail('BadField');
};
const NOT_IN_NAMES = /[\0-\x1f\x7f-\x9f/\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** An X25519 key that no exchange may use: its order is small. */
function key(value) {
  try {
    x25519.getSharedSecret(new Uint8Array(32).fill(9), Uint8Array.from(Buffer.from(hex(32)(value), 'hex')));
  } catch {
    fail('BadField');
  }
}

const answers = (value) =>
  Object.entries(object(value)).forEach(([question, answer]) => {
    name(question);
    const it = members(answer, 'choices text');
    list(it.choices, name);
    text(it.text);
  });

const file = (value) => {
  const it = members(value, 'name type size count key hash cleaned');
  if (NOT_IN_NAMES.test(sized(it.name, 1, 255))) fail('BadField');
  sized(it.type, 0, 127);
  integer(it.size, 0, 134209536);
  integer(it.count, 0);
  hex(32)(it.key);
  hex(32)(it.hash);
  if (typeof it.cleaned !== 'boolean') fail('BadField');
  return it;
};

const ITEMS = {
  report: (item) => {
    const it = members(item, 'type questionnaire routing answers files');
    sized(it.questionnaire, 1, 32);
    answers(it.routing);
    answers(it.answers);
    return list(it.files, file);
  },
  'follow-up': (item) => {
    const it = members(item, 'type text files');
    text(it.text);
    return list(it.files, file);
  },
  withdraw: (item) => (members(item, 'type'), []),
  'new-code': (item) => {
    const it = members(item, 'type sign reader');
    hex(32)(it.sign);
    key(it.reader);
    return [];
  },
};

/** The JSON of a post, checked member by member (SPEC 4.1). */
export function decodePost(json) {
  const post = members(decode(json), 'post sign reader seen items');
  hex(16)(post.post);
  hex(32)(post.sign);
  key(post.reader);
  Object.entries(object(post.seen)).forEach(([group, map]) => (name(group), hex(64)(map)));
  const files = list(post.items, (item) => (Object.hasOwn(ITEMS, object(item).type) ? ITEMS[item.type](item) : fail('BadField')));
  const types = post.items.map((item) => item.type);
  if (types.length < 1 || new Set(types).size !== types.length || files.flat().length > 16) fail('BadField');
  if (types.includes('report') && types.includes('new-code')) fail('BadField');
  return post;
}

/** Opens an envelope in the order of SPEC 4. */
export function openEnvelope(raw, { group, epoch, seed, site }) {
  if (raw.length !== 20480) fail('BadLength');
  if (raw[0] !== 1) fail('BadVersion');
  if (readU16(raw, 1) !== epoch) fail('WrongEpoch');
  const head = raw.subarray(0, 4835);
  const slots = [0, 1, 2, 3].map((i) => raw.subarray(3 + 1200 * i, 1203 + 1200 * i));
  const opened = slots
    .map((slot) => openXWing(seed, slotInfo(site, group, epoch), slot))
    .find((one) => one && equal(kdf(one.subarray(0, 32), 'commitment', EMPTY, 32), raw.subarray(4803, 4835)));
  if (!opened) fail('NotAddressed');
  const [ck, thread] = [opened.subarray(0, 32), opened.subarray(32)];
  const content = open(kdf(ck, 'box', EMPTY, 32), head, raw.subarray(4835)) ?? fail('BadBox');
  const n = readU32(content, 128);
  if (n > 15497) fail('BadLength');
  const json = content.subarray(132, 132 + n);
  if (!allZero(content.subarray(132 + n))) fail('BadPadding');
  const post = decodePost(json);
  const signed = concat(site, H(head), H(json));
  const bytes = (value) => Uint8Array.from(Buffer.from(value, 'hex'));
  if (!verify(bytes(post.sign), 'post', signed, content.subarray(0, 64))) fail('BadSignature');
  const successor = post.items.find((item) => item.type === 'new-code');
  const second = content.subarray(64, 128);
  if (successor) {
    if (successor.sign === post.sign || successor.reader === post.reader) fail('BadSuccessor');
    if (!verify(bytes(successor.sign), 'post', signed, second)) fail('BadSuccessor');
  } else if (!allZero(second)) fail('BadSuccessor');
  return { thread, json, post, id: toHex(H(raw)) };
}
