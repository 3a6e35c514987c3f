/** WebP without its metadata. spec: 5.1 */

import { concat, utf8 } from '../bytes.js';
import { fail } from '../errors.js';
import { hasAt, orientationOnly, readExif } from './exif.js';

const KEPT = ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF'];
/** @type {Record<string, string>} */
const NAMES = { 'EXIF': 'exif', 'XMP ': 'xmp', 'ICCP': 'icc' };
const FRAME = 16; // bytes of an ANMF before the chunks in it
const ALPHA_AND_ANIMATION = 0x12; // flags of VP8X
const EXIF = 0x08;

/** @param {number} n */
const u32le = (n) => Uint8Array.of(n, n >> 8, n >> 16, n >>> 24);

/** @param {string} type @param {Uint8Array} data */
const chunk = (type, data) => concat(utf8(type), u32le(data.length), data, new Uint8Array(data.length % 2));

/**
 * @param {Uint8Array} bytes a row of chunks; raises DamagedFile
 * @returns {Chunk[]}
 */
function split(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 8 > bytes.length) fail('DamagedFile');
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length;
    if (end > bytes.length) fail('DamagedFile');
    chunks.push({ type: String.fromCharCode(...bytes.subarray(at, at + 4)), data: bytes.subarray(at + 8, end) });
    at = end + (length % 2);
  }
  return chunks;
}

/** @typedef {{type: string, data: Uint8Array}} Chunk */

/** How many pixels a chunk says the picture has. @param {Chunk} chunk */
function pixelsOf({ type, data }) {
  /** @param {number} at */
  const u24 = (at) => data[at] | (data[at + 1] << 8) | (data[at + 2] << 16);
  if (type === 'VP8X') return (u24(4) + 1) * (u24(7) + 1);
  if (type === 'VP8 ') return (u24(6) & 0x3fff) * (u24(8) & 0x3fff);
  const both = u24(1) | (data[4] << 24);
  return type === 'VP8L' ? ((both & 0x3fff) + 1) * (((both >> 14) & 0x3fff) + 1) : 0;
}

/**
 * @param {Uint8Array} bytes raises DamagedFile
 * @returns {{bytes: Uint8Array<ArrayBuffer>, removed: string[], pixels: number}}
 */
export function cleanWebp(bytes) {
  /** @type {Set<string>} */
  const removed = new Set();
  const size = new DataView(bytes.buffer, bytes.byteOffset, 8).getUint32(4, true);
  if (size < 4 || 8 + size > bytes.length) fail('DamagedFile');
  if (8 + size < bytes.length) removed.add('trailer');

  const chunks = split(bytes.subarray(12, 8 + size));
  if (!chunks.some(({ type }) => type === 'VP8 ' || type === 'VP8L' || type === 'ANMF')) fail('DamagedFile');
  const exif = chunks.find(({ type }) => type === 'EXIF')?.data;
  const { orientation, location } = readExif(exif ? exif.subarray(hasAt(exif, 0, 'Exif\0\0') ? 6 : 0) : new Uint8Array(0));
  if (location) removed.add('location');
  const extended = chunks[0].type === 'VP8X';
  const turned = extended && orientation > 1;

  /** @param {Chunk} one @returns {Uint8Array[]} */
  function cleaned({ type, data }) {
    if (!KEPT.includes(type)) {
      removed.add(NAMES[type] ?? 'other');
      return [];
    }
    if (type === 'VP8X') {
      if (data.length < 10) fail('DamagedFile');
      const flags = (data[0] & ALPHA_AND_ANIMATION) | (turned ? EXIF : 0);
      return [chunk(type, concat(Uint8Array.of(flags, 0, 0, 0), data.subarray(4, 10)))];
    }
    if (type !== 'ANMF') return [chunk(type, data)];
    if (data.length < FRAME) fail('DamagedFile');
    const inner = split(data.subarray(FRAME)).filter((one) => !['ANMF', 'ANIM', 'VP8X'].includes(one.type));
    return [chunk(type, concat(data.subarray(0, FRAME), ...inner.flatMap(cleaned)))];
  }

  const kept = chunks.flatMap(cleaned);
  if (turned) kept.push(chunk('EXIF', orientationOnly(orientation)));
  const body = concat(utf8('WEBP'), ...kept);
  return { bytes: concat(utf8('RIFF'), u32le(body.length), body), removed: [...removed], pixels: Math.max(...chunks.map(pixelsOf)) };
}
