/** Check for replies: words in, replies out of the sheet that every visitor has. Nothing is asked of the server. */

import { audienceOf, keysOf, parseWords, splitWords } from '../lib/code.js';
import { ProtocolError, WordsError } from '../lib/errors.js';
import { receiptFile } from '../lib/proof.js';
import { readReplies } from '../lib/replies.js';
import { postOf } from './copy.js';
import { dateText, groupsText, groupText, t } from './data.js';
import { copyOf, noteBy, one, pageOf, saveFile, toggle } from './dom.js';
import { clearErrors, showErrors } from './errors.js';

/** @import { Keys } from '../lib/code.js' */
/** @import { Proof } from '../lib/proof.js' */
/** @import { Message, Replies } from '../lib/replies.js' */
/** @import { State } from '../lib/state.js' */
/** @import { Sender } from './sender.js' */
/** @import { Visit } from './visit.js' */

/** @typedef {{code: Uint8Array, keys: Keys, replies: Replies, state: State, groups: string[], audience: number}} Opened */

const DAY = 86_400;
const WEEK = 7 * DAY; // in which a first answer comes
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
      const keys = keysOf(code, state);
      const replies = readReplies(keys, state);
      this.opened = { code, keys, replies, state, groups: Object.keys(keys.threads), audience: audienceOf(code) };
      this.#field().value = '';
      this.#fill(this.opened);
      if (router.current !== 'waiting') return;
      router.swap(replies.messages.length ? 'inbox' : replies.unchecked.length ? 'unchecked' : 'nothing');
    } catch (error) {
      if (error instanceof ProtocolError && error.name === 'UnknownAudience') {
        router.swap('words');
        showErrors('words', [{ field: 'words-text', text: t('bad-checksum') }]);
        return;
      }
      this.sender.fail(error, () => this.#open(code));
    }
  }

  /** @param {Opened} opened */
  #fill(opened) {
    const { replies } = opened;
    const page = pageOf('inbox');
    const inUse = !replies.superseded && !replies.notInForce;
    one('[data-status]', page).textContent = inUse ? statusText(replies) : ''; // what stands under old words is old
    one('[data-notes]', page).replaceChildren(...notes(opened).map(note));
    one('[data-normal]', pageOf('nothing')).textContent = t('normal', { day: dateText(Date.now() / 1000 + WEEK) });
    one('[data-unchecked]', pageOf('unchecked')).textContent = t('unchecked', { groups: groupsText(replies.unchecked) });
    for (const place of ['[data-answering]', '[data-leaving]']) toggle(one(place, page), inUse);
    toggle(one('[data-proof]', page), this.#proofs().length > 0);
    one('[data-proof]', page).querySelector('[data-note]')?.remove();
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
    const postJson = copy ? postOf(new Uint8Array(await copy.arrayBuffer())) : undefined;
    clearErrors('inbox');
    const names = [];
    for (const [i, proof] of this.#proofs().entries()) {
      const file = this.#receipt({ state: opened.state, proof, postJson });
      const name = i ? `proof-${i + 1}.json` : 'proof.json';
      saveFile(file, name);
      names.push(name);
    }
    noteBy(one('[data-act="save-proof"]', pageOf('inbox')), t('saved', { name: names.join(', ') }));
  }

  /**
   * With the saved copy where it is the one that was proved; otherwise without it, and the reporter is told.
   * @param {{state: State, proof: Proof, postJson?: Uint8Array}} parts
   */
  #receipt({ state, proof, postJson }) {
    try {
      return receiptFile({ state, proof, postJson });
    } catch (error) {
      if (!postJson || !(error instanceof ProtocolError) || error.name !== 'BadProof') throw error;
      showErrors('inbox', [{ text: t('proof-other') }]);
      return receiptFile({ state, proof });
    }
  }

  forget() {
    this.opened = null;
    this.#field().value = '';
    /** @type {HTMLInputElement} */ (one('[data-proof-copy]', pageOf('inbox'))).value = '';
    for (const place of ['messages', 'status', 'notes']) one(`[data-${place}]`, pageOf('inbox')).replaceChildren();
  }

  #field() {
    return /** @type {HTMLTextAreaElement} */ (one('#words-text'));
  }
}

/** What each group says it is doing; before the first word of it, that the report is there. @param {Replies} replies */
function statusText({ statuses, messages }) {
  const said = Object.values(statuses).map((status) => t(`status-${status}`));
  if (!said.length && messages.some(({ kind }) => kind === 'proof' || kind === 'acknowledgement')) return t('status-received');
  return [...new Set(said)].join(' ');
}

/**
 * Which words work, group by group, and what could not be checked.
 * @param {Opened} opened
 */
function notes({ replies, groups }) {
  const told = ['superseded', 'not-in-force'].flatMap((kind) => {
    const from = [...new Set(replies.messages.filter((one) => one.kind === kind).map((one) => one.group))];
    if (!from.length) return [];
    const text = t(kind);
    return [from.length < groups.length ? t('for-groups', { text, groups: groupsText(from) }) : text];
  });
  return replies.unchecked.length ? [...told, t('unchecked', { groups: groupsText(replies.unchecked) })] : told;
}

/** @param {string} text */
function note(text) {
  const made = copyOf('remark');
  made.textContent = text;
  return made;
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
