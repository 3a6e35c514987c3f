/** The pages of the questions: what is ticked and typed goes into plain answers and comes back from them. */

import { costOf, textRoom } from '../lib/post.js';
import { adviceFor, after, reportItem, route } from './answers.js';
import { roomText, t } from './data.js';
import { all, announce, one, pageOf } from './dom.js';
import { clearErrors, showErrors } from './errors.js';

/** @import { Answers } from './answers.js' */
/** @import { Question } from './data.js' */
/** @import { Visit } from './visit.js' */

/** Room kept for one file of the list, in bytes. */
export const FILE_ENTRY = 330;
const SAY_ROOM_BELOW = 500;

export class Questions {
  /** @type {string} where to go after a changed answer; "" while answering for the first time */
  #returning = '';

  /** @param {Visit} visit */
  constructor(visit) {
    this.visit = visit;
    for (const question of visit.questionnaire.questions) this.#wire(question);
  }

  begin() {
    this.#returning = '';
    this.visit.router.go(this.visit.questionnaire.questions[0].id);
  }

  /** One answer anew, from the check page. @param {string} id */
  change(id) {
    this.#returning = 'check';
    this.visit.router.go(id);
  }

  /** After an advice page that stood between. */
  goOn() {
    this.#next(this.visit.adviceAfter);
  }

  /** @param {Question} question */
  #wire(question) {
    const page = pageOf(question.id);
    const form = /** @type {HTMLFormElement} */ (one('form', page));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(question, form);
    });
    form.addEventListener('change', (event) => ruleOut(form, /** @type {HTMLInputElement} */ (event.target)));
    form.addEventListener('input', () => this.#room(question, form));
    this.visit.router.onShow(question.id, () => this.#room(question, form));
  }

  /**
   * @param {Question} question
   * @param {HTMLFormElement} form
   */
  #submit(question, form) {
    const { visit } = this;
    const answer = read(form, question);
    clearErrors(question.id);
    if (question.required && !answer.text) return showErrors(question.id, [{ field: `${question.id}-text`, text: t('need-what') }]);
    const answers = { ...visit.answers, [question.id]: answer };
    const over = -this.#left(answers);
    if (over > 0 && answer.text) {
      return showErrors(question.id, [{ field: `${question.id}-text`, text: roomText(-over) }]);
    }
    visit.answers = answers;
    const advice = adviceFor(question, answer);
    visit.adviceAfter = question.id;
    if (advice) return visit.router.go(advice);
    return this.#next(question.id);
  }

  /** What is ticked and typed here, then straight to the answers to check. @param {string} id */
  end(id) {
    const question = this.visit.questionnaire.questions.find((one) => one.id === id);
    this.#returning = 'check';
    if (question) this.#submit(question, /** @type {HTMLFormElement} */ (one('form', pageOf(id))));
  }

  /** Leaves the page's answer as it was before: none. @param {string} id */
  skip(id) {
    const form = /** @type {HTMLFormElement} */ (one('form', pageOf(id)));
    form.reset();
    clearErrors(id);
    const { [id]: _skipped, ...rest } = this.visit.answers;
    this.visit.answers = rest;
    if (one('[data-page]:not([hidden])').querySelector('[data-files]')) this.visit.files.clear();
    this.#next(id);
  }

  /** @param {string} id */
  #next(id) {
    const { visit } = this;
    const next = after(visit.questionnaire, visit.answers, id);
    const asksMore = visit.questionnaire.questions.some((one) => one.id === next && one.showIf?.question === id) && !visit.answers[next];
    const to = asksMore ? next : this.#returning || next;
    if (to === 'check') this.#returning = '';
    visit.router.go(to);
  }

  /** Bytes that are left for text. @param {Answers} answers */
  #left(answers) {
    const item = { ...reportItem(this.visit.questionnaire, answers), files: [] };
    return textRoom([item], route(this.visit.questionnaire, answers)) - FILE_ENTRY * this.visit.files.files.length;
  }

  /**
   * Shows what is left, live, and says it when it gets short.
   * @param {Question} question
   * @param {HTMLFormElement} form
   */
  #room(question, form) {
    const place = form.querySelector('[data-room]');
    if (!place) return;
    const others = { ...this.visit.answers };
    delete others[question.id];
    const text = read(form, question).text;
    const left = this.#left({ ...others, [question.id]: { choices: [], text: 'x' } }) + 1 - costOf(text);
    place.textContent = roomText(left);
    place.classList.toggle('govuk-error-message', left < 0);
    if (left < SAY_ROOM_BELOW && left % 50 === 0) announce(place.textContent);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Question} question
 */
function read(form, question) {
  const values = new FormData(form);
  const choices = question.answers.map((one) => one.id).filter((id) => values.getAll(question.id).includes(id));
  return { choices, text: String(values.get(`${question.id}-text`) ?? '').trim() };
}

/**
 * "None of these" unticks the others, and the other way round.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} changed
 */
function ruleOut(form, changed) {
  if (changed.type !== 'checkbox' || !changed.checked) return;
  const alone = 'exclusive' in changed.dataset;
  for (const box of /** @type {HTMLInputElement[]} */ (all('input[type=checkbox]', form))) {
    if (box !== changed && (alone || 'exclusive' in box.dataset)) box.checked = false;
  }
}
