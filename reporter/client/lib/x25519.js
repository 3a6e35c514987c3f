/** X25519, the Montgomery ladder of RFC 7748, 5. A third of the size on the wire of a package that does every curve. */

import { etc } from '@noble/ed25519';
import { fromHex, toHex } from './bytes.js';
import { fail } from './errors.js';

const P = 2n ** 255n - 19n;
const A24 = 121665n;
const BASE = Uint8Array.of(9, ...new Uint8Array(31));
const { mod, invert } = etc;

/** @param {Uint8Array} bytes 32, least first */
const toNumber = (bytes) => BigInt('0x' + toHex(bytes.slice().reverse()));

/**
 * @param {Uint8Array} scalar 32 bytes, clamped here
 * @param {Uint8Array} point 32 bytes: a u coordinate
 * @returns {Uint8Array} 32 bytes; raises BadField where all of them would be zero, as for a point of small order
 */
export function x25519(scalar, point = BASE) {
  if (scalar.length !== 32 || point.length !== 32) fail('BadField');
  const k = (toNumber(scalar) & (2n ** 254n - 8n)) | (2n ** 254n);
  const u = mod(toNumber(point) & (2n ** 255n - 1n), P);
  let [x2, z2, x3, z3, swapped] = [1n, 0n, u, 1n, 0n];
  for (let t = 254n; t >= 0n; t--) {
    const bit = (k >> t) & 1n;
    if (bit !== swapped) [x2, z2, x3, z3] = [x3, z3, x2, z2];
    swapped = bit;
    const [a, b, c, d] = [x2 + z2, x2 - z2, x3 + z3, x3 - z3];
    const [aa, bb, da, cb] = [mod(a * a, P), mod(b * b, P), mod(d * a, P), mod(c * b, P)];
    const e = aa - bb;
    x3 = mod((da + cb) * (da + cb), P);
    z3 = mod(u * mod((da - cb) * (da - cb), P), P);
    x2 = mod(aa * bb, P);
    z2 = mod(e * (aa + A24 * e), P);
  }
  // the lowest bit of a clamped scalar is 0, so nothing is left to swap
  if (z2 === 0n) fail('BadField');
  const found = mod(x2 * invert(z2, P), P);
  if (found === 0n) fail('BadField');
  return fromHex(found.toString(16).padStart(64, '0')).reverse();
}
