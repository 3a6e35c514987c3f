/** The page that asks whether to send a file that cannot be cleaned. Leaving it in any other way leaves the file out. */

import { all, one, pageOf, toggle } from './dom.js';

/** @import { Kind } from '../lib/strip/kind.js' */
/** @import { Router } from './router.js' */

const PAGE = 'file-choice';

export class FileChoice {
  #asItIs = false;

  /** @param {Router} router */
  constructor(router) {
    this.router = router;
  }

  /**
   * @param {string} name
   * @param {Kind} kind which warning is shown
   * @returns {Promise<boolean>}
   */
  ask(name, kind) {
    const page = pageOf(PAGE);
    one('[data-file-name]', page).textContent = name;
    for (const warning of all('[data-kind]', page)) toggle(warning, warning.dataset.kind === kind);
    this.#asItIs = false;
    return new Promise((resolve) => {
      this.router.go(PAGE);
      this.router.onLeave(PAGE, () => resolve(this.#asItIs));
    });
  }

  /** @param {boolean} asItIs */
  answer(asItIs) {
    this.#asItIs = asItIs;
    this.router.back();
  }
}
