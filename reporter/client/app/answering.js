/** An answer to the replies, and new words: one post carries both, once the new words are on paper or the old ones kept. */

import { deriveKeys, makeCode } from '../lib/code.js';
import { costOf, textRoom } from '../lib/post.js';
import { roomText, t } from './data.js';
import { one, pageOf } from './dom.js';
import { clearErrors, showErrors } from './errors.js';
import { FileBox } from './filebox.js';
import { Outbox } from './outbox.js';
import { FILE_ENTRY } from './questions.js';
import { WordsPages } from './words.js';

/** @import { Item } from '../lib/post.js' */
/** @import { FileChoice } from './filechoice.js' */
/** @import { Inbox, Opened } from './inbox.js' */
/** @import { Sender } from './sender.js' */
/** @import { Visit } from './visit.js' */

export class Answering {
  #text = '';
  /** @type {'answer' | 'withdraw' | 'words'} what was chosen last; nothing else is sent along */
  #chosen = 'answer';
  /** @type {Uint8Array | null} the code of the new words shown */
  #fresh = null;

  /**
   * @param {Visit} visit
   * @param {Inbox} inbox
   * @param {Sender} sender
   * @param {FileChoice['ask']} ask whether to send a file as it is
   */
  constructor(visit, inbox, sender, ask) {
    this.visit = visit;
    this.inbox = inbox;
    this.sender = sender;
    this.files = new FileBox('answer', ask, () => this.#room());
    this.words = new WordsPages(visit.router, { shown: 'new-words', typed: 'new-words-typed', onTyped: () => this.#send(true) });
    const form = /** @type {HTMLFormElement} */ (one('form', pageOf('answer')));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener('input', () => this.#room());
    visit.router.onShow('answer', () => this.#room());
  }

  /** The answer's page. */
  write() {
    this.visit.router.go('answer');
  }

  /** Withdraws the report; new words are offered first, as after any other answer. */
  withdraw() {
    this.#offerWords('withdraw');
  }

  /** New words and nothing else. */
  renew() {
    this.#offerWords('words');
  }

  /**
   * Fresh words, for the same audience. They count only when the post that carries them was taken.
   * @param {'answer' | 'withdraw' | 'words'} chosen what is sent with them
   */
  #offerWords(chosen) {
    this.#chosen = chosen;
    const opened = this.#opened();
    this.#fresh ??= makeCode(opened.audience);
    this.words.show(this.#fresh);
    one('[data-order]', pageOf('new-words')).classList.toggle('choices--keep-first', opened.state.policy?.words === 'keep');
    this.visit.router.go('new-words');
  }

  /** Goes on with the old words. Without anything to say there is nothing to send. */
  keepWords() {
    if (this.#items([]).length) this.#send(false);
    else this.visit.router.back();
  }

  forget() {
    this.#text = '';
    this.#fresh = null;
    this.files.clear();
    this.words.forget();
    this.inbox.forget();
    /** @type {HTMLFormElement} */ (one('form', pageOf('answer'))).reset();
  }

  #opened() {
    return /** @type {Opened} */ (this.inbox.opened);
  }

  #field() {
    return /** @type {HTMLTextAreaElement} */ (one('#answer-text'));
  }

  #submit() {
    clearErrors('answer');
    const text = this.#field().value.trim();
    if (!text && !this.files.files.length) return showErrors('answer', [{ field: 'answer-text', text: t('need-answer') }]);
    const over = costOf(text) - this.#most();
    if (over > 0) return showErrors('answer', [{ field: 'answer-text', text: roomText(-over) }]);
    this.#text = text;
    return this.#offerWords('answer');
  }

  /** The most bytes that the text may cost. */
  #most() {
    const groups = this.inbox.opened?.groups ?? [];
    return textRoom([{ type: 'follow-up', text: '', files: [] }], groups, { successor: true }) - FILE_ENTRY * this.files.files.length;
  }

  #room() {
    const left = this.#most() - costOf(this.#field().value.trim());
    const place = one('[data-room]', pageOf('answer'));
    place.textContent = roomText(left);
    place.classList.toggle('govuk-error-message', left < 0);
  }

  /**
   * @param {import('../lib/post.js').FileEntry[]} files
   * @returns {Item[]}
   */
  #items(files) {
    if (this.#chosen === 'withdraw') return [{ type: 'withdraw' }];
    return this.#chosen === 'answer' ? [{ type: 'follow-up', text: this.#text, files }] : [];
  }

  /** @param {boolean} taken whether the new words are taken */
  async #send(taken) {
    const { keys, replies, groups } = this.#opened();
    const fresh = taken ? this.#fresh : null;
    const outbox = new Outbox(this.visit.connection, this.sender.progress, {
      words: (head) => ({ keys, seen: replies.seen, successor: fresh ? deriveKeys(fresh, head.site, groups) : undefined }),
      items: (entries) => this.#items(entries),
      files: this.#chosen === 'answer' ? [...this.files.files] : [],
    });
    const again = async () => {
      if (await this.sender.send(outbox, again)) this.#sent(taken);
    };
    await again();
  }

  /** @param {boolean} taken */
  #sent(taken) {
    const alone = this.#chosen === 'words' ? 'new' : this.#chosen;
    const key = taken && alone === 'answer' ? 'both' : alone;
    const page = pageOf('answer-sent');
    one('[data-sent]', page).textContent = t(`sent-${key}`);
    one('[data-which-words]', page).textContent = t(taken ? 'use-new' : 'use-old');
    this.forget();
    this.visit.router.restart('answer-sent');
  }
}
