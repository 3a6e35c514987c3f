// What is asked next, what counts, and who a report is for: on questions as the build gives them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceFor, after, asked, given, reportItem, route, toEnd } from '../../reporter/client/app/answers.js';

const answer = (choices, text = '') => ({ choices, text });
const question = (id, more = {}) => ({ id, kind: 'radios', required: false, routing: false, answers: [{ id: 'yes' }, { id: 'no' }], ...more });
const questionnaire = {
  version: 'test-1',
  questions: [
    question('danger', { routing: true, answers: [{ id: 'yes', then: 'emergency' }, { id: 'no' }] }),
    question('where', { showIf: { question: 'danger', any: ['yes'] } }),
    question('floor', { showIf: { question: 'where', any: ['yes'] } }),
    question('what', { kind: 'text', required: true, answers: [] }),
    question('involves', { kind: 'checkboxes', routing: true, answers: [{ id: 'boss' }, { id: 'reader' }] }),
  ],
  routes: [
    { groups: ['independent'], when: { question: 'involves', any: ['reader'] } },
    { groups: ['psu'] },
  ],
};

test('a conditional page is asked only after the answer that calls for it', () => {
  assert.equal(after(questionnaire, {}, 'danger'), 'what');
  assert.equal(after(questionnaire, { danger: answer(['yes']) }, 'danger'), 'where');
  assert.equal(after(questionnaire, { danger: answer(['no']) }, 'danger'), 'what');
});

test('after the last question come the answers to check', () => {
  assert.equal(after(questionnaire, {}, 'involves'), 'check');
});

test('the way to the end leads past all but the question that decides who can open it, and through that once', () => {
  assert.equal(toEnd(questionnaire, {}, new Set(['what'])), 'involves');
  assert.equal(toEnd(questionnaire, {}, new Set(['what', 'involves'])), 'check');
  const hidden = { ...questionnaire, questions: questionnaire.questions.map((one) => (one.id === 'involves' ? { ...one, showIf: { question: 'where', any: ['yes'] } } : one)) };
  assert.equal(toEnd(hidden, {}, new Set()), 'check');
});

test('an answer to a page that is no longer asked does not count, nor what depends on it', () => {
  const answers = { danger: answer(['no']), where: answer(['yes']), floor: answer(['yes']), what: answer([], 'text') };
  assert.deepEqual(asked(questionnaire, answers).map((one) => one.id), ['danger', 'what', 'involves']);
  assert.deepEqual(Object.keys(given(questionnaire, answers)), ['danger', 'what']);
});

test('empty answers are left out', () => {
  assert.deepEqual(given(questionnaire, { danger: answer([]), what: answer([], 'x') }), { what: answer([], 'x') });
});

test('the first route that matches decides, the last takes the rest', () => {
  assert.deepEqual(route(questionnaire, {}), ['psu']);
  assert.deepEqual(route(questionnaire, { involves: answer(['boss']) }), ['psu']);
  assert.deepEqual(route(questionnaire, { involves: answer(['boss', 'reader']) }), ['independent']);
});

test('answers that decide who may see the report stand apart from the rest', () => {
  const item = reportItem(questionnaire, { danger: answer(['no']), what: answer([], 'text'), involves: answer(['boss']) });
  assert.deepEqual(item, {
    type: 'report',
    questionnaire: 'test-1',
    routing: { danger: answer(['no']), involves: answer(['boss']) },
    answers: { what: answer([], 'text') },
  });
});

test('an answer can call for advice before the next question', () => {
  assert.equal(adviceFor(questionnaire.questions[0], answer(['yes'])), 'emergency');
  assert.equal(adviceFor(questionnaire.questions[0], answer(['no'])), '');
  assert.equal(adviceFor(questionnaire.questions[0], undefined), '');
});
