/**
 * One post on its way: files first, then the sealed envelope. What was made is kept, so that trying again sends the same
 * bytes and the drop holds them once.
 */

import { sealPost } from '../lib/envelope.js';
import { ladder, SealedFile } from '../lib/pieces.js';
import { stamped } from '../lib/sealed.js';
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
 * @property {Uint8Array} [code] of words that the reporter has not seen yet
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
  /** Whether the post is on its way now, and what became of it is not known. */
  #onItsWay = false;
  #lost = false;

  /**
   * @param {Connection} connection
   * @param {Progress} progress
   * @param {Job} job
   * @param {Outbox} [earlier] one with other contents that this takes the place of
   */
  constructor(connection, progress, job, earlier) {
    this.connection = connection;
    this.progress = progress;
    this.job = job;
    this.#lost = earlier?.unsure ?? false;
  }

  /** Whether the post may have been stored without a word of it reaching us. Before that it is certain that it was not. */
  get unsure() {
    return this.#lost || this.#onItsWay;
  }

  /** Whether all is sealed, so that it could go another way: pieces of files are sent by then. */
  get sealed() {
    return this.#made !== null;
  }

  /**
   * Sends, or goes on with what was interrupted. Done only when the drop said that all is stored.
   * @param {AbortSignal} signal
   * @returns {Promise<Uint8Array>} the JSON of the post
   */
  async send(signal) {
    const { connection, progress } = this;
    this.#lost ||= this.#onItsWay;
    progress.stage('state');
    progress.unsure(this.unsure);
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
      this.#onItsWay = step.stage === 'sending' || (this.#onItsWay && step.stage !== 'answered');
      this.#lost ||= step.stage === 'lost';
      progress.unsure(this.unsure);
    };
    await connection.drop.postEnvelope(this.#made.envelope, { signal, onProgress });
    return this.#made.json;
  }

  /**
   * The sealed file, for another way to us.
   * @param {AbortSignal} signal
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async sealedFile(signal) {
    const { progress } = this;
    const head = await this.connection.head();
    progress.stage('stamp');
    progress.unsure(this.unsure);
    return stamped(head, /** @type {{envelope: Uint8Array}} */ (this.#made).envelope, (part) => progress.at(part), signal);
  }

  /** @param {AbortSignal} signal */
  async #sendFiles(signal) {
    const { files } = this.job;
    if (files.length) this.progress.stage('files');
    this.progress.files(files.map(({ name, blob }) => ({ name, count: ladder(blob.size) })));
    const entries = [];
    for (const [i, file] of files.entries()) {
      const entry = this.#sent.get(file) ?? (await this.#sendFile(file, i, signal));
      this.progress.file(i, entry.count);
      this.#sent.set(file, entry);
      entries.push(entry);
    }
    return entries;
  }

  /**
   * @param {Added} file
   * @param {number} i of the list that is shown
   * @param {AbortSignal} signal
   * @returns {Promise<FileEntry>}
   */
  async #sendFile(file, i, signal) {
    const sealed = this.#sealed.get(file) ?? new SealedFile(file.blob);
    this.#sealed.set(file, sealed);
    for (let n = this.#reached.get(file) ?? 0; n < sealed.count; n++) {
      this.progress.file(i, n);
      const { name, bytes } = await sealed.piece(n);
      await this.connection.drop.postPiece(name, bytes, { signal, onProgress: (step) => this.#show(step) });
      this.#reached.set(file, n + 1);
      this.progress.lost(false);
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
