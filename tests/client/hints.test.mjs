// What may tell who wrote a report, or name someone who was harmed: by table, and what must stay silent.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hints } from '../../reporter/client/app/hints.js';

const text = (words) => ({ choices: [], text: words });
const ticked = (...choices) => ({ choices, text: '' });
const told = (answers) => hints(answers).map(({ question, kind, found }) => [question, kind, found]);

/** The console marks the same for whoever handles the report: tests/handler/cases/test_identifying.py. */
const { writer: WRITER, silent: SILENT } = JSON.parse(readFileSync(new URL('identifying.json', import.meta.url), 'utf8'));

for (const [kind, words, found] of WRITER) {
  test(`“${words}” ${found ? `is shown as ${kind}` : `is no ${kind}`}`, () => {
    const expected = found ? [['what', kind, found]] : [];
    assert.deepEqual(told({ what: text(words) }), expected);
  });
}

for (const words of SILENT) {
  test(`“${words}” tells nothing`, () => assert.deepEqual(told({ what: text(words) }), []));
}

const VICTIM = [
  ['a category of harm', { about: ticked('sexual'), what: text('He followed Priya Shah home.') }, 'Priya Shah'],
  ['people who were harmed', { what: text('It was Ms O’Neill he shouted at.'), affected: ticked('harmed') }, 'Ms O’Neill'],
  ['a word for harm', { what: text('The victim is called Ama.') }, 'called Ama'],
  ['a sentence that starts before it', { about: ticked('sexual'), what: text('When Priya Shah came in, he left.') }, 'Priya Shah'],
  ['a name with an accent', { about: ticked('bullying'), what: text('He mocks Éva Şahin.') }, 'Éva Şahin'],
  ['a name with a hyphen', { about: ticked('bullying'), what: text('He shouts at Anne-Marie Smith-Jones.') }, 'Anne-Marie Smith-Jones'],
];

for (const [why, answers, found] of VICTIM) {
  test(`a name beside ${why} may be of someone who was harmed`, () => {
    assert.deepEqual(told(answers), [['what', 'victim', found]]);
  });
}

test('a name given for who was affected is shown with that question', () => {
  assert.deepEqual(told({ affected: { choices: [], text: 'Priya Shah' } }), [['affected', 'victim', 'Priya Shah']]);
});

test('whom it is about may be named, and places are no people', () => {
  assert.deepEqual(told({ who: text('John Smith') }), []);
  assert.deepEqual(told({ about: ticked('sexual'), what: text('On Tuesday the National Crime Agency in New York was told.') }), []);
  assert.deepEqual(told({ about: ticked('drugs'), what: text('John Smith sells them.') }), []);
});

test('a notice is looked at as a report is, and its writer is not warned once named', () => {
  const answers = { 'notice-about': ticked('bullying'), 'notice-what': text('In my team of 3 he mocks Priya Shah.') };
  const victim = ['notice-what', 'victim', 'Priya Shah'];
  assert.deepEqual(told(answers), [['notice-what', 'team', 'my team of 3'], victim]);
  assert.deepEqual(told({ ...answers, 'notice-name': text('Jo Bloggs, 07700 900123') }), [victim]);
  assert.deepEqual(told({ 'notice-affected': text('Ama Mensah') }), [['notice-affected', 'victim', 'Ama Mensah']]);
  assert.deepEqual(told({ 'notice-who': text('John Smith') }), []);
});

test('what only the writer knows leads to what happened', () => {
  assert.deepEqual(told({ knowers: ticked('only-me') }), [['what', 'knower', '']]);
});

test('each answer is looked at, each kind once', () => {
  const answers = { what: text('a@example.org b@example.org'), worried: text('c@example.org') };
  assert.deepEqual(told(answers), [['what', 'email', 'a@example.org'], ['worried', 'email', 'c@example.org']]);
});

test('who gives a name is not warned of being known, but still of naming someone who was harmed', () => {
  const answers = {
    about: ticked('sexual'),
    what: text('I am the only one who saw him with Priya Shah. 07700 900123'),
    knowers: ticked('only-me'),
    identity: ticked('yes'),
    reach: text('Jo Bloggs, jo@example.org'),
  };
  assert.deepEqual(told(answers), [['what', 'victim', 'Priya Shah']]);
});
