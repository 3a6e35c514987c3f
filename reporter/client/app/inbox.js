/** Check for replies: words in, replies out of the sheet that every visitor has. Nothing is asked of the server. */

import { audienceOf, deriveKeys, parseWords, splitWords } from '../lib/code.js';
import { WordsError } from '../lib/errors.js';
import { receiptFile } from '../lib/proof.js';
import { readReplies } from '../lib/replies.js';
import { dateText, groupText, t } from './data.js';
import { copyOf, one, pageOf, saveFile, toggle } from './dom.js';
import { clearErrors, showErrors } from './errors.js';

/** @import { Keys } from '../lib/code.js' */
/** @import { Proof } from '../lib/proof.js' */
/** @import { Message, Replies } from '../lib/replies.js' */
/** @import { State } from '../lib/state.js' */
/** @import { Sender } from './sender.js' */
/** @import { Visit } from './visit.js' */

/** @typedef {{code: Uint8Array, keys: Keys, replies: Replies, state: State, groups: string[], audience: number}} Opened */

const DAY = 86_400;
const READABLE = ['message', 'acknowledgement', 'proof', 'handover'];

export class Inbox {
  /** @type {Opened | null} the words that are open now */
  opened = null;

  /**
   * @param {Visit} visit
   * @param {Sender} sender
   */
  constructor(visit, sender) {
    this.visit = visit;
    this.sender = sender;
    one('form', pageOf('words')).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  #submit() {
    clearErrors('words');
    const text = this.#field().value;
    try {
      this.#open(parseWords(text));
    } catch (error) {
      if (!(error instanceof WordsError)) throw error;
      showErrors('words', [{ field: 'words-text', text: wordsProblem(error, splitWords(text)) }]);
    }
  }

  /** @param {Uint8Array} code */
  async #open(code) {
    const { router, connection } = this.visit;
    router.go('waiting');
    try {
      const state = await connection.state();
      const audience = audienceOf(code);
      const groups = state.roster.audiences.find((one) => one.number === audience)?.groups ?? [];
      const keys = deriveKeys(code, state.site, groups);
      this.opened = { code, keys, replies: readReplies(keys, state), state, groups, audience };
      this.#field().value = '';
      this.#fill(this.opened);
      if (router.current === 'waiting') router.swap(this.opened.replies.messages.length ? 'inbox' : 'nothing');
    } catch (error) {
      this.sender.fail(error, () => this.#open(code));
    }
  }

  /** @param {Opened} opened */
  #fill({ replies }) {
    const page = pageOf('inbox');
    const inUse = !replies.superseded && !replies.notInForce;
    one('[data-status]', page).textContent = Object.values(replies.statuses).map((status) => t(`status-${status}`)).join(' ');
    toggle(one('[data-superseded]', page), replies.superseded);
    toggle(one('[data-not-in-force]', page), replies.notInForce);
    for (const place of ['[data-answering]', '[data-leaving]']) toggle(one(place, page), inUse);
    toggle(one('[data-proof]', page), this.#proofs().length > 0);
    const shown = replies.messages.filter((message) => READABLE.includes(message.kind)).reverse();
    one('[data-messages]', page).replaceChildren(...shown.map(article));
  }

  /** @returns {Proof[]} the newest first */
  #proofs() {
    return (this.opened?.replies.messages ?? []).flatMap((message) => message.proof ?? []).reverse();
  }

  /** The proof as a file, with the reporter's saved copy where there is one. */
  async saveProof() {
    const { opened } = this;
    if (!opened) return;
    const input = /** @type {HTMLInputElement} */ (one('[data-proof-copy]', pageOf('inbox')));
    const copy = input.files?.[0];
    const postJson = copy ? new Uint8Array(await copy.arrayBuffer()) : undefined;
    for (const [i, proof] of this.#proofs().entries()) {
      const file = receiptFile({ state: opened.state, proof, postJson });
      saveFile(new Uint8Array(file), i ? `proof-${i + 1}.json` : 'proof.json');
    }
  }

  forget() {
    this.opened = null;
    this.#field().value = '';
    one('[data-messages]', pageOf('inbox')).replaceChildren();
  }

  #field() {
    return /** @type {HTMLTextAreaElement} */ (one('#words-text'));
  }
}

/** @param {Message} message */
function article(message) {
  const made = copyOf('message');
  const known = message.kind === 'proof' || message.kind === 'handover';
  const values = { kind: t(`kind-${message.kind}`), group: groupText(message.group), day: dateText(message.day * DAY) };
  one('h2', made).textContent = t('from-on', values);
  one('p', made).textContent = known ? t(`text-${message.kind}`) : message.text;
  return made;
}

/**
 * "Check these words", naming the one that is likely wrong.
 * @param {WordsError} error
 * @param {string[]} typed
 */
function wordsProblem(error, typed) {
  if (error.name === 'BadWordCount') return t('bad-count', { count: error.count });
  if (error.name === 'UnknownWord') {
    const values = { n: error.position + 1, word: typed[error.position] };
    const [likely] = error.suggestions;
    return likely ? t('bad-word-likely', { ...values, likely }) : t('bad-word', values);
  }
  const [likely] = error.likely;
  if (!likely) return t('bad-checksum');
  return t('bad-checksum-likely', { n: likely.position + 1, word: typed[likely.position], likely: likely.words[0] });
}
