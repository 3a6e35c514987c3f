/** The one thing worth keeping of Exif: which way up the picture is. spec: 5.1 */

const ORIENTATION = 0x0112;
const GPS = 0x8825;

/**
 * @param {Uint8Array} tiff damaged data has no orientation; it is dropped in any case
 * @returns {{orientation: number, location: boolean}} orientation 1 to 8; whether it said where the picture was taken
 */
export function readExif(tiff) {
  const found = { orientation: 1, location: false };
  const order = String.fromCharCode(...tiff.subarray(0, 2));
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return found;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = order === 'II';
  const start = view.getUint32(4, little);
  if (start + 2 > tiff.length) return found;
  const entries = view.getUint16(start, little);
  for (let at = start + 2, i = 0; i < entries && at + 12 <= tiff.length; i++, at += 12) {
    const tag = view.getUint16(at, little);
    if (tag === GPS) found.location = true;
    const value = view.getUint16(at + 8, little);
    if (tag === ORIENTATION && value >= 1 && value <= 8) found.orientation = value;
  }
  return found;
}

/**
 * @param {number} orientation 2 to 8
 * @returns {Uint8Array} 26 bytes of TIFF with that tag alone
 */
export const orientationOnly = (orientation) =>
  Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0);

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {string} text ASCII
 */
export const hasAt = (bytes, at, text) => at + text.length <= bytes.length && [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));
