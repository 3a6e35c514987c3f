/** The page that shows how far sending is. What is heard is said once a stage, not at each step. */

import { t } from './data.js';
import { all, announce, one, pageOf, toggle } from './dom.js';

/**
 * Says on a page what became of what was written: not sent for certain, or not known. What is sent has pages of its own.
 * @param {HTMLElement} page
 * @param {'not-sent' | 'unsure' | 'sent'} fate
 */
export function tellFate(page, fate) {
  for (const one of ['not-sent', 'unsure']) for (const place of all(`[data-${one}]`, page)) toggle(place, one === fate);
}

export class Progress {
  #page = pageOf('sending');
  #bar = /** @type {HTMLProgressElement} */ (one('[data-progress]', this.#page));

  /** A stage begins. @param {string} name one of state, files, seal, stamp, post */
  stage(name) {
    const text = t(`stage-${name}`);
    one('[data-stage]', this.#page).textContent = text;
    one('[data-detail]', this.#page).textContent = '';
    this.#bar.removeAttribute('value');
    announce(text);
  }

  /**
   * @param {number} part of the stage that is done, 0 to 1
   * @param {string} [detail]
   */
  at(part, detail = '') {
    this.#bar.value = Math.round(part * 100);
    one('[data-detail]', this.#page).textContent = detail;
  }

  /** A word beside the bar. @param {string} text */
  note(text) {
    one('[data-detail]', this.#page).textContent = text;
    announce(text);
  }

  /** Whether it may have arrived without our having heard so; until then it is certain that it has not. @param {boolean} unsure */
  unsure(unsure) {
    tellFate(this.#page, unsure ? 'unsure' : 'not-sent');
  }

  /** Whether the connection is lost and tried again. @param {boolean} lost */
  lost(lost) {
    const box = one('[data-lost]', this.#page);
    if (lost && box.hidden) announce(box.textContent ?? '');
    toggle(box, lost);
  }
}
