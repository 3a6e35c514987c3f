/** Bytes and the texts that stand for them. Integers are unsigned and big-endian. spec: 0 */

import { fail, ProtocolError } from './errors.js';

const encoder = new TextEncoder();

/**
 * @param {...Uint8Array} parts
 * @returns {Uint8Array<ArrayBuffer>} the parts in one
 */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Not in constant time: for public values only.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export const equal = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** @param {string} text */
export const utf8 = (text) => encoder.encode(text);

/**
 * @param {Uint8Array} bytes
 * @returns {string} raises TypeError when the bytes are not UTF-8; a byte order mark is kept
 */
export const fromUtf8 = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** @param {Uint8Array} bytes */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * @param {string} text lower-case hexadecimal; raises BadField for anything else
 * @param {number} [length] in bytes
 */
export function fromHex(text, length = text.length / 2) {
  if (text.length !== 2 * length || !/^(?:[0-9a-f]{2})*$/.test(text)) fail('BadField');
  return Uint8Array.from({ length }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8190) text += btoa(String.fromCharCode(...bytes.subarray(at, at + 8190)));
  return text;
}

/** @param {string} text raises BadField for a text that does not re-encode to itself */
export function fromBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    if (toBase64(bytes) === text) return bytes;
  } catch {
    // not base64 at all: refused below
  }
  return fail('BadField');
}

/** @param {number} n */
export const u16 = (n) => Uint8Array.of(n >> 8, n);

/** @param {number} n */
export const u32 = (n) => Uint8Array.of(n >>> 24, n >> 16, n >> 8, n);

/**
 * @param {Uint8Array} bytes
 * @param {number} [at]
 */
export const readU16 = (bytes, at = 0) => (bytes[at] << 8) | bytes[at + 1];

/**
 * @param {Uint8Array} bytes
 * @param {number} [at]
 */
export const readU32 = (bytes, at = 0) => readU16(bytes, at) * 65536 + readU16(bytes, at + 2);

/** @param {Uint8Array} bytes */
export const allZero = (bytes) => bytes.every((byte) => byte === 0);

/** @typedef {(length: number) => Uint8Array<ArrayBuffer>} Random n random bytes; a parameter where a test needs it */

/** @type {Random} */
export function random(length) {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
  return bytes;
}

/** Bytes ended before what they hold did. */
export class Ended extends ProtocolError {
  constructor() {
    super('BadLength');
  }
}

/**
 * A place to read from, which knows where it is.
 */
export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  /** @param {number} length raises Ended, a BadLength, when less is left */
  take(length) {
    if (length > this.left) throw new Ended();
    return this.bytes.subarray(this.at, (this.at += length));
  }

  u8() {
    return this.take(1)[0];
  }

  u16() {
    return readU16(this.take(2));
  }

  u32() {
    return readU32(this.take(4));
  }

  /** A length and what it counts; raises BadLength above `most`. @param {number} most */
  counted(most) {
    const length = this.u32();
    if (length > most) fail('BadLength');
    return this.take(length);
  }
}
