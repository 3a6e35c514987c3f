/** Signed documents: the roster, a console's bulletin, and the two certificates. spec: 2.1 */

import { fromBase64, fromHex, readU16, readU32, toHex } from './bytes.js';
import { dayOf, epochOf } from './calendar.js';
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
 * The JSON bytes of a document, after its length, version and kind were checked.
 * @param {Uint8Array} raw
 * @param {number} kind
 */
function frame(raw, kind) {
  if (raw.length < 70 || raw.length > LONGEST || readU32(raw, 2) !== raw.length - 70) fail('BadLength');
  checkHead(raw, kind);
  return raw.subarray(6, -64);
}

/** @param {Uint8Array} raw @param {number} kind */
function checkHead(raw, kind) {
  if (raw[0] !== 1) fail('BadVersion');
  if (raw[1] !== kind) fail('BadKind');
}

/** @param {Uint8Array} raw @param {string} label @param {Uint8Array} key */
const signedBy = (raw, label, key) => verify(key, label, raw.subarray(0, -64), raw.subarray(-64));

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
  if (groups.length < 1 || groups.length > 4) fail('BadField');
  return { name: name(it.name), authority: fromHex(text(it.authority), 32), publisher: fromHex(text(it.publisher), 32), groups };
}

/**
 * @param {Uint8Array} raw
 * @param {Uint8Array[]} roots
 * @returns {Roster}
 */
export function parseRoster(raw, roots) {
  const json = frame(raw, 1);
  if (!roots.some((root) => signedBy(raw, 'roster', root))) fail('BadSignature');
  const it = members(decode(json), 'site serial issued expires consoles audiences');
  const issued = day(it.issued);
  const consoles = list(it.consoles, readConsole);
  if (consoles.length < 1 || consoles.length > 8) fail('BadField');
  distinct(consoles.map((one) => one.name));
  distinct(consoles.flatMap((one) => [one.authority, one.publisher]).map(toHex));
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
 * @param {string} site
 * @returns {string} the name in its field
 */
function nameOn(raw, length, kind, site) {
  if (raw.length !== length) fail('BadLength');
  checkHead(raw, kind);
  if (toHex(raw.subarray(2, 18)) !== site) fail('WrongSite');
  return readNameField(raw.subarray(18, 50));
}

/** @param {Uint8Array} field a name followed by zeros; raises BadField */
export const readNameField = (field) => name(String.fromCharCode(...field).replace(/\0+$/, ''));

/**
 * @param {Uint8Array} raw
 * @param {Console} by the console whose authority signed, and whose group it is
 * @param {string} site
 * @returns {EpochCertificate}
 */
export function parseEpochCertificate(raw, by, site) {
  const group = nameOn(raw, EPOCH_CERTIFICATE, 2, site);
  if (!by.groups.includes(group)) fail('BadField');
  if (!signedBy(raw, 'epoch certificate', by.authority)) fail('BadSignature');
  return { raw, id: certificateId(raw), group, epoch: readU16(raw, 50), key: raw.subarray(52, 52 + XWING_PUBLIC) };
}

/**
 * @param {Uint8Array} raw
 * @param {Console} by the console whose authority signed
 * @param {string} site
 * @returns {ReplyCertificate}
 */
export function parseReplyCertificate(raw, by, site) {
  const owner = nameOn(raw, REPLY_CERTIFICATE, 3, site);
  const [from, until] = [readU16(raw, 50), readU16(raw, 52)];
  if (owner !== by.name || from > until) fail('BadField');
  if (!signedBy(raw, 'reply certificate', by.authority)) fail('BadSignature');
  return { raw, id: certificateId(raw), from, until, key: raw.subarray(54, 86) };
}

/** @param {Roster} roster @param {number} audience @returns {string[]} its groups; none when the roster does not have it */
export const groupsOf = (roster, audience) => roster.audiences.find((one) => one.number === audience)?.groups ?? [];

/** @param {Roster} roster @param {string} group @returns {string} the name of the console it belongs to */
export const consoleOf = (roster, group) => roster.consoles.find((one) => one.groups.includes(group))?.name ?? fail('BadField');

/** @param {Uint8Array} raw */
const certificateId = (raw) => toHex(H(raw).subarray(0, 8));

/** @param {any} value @returns {Policy} */
function readPolicy(value) {
  const it = members(value, 'decoys decoy-limit publication hold words');
  if (it.words !== 'new' && it.words !== 'keep') fail('BadField');
  return {
    decoys: integer(it.decoys, 0, 3600),
    limit: integer(it['decoy-limit'], 0, 100),
    publication: integer(it.publication, 1, 604800),
    hold: integer(it.hold, 1, 4096),
    words: it.words,
  };
}

/**
 * @param {Uint8Array} raw
 * @param {Roster} roster
 * @returns {Bulletin} checked against the roster
 */
export function parseBulletin(raw, roster) {
  const it = members(
    decode(frame(raw, 4)),
    'site console number time epoch roster certificates replies revoked slots board audit policy',
  );
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
  const by = roster.consoles.find((one) => one.name === it.console) ?? fail('BadField');
  if (facts.epoch !== epochOf(dayOf(facts.time))) fail('BadField');
  if (it.site !== roster.site) fail('WrongSite');
  if (!signedBy(raw, 'bulletin', by.publisher)) fail('BadSignature');
  if (facts.roster > roster.serial) fail('RolledBack');
  const epochs = certificates.map((one) => parseEpochCertificate(one, by, roster.site));
  distinct(epochs.filter((one) => !facts.revoked.includes(one.id)).map((one) => one.group + ' ' + one.epoch));
  return { ...facts, certificates: epochs, replies: replies.map((one) => parseReplyCertificate(one, by, roster.site)) };
}
