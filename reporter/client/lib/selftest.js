/** Whether this browser computes what it must, before anything is sealed or opened. spec: 2 */

import { concat, fromHex, toHex, utf8 } from './bytes.js';
import { fail } from './errors.js';
import { EMPTY, H, openX25519, seal, sealXWing, sign, signPublic, throwAwayXWing, verify } from './suite.js';

/** Of all that is computed from fixed keys; the primitives themselves are tested on published vectors. */
const EXPECTED = '3b1bb9d3434e8f51';
/** An empty message to the key of 32 sevens. */
const SEALED = '57db4b359f23ae5e146e4e2512056704722506348c150c14753d0c933d04d4215eeee481099e306507a83e0a647ec60c';

/** @param {number} length */
const fixed = (length) => new Uint8Array(length).fill(7);

/** @returns {Promise<string>} hex */
async function compute() {
  const key = fixed(32);
  const signature = sign(key, 'self test', key);
  if (!verify(signPublic(key), 'self test', key, signature)) return 'signature';
  if (openX25519(key, utf8('self test'), fromHex(SEALED))?.length !== 0) return 'reply';
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  const piece = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: fixed(12) }, aes, key));
  const slot = sealXWing(throwAwayXWing(fixed), EMPTY, key, fixed);
  return toHex(H(concat(signature, piece, slot, seal(key, key, key))).subarray(0, 8));
}

/** Raises Unsupported in a browser that cannot do what sealing and opening need. */
export async function selfTest() {
  const found = await compute().catch(() => '');
  if (found !== EXPECTED) fail('Unsupported');
}
