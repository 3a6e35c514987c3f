/** What the offline page's form does by itself. */

import { all } from '../app/dom.js';

/**
 * "None of these" unticks the others, and the other way round.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} changed
 */
export function ruleOut(form, changed) {
  if (changed.type !== 'checkbox' || !changed.checked) return;
  const alone = 'exclusive' in changed.dataset;
  for (const box of /** @type {HTMLInputElement[]} */ (all(`input[name="${changed.name}"]`, form))) {
    if (box !== changed && (alone || 'exclusive' in box.dataset)) box.checked = false;
  }
}
