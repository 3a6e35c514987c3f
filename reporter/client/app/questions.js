/** The pages of the questions: what is ticked and typed goes into plain answers and comes back from them. */

import { costOf, textRoom } from '../lib/post.js';
import { adviceFor, after, reportItem, route, toEnd } from './answers.js';
import { data, roomText, t } from './data.js';
import { all, announce, one, pageOf } from './dom.js';
import { clearErrors, showErrors } from './errors.js';

/** @import { Answers } from './answers.js' */
/** @import { Question } from './data.js' */
/** @import { Visit } from './visit.js' */

/** Room kept for one file of the list, in bytes. */
export const FILE_ENTRY = 330;
const SAY_ROOM_BELOW = 500;

export class Questions {
  /** Whether the answers to check come next: after a changed answer, or by the way to the end. */
  #ending = false;

  /** @param {Visit} visit */
  constructor(visit) {
    this.visit = visit;
    for (const [form, { questions }] of Object.entries(data.forms)) {
      for (const question of questions) this.#wire(form, question);
    }
  }

  /** The first question of a form. @param {string} form */
  begin(form) {
    this.#ending = false;
    this.visit.router.go(data.forms[form].questions[0].id);
  }

  /** One answer anew, from the check page. @param {string} id */
  change(id) {
    this.#ending = true;
    this.visit.router.go(id);
  }

  /** After an advice page that stood between. */
  goOn() {
    this.#next(this.visit.adviceAfter);
  }

  /**
   * @param {string} name of its form
   * @param {Question} question
   */
  #wire(name, question) {
    const page = pageOf(question.id);
    const form = /** @type {HTMLFormElement} */ (one('form', page));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(question, form);
    });
    form.addEventListener('change', (event) => ruleOut(form, /** @type {HTMLInputElement} */ (event.target)));
    form.addEventListener('input', () => this.#room(question, form));
    this.visit.router.onShow(question.id, () => {
      this.visit.form = name;
      this.#room(question, form);
    });
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
    visit.passed.add(question.id);
    const advice = adviceFor(question, answer);
    visit.adviceAfter = question.id;
    if (advice) return visit.router.go(advice);
    return this.#next(question.id);
  }

  /** What is ticked and typed here, then the way to the end. @param {string} id */
  end(id) {
    const question = this.visit.questionnaire.questions.find((one) => one.id === id);
    this.#ending = true;
    if (question) this.#submit(question, /** @type {HTMLFormElement} */ (one('form', pageOf(id))));
  }

  /** Leaves the page's answer as it was before: none. @param {string} id */
  skip(id) {
    const form = /** @type {HTMLFormElement} */ (one('form', pageOf(id)));
    form.reset();
    clearErrors(id);
    const { [id]: _skipped, ...rest } = this.visit.answers;
    this.visit.answers = rest;
    this.visit.passed.add(id);
    if (one('[data-page]:not([hidden])').querySelector('[data-files]')) this.visit.files.clear();
    this.#next(id);
  }

  /** @param {string} id */
  #next(id) {
    const { visit } = this;
    const next = after(visit.questionnaire, visit.answers, id);
    const asksMore = visit.questionnaire.questions.some((one) => one.id === next && one.showIf?.question === id) && !visit.answers[next];
    const to = this.#ending && !asksMore ? toEnd(visit.questionnaire, visit.answers, visit.passed) : next;
    if (to !== 'check') return visit.router.go(to);
    this.#ending = false;
    return visit.router.go(visit.checkPage);
  }

  /** Bytes that are left for text. @param {Answers} answers */
  #left(answers) {
    const item = { ...reportItem(this.visit.questionnaire, answers), files: [] };
    return textRoom([item], route(this.visit.questionnaire, answers)) - FILE_ENTRY * this.visit.attached.length;
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
