// What may tell who wrote a report, or name someone who was harmed: by table, and what must stay silent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hints } from '../../reporter/client/app/hints.js';

const text = (words) => ({ choices: [], text: words });
const ticked = (...choices) => ({ choices, text: '' });
const told = (answers) => hints(answers).map(({ question, kind, found }) => [question, kind, found]);

const WRITER = [
  ['email', 'Write to jo.bloggs+x@example.co.uk please', 'jo.bloggs+x@example.co.uk'],
  ['phone', 'Ring 07700 900123 after six', '07700 900123'],
  ['phone', '+44 (0)20 7946 0018', '+44 (0)20 7946 0018'],
  ['phone', '02079460018', '02079460018'],
  ['phone', '+32 2 555 12 34', '+32 2 555 12 34'],
  ['ni', 'my number is QQ123456C', ''],
  ['ni', 'AB 12 34 56 C', 'AB 12 34 56 C'],
  ['ni', 'ab123456c', 'ab123456c'],
  ['staff', 'staff number 48213', 'staff number 48213'],
  ['staff', 'My employee no. is N12345.', 'employee no. is N12345'],
  ['staff', 'warrant no: 10432', 'warrant no: 10432'],
  ['staff', 'collar number 07700900', 'collar number 07700900'],
  ['only', 'I am the only woman there', 'I am the only woman'],
  ['only', "I'm the only analyst", "I'm the only analyst"],
  ['only', 'I’m the sole finance officer', 'I’m the sole finance'],
  ['only', 'only I knew', 'only I knew'],
  ['only', 'Nobody else saw it', 'Nobody else saw'],
  ['team', 'in my team of 3', 'my team of 3'],
  ['team', 'We are a team of 3.', 'We are a team of 3'],
  ['team', 'our unit of just four people', 'our unit of just four'],
  ['team', 'There are three of us here', 'There are three of us'],
  ['only', 'Fi yw’r unig swyddog yno', 'Fi yw’r unig swyddog'],
  ['only', 'dim ond fi sy’n gwybod', 'dim ond fi sy'],
  ['team', 'yn fy nhîm o dri', 'fy nhîm o dri'],
  ['team', 'Rydym yn dîm o 3.', 'yn dîm o 3'],
  ['team', 'ein huned bach o 4', 'ein huned bach o 4'],
];

for (const [kind, words, found] of WRITER) {
  test(`“${words}” ${found ? `is shown as ${kind}` : `is no ${kind}`}`, () => {
    const expected = found ? [['what', kind, found]] : [];
    assert.deepEqual(told({ what: text(words) }), expected);
  });
}

const SILENT = [
  'He took £1,200 on 12 May 2025 and 0.5 kg went missing.',
  'She is the only one who signs them.',
  'A team of 30 was there, on case 2024/00123.',
  'At 09:30 the staff left. Room 12345.',
  'He sent 10 messages @ night.',
  '',
];

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
