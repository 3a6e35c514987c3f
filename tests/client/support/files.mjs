// Opening a file from its pieces (SPEC 5): the console's half, for tests.

import { allZero, concat, equal, fromHex, u32 } from '../../../reporter/client/lib/bytes.js';
import { fail } from '../../../reporter/client/lib/errors.js';
import { ladder, PIECE } from '../../../reporter/client/lib/pieces.js';
import { H } from '../../../reporter/client/lib/suite.js';

const PART = PIECE - 16;

/** The bytes of a file; an empty `hash` stands for that of the pieces. */
export async function openFile({ size, count, key, hash }, pieces) {
  let right;
  try {
    right = ladder(size);
  } catch {
    fail('BadCount');
  }
  if (count !== right || pieces.length !== count) fail('BadCount');
  if (pieces.some((piece) => piece.length !== PIECE)) fail('BadLength');
  if (hash && !equal(H(...pieces.map((piece) => H(piece))), fromHex(hash))) fail('BadHash');
  const aes = await crypto.subtle.importKey('raw', fromHex(key), 'AES-GCM', false, ['decrypt']);
  const open = (piece, n) =>
    crypto.subtle.decrypt({ name: 'AES-GCM', iv: concat(new Uint8Array(8), u32(n)) }, aes, piece).catch(() => fail('BadPiece'));
  const parts = (await Promise.all(pieces.map(open))).map((part) => new Uint8Array(part));
  const whole = concat(...parts);
  if (whole.length !== count * PART || !allZero(whole.subarray(size))) fail('BadPadding');
  return whole.subarray(0, size);
}
