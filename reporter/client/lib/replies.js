/** The replies that a code finds on the boards every visitor has. spec: 7 */

import { concat, fromUtf8, toHex } from './bytes.js';
import { consoleOf } from './documents.js';
import { ProtocolError } from './errors.js';
import { checkProof, parseProof, replyCertificate } from './proof.js';
import { openSlot, SLOT, TAGS, tagOf } from './slot.js';
import { EMPTY } from './suite.js';

/** @import { Keys } from './code.js' */
/** @import { Proof } from './proof.js' */
/** @import { Kind, Part } from './slot.js' */
/** @import { State } from './state.js' */

const STATUSES = ['received', 'assessing', 'question', 'looking', 'finished'];

/**
 * @typedef {object} Message
 * @property {string} group who wrote it
 * @property {Kind} kind
 * @property {string} id hex
 * @property {number} day days since 1970, when it was signed
 * @property {number} index the first tag index it was found at: later ones were written later
 * @property {string} text empty for proof and handover
 * @property {Proof} [proof] of proof and handover
 *
 * @typedef {object} Replies
 * @property {Message[]} messages oldest first
 * @property {Record<string, string>} statuses the newest of each group
 * @property {Record<string, Uint8Array>} seen by group, 64 bytes: for the next post
 * @property {string[]} unchecked groups of which it cannot be said that there is nothing yet: their console is missing or
 *   stale, or its board is damaged
 * @property {boolean} superseded by newer words, for some group
 * @property {boolean} notInForce these words lost to others, for some group
 * @property {boolean} handover these words are new ones that a console has taken
 *
 * @typedef {Part & {group: string, index: number}} Found
 */

/**
 * @param {string} group
 * @param {Keys} keys
 * @param {State} state
 * @returns {Found[]} every part on the board of the group's console that opened, by rising index; slots that fail are passed over
 */
function openAll(group, keys, state) {
  const { tagKey } = keys.threads[group];
  const tags = new Map(Array.from({ length: TAGS }, (_, index) => [toHex(tagOf(tagKey, index)), index]));
  const board = state.boards[consoleOf(state.roster, group)] ?? EMPTY;
  /** @type {Found[]} */
  const found = [];
  for (let at = 0; at < board.length; at += SLOT) {
    const index = tags.get(toHex(board.subarray(at, at + 16)));
    if (index === undefined) continue;
    try {
      found.push({ group, index, ...openSlot(board.subarray(at, at + SLOT), group, keys, state) });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

/**
 * @param {Found[]} parts all of one message id, group, kind and total
 * @param {Keys} keys
 * @param {State} state
 * @returns {Message | null} null while parts are missing, and for content that its kind does not allow
 */
function readMessage(parts, keys, state) {
  const { group, kind, id, total } = parts[0];
  const inOrder = Array.from({ length: total }, (_, i) => parts.find((one) => one.part === i + 1));
  if (!inOrder.every((one) => one !== undefined)) return null;
  const message = { group, kind, id, day: parts[0].day, index: parts[0].index, text: '' };
  const bytes = concat(...inOrder.map((one) => one.text));
  try {
    if (kind === 'proof' || kind === 'handover') {
      return { ...message, proof: readProof(bytes, group, keys, state) };
    }
    const text = fromUtf8(bytes);
    const wrong = kind === 'status' ? !STATUSES.includes(text) : kind !== 'message' && kind !== 'acknowledgement' && text;
    return wrong ? null : { ...message, text };
  } catch {
    return null; // not UTF-8, or not a proof
  }
}

/**
 * @param {Uint8Array} bytes raises BadProof for a proof of another report
 * @param {string} group
 * @param {Keys} keys
 * @param {State} state
 */
function readProof(bytes, group, keys, state) {
  const certificate = replyCertificate(state, group, parseProof(bytes).certificate);
  return checkProof(bytes, certificate, { group, thread: keys.threads[group].id, signPublic: keys.signPublic });
}

/**
 * @param {Found[]} found
 * @returns {Uint8Array} bit i is bit 7 - i mod 8 of byte i / 8. spec: 4.1
 */
function seenMap(found) {
  const map = new Uint8Array(TAGS / 8);
  for (const { index } of found) map[index >> 3] |= 128 >> (index & 7);
  return map;
}

/**
 * @param {Keys} keys
 * @param {State} state
 * @returns {Replies}
 */
export function readReplies(keys, state) {
  const groups = Object.keys(keys.threads);
  const found = groups.flatMap((group) => openAll(group, keys, state));
  /** @type {Map<string, Found[]>} */
  const together = new Map();
  for (const one of found) {
    const name = [one.group, one.kind, one.id, one.total].join();
    together.set(name, [...(together.get(name) ?? []), one]);
  }
  const messages = Array.from(together.values(), (parts) => readMessage(parts, keys, state)).filter((one) => one !== null);
  messages.sort((a, b) => a.day - b.day || a.index - b.index);
  /** @param {Kind} kind */
  const has = (kind) => messages.some((one) => one.kind === kind);
  return {
    messages,
    statuses: Object.fromEntries(messages.flatMap((one) => (one.kind === 'status' ? [[one.group, one.text]] : []))),
    seen: Object.fromEntries(groups.map((group) => [group, seenMap(found.filter((one) => one.group === group))])),
    unchecked: groups.filter((group) => state.health[consoleOf(state.roster, group)] !== 'fresh'),
    superseded: has('superseded'),
    notInForce: has('not-in-force'),
    handover: has('handover'),
  };
}
