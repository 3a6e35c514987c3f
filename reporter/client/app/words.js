/** Twelve words: showing them, copying or printing them, a reminder to come back, and typing two of them back. */

import { random, toHex } from '../lib/bytes.js';
import { wordsOf } from '../lib/code.js';
import { dayText, t } from './data.js';
import { all, noteBy, one, pageOf, saveFile } from './dom.js';
import { clearErrors, showErrors } from './errors.js';
import { reminder } from './reminder.js';

/** @import { Router } from './router.js' */

const COUNT = 12;
const SHORTEST = 4;
const COME_BACK = 7; // days
const ENTRY = 'note.ics';

/** @param {Element} list @param {string[]} words */
export function listWords(list, words) {
  const items = words.map((word) => {
    const item = document.createElement('li');
    item.textContent = word;
    return item;
  });
  list.replaceChildren(...items);
}

export class WordsPages {
  /** @type {string[]} */
  #words = [];
  /** @type {number[]} the two places asked for */
  #places = [];
  #pages;

  /**
   * @param {Router} router
   * @param {{shown: string, typed: string, onTyped: () => void}} pages
   */
  constructor(router, pages) {
    this.#pages = pages;
    const form = /** @type {HTMLFormElement} */ (one('form', pageOf(pages.typed)));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#check();
    });
    router.onShow(pages.typed, () => this.#ask());
  }

  /** @param {Uint8Array} code */
  show(code) {
    this.#words = wordsOf(code);
    listWords(this.#list(), this.#words);
    const when = pageOf(this.#pages.shown).querySelector('[data-come-back]');
    if (when) when.textContent = t('come-back', { day: dayText(comeBack()) });
  }

  forget() {
    this.#words = [];
    this.#list().replaceChildren();
    this.#list().removeAttribute('data-print');
    for (const note of all('[data-note]', pageOf(this.#pages.shown))) note.remove();
    clearErrors(this.#pages.typed);
    /** @type {HTMLFormElement} */ (one('form', pageOf(this.#pages.typed))).reset();
  }

  /** The words alone, on paper. Before this was asked for, and on every other page, a print is empty. */
  print() {
    this.#list().setAttribute('data-print', '');
    print();
  }

  /** An entry for the reporter's calendar. */
  remind() {
    saveFile(reminder(t('reminder'), comeBack(), toHex(random(16))), ENTRY, 'text/calendar');
    this.#note('remind', t('saved', { name: ENTRY }));
  }

  #list() {
    return one('[data-words]', pageOf(this.#pages.shown));
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.#words.join(' '));
      this.#note('copy', t('copied'));
    } catch {
      this.#note('copy', t('not-copied'));
    }
  }

  /**
   * @param {string} act
   * @param {string} text
   */
  #note(act, text) {
    noteBy(one(`[data-act="${act}"]`, pageOf(this.#pages.shown)), text);
  }

  /** Two places at random, asked in order. */
  #ask() {
    const page = pageOf(this.#pages.typed);
    clearErrors(this.#pages.typed);
    const [a, b] = crypto.getRandomValues(new Uint32Array(2));
    const first = a % COUNT;
    const second = (first + 1 + (b % (COUNT - 1))) % COUNT;
    this.#places = [Math.min(first, second), Math.max(first, second)];
    for (const [i, input] of this.#inputs(page).entries()) {
      input.value = '';
      const label = /** @type {NodeListOf<HTMLLabelElement>} */ (input.labels)[0];
      label.textContent = t('type-word', { n: this.#places[i] + 1 });
    }
  }

  #check() {
    const page = pageOf(this.#pages.typed);
    const problems = this.#inputs(page).flatMap((input, i) => {
      const place = this.#places[i];
      return means(input.value, this.#words[place]) ? [] : [{ field: input.id, text: t('wrong-word', { n: place + 1 }) }];
    });
    if (problems.length) showErrors(this.#pages.typed, problems);
    else this.#pages.onTyped();
  }

  /** @param {ParentNode} page */
  #inputs(page) {
    return /** @type {HTMLInputElement[]} */ (all('input', page));
  }
}

function comeBack() {
  const day = new Date();
  day.setDate(day.getDate() + COME_BACK);
  return day;
}

/**
 * Whether this was typed for that word: whole, or its first four letters or more.
 * @param {string} typed
 * @param {string} word
 */
function means(typed, word) {
  const plain = typed.normalize('NFKD').toLowerCase().replace(/\P{L}/gu, '');
  return plain === word || (plain.length >= SHORTEST && word.startsWith(plain));
}
