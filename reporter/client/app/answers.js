/** The answers of a report: in memory only, as plain values. What to ask next and where it goes are decided here. */

/** @import { Condition, Question, Questionnaire } from './data.js' */

/**
 * @typedef {{choices: string[], text: string}} Answer
 * @typedef {Record<string, Answer>} Answers by question id
 */

/**
 * @param {Condition | undefined} condition
 * @param {Answers} answers
 */
const holds = (condition, answers) => !condition || condition.any.some((id) => answers[condition.question]?.choices.includes(id));

/**
 * The questions asked of someone who answers so.
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function asked(questionnaire, answers) {
  /** @type {Answers} */
  const counted = {};
  return questionnaire.questions.filter((question) => {
    const shown = holds(question.showIf, counted);
    if (shown && answers[question.id]) counted[question.id] = answers[question.id];
    return shown;
  });
}

/**
 * The answers that count: those of questions still asked, without the empty ones.
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @returns {Answers}
 */
export function given(questionnaire, answers) {
  const pairs = asked(questionnaire, answers)
    .map((question) => /** @type {[string, Answer]} */ ([question.id, answers[question.id]]))
    .filter(([, answer]) => answer && (answer.choices.length || answer.text));
  return Object.fromEntries(pairs);
}

/**
 * The page after this question's: an advice page, the next question, or "check".
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @param {string} id
 */
export function after(questionnaire, answers, id) {
  const list = asked(questionnaire, answers);
  return list[list.findIndex((question) => question.id === id) + 1]?.id ?? 'check';
}

/**
 * The advice page that an answer calls for, or "".
 * @param {Question} question
 * @param {Answer | undefined} answer
 */
export const adviceFor = (question, answer) => question.answers.find((one) => answer?.choices.includes(one.id) && one.then)?.then ?? '';

/**
 * The groups that the report is for.
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @returns {string[]}
 */
export function route(questionnaire, answers) {
  const counted = given(questionnaire, answers);
  const found = questionnaire.routes.find((one) => holds(one.when, counted));
  if (!found) throw new Error('no route');
  return found.groups;
}

/**
 * Where the way to the end leads: to the check page, past all but the questions that decide who can open it. Those are
 * passed by nobody unseen: a report about the people who open reports must not go to them because its writer was in haste.
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 * @param {Set<string>} passed ids of the questions that were answered or skipped
 */
export function toEnd(questionnaire, answers, passed) {
  const deciding = questionnaire.routes.map((one) => one.when?.question);
  return asked(questionnaire, answers).find((one) => deciding.includes(one.id) && !passed.has(one.id))?.id ?? 'check';
}

/**
 * The `report` item of a post, without its files. spec: 4.1
 * @param {Questionnaire} questionnaire
 * @param {Answers} answers
 */
export function reportItem(questionnaire, answers) {
  const counted = given(questionnaire, answers);
  const part = (/** @type {boolean} */ routing) =>
    Object.fromEntries(questionnaire.questions.filter((one) => one.routing === routing && counted[one.id]).map((one) => [one.id, counted[one.id]]));
  return { type: /** @type {const} */ ('report'), questionnaire: questionnaire.version, routing: part(true), answers: part(false) };
}
