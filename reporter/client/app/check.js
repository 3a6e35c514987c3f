/** "Check your answers": every answer with a way to change it, and who will be able to open the report. */

import { textRoom } from '../lib/post.js';
import { asked, given, reportItem, route } from './answers.js';
import { groupsText, t } from './data.js';
import { copyOf, one, pageOf, toggle } from './dom.js';
import { hints } from './hints.js';
import { FILE_ENTRY } from './questions.js';

/** @import { Question } from './data.js' */
/** @import { Hint } from './hints.js' */
/** @import { Visit } from './visit.js' */

/** @param {Visit} visit */
export function fillCheck(visit) {
  const page = pageOf(visit.checkPage);
  const rows = asked(visit.questionnaire, visit.answers).map((question) => row(visit, question));
  one('[data-summary]', page).replaceChildren(...rows);
  const found = hints(given(visit.questionnaire, visit.answers));
  one('[data-hints]', page).replaceChildren(...found.map(hintRow));
  toggle(one('[data-hinted]', page), found.length > 0);
  const groups = route(visit.questionnaire, visit.answers);
  const known = [...new Set(visit.audiences.flatMap((audience) => audience.groups))];
  const others = known.filter((group) => !groups.includes(group));
  one('[data-can]', page).textContent = t('can', { groups: groupsText(groups) });
  one('[data-cannot]', page).textContent = others.length ? t('cannot', { groups: groupsText(others) }) : t('cannot-nobody');
  const left = roomLeft(visit);
  const over = one('[data-room-over]', page);
  over.textContent = left < 0 ? t('room-over-all', { count: -left }) : '';
  toggle(over, left < 0);
}

/** Bytes that the post still holds; below zero it cannot be sent. @param {Visit} visit */
export function roomLeft(visit) {
  const item = { ...reportItem(visit.questionnaire, visit.answers), files: [] };
  return textRoom([item], route(visit.questionnaire, visit.answers)) - FILE_ENTRY * visit.attached.length;
}

/** What was answered, a question and its answer each, to read. @param {Visit} visit */
export const rowsOf = (visit) =>
  asked(visit.questionnaire, visit.answers)
    .map((question) => [headingOf(question.id), answerText(visit, question)])
    .filter(([, answer]) => answer)
    .map((pair) => pair.join('\n'));

/** @param {Hint} hint */
function hintRow(hint) {
  const made = copyOf('hint-row');
  one('[data-text]', made).textContent = t(`hint-${hint.kind}`, { found: hint.found });
  const button = one('button', made);
  button.dataset.value = hint.question;
  one('.govuk-visually-hidden', button).textContent = ` ${headingOf(hint.question)}`;
  return made;
}

/** What a question is called where its heading does not fit. @param {string} id */
const headingOf = (id) => one('form', pageOf(id)).dataset.label ?? one('h1', pageOf(id)).textContent ?? '';

/**
 * @param {Visit} visit
 * @param {Question} question
 */
function row(visit, question) {
  const made = copyOf('summary-row');
  const heading = headingOf(question.id);
  one('dt', made).textContent = heading;
  one('dd', made).textContent = answerText(visit, question) || t('not-answered');
  const button = one('button', made);
  button.dataset.value = question.id;
  one('.govuk-visually-hidden', button).textContent = ` ${heading}`;
  return made;
}

/**
 * @param {Visit} visit
 * @param {Question} question
 */
function answerText(visit, question) {
  if (question.kind === 'files') return visit.attached.map((file) => file.name).join('\n');
  const answer = visit.answers[question.id];
  if (!answer) return '';
  const labels = answer.choices.map((id) => {
    const box = one(`input[value="${id}"]`, pageOf(question.id));
    return /** @type {HTMLInputElement} */ (box).labels?.[0].textContent?.trim() ?? id;
  });
  return [...labels, answer.text].filter(Boolean).join('\n');
}
