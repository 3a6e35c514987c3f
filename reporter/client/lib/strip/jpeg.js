/** JPEG without its metadata. spec: 5.1 */

import { concat, readU16, utf8 } from '../bytes.js';
import { fail } from '../errors.js';
import { hasAt, orientationOnly, readExif } from './exif.js';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
const JFIF = 14; // bytes of APP0 before the thumbnail
const ADOBE = 12; // bytes of APP14 that have a meaning

/** What a dropped segment is called, by marker and the text it begins with. @type {[number, string, string][]} */
const NAMES = [
  [APP0, 'JFXX', 'thumbnail'],
  [APP1, 'Exif\0', 'exif'],
  [APP1, 'http://ns.adobe.com/', 'xmp'],
  [0xe2, 'ICC_PROFILE', 'icc'],
  [0xed, '', 'iptc'],
  [0xfe, '', 'comment'],
];

/** @param {number} marker SOF, DHT or DAC; DQT, DNL or DRI */
const isKept = (marker) => (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || marker === 0xdb || marker === 0xdc || marker === 0xdd;

/** @param {number} marker */
const isFrame = (marker) => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** @param {number} marker @param {Uint8Array} payload */
const segment = (marker, payload) => concat(Uint8Array.of(0xff, marker, (payload.length + 2) >> 8, payload.length + 2), payload);

/**
 * @param {Uint8Array} bytes
 * @param {number} at where a scan's data begin
 * @returns {number} where the next marker stands that ends them; raises DamagedFile when the file ends first
 */
function endOfScan(bytes, at) {
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) fail('DamagedFile');
    const next = bytes[at + 1];
    if (next === 0xff) at++;
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 2;
    else return at;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at where a marker must stand, after any number of fill bytes
 * @returns {number} where its code stands
 */
function markerAt(bytes, at) {
  if (bytes[at] !== 0xff) fail('DamagedFile');
  while (bytes[at] === 0xff) at++;
  return at;
}

/**
 * @param {Uint8Array} bytes raises DamagedFile
 * @returns {{bytes: Uint8Array<ArrayBuffer>, removed: string[], pixels: number}}
 */
export function cleanJpeg(bytes) {
  /** @type {Set<string>} */
  const removed = new Set();
  /** @type {Uint8Array[]} */
  const kept = [];
  /** @type {Uint8Array[]} */
  const first = [];
  let orientation = 0;
  let pixels = 0;
  let at = 2;
  for (let frame = false, scan = false; ; ) {
    at = markerAt(bytes, at);
    const marker = bytes[at];
    if (marker === EOI) {
      if (!scan) fail('DamagedFile');
      break;
    }
    if (!(marker >= 0xc0) || (marker >= 0xd0 && marker <= SOI)) fail('DamagedFile');
    const length = readU16(bytes, at + 1);
    const end = at + 1 + length;
    if (!(length >= 2 && end <= bytes.length)) fail('DamagedFile');
    const payload = bytes.subarray(at + 3, end);
    if (isFrame(marker)) {
      frame = true;
      pixels = Math.max(pixels, readU16(payload, 1) * readU16(payload, 3));
    }
    if (marker === SOS) {
      if (!frame) fail('DamagedFile');
      scan = true;
      const stop = endOfScan(bytes, end);
      kept.push(segment(SOS, payload), bytes.subarray(end, stop));
      at = stop;
      continue;
    }
    if (isKept(marker)) kept.push(segment(marker, payload));
    else if (marker === APP0 && hasAt(payload, 0, 'JFIF\0') && length >= JFIF + 2 && !first.length) {
      first.push(segment(APP0, concat(payload.subarray(0, JFIF - 2), new Uint8Array(2))));
      if (length > JFIF + 2) removed.add('thumbnail');
    } else if (marker === APP14 && hasAt(payload, 0, 'Adobe') && payload.length >= ADOBE) {
      kept.push(segment(APP14, payload.subarray(0, ADOBE)));
    } else {
      removed.add(NAMES.find(([code, begin]) => code === marker && hasAt(payload, 0, begin))?.[2] ?? 'other');
      if (marker === APP1 && hasAt(payload, 0, 'Exif\0') && !orientation) {
        const exif = readExif(payload.subarray(6));
        orientation = exif.orientation;
        if (exif.location) removed.add('location');
      }
    }
    at = end;
  }
  if (at + 1 < bytes.length) removed.add('trailer');
  if (orientation > 1) first.push(segment(APP1, concat(utf8('Exif\0\0'), orientationOnly(orientation))));
  const whole = concat(Uint8Array.of(0xff, SOI), ...first, ...kept, Uint8Array.of(0xff, EOI));
  return { bytes: whole, removed: [...removed], pixels };
}
