/** Days since 1970 in UTC, and the weeks called epochs. spec: 0 */

const DAY = 86400;

/** @param {number} seconds */
export const dayOf = (seconds) => Math.floor(seconds / DAY);

/** @param {number} day */
export const epochOf = (day) => Math.floor((day - 4) / 7);

/** When an epoch ends, in seconds. @param {number} epoch */
export const endOf = (epoch) => (7 * epoch + 11) * DAY;

/** How long after its end an epoch may still be sealed to, in seconds. */
export const GRACE = 7 * DAY;
