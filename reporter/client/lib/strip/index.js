/** Metadata off pictures, before anything is sealed. spec: 5.1 */

import { hasAt } from './exif.js';
import { cleanJpeg } from './jpeg.js';
import { cleanPng, PNG } from './png.js';
import { cleanWebp } from './webp.js';

/**
 * @typedef {{cleaned: true, bytes: Uint8Array<ArrayBuffer>, type: string, removed: string[], pixels: number}} Cleaned what was removed:
 *   exif, location, xmp, iptc, icc, comment, thumbnail, time, trailer, other; how many pixels it says it has: anything, where it is hostile
 * @typedef {{cleaned: false, reason: 'format'}} NotCleaned
 */

/**
 * Which of the formats that can be cleaned it is. What the bytes say decides, not the name or the type a device gives.
 * @param {Uint8Array} bytes the first 12 or more
 * @returns {'image/jpeg' | 'image/png' | 'image/webp' | null}
 */
export function pictureType(bytes) {
  if (hasAt(bytes, 0, '\xff\xd8\xff')) return 'image/jpeg';
  if (hasAt(bytes, 0, PNG)) return 'image/png';
  return hasAt(bytes, 0, 'RIFF') && hasAt(bytes, 8, 'WEBP') ? 'image/webp' : null;
}

const CLEANERS = { 'image/jpeg': cleanJpeg, 'image/png': cleanPng, 'image/webp': cleanWebp };

/**
 * @param {Uint8Array} bytes of the whole file; raises DamagedFile for a picture whose structure does not parse
 * @returns {Cleaned | NotCleaned}
 */
export function cleanFile(bytes) {
  const type = pictureType(bytes);
  return type ? { cleaned: true, type, ...CLEANERS[type](bytes) } : { cleaned: false, reason: 'format' };
}
