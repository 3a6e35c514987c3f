/**
 * The files that a reporter adds: hidden details are taken out on the phone at once; what cannot be cleaned is named, and
 * the reporter decides. Files are looked at one after another, in the order chosen; more can be added and any taken away meanwhile.
 */

import { LARGEST } from '../lib/pieces.js';
import { fileName } from '../lib/post.js';
import { cleanFile, pictureType } from '../lib/strip/index.js';
import { isStill, kindOf, pixelsOf } from '../lib/strip/kind.js';
import { sizeText, t } from './data.js';
import { all, announce, copyOf, one, pageOf, toggle } from './dom.js';
import { clearErrors, showErrors } from './errors.js';
import { asJpeg, preview, wipeCanvas } from './pictures.js';

/** @import { FileChoice } from './filechoice.js' */
/** @import { Kind } from '../lib/strip/kind.js' */

/** The most files of one post. spec: 4.1 */
const MOST_FILES = 16;
const START = 16; // bytes that tell what a file is
const HEADER = 2 ** 16; // bytes of a HEIC that tell how large its pictures are

/**
 * @typedef {object} Added
 * @property {string} name
 * @property {string} type
 * @property {Blob} blob what is sent
 * @property {boolean} cleaned
 */

/** @typedef {'cleaning' | 'ask' | 'clean' | 'jpeg' | 'as-it-is'} Stage */

/** @typedef {Added & {stage: Stage, kind: Kind, row: HTMLElement}} Entry a file in the list; it is sent in its last three stages only */

export class FileBox {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {string[]} what went wrong since the last choice */
  #problems = [];
  #work = Promise.resolve();
  #drawing = Promise.resolve();
  #page;
  #ask;
  /** @type {{section: HTMLElement, input: HTMLInputElement, list: HTMLElement, count: HTMLElement} | null} null on a site that takes no files */
  #parts = null;

  /**
   * @param {string} page that has the file input and the list
   * @param {FileChoice['ask']} ask whether to send a file as it is
   * @param {() => void} onChange
   */
  constructor(page, ask, onChange) {
    this.#page = page;
    this.#ask = ask;
    this.onChange = onChange;
    const input = /** @type {HTMLInputElement | null} */ (document.querySelector(`[data-page="${page}"] [data-files]`));
    if (!input) return;
    const section = pageOf(page);
    const list = one('[data-file-list]', section);
    this.#parts = { section, input, list, count: one('[data-file-count]', section) };
    input.addEventListener('change', () => {
      this.add([...(input.files ?? [])]);
      input.value = '';
    });
    list.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('[data-act="remove-file"]');
      const entry = this.#entries.find(({ row }) => button && row.contains(button));
      if (entry) this.#remove(entry);
    });
    input.form?.addEventListener('submit', (event) => this.#hold(event));
  }

  /** Those that are sent. @returns {Added[]} */
  get files() {
    return this.#entries.filter(isReady);
  }

  clear() {
    for (const entry of this.#entries) this.#drop(entry);
    this.#problems = [];
    this.#tell();
  }

  /** @param {File[]} chosen */
  add(chosen) {
    if (!this.#isBusy) this.#problems = [];
    clearErrors(this.#page);
    for (const file of chosen) {
      if (this.#entries.length === MOST_FILES) {
        this.#problems.push(t('file-too-many'));
        break;
      }
      const name = fileName(file.name);
      if (file.size > LARGEST) this.#problems.push(t('file-too-large', { name }));
      else this.#entries.push(this.#entry(name, file));
    }
    if (this.#isBusy) announce(t('file-cleaning'));
    this.#tell();
    this.#work = this.#work.then(() => this.#run(false));
  }

  /**
   * Waits until every file is cleaned, or decided upon by the reporter.
   * @returns {Promise<boolean>} whether nothing that was waited for went wrong
   */
  async settled() {
    if (this.#entries.every(isReady)) return true;
    const before = this.#problems.length;
    announce(t('file-cleaning'));
    this.#work = this.#work.then(() => this.#run(true));
    await this.#work;
    return this.#problems.length === before;
  }

  get #isBusy() {
    return this.#entries.some(({ stage }) => stage === 'cleaning');
  }

  /** @param {string} name @param {File} file @returns {Entry} */
  #entry(name, file) {
    const row = copyOf('file-row');
    const entry = { name, type: file.type, blob: file, cleaned: false, stage: /** @type {Stage} */ ('cleaning'), kind: /** @type {Kind} */ ('other'), row };
    this.#show(entry);
    this.#parts?.list.append(row);
    return entry;
  }

  /**
   * Cleans what waits, asks about what cannot be cleaned, and says what came of it.
   * @param {boolean} anywhere asks on other pages than the files' own, too
   */
  async #run(anywhere) {
    for (let entry; (entry = this.#entries.find(({ stage }) => stage === 'cleaning')); ) {
      const problem = await this.#look(entry);
      if (!this.#entries.includes(entry)) continue; // taken away meanwhile
      if (problem) {
        this.#problems.push(t(problem, { name: entry.name }));
        this.#drop(entry);
      } else this.#show(entry);
    }
    this.#tell();
    await this.#decide(anywhere);
    if (this.#problems.length) showErrors(this.#page, this.#problems.map((text) => ({ text })));
    else if (this.#entries.length) announce(this.#count());
  }

  /**
   * @param {Entry} entry
   * @returns {Promise<string>} the text that says why it is left out, or ""
   */
  async #look(entry) {
    try {
      const start = new Uint8Array(await entry.blob.slice(0, START).arrayBuffer());
      if (pictureType(start)) this.#clean(entry, await bytesOf(entry.blob), 'clean');
      else {
        const still = isStill(start) ? await asJpeg(entry.blob, pixelsOf(await bytesOf(entry.blob.slice(0, HEADER)))) : null;
        if (still) {
          this.#clean(entry, await bytesOf(still), 'jpeg');
          entry.name = fileName(`${entry.name.replace(/\.[^.]*$/, '')}.jpg`);
        } else {
          entry.stage = 'ask';
          entry.kind = kindOf(start, entry.type);
        }
      }
      return '';
    } catch (error) {
      return error instanceof Error && error.name === 'DamagedFile' ? 'file-damaged' : 'file-unreadable';
    }
  }

  /**
   * @param {Entry} entry
   * @param {Uint8Array} bytes of a picture; raises DamagedFile
   * @param {Stage} stage
   */
  #clean(entry, bytes, stage) {
    const result = cleanFile(bytes);
    if (!result.cleaned) return;
    Object.assign(entry, { type: result.type, blob: new Blob([result.bytes]), cleaned: true, stage });
    this.#drawing = this.#drawing.then(async () => {
      if (!this.#entries.includes(entry)) return;
      const canvas = canvasOf(entry);
      await preview(canvas, entry.blob, result.pixels).catch(() => toggle(canvas, false));
      if (!this.#entries.includes(entry)) wipeCanvas(canvas);
    });
  }

  /** Asks about one file after another. @param {boolean} anywhere */
  async #decide(anywhere) {
    for (let entry; (entry = this.#entries.find(({ stage }) => stage === 'ask')); ) {
      if (!anywhere && this.#parts?.section.hidden) return;
      const kept = await this.#ask(entry.name, entry.kind);
      entry.stage = 'as-it-is';
      if (kept) this.#show(entry);
      else this.#drop(entry);
      this.#tell();
    }
  }

  /** "Continue" waits until every file is cleaned; it then goes on where nothing is wrong. @param {SubmitEvent} event */
  #hold(event) {
    if (this.#entries.every(isReady)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.settled().then((well) => {
      if (well && !this.#parts?.section.hidden) this.#parts?.input.form?.requestSubmit();
    });
  }

  /** @param {Entry} entry */
  #remove(entry) {
    const at = this.#entries.indexOf(entry);
    this.#drop(entry);
    this.#tell();
    announce(this.#count());
    const { list, input } = /** @type {{list: HTMLElement, input: HTMLElement}} */ (this.#parts);
    (all('[data-act="remove-file"]', list)[at] ?? input).focus();
  }

  /** @param {Entry} entry */
  #drop(entry) {
    wipeCanvas(canvasOf(entry));
    entry.row.remove();
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** @param {Entry} entry */
  #show(entry) {
    const { row, stage } = entry;
    one('[data-name]', row).textContent = entry.name;
    one('.govuk-visually-hidden', row).textContent = t('remove', { name: entry.name });
    one('[data-size]', row).textContent = sizeText(entry.blob.size);
    one('[data-note]', row).textContent = t(`file-${stage}`);
    toggle(canvasOf(entry), stage === 'cleaning' || entry.cleaned);
  }

  #count() {
    return t('file-count', { count: this.#entries.length, most: MOST_FILES });
  }

  /** Shows how many there are, and whether they are still looked at. */
  #tell() {
    if (!this.#parts) return;
    this.#parts.list.setAttribute('aria-busy', String(this.#isBusy));
    this.#parts.count.textContent = this.#entries.length ? this.#count() : '';
    this.onChange();
  }
}

/** @param {Entry} entry */
const isReady = ({ stage }) => stage !== 'cleaning' && stage !== 'ask';

/** @param {Entry} entry */
const canvasOf = ({ row }) => /** @type {HTMLCanvasElement} */ (one('canvas', row));

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
