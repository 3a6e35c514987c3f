/** What the offline page's form does by itself. */

import { given, route } from '../app/answers.js';
import { data, groupsText, t } from '../app/data.js';
import { all, copyOf, one, toggle } from '../app/dom.js';
import { hints } from '../app/hints.js';

/** @import { Answers } from '../app/answers.js' */
/** @import { Questionnaire } from '../app/data.js' */

/**
 * Before the buttons that seal: who will be able to open the report, and what in it may tell who wrote it.
 * @param {HTMLElement} page
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 */
export function review(page, questionnaire, answers) {
  const groups = route(questionnaire, answers);
  const others = new Set(data.pins.audiences.flatMap((audience) => audience.groups).filter((group) => !groups.includes(group)));
  one('[data-can]', page).textContent = t('can', { groups: groupsText(groups) });
  one('[data-cannot]', page).textContent = others.size ? t('cannot', { groups: groupsText([...others]) }) : t('cannot-nobody');
  const found = hints(given(questionnaire, answers));
  const rows = found.map((hint) => {
    const row = copyOf('hint-row');
    row.textContent = t(`hint-${hint.kind}`, { found: hint.found });
    return row;
  });
  one('[data-hints]', page).replaceChildren(...rows);
  toggle(one('[data-hinted]', page), rows.length > 0);
}

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
