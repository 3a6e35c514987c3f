/** Signed documents: the roster, a console's bulletin, and the two certificates. spec: 2.1 */

import { fromBase64, fromHex, nameField, equal, readU16, readU32, toHex } from './bytes.js';
import { decode, distinct, integer, list, members, name, text } from './compactjson.js';
import { fail } from './errors.js';
import { H, verify, XWING_PUBLIC } from './suite.js';

const LONGEST = 65536;
const DAYS_OF_A_ROSTER = 90;
export const MOST_SLOTS = 4096;
const EPOCH_CERTIFICATE = 1332;
const REPLY_CERTIFICATE = 150;

/**
 * @typedef {{name: string, authority: Uint8Array, publisher: Uint8Array, groups: string[]}} Console
 * @typedef {{number: number, groups: string[]}} Audience
 * @typedef {{site: string, serial: number, issued: number, expires: number, consoles: Console[], audiences: Audience[]}} Roster
 * @typedef {{raw: Uint8Array, id: string, group: string, epoch: number, key: Uint8Array}} EpochCertificate
 * @typedef {{raw: Uint8Array, id: string, from: number, until: number, key: Uint8Array}} ReplyCertificate
 * @typedef {{decoys: number, limit: number, publication: number, hold: number, words: 'new' | 'keep'}} Policy
 *   decoys an hour, the most decoys in one visit, seconds between publications, publications a slot stays
 * @typedef {{raw: Uint8Array, console: string, number: number, time: number, epoch: number, roster: number,
 *   certificates: EpochCertificate[], replies: ReplyCertificate[], revoked: string[], slots: number,
 *   board: Uint8Array, policy: Policy}} Bulletin
 */

/**
 * Checks up to the signature and decodes the JSON.
 * @param {Uint8Array} raw
 * @param {number} kind
 * @param {string} label
 * @param {Uint8Array[]} keys any of which may have signed
 * @returns {{value: any, signer: Uint8Array}}
 */
function signedJson(raw, kind, label, keys) {
  if (raw.length < 70 || raw.length > LONGEST || readU32(raw, 2) !== raw.length - 70) fail('BadLength');
  if (raw[0] !== 1) fail('BadVersion');
  if (raw[1] !== kind) fail('BadKind');
  const body = raw.subarray(0, -64);
  const signer = keys.find((key) => verify(key, label, body, raw.subarray(-64))) ?? fail('BadSignature');
  return { value: decode(raw.subarray(6, -64)), signer };
}

/** @param {any} value */
const day = (value) => integer(value, 0, 65535);

/** @param {number} length @returns {(value: any) => string} a check for hexadecimal, which stays text */
const hex = (length) => (value) => (fromHex(text(value), length), value);

/** @param {number} length @returns {(value: any) => Uint8Array} */
const base64 = (length) => (value) => {
  const raw = fromBase64(text(value));
  return raw.length === length ? raw : fail('BadField');
};

/** @param {any} value @returns {Console} */
function readConsole(value) {
  const it = members(value, 'name authority publisher groups');
  const groups = list(it.groups, name);
  if (groups.length < 1 || groups.length > 64) fail('BadField');
  return { name: name(it.name), authority: fromHex(text(it.authority), 32), publisher: fromHex(text(it.publisher), 32), groups };
}

/**
 * @param {Uint8Array} raw
 * @param {Uint8Array[]} roots
 * @returns {Roster}
 */
export function parseRoster(raw, roots) {
  const it = members(signedJson(raw, 1, 'roster', roots).value, 'site serial issued expires consoles audiences');
  const issued = day(it.issued);
  const consoles = list(it.consoles, readConsole);
  if (consoles.length < 1 || consoles.length > 8) fail('BadField');
  distinct(consoles.map((one) => one.name));
  const groups = consoles.flatMap((one) => one.groups);
  distinct(groups);
  let last = -1;
  const audiences = list(it.audiences, (value) => {
    const { number, groups: to } = members(value, 'number groups');
    last = integer(number, last + 1, 15);
    list(to, name);
    if (to.length < 1 || to.length > 4) fail('BadField');
    // names are ASCII, so the order of texts is the order of bytes
    for (let i = 0; i < to.length; i++) if (!groups.includes(to[i]) || (i && to[i - 1] >= to[i])) fail('BadField');
    return { number: last, groups: to };
  });
  const expires = integer(it.expires, issued, Math.min(issued + DAYS_OF_A_ROSTER, 65535));
  return { site: hex(16)(it.site), serial: integer(it.serial, 1), issued, expires, consoles, audiences };
}

/**
 * @param {Uint8Array} raw a certificate of either kind
 * @param {number} length
 * @param {number} kind
 * @param {string} label
 * @param {Uint8Array} authority
 */
function checkCertificate(raw, length, kind, label, authority) {
  if (raw.length !== length) fail('BadLength');
  if (raw[0] !== 1) fail('BadVersion');
  if (raw[1] !== kind) fail('BadKind');
  if (!verify(authority, label, raw.subarray(0, -64), raw.subarray(-64))) fail('BadSignature');
}

/**
 * @param {Uint8Array} raw
 * @param {Console} by the console whose authority signed, and whose group it is
 * @param {string} site
 * @returns {EpochCertificate}
 */
export function parseEpochCertificate(raw, by, site) {
  checkCertificate(raw, EPOCH_CERTIFICATE, 2, 'epoch certificate', by.authority);
  if (toHex(raw.subarray(2, 18)) !== site) fail('WrongSite');
  const group = by.groups.find((one) => equal(nameField(one), raw.subarray(18, 50))) ?? fail('BadField');
  return { raw, id: certificateId(raw), group, epoch: readU16(raw, 50), key: raw.subarray(52, 52 + XWING_PUBLIC) };
}

/**
 * @param {Uint8Array} raw
 * @param {Console} by the console whose authority signed
 * @param {string} site
 * @returns {ReplyCertificate}
 */
export function parseReplyCertificate(raw, by, site) {
  checkCertificate(raw, REPLY_CERTIFICATE, 3, 'reply certificate', by.authority);
  if (toHex(raw.subarray(2, 18)) !== site) fail('WrongSite');
  if (!equal(nameField(by.name), raw.subarray(18, 50))) fail('BadField');
  return { raw, id: certificateId(raw), from: readU16(raw, 50), until: readU16(raw, 52), key: raw.subarray(54, 86) };
}

/** @param {Uint8Array} raw */
const certificateId = (raw) => toHex(H(raw).subarray(0, 8));

/** @param {any} value @returns {Policy} */
function readPolicy(value) {
  const it = members(value, 'decoys decoy-limit publication hold words');
  if (it.words !== 'new' && it.words !== 'keep') fail('BadField');
  return {
    decoys: integer(it.decoys, 0, 3600),
    limit: integer(it['decoy-limit'], 0, 100),
    publication: integer(it.publication, 1),
    hold: integer(it.hold, 1),
    words: it.words,
  };
}

/**
 * @param {Uint8Array} raw
 * @param {Roster} roster
 * @returns {Bulletin} checked against the roster
 */
export function parseBulletin(raw, roster) {
  const { value, signer } = signedJson(raw, 4, 'bulletin', roster.consoles.map((one) => one.publisher));
  const it = members(value, 'site console number time epoch roster certificates replies revoked slots board audit policy');
  const facts = {
    raw,
    console: name(it.console),
    number: integer(it.number, 1),
    time: integer(it.time, 0),
    epoch: day(it.epoch),
    roster: integer(it.roster, 1),
    revoked: list(it.revoked, hex(8)),
    slots: integer(it.slots, 0, MOST_SLOTS),
    board: fromHex(text(it.board), 32),
    policy: readPolicy(it.policy),
  };
  hex(32)(it.audit);
  hex(16)(it.site);
  const certificates = list(it.certificates, base64(EPOCH_CERTIFICATE));
  const replies = list(it.replies, base64(REPLY_CERTIFICATE));
  const by = roster.consoles.find((one) => one.name === it.console && equal(one.publisher, signer)) ?? fail('BadField');
  if (it.site !== roster.site) fail('WrongSite');
  if (facts.roster > roster.serial) fail('RolledBack');
  return {
    ...facts,
    certificates: certificates.map((one) => parseEpochCertificate(one, by, roster.site)),
    replies: replies.map((one) => parseReplyCertificate(one, by, roster.site)),
  };
}
