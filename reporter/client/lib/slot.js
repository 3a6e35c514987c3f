/** One slot of a board: a sealed reply, or random bytes. spec: 7 */

import { allZero, concat, readU16, toHex, u16, utf8 } from './bytes.js';
import { fail } from './errors.js';
import { replyCertificate } from './proof.js';
import { kdf, mac, open, openX25519, verify } from './suite.js';

/** @import { Keys } from './code.js' */
/** @import { Head } from './state.js' */

export const SLOT = 1024;
const TEXT = 856;
export const TAGS = 512;
const MOST_PARTS = 32;

/** Names of the kinds, from 1 on. */
export const KINDS = /** @type {const} */ ([
  'proof',
  'acknowledgement',
  'message',
  'status',
  'handover',
  'superseded',
  'not-in-force',
]);

/**
 * @typedef {typeof KINDS[number]} Kind
 * @typedef {{kind: Kind, id: string, part: number, total: number, day: number, text: Uint8Array}} Part of a message
 */

/**
 * @param {Uint8Array} tagKey
 * @param {number} index 0 to 511
 */
export const tagOf = (tagKey, index) => mac(tagKey, concat(utf8('candour/1 tag'), u16(index))).subarray(0, 16);

/**
 * Opens a slot that bears one of the tags of `group`'s thread. Raises, in this order, BadLength, BadCover, BadSeal, BadVersion, BadKind,
 * BadField, BadLength, BadPadding, BadCertificate, BadSignature.
 * @param {Uint8Array} slot 1,024 bytes
 * @param {string} group
 * @param {Pick<Keys, 'readerPrivate' | 'readerPublic' | 'threads'>} keys
 * @param {Pick<Head, 'site' | 'roster' | 'bulletins'>} state
 * @returns {Part}
 */
export function openSlot(slot, group, keys, state) {
  if (slot.length !== SLOT) fail('BadLength');
  const { coverKey, id: thread } = keys.threads[group];
  const tag = slot.subarray(0, 16);
  const sealed = open(kdf(coverKey, 'board', tag, 32), tag, slot.subarray(16)) ?? fail('BadCover');
  const info = concat(utf8('candour/1 reply\0'), state.site, tag);
  const plain = openX25519(keys.readerPrivate, info, sealed) ?? fail('BadSeal');

  const header = plain.subarray(64, 88);
  if (header[0] !== 1) fail('BadVersion');
  const kind = KINDS[header[1] - 1] ?? fail('BadKind');
  const [part, total] = header.subarray(10, 12);
  if (total < 1 || total > MOST_PARTS || part < 1 || part > total) fail('BadField');
  const day = readU16(header, 20);
  const length = readU16(header, 22);
  if (length > TEXT) fail('BadLength');
  const text = plain.subarray(88, 88 + length);
  if (!allZero(plain.subarray(88 + length))) fail('BadPadding');

  const certificate = replyCertificate(state, group, toHex(header.subarray(12, 20))) ?? fail('BadCertificate');
  if (day < certificate.from || day > certificate.until) fail('BadCertificate');
  const name = utf8(group);
  const signed = concat(state.site, Uint8Array.of(name.length), name, thread, tag, keys.readerPublic, header, text);
  if (!verify(certificate.key, 'reply', signed, plain.subarray(0, 64))) fail('BadSignature');
  return { kind, id: toHex(header.subarray(2, 10)), part, total, day, text };
}
