/** Metadata off pictures, before anything is sealed. spec: 5.1 */

import { hasAt } from './exif.js';
import { cleanJpeg } from './jpeg.js';
import { cleanPng, PNG } from './png.js';
import { cleanWebp } from './webp.js';

/**
 * @typedef {{cleaned: true, bytes: Uint8Array<ArrayBuffer>, type: string, removed: string[]}} Cleaned what was removed: exif, location,
 *   xmp, iptc, icc, comment, thumbnail, time, trailer, other
 * @typedef {{cleaned: false, reason: 'format'}} NotCleaned
 */

/**
 * What the bytes say decides, not the name or the type a device gives.
 * @param {Uint8Array} bytes of the whole file; raises DamagedFile for a picture whose structure does not parse
 * @returns {Cleaned | NotCleaned}
 */
export function cleanFile(bytes) {
  if (hasAt(bytes, 0, '\xff\xd8\xff')) return { cleaned: true, type: 'image/jpeg', ...cleanJpeg(bytes) };
  if (hasAt(bytes, 0, PNG)) return { cleaned: true, type: 'image/png', ...cleanPng(bytes) };
  if (hasAt(bytes, 0, 'RIFF') && hasAt(bytes, 8, 'WEBP')) return { cleaned: true, type: 'image/webp', ...cleanWebp(bytes) };
  return { cleaned: false, reason: 'format' };
}
