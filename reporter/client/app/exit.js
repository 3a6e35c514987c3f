/** "Exit this page": the screen is blank and memory wiped at once, then another site takes this one's place. */

import { data } from './data.js';
import { all, one } from './dom.js';

const PRESSES = 3;
const WITHIN = 5000; // ms

/** @param {() => void} forget what is in memory */
export function wireExit(forget) {
  const leave = () => {
    document.body.hidden = true;
    forget();
    for (const field of /** @type {HTMLInputElement[]} */ (all('input, textarea'))) field.value = '';
    one('main').replaceChildren();
    location.replace(data.exit);
  };
  one('.govuk-exit-this-page__button').addEventListener('click', (event) => {
    event.preventDefault();
    leave();
  });
  /** @type {number[]} */
  let presses = [];
  addEventListener('keydown', (event) => {
    if (event.key !== 'Shift' || event.repeat) {
      presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < WITHIN), event.timeStamp];
    if (presses.length >= PRESSES) leave();
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload(); // a page kept in memory by Back: begin afresh
  });
}
