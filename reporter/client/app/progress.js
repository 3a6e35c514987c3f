/** The page that shows how far sending is. What is heard is said once a stage, not at each step. */

import { t } from './data.js';
import { all, announce, copyOf, one, pageOf, toggle } from './dom.js';

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
  /** @type {{row: HTMLElement, bar: HTMLProgressElement}[]} */
  #files = [];

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

  /** Lists the files of a post, none of them sent. @param {{name: string, count: number}[]} files by name and number of parts */
  files(files) {
    this.#files = files.map(({ name, count }) => {
      const row = copyOf('sending-row');
      const bar = /** @type {HTMLProgressElement} */ (one('progress', row));
      one('[data-name]', row).textContent = name;
      one('[data-note]', row).textContent = t('file-waiting');
      bar.setAttribute('aria-label', name);
      bar.max = count;
      bar.value = 0;
      return { row, bar };
    });
    one('[data-sending-files]', this.#page).replaceChildren(...this.#files.map(({ row }) => row));
  }

  /**
   * How far one of them is, and all of them together.
   * @param {number} i
   * @param {number} done parts that are sent
   */
  file(i, done) {
    const { row, bar } = this.#files[i];
    bar.value = done;
    one('[data-note]', row).textContent = done < bar.max ? t('part-of', { n: done + 1, count: bar.max }) : t('file-sent');
    const sum = (/** @type {'max' | 'value'} */ key) => this.#files.reduce((total, file) => total + file.bar[key], 0);
    this.at(sum('value') / sum('max'));
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
