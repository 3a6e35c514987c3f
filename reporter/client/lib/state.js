/** GET /state: what a visit knows of the drop and the consoles. spec: 2.1, 4, 6, 7 */

import { Ended, equal, fromHex, Reader } from './bytes.js';
import { dayOf, endOf, GRACE } from './calendar.js';
import { MOST_SLOTS, parseBulletin, parseRoster } from './documents.js';
import { fail, ProtocolError } from './errors.js';
import { H } from './suite.js';

/** @import { Audience, Bulletin, Policy, Roster } from './documents.js' */

export const SLOT = 1024;
const LONGEST_DOCUMENT = 65536;

/**
 * @typedef {{site: string, roots: string[], serial: number, audiences: Audience[]}} Pins what a client is shipped with; hex texts
 *
 * @typedef {object} Head all of the state but the boards: enough to seal
 * @property {number} length of the head, in bytes
 * @property {number} total length of head and boards
 * @property {number} d the bits of a stamp, as announced
 * @property {Roster} roster
 * @property {Uint8Array} rosterRaw
 * @property {Bulletin[]} bulletins
 * @property {Uint8Array} setId 16 bytes
 * @property {Uint8Array} site 16 bytes
 * @property {Policy | null} policy that of the newest bulletin
 * @property {number} bulletinTime of the newest bulletin, in seconds; 0 without one
 * @property {number} now the later of the clock and the newest bulletin, in seconds
 * @property {number} epoch to seal to; 0 when `cannotSeal`
 * @property {Record<string, Uint8Array>} groupKeys of that epoch
 * @property {ProtocolError | null} cannotSeal NoEpoch or Expired: replies can be read all the same
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
function checkOrigin(roster, pins) {
  if (roster.site !== pins.site) fail('WrongSite');
  if (roster.serial < pins.serial) fail('RolledBack');
}

/** With the audiences that the pins know, and in force. @param {Roster} roster @param {Pins} pins @param {number} today */
function checkUse(roster, pins, today) {
  for (const known of pins.audiences) {
    if (groupsOf(roster, known.number).join() !== known.groups.join()) fail('AudienceChanged');
  }
  if (roster.expires < today) fail('Expired');
}

/** @param {Roster} roster @param {number} audience @returns {string[]} its groups; none when the roster does not have it */
export const groupsOf = (roster, audience) => roster.audiences.find((one) => one.number === audience)?.groups ?? [];

/**
 * The epoch to seal to, and its keys; raises NoEpoch or Expired. spec: 4
 * @param {Roster} roster
 * @param {Bulletin[]} bulletins
 * @param {number} now in seconds, the later of the clock and the newest bulletin
 * @returns {{epoch: number, groupKeys: Record<string, Uint8Array>}}
 */
export function chooseEpoch(roster, bulletins, now) {
  const good = bulletins.flatMap((one) => one.certificates.filter((certificate) => !one.revoked.includes(certificate.id)));
  const groups = roster.consoles.flatMap((one) => one.groups);
  const current = newest(bulletins)?.epoch ?? -1;
  const epochs = good.map((one) => one.epoch).filter((epoch) => epoch <= current);
  for (const epoch of epochs.sort((a, b) => b - a)) {
    const found = groups.map((group) => good.find((one) => one.epoch === epoch && one.group === group));
    if (!found.every((one) => one)) continue;
    if (now > endOf(epoch) + GRACE) fail('Expired');
    return { epoch, groupKeys: Object.fromEntries(found.flatMap((one) => (one ? [[one.group, one.key]] : []))) };
  }
  return fail('NoEpoch');
}

/** @param {Bulletin[]} bulletins */
const newest = (bulletins) => bulletins.reduce((/** @type {Bulletin | null} */ last, one) => (last && last.time >= one.time ? last : one), null);

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
  const bulletins = parts.bulletins.map((raw) => parseBulletin(raw, roster));
  if (new Set(bulletins.map((one) => one.console)).size !== bulletins.length) fail('BadField');
  for (const one of bulletins) {
    const before = earlier?.bulletins.find((old) => old.console === one.console);
    if (before && (one.number < before.number || one.time < before.time)) fail('RolledBack');
  }
  const bulletinTime = newest(bulletins)?.time ?? 0;
  const now = Math.max(clock, bulletinTime);
  checkUse(roster, pins, dayOf(now));
  const sealing = { epoch: 0, groupKeys: {}, cannotSeal: /** @type {ProtocolError | null} */ (null) };
  try {
    Object.assign(sealing, chooseEpoch(roster, bulletins, now));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    sealing.cannotSeal = error;
  }
  return {
    length: parts.length,
    total: parts.length + bulletins.reduce((sum, one) => sum + one.slots * SLOT, 0),
    d: parts.d,
    roster,
    rosterRaw: parts.roster,
    bulletins,
    setId: setId(parts.set),
    site: fromHex(roster.site, 16),
    policy: newest(bulletins)?.policy ?? null,
    bulletinTime,
    now,
    ...sealing,
  };
}

/** The set id of stamps. spec: 6 @param {Uint8Array} bulletins from u8 count to the last bulletin */
export const setId = (bulletins) => H(bulletins).subarray(0, 16);

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
 * @param {Uint8Array} bytes the whole state
 * @param {Head} head
 * @returns {State}
 */
export function readBoards(bytes, head) {
  if (bytes.length !== head.total) fail('BadLength');
  const reader = new Reader(bytes);
  reader.at = head.length;
  const boards = Object.fromEntries(
    head.bulletins.map((one) => {
      const board = reader.take(one.slots * SLOT);
      return equal(H(board), one.board) ? [one.console, board] : fail('BadHash');
    }),
  );
  return { ...head, boards };
}

/** The longest state there can be: what a client reads at most. */
export const LONGEST_STATE = 8 * (MOST_SLOTS * SLOT + LONGEST_DOCUMENT) + 2 * LONGEST_DOCUMENT;
