/**
 * "Exit this page": the screen goes blank and another site takes this one's place before anything else is done; then
 * whatever was written, chosen or read is wiped, so that Back finds nothing of it. Leaving in any other way wipes too.
 */

import { data, t } from './data.js';
import { all, announce, one } from './dom.js';

const KEYS = ['Shift', 'Escape'];
const PRESSES = 3;
const WITHIN = 5000; // ms
const LIGHT = 'govuk-exit-this-page__indicator';

/** @param {() => void} forget what is in memory */
export function wireExit(forget) {
  let gone = false;
  const wipe = () => {
    if (gone) return;
    gone = true;
    document.body.hidden = true;
    try {
      forget();
    } finally {
      for (const form of /** @type {HTMLFormElement[]} */ (all('form'))) form.reset();
      for (const field of /** @type {HTMLInputElement[]} */ (all('input, textarea'))) field.value = '';
      one('main').replaceChildren();
    }
  };
  const leave = () => {
    document.body.hidden = true;
    location.replace(data.exit);
    wipe();
  };
  for (const way of all(`a[href="${data.exit}"]`)) {
    way.addEventListener('click', (event) => {
      event.preventDefault();
      leave();
    });
  }
  countPresses(leave);
  addEventListener('pagehide', wipe);
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload(); // a page kept in memory by Back, empty and blank: begin afresh
  });
}

/**
 * Shift or Esc three times, Shift alone each time, so that capital letters do not count; Tor Browser tells a page of Esc
 * only. What is still to press is shown and said.
 * @param {() => void} leave
 */
function countPresses(leave) {
  const lights = document.createElement('div');
  lights.className = LIGHT;
  lights.ariaHidden = 'true';
  lights.append(...Array.from({ length: PRESSES }, () => document.createElement('span')));
  one('.govuk-exit-this-page__button').append(lights);
  let presses = 0;
  let alone = false;
  let timer = 0;
  /** @param {number} count */
  const show = (count) => {
    presses = count;
    clearTimeout(timer);
    lights.classList.toggle(`${LIGHT}--visible`, count > 0);
    for (const [i, light] of [...lights.children].entries()) light.className = `${LIGHT}-light ${i < count ? `${LIGHT}-light--on` : ''}`;
  };
  addEventListener('keydown', (event) => {
    alone = KEYS.includes(event.key) && (alone || !event.repeat);
    if (!alone && presses) show(0);
  });
  addEventListener('keyup', (event) => {
    if (!KEYS.includes(event.key) || !alone) return;
    alone = false;
    if (presses + 1 === PRESSES) return leave();
    show(presses + 1);
    announce(t(`exit-${PRESSES - presses}`));
    timer = setTimeout(() => {
      show(0);
      announce(t('exit-over'));
    }, WITHIN);
  });
}
