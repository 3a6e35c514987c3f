/**
 * One post on its way: files first, then the sealed envelope. What was made is kept, so that trying again sends the same
 * bytes and the drop holds them once.
 */

import { sealPost } from '../lib/envelope.js';
import { SealedFile } from '../lib/pieces.js';
import { t } from './data.js';

/** @import { Keys } from '../lib/code.js' */
/** @import { Step } from '../lib/drop.js' */
/** @import { FileEntry, Item } from '../lib/post.js' */
/** @import { Head } from '../lib/state.js' */
/** @import { Connection } from './connection.js' */
/** @import { Added } from './filebox.js' */
/** @import { Progress } from './progress.js' */

/**
 * @typedef {object} Job
 * @property {(head: Head) => {keys: Keys, successor?: Keys, seen?: Record<string, Uint8Array>}} words
 * @property {(files: FileEntry[]) => Item[]} items
 * @property {Added[]} files
 */

export class Outbox {
  /** @type {Map<Added, FileEntry>} files that the drop has whole */
  #sent = new Map();
  /** @type {Map<Added, SealedFile>} */
  #sealed = new Map();
  /** @type {Map<Added, number>} pieces that the drop has, of files under way */
  #reached = new Map();
  /** @type {{envelope: Uint8Array, json: Uint8Array} | null} */
  #made = null;

  /**
   * @param {Connection} connection
   * @param {Progress} progress
   * @param {Job} job
   */
  constructor(connection, progress, job) {
    this.connection = connection;
    this.progress = progress;
    this.job = job;
  }

  /**
   * Sends, or goes on with what was interrupted. Done only when the drop said that all is stored.
   * @param {AbortSignal} signal
   * @returns {Promise<Uint8Array>} the JSON of the post
   */
  async send(signal) {
    const { connection, progress } = this;
    progress.stage('state');
    const head = await connection.head();
    if (head.cannotSeal) throw head.cannotSeal;
    const entries = await this.#sendFiles(signal);
    progress.stage('seal');
    await new Promise((resolve) => setTimeout(resolve)); // lets the page show it before a slow phone is busy
    this.#made ??= sealPost({ state: head, ...this.job.words(head), items: this.job.items(entries), prepared: connection.prepared });
    progress.stage('stamp');
    const onProgress = (/** @type {Step} */ step) => {
      this.#show(step);
      if (step.stage === 'sending') progress.stage('post');
    };
    await connection.drop.postEnvelope(this.#made.envelope, { signal, onProgress });
    return this.#made.json;
  }

  /** @param {AbortSignal} signal */
  async #sendFiles(signal) {
    const { files } = this.job;
    if (files.length) this.progress.stage('files');
    const entries = [];
    for (const file of files) {
      const entry = this.#sent.get(file) ?? (await this.#sendFile(file, signal));
      this.#sent.set(file, entry);
      entries.push(entry);
    }
    return entries;
  }

  /**
   * @param {Added} file
   * @param {AbortSignal} signal
   * @returns {Promise<FileEntry>}
   */
  async #sendFile(file, signal) {
    const sealed = this.#sealed.get(file) ?? new SealedFile(file.blob);
    this.#sealed.set(file, sealed);
    for (let n = this.#reached.get(file) ?? 0; n < sealed.count; n++) {
      const { name, bytes } = await sealed.piece(n);
      await this.connection.drop.postPiece(name, bytes, { signal, onProgress: (step) => this.#show(step) });
      this.#reached.set(file, n + 1);
      this.progress.lost(false);
      this.progress.at((n + 1) / sealed.count, `${file.name}: ${t('part-of', { n: n + 1, count: sealed.count })}`);
    }
    return { name: file.name, type: file.type.slice(0, 127), cleaned: file.cleaned, ...sealed.entry() };
  }

  /** @param {Step} step */
  #show(step) {
    this.progress.lost(step.stage === 'lost');
    if (step.stage === 'stamp') this.progress.at(step.done);
    if (step.stage === 'busy') this.progress.note(t('busy'));
  }
}
