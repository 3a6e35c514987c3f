/** The page that shows how far sending is. What is heard is said once a stage, not at each step. */

import { t } from './data.js';
import { announce, one, pageOf, toggle } from './dom.js';

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

  /** Whether the connection is lost and tried again. @param {boolean} lost */
  lost(lost) {
    const box = one('[data-lost]', this.#page);
    if (lost && box.hidden) announce(box.textContent ?? '');
    toggle(box, lost);
  }
}
