/** PNG without its metadata. spec: 5.1 */

import { concat, readU32, u32, utf8 } from '../bytes.js';
import { fail } from '../errors.js';
import { hasAt, orientationOnly, readExif } from './exif.js';

export const PNG = '\x89PNG\r\n\x1a\n';
const KEPT = 'IHDR PLTE tRNS gAMA cHRM sRGB sBIT bKGD hIST acTL fcTL fdAT IDAT IEND'.split(' ');
/** @type {Record<string, string>} */
const NAMES = { tEXt: 'comment', zTXt: 'comment', iTXt: 'comment', eXIf: 'exif', iCCP: 'icc', tIME: 'time' };

const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** @param {string} type @param {Uint8Array} data */
function chunk(type, data) {
  const body = concat(utf8(type), data);
  return concat(u32(data.length), body, u32(crc32(body)));
}

/**
 * @param {Uint8Array} bytes raises DamagedFile
 * @returns {{bytes: Uint8Array<ArrayBuffer>, removed: string[], pixels: number}}
 */
export function cleanPng(bytes) {
  /** @type {Set<string>} */
  const removed = new Set();
  const kept = [bytes.subarray(0, 8)];
  let orientation = 0;
  let at = 8;
  for (let type = '', image = false; type !== 'IEND'; ) {
    if (at + 12 > bytes.length) fail('DamagedFile');
    const end = at + 12 + readU32(bytes, at);
    if (end > bytes.length) fail('DamagedFile');
    const body = bytes.subarray(at + 4, end - 4);
    type = String.fromCharCode(...body.subarray(0, 4));
    image ||= type === 'IDAT';
    if ((type === 'IHDR') !== (at === 8) || (type === 'IEND' && !image)) fail('DamagedFile');
    if (KEPT.includes(type)) {
      if (crc32(body) !== readU32(bytes, end - 4)) fail('DamagedFile');
      kept.push(bytes.subarray(at, end));
    } else {
      removed.add(hasAt(body, 4, 'XML:com.adobe.xmp') ? 'xmp' : (NAMES[type] ?? 'other'));
      if (type === 'eXIf' && !orientation) {
        const exif = readExif(body.subarray(4));
        orientation = exif.orientation;
        if (exif.location) removed.add('location');
      }
    }
    at = end;
  }
  if (at < bytes.length) removed.add('trailer');
  if (orientation > 1) kept.splice(2, 0, chunk('eXIf', orientationOnly(orientation)));
  return { bytes: concat(...kept), removed: [...removed], pixels: readU32(bytes, 16) * readU32(bytes, 20) };
}
