/**
 * Shows one page of the document at a time. Moving about makes no request, and what stands in the browser's history is
 * the same address again and again, with a number that counts up: where the reporter was is known to this module only.
 */

import { all, one, pageOf, toggle } from './dom.js';
import { clearErrors, titleFor } from './errors.js';

const PASSING = /^(problem-|sending$|waiting$)/;
const INTERLUDE = /^(problem-|sending$|waiting$|file-choice$)/;

export class Router {
  /** @type {string[]} pages gone through, the one shown last */
  #trail;
  /** @type {string[]} pages gone back from, the nearest last */
  #ahead = [];
  /** Where in the browser's history this is: it tells Back from Forward, which not every browser does. */
  #step = Number(history.state ?? 0);
  #hold = false;
  /** @type {Map<string, () => void>} */
  #before = new Map();
  /** @type {{page: string, act: () => void} | null} */
  #leaving = null;

  /** @param {string} first */
  constructor(first) {
    this.#trail = [first];
    history.scrollRestoration = 'manual';
    history.replaceState(this.#step, '', location.pathname);
    addEventListener('popstate', (event) => this.#popped(event.state));
  }

  get current() {
    return /** @type {string} */ (this.#trail.at(-1));
  }

  /**
   * Called each time before the page is shown.
   * @param {string} id
   * @param {() => void} fill
   */
  onShow(id, fill) {
    this.#before.set(id, fill);
  }

  /**
   * Called once, when another page is shown.
   * @param {string} page that is shown now
   * @param {() => void} act
   */
  onLeave(page, act) {
    this.#leaving = { page, act };
  }

  /** One page on. Pages that only wait or say what went wrong are left behind. @param {string} id */
  go(id) {
    if (PASSING.test(this.current)) return this.swap(id);
    this.#ahead = [];
    this.#trail.push(id);
    this.#push();
    return this.#show();
  }

  /** In place of the present page, which Back then does not find. @param {string} id */
  swap(id) {
    this.#trail.pop();
    if (this.#trail.at(-1) !== id) this.#trail.push(id);
    this.#show();
  }

  /**
   * Forgets the way here. Back shows this page again; where `hold` is set, as often as it is pressed.
   * @param {string} id
   * @param {{hold?: boolean}} [options]
   */
  restart(id, { hold = false } = {}) {
    this.#hold = hold;
    this.#trail = [id];
    this.#ahead = [];
    this.#push();
    this.#show();
  }

  back() {
    if (this.#trail.length > 1) history.back();
  }

  #push() {
    this.#step += 1;
    history.pushState(this.#step, '', location.pathname);
  }

  /** @param {number | null} step none where someone changed the address by hand */
  #popped(step) {
    const forward = step === null || step > this.#step;
    if (step === null) history.replaceState(this.#step + 1, '', location.pathname);
    this.#step = step ?? this.#step + 1;
    if (forward && this.#ahead.length) this.#trail.push(/** @type {string} */ (this.#ahead.pop()));
    else if (!forward && this.#trail.length > 1) this.#ahead.push(/** @type {string} */ (this.#trail.pop()));
    else if (!forward && this.#hold) this.#push();
    this.#show();
  }

  /** Whether anything was asked or shown, now or before, but advice. */
  #begun() {
    return [...this.#trail, ...this.#ahead].some((id) => !('advice' in pageOf(id).dataset));
  }

  #show() {
    this.#before.get(this.current)?.();
    const before = all('[data-page]').find((page) => !page.hidden)?.dataset.page;
    if (before && before !== this.current && !INTERLUDE.test(this.current)) clearErrors(before); // nothing stale meets who comes back
    for (const page of all('[data-page]')) page.hidden = page.dataset.page !== this.current;
    for (const links of all('[data-languages]')) toggle(links, !this.#begun()); // another language is another page: what was written is lost
    titleFor(this.current);
    const heading = one('h1', pageOf(this.current));
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
    const leaving = this.#leaving;
    if (!leaving || leaving.page === this.current) return;
    this.#leaving = null;
    leaving.act();
  }
}
