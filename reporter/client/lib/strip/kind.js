/** What a file is that cannot be cleaned as it stands: by its first bytes, and where they do not tell, by the type that the device gives. */

import { readU32 } from '../bytes.js';
import { hasAt } from './exif.js';

/** @typedef {'picture' | 'document' | 'sound' | 'video' | 'other'} Kind */

/** @type {[string, Kind][]} */
const STARTS = [
  ['%PDF', 'document'],
  ['PK\x03\x04', 'document'], // also the newer Office files
  ['\xd0\xcf\x11\xe0', 'document'], // the older ones, and saved e-mails
  ['{\\rtf', 'document'],
  ['GIF8', 'picture'],
  ['BM', 'picture'],
  ['II*\0', 'picture'],
  ['MM\0*', 'picture'],
  ['ID3', 'sound'],
  ['fLaC', 'sound'],
  ['#!AMR', 'sound'],
];

/** Media types, by how they begin. @type {[RegExp, Kind][]} */
const TYPES = [
  [/^audio/, 'sound'],
  [/^video/, 'video'],
  [/^image/, 'picture'],
  [/^text|^message|pdf|word|excel|powerpoint|office|opendocument/, 'document'],
];

/** Containers of sound and of pictures that move: the type tells which; without one, the more telling is taken. @type {[number, string, Kind][]} */
const CONTAINERS = [
  [0, 'OggS', 'sound'],
  [8, 'WAVE', 'sound'],
  [4, 'ftypM4A', 'sound'],
  [4, 'ftyp', 'video'],
  [8, 'AVI ', 'video'],
  [0, '\x1a\x45\xdf\xa3', 'video'],
];

/**
 * @param {Uint8Array} start the first 16 bytes
 * @param {string} type the media type that the device gives, or ""
 * @returns {Kind}
 */
export function kindOf(start, type) {
  if (isStill(start)) return 'picture';
  const known = STARTS.find(([text]) => hasAt(start, 0, text))?.[1];
  const said = TYPES.find(([pattern]) => pattern.test(type))?.[1];
  return known ?? said ?? CONTAINERS.find(([at, text]) => hasAt(start, at, text))?.[2] ?? 'other';
}

/** Whether it is one HEIC, HEIF or AVIF picture; rows of pictures are not. @param {Uint8Array} start the first 12 bytes */
export const isStill = (start) => ['heic', 'heix', 'heim', 'heis', 'mif1', 'avif'].some((brand) => hasAt(start, 4, 'ftyp' + brand));

/**
 * The most pixels that a HEIC, HEIF or AVIF says any picture in it has (the ispe boxes of ISO/IEC 23008-12); 0 where it says nothing.
 * @param {Uint8Array} bytes its first part
 */
export function pixelsOf(bytes) {
  let most = 0;
  for (let at = bytes.indexOf(0x69); at >= 0; at = bytes.indexOf(0x69, at + 1)) {
    if (hasAt(bytes, at, 'ispe') && at + 16 <= bytes.length) most = Math.max(most, readU32(bytes, at + 8) * readU32(bytes, at + 12));
  }
  return most;
}
