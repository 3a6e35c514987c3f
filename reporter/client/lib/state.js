/** GET /state: what a visit knows of the drop and the consoles. spec: 2.1, 4, 6, 7 */

import { Ended, equal, fromHex, Reader } from './bytes.js';
import { dayOf, endOf, GRACE } from './calendar.js';
import { groupsOf, parseBulletin, parseRoster } from './documents.js';
import { fail, ProtocolError } from './errors.js';
import { SLOT } from './slot.js';
import { H } from './suite.js';

/** @import { Audience, Bulletin, Policy, Roster } from './documents.js' */

const STALE = 48 * 3600;
const MOST_DECOYS = 10;
const LONGEST_DOCUMENT = 65536;

/**
 * @typedef {{site: string, roots: string[], serial: number, audiences: Audience[]}} Pins what a client is shipped with; hex texts
 * @typedef {'fresh' | 'stale' | 'missing' | 'damaged'} Health of a console: stale after 48 hours; missing without a bulletin
 *   that holds; damaged where its board is not the one its bulletin signed
 *
 * @typedef {object} Head all of the state but the boards: enough to seal
 * @property {number} length of the head, in bytes
 * @property {number | null} total length of head and boards; null where a failed bulletin leaves it open
 * @property {number} d the bits of a stamp, as announced
 * @property {Roster} roster
 * @property {Uint8Array} rosterRaw
 * @property {Bulletin[]} bulletins those that hold, by rising name of their consoles
 * @property {(Bulletin | null)[]} inOrder the same with null for each that failed
 * @property {Record<string, Health>} health by console
 * @property {Uint8Array} setId 16 bytes
 * @property {Uint8Array} site 16 bytes
 * @property {Policy | null} policy that of the newest bulletin, with the greatest rate of decoys of all
 * @property {number} bulletinTime of the newest bulletin, in seconds; 0 without one
 * @property {number} now the later of the clock and the newest bulletin, in seconds
 * @property {number} epoch to seal to; 0 when `cannotSeal`
 * @property {Record<string, Uint8Array>} groupKeys of that epoch
 * @property {ProtocolError | null} cannotSeal NoEpoch or Expired: replies can be read all the same
 * @property {boolean} clockLooksWrong Expired, and only the device's own date says so
 *
 * @typedef {Head & {boards: Record<string, Uint8Array>}} State
 */

/**
 * Splits the head; null while more bytes are needed.
 * @param {Uint8Array} bytes
 * @param {boolean} whole whether no more bytes will come
 */
function split(bytes, whole) {
  const reader = new Reader(bytes);
  try {
    if (reader.u8() !== 1) fail('BadVersion');
    const d = reader.u8();
    const roster = reader.counted(LONGEST_DOCUMENT);
    const start = reader.at;
    const bulletins = Array.from({ length: reader.u8() }, () => reader.counted(LONGEST_DOCUMENT));
    return { d, roster, bulletins, set: bytes.subarray(start, reader.at), length: reader.at };
  } catch (error) {
    if (error instanceof Ended && !whole) return null;
    throw error;
  }
}

/** Of the right site, and not older than the pinned one. @param {Roster} roster @param {Pins} pins */
export function checkOrigin(roster, pins) {
  if (roster.site !== pins.site) fail('WrongSite');
  if (roster.serial < pins.serial) fail('RolledBack');
}

/** Every audience that the pins know is as it was. @param {Roster} roster @param {Pins} pins */
export function checkAudiences(roster, pins) {
  for (const { number, groups } of pins.audiences) if (groupsOf(roster, number).join() !== groups.join()) fail('AudienceChanged');
}

/** Whether it may still be sealed for. @param {Roster} roster @param {number} today */
export function checkInForce(roster, today) {
  if (roster.expires < today) fail('Expired');
}

/** @param {Bulletin} it @param {Bulletin} before of the same console, seen earlier in the visit */
const isBehind = (it, before) =>
  it.number < before.number || it.time < before.time || (it.number === before.number && !equal(it.raw, before.raw));

/** Raises RolledBack. @param {Bulletin} it @param {Bulletin} before of the same console */
export function checkAfter(it, before) {
  if (isBehind(it, before)) fail('RolledBack');
}

/**
 * @param {Uint8Array} raw
 * @param {Roster} roster
 * @param {Head | null} earlier
 * @returns {Bulletin | null} null for one that fails or is older than this visit knows; raises RolledBack when it knows a
 *   newer roster
 */
function readBulletin(raw, roster, earlier) {
  try {
    const it = parseBulletin(raw, roster);
    const before = earlier?.bulletins.find((one) => one.console === it.console);
    return before && isBehind(it, before) ? null : it;
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.name === 'RolledBack') throw error;
    return null;
  }
}

/** @param {Bulletin[]} bulletins @returns {Bulletin | undefined} */
const newestOf = (bulletins) => bulletins.find((one) => bulletins.every((other) => other.time <= one.time));

/**
 * The epoch to seal to, and its keys; raises NoEpoch or Expired. spec: 2.1, 4
 * @param {Roster} roster
 * @param {Bulletin[]} bulletins
 * @param {number} now in seconds, the later of the clock and the newest bulletin
 * @returns {{epoch: number, groupKeys: Record<string, Uint8Array>}}
 */
export function chooseEpoch(roster, bulletins, now) {
  checkInForce(roster, dayOf(now));
  const good = bulletins.flatMap((one) => one.certificates.filter((certificate) => !one.revoked.includes(certificate.id)));
  const groups = roster.consoles.flatMap((one) => one.groups);
  const current = newestOf(bulletins)?.epoch ?? -1;
  const epochs = good.map((one) => one.epoch).filter((epoch) => epoch <= current);
  for (const epoch of epochs.sort((a, b) => b - a)) {
    const keys = new Map(good.filter((one) => one.epoch === epoch).map((one) => [one.group, one.key]));
    if (!groups.every((group) => keys.has(group))) continue;
    if (now > endOf(epoch) + GRACE) fail('Expired');
    return { epoch, groupKeys: Object.fromEntries(keys) };
  }
  return fail('NoEpoch');
}

/**
 * @param {Roster} roster
 * @param {Bulletin[]} bulletins
 * @param {number} now
 * @returns {Pick<Head, 'epoch' | 'groupKeys' | 'cannotSeal'>}
 */
function sealingOf(roster, bulletins, now) {
  try {
    return { ...chooseEpoch(roster, bulletins, now), cannotSeal: null };
  } catch (error) {
    if (error instanceof ProtocolError) return { epoch: 0, groupKeys: {}, cannotSeal: error };
    throw error;
  }
}

/** @param {Bulletin[]} bulletins @returns {Policy | null} */
function policyOf(bulletins) {
  const newest = newestOf(bulletins);
  if (!newest) return null;
  const limit = Math.max(...bulletins.map((one) => one.policy.limit));
  return {
    ...newest.policy,
    decoys: Math.max(...bulletins.map((one) => one.policy.decoys)),
    limit: Math.min(MOST_DECOYS, Math.max(1, limit)),
  };
}

/** The set id of stamps. spec: 6 @param {Uint8Array} bulletins from u8 count to the last bulletin */
export const setId = (bulletins) => H(bulletins).subarray(0, 16);

/**
 * Reads the head from the first bytes of a state.
 * @param {Uint8Array} bytes what has arrived so far
 * @param {Pins} pins
 * @param {number} clock seconds
 * @param {{earlier?: Head | null, whole?: boolean}} [options] a state seen before in this visit; whether no more bytes will come
 * @returns {Head | null} null while more bytes are needed
 */
export function parseHead(bytes, pins, clock, { earlier = null, whole = false } = {}) {
  const parts = split(bytes, whole);
  if (!parts) return null;
  const roster = parseRoster(parts.roster, pins.roots.map((root) => fromHex(root, 32)));
  checkOrigin(roster, pins);
  const inOrder = parts.bulletins.map((raw) => readBulletin(raw, roster, earlier));
  const bulletins = inOrder.filter((one) => one !== null);
  if (bulletins.some((one, i) => i && bulletins[i - 1].console >= one.console)) fail('BadField');
  checkAudiences(roster, pins);

  const bulletinTime = newestOf(bulletins)?.time ?? 0;
  const now = Math.max(clock, bulletinTime);
  const sealing = sealingOf(roster, bulletins, now);
  const byBulletin = sealingOf(roster, bulletins, bulletinTime).cannotSeal;
  /** @param {Bulletin | undefined} one @returns {Health} */
  const healthOf = (one) => (!one ? 'missing' : one.time < now - STALE ? 'stale' : 'fresh');
  return {
    length: parts.length,
    total: bulletins.length < inOrder.length ? null : parts.length + bulletins.reduce((sum, one) => sum + one.slots * SLOT, 0),
    d: parts.d,
    roster,
    rosterRaw: parts.roster,
    bulletins,
    inOrder,
    health: Object.fromEntries(roster.consoles.map(({ name }) => [name, healthOf(bulletins.find((one) => one.console === name))])),
    setId: setId(parts.set),
    site: fromHex(roster.site, 16),
    policy: policyOf(bulletins),
    bulletinTime,
    now,
    ...sealing,
    clockLooksWrong: sealing.cannotSeal?.name === 'Expired' && byBulletin === null,
  };
}

/**
 * @param {Uint8Array} bytes the whole state
 * @param {Pins} pins
 * @param {number} clock seconds
 * @param {{earlier?: Head | null}} [options]
 * @returns {State}
 */
export function parseState(bytes, pins, clock, { earlier = null } = {}) {
  const head = parseHead(bytes, pins, clock, { earlier, whole: true }) ?? fail('BadLength');
  return readBoards(bytes, head);
}

/**
 * The boards, counted from the start up to a bulletin that failed, and from the end back to the last that failed: how many
 * slots a failed one has is not known.
 * @param {Uint8Array} bytes the whole state
 * @param {Head} head
 * @returns {State} where a board that is not the one its bulletin signed is left out and its console is damaged
 */
export function readBoards(bytes, head) {
  if (head.total !== null && bytes.length !== head.total) fail('BadLength');
  /** @type {Record<string, Uint8Array>} */
  const boards = {};
  /** @param {Bulletin} one @param {number} from */
  const take = (one, from) => {
    const board = bytes.subarray(from, from + one.slots * SLOT);
    if (from >= head.length && equal(H(board), one.board)) boards[one.console] = board;
  };
  let [start, end] = [head.length, bytes.length];
  for (const one of head.inOrder) {
    if (!one) break;
    take(one, start);
    start += one.slots * SLOT;
  }
  for (const one of head.total === null ? head.inOrder.slice().reverse() : []) {
    if (!one) break;
    end -= one.slots * SLOT;
    take(one, end);
  }
  const health = { ...head.health };
  for (const one of head.bulletins) if (!boards[one.console]) health[one.console] = 'damaged';
  return { ...head, boards, health };
}
