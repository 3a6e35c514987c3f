/** The sealed file, which is the body of a post, and the state that it is stamped for. spec: 6 */

import { concat } from './bytes.js';
import { ENVELOPE } from './envelope.js';
import { fail } from './errors.js';
import { clamp, makeStamp } from './stamp.js';
import { parseHead } from './state.js';

/** @import { Head, Pins } from './state.js' */

/** Bytes of a sealed file: stamp and envelope. */
export const SEALED = 8 + ENVELOPE;
/** Bits beyond those of the state: the site may ask for more by the time the file is handed in. spec: 6 */
const MORE = 3;

/**
 * @param {Head} head
 * @param {Uint8Array} envelope
 * @param {(part: number) => void} onProgress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export const stamped = async (head, envelope, onProgress, signal) =>
  concat(await makeStamp(head.setId, envelope, clamp(head.d) + MORE, { onProgress, signal }), envelope);

/**
 * A state saved as a file, with all the checks of a fetched one but the boards', which sealing does not need.
 * @param {Uint8Array} file
 * @param {Pins} pins
 */
export const stateFrom = (file, pins) => parseHead(file, pins, Date.now() / 1000, { whole: true }) ?? fail('BadLength');
