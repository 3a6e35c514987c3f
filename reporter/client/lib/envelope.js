/** Envelopes: posts and decoys, which nothing but a key can tell apart. spec: 4 */

import { concat, random as systemRandom, u16, utf8 } from './bytes.js';
import { fail } from './errors.js';
import { boxContent, encodePost, newCode, ROOM } from './post.js';
import { EMPTY, H, kdf, seal, sealXWing, throwAwayXWing } from './suite.js';

/** @import { Random } from './bytes.js' */
/** @import { Keys } from './code.js' */
/** @import { Item } from './post.js' */

export const ENVELOPE = 20480;
const SLOTS = 4;
const BOX = 64 + 64 + 4 + ROOM + 16;

/**
 * What of a state sealing needs: a Head has it.
 * @typedef {{site: Uint8Array, epoch: number, groupKeys: Record<string, Uint8Array>, cannotSeal?: Error | null}} Sealing
 */

/**
 * Slots to throw-away keys, made while the page is idle: any envelope of any state can use them, each once.
 * @param {number} [count]
 * @param {Random} [random]
 * @returns {Uint8Array[]}
 */
export const prepareSlots = (count = SLOTS, random = systemRandom) =>
  Array.from({ length: count }, () => sealXWing(throwAwayXWing(random), EMPTY, random(64), random));

/**
 * A number below `limit`, each as likely, by rejection.
 * @param {number} limit at most 256
 * @param {Random} random
 */
function below(limit, random) {
  for (;;) {
    const byte = random(1)[0];
    if (byte < 256 - (256 % limit)) return byte % limit;
  }
}

/**
 * @param {Uint8Array[]} slots the real ones; throw-away slots fill them up to four
 * @param {Uint8Array[]} prepared used slots are taken out of it
 * @param {Random} random
 */
function fourInAnyOrder(slots, prepared, random) {
  const all = slots.slice();
  while (all.length < SLOTS) all.push(prepared.pop() ?? prepareSlots(1, random)[0]);
  for (let i = all.length - 1; i > 0; i--) {
    const j = below(i + 1, random);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}

/** @param {number} epoch @param {Uint8Array[]} slots @param {Uint8Array} commitment */
const headOf = (epoch, slots, commitment) => concat(Uint8Array.of(1), u16(epoch), ...slots, commitment);

/** @param {Uint8Array} site @param {string} group @param {number} epoch */
export const slotInfo = (site, group, epoch) => concat(utf8('candour/1 slot\0'), site, utf8(group + '\0'), u16(epoch));

/**
 * @param {object} parts
 * @param {Sealing} parts.state
 * @param {Keys} parts.keys of the words in use; their threads say which groups the post is for
 * @param {Item[]} parts.items without new-code
 * @param {Record<string, Uint8Array>} [parts.seen] by group, of replies
 * @param {Keys} [parts.successor] new words: the post then carries new-code, and their threads
 * @param {Uint8Array[]} [parts.prepared] from prepareSlots; used slots are taken out of it
 * @param {Random} [parts.random]
 * @returns {{envelope: Uint8Array, json: Uint8Array}} 20,480 bytes, and the JSON in them for the receipt. Raises NoEpoch or
 *   Expired when the state cannot be sealed to, TooLarge
 */
export function sealPost({ state, keys, items, seen, successor, prepared = [], random = systemRandom }) {
  if (state.cannotSeal) throw state.cannotSeal;
  const { site, epoch } = state;
  const all = successor ? [...items, newCode(successor)] : items;
  const json = encodePost({ post: random(16), keys, seen, items: all });
  const ck = random(32);
  const real = Object.entries((successor ?? keys).threads).map(([group, thread]) =>
    sealXWing(state.groupKeys[group] ?? fail('NoEpoch'), slotInfo(site, group, epoch), concat(ck, thread.secret), random),
  );
  const head = headOf(epoch, fourInAnyOrder(real, prepared, random), kdf(ck, 'commitment', EMPTY, 32));
  const signed = concat(site, H(head), H(json));
  const content = boxContent(keys.sign('post', signed), successor?.sign('post', signed) ?? new Uint8Array(64), json);
  return { envelope: concat(head, seal(kdf(ck, 'box', EMPTY, 32), head, content)), json };
}

/**
 * @param {Sealing} state
 * @param {Uint8Array[]} [prepared] used slots are taken out of it
 * @param {Random} [random]
 * @returns {Uint8Array} 20,480 bytes that nobody can open
 */
export function decoy(state, prepared = [], random = systemRandom) {
  if (state.cannotSeal) throw state.cannotSeal;
  return concat(headOf(state.epoch, fourInAnyOrder([], prepared, random), random(32)), random(BOX));
}
