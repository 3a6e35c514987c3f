/**
 * The files that a reporter adds: hidden details are taken out on the phone at once; what cannot be cleaned is named, and
 * the reporter decides.
 */

import { LARGEST } from '../lib/pieces.js';
import { fileName } from '../lib/post.js';
import { cleanFile } from '../lib/strip/index.js';
import { sizeText, t } from './data.js';
import { all, announce, copyOf, one, pageOf } from './dom.js';
import { clearErrors, showErrors } from './errors.js';

/** The most files of one post. spec: 4.1 */
const MOST_FILES = 16;

/**
 * @typedef {object} Added
 * @property {string} name
 * @property {string} type
 * @property {Blob} blob what is sent
 * @property {boolean} cleaned
 */

export class FileBox {
  /** @type {Added[]} */
  files = [];
  #page;
  #ask;

  /**
   * @param {string} page that has the file input and the list
   * @param {(name: string) => Promise<boolean>} ask whether to send a file as it is
   * @param {() => void} onChange
   */
  constructor(page, ask, onChange) {
    this.#page = page;
    this.#ask = ask;
    this.onChange = onChange;
    const input = /** @type {HTMLInputElement | null} */ (document.querySelector(`[data-page="${page}"] [data-files]`));
    if (!input) return; // a site that takes no files
    input.addEventListener('change', async () => {
      const chosen = [...(input.files ?? [])];
      input.disabled = true;
      await this.add(chosen);
      input.value = '';
      input.disabled = false;
    });
    one('[data-file-list]', pageOf(page)).addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('[data-act="remove-file"]');
      if (button) this.#remove(all('[data-act="remove-file"]', pageOf(page)).indexOf(/** @type {HTMLElement} */ (button)));
    });
  }

  clear() {
    this.files = [];
    this.#list();
  }

  /** @param {File[]} chosen */
  async add(chosen) {
    clearErrors(this.#page);
    announce(t('file-cleaning'));
    /** @type {string[]} */
    const problems = [];
    for (const file of chosen) {
      if (this.files.length >= MOST_FILES) {
        problems.push(t('file-too-many'));
        break;
      }
      const problem = await this.#addOne(file);
      if (problem) problems.push(problem);
    }
    this.#list();
    if (problems.length) showErrors(this.#page, problems.map((text) => ({ text })));
  }

  /**
   * @param {File} file
   * @returns {Promise<string>} why it was left out, or ""
   */
  async #addOne(file) {
    const name = fileName(file.name);
    if (file.size > LARGEST) return t('file-too-large', { name });
    try {
      const start = new Uint8Array(await file.slice(0, 16).arrayBuffer());
      if (isPicture(start)) {
        const result = cleanFile(new Uint8Array(await file.arrayBuffer()));
        if (result.cleaned) {
          this.files.push({ name, type: result.type, blob: new Blob([result.bytes]), cleaned: true });
          return '';
        }
      }
    } catch (error) {
      return t(error instanceof Error && error.name === 'DamagedFile' ? 'file-damaged' : 'file-unreadable', { name });
    }
    if (await this.#ask(name)) this.files.push({ name, type: file.type, blob: file, cleaned: false });
    return '';
  }

  /** @param {number} index */
  #remove(index) {
    this.files.splice(index, 1);
    this.#list();
    one('[data-files]', pageOf(this.#page)).focus();
  }

  #list() {
    const rows = this.files.map((file) => {
      const row = copyOf('file-row');
      one('[data-name]', row).textContent = file.name;
      one('[data-size]', row).textContent = sizeText(file.blob.size);
      one('[data-note]', row).textContent = t(file.cleaned ? 'file-clean' : 'file-as-it-is');
      one('.govuk-visually-hidden', row).textContent = t('remove', { name: file.name });
      return row;
    });
    document.querySelector(`[data-page="${this.#page}"] [data-file-list]`)?.replaceChildren(...rows);
    this.onChange();
  }
}

/**
 * Told by the first bytes alone: a long video need not be read.
 * @param {Uint8Array} start
 */
function isPicture(start) {
  try {
    return cleanFile(start).cleaned;
  } catch {
    return true; // a picture, cut short here
  }
}
