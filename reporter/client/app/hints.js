/**
 * What in a report may tell who wrote it, or name someone who was harmed. Looked for on the phone, shown there only, and
 * never in the way of sending.
 */

/** @import { Answers } from './answers.js' */

/**
 * @typedef {object} Hint
 * @property {string} question whose answer to look at again
 * @property {string} kind
 * @property {string} found the words themselves, or "" when it is a ticked answer
 */

const NUMBER = '(?:\\d+|one|two|three|four|five|six|seven|eight|nine|ten)';
const ONLY = "\\b(?:I am|I[’']m|I was|as) the (?:only|sole)(?: [\\p{L}-]+)?";
const ONLY_CY = "\\b(?:fi (?:yw|ydy|oedd) ?[’']?r unig(?: [\\p{L}-]+)?|dim ond fi (?:sy|oedd|a)\\b)";
const TEAM_CY = "\\b(?:fy nhîm|ein tîm|fy uned|ein huned|yn dîm)(?: bach)? o (?:ddim ond |tua )?(?:\\d+|ddau|ddwy|dri|dair|bedwar|bedair|bump?|chwech?|saith|wyth|naw|ddeg)\\b";
const GROUP = '(?:team|unit|office|group|section|shift|post|branch)';

/** @type {[string, RegExp][]} what tells of the writer, the plainest first */
const WRITER = [
  ['email', /[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/u],
  ['ni', /\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b/iu],
  ['staff', /\b(?:staff|employee|payroll|warrant|collar|badge|pass) ?(?:no\.?|number|id)?(?: is)?[ :#]*[A-Z]{0,3}\d{3,8}\b/iu],
  ['phone', /(?:^|[^\d£.,-])((?:\+\d{1,3}|0)[ -]?(?:\(0\) ?)?\d(?:[ -]?\d){7,10})(?!\d)/u],
  ['only', new RegExp(`${ONLY}|\\bonly I (?:know|knew|saw|heard|have|had)\\b|\\bnobody (?:else|but me) (?:knows|knew|saw|heard)\\b|${ONLY_CY}`, 'iu')],
  ['team', new RegExp(`\\b(?:my|our|we(?: are|[’']re) an?) (?:small )?${GROUP} of (?:just |only |about )?${NUMBER}\\b|\\bthere are (?:just |only )?${NUMBER} of us\\b|${TEAM_CY}`, 'iu')],
];

const TITLED = /\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? \p{Lu}[\p{L}’'-]+/u;
const CALLED = /\b(?:name is|named|called) \p{Lu}[\p{L}’'-]+/u;
const NAME = "\\p{Lu}[\\p{Ll}’']+(?:-\\p{Lu}\\p{Ll}+)?";
const PAIRS = new RegExp(`(?:^|[^\\p{L}])(${NAME})(?= (${NAME}))`, 'gu');
/** Pairs of capitals that are no one's name. */
const NO_NAME = /^(?:The|A|An|On|In|At|He|She|They|I|We|It|My|Our|His|Her|Their|This|That|When|Last|National|Director|Deputy|Human|Crown|New|United|Northern|West|East|South|North) /u;
const NO_PERSON = /(?:Agency|General|Office|Street|Road|House|Court|Unit|Team|Police|Service|Resources|Kingdom|Ireland|London|Director|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)$/u;
const HARMED = /\b(?:victim|survivor|raped?|assaulted|groped|harassed|abused|bullied|molested)\b/iu;

/** What an id means in every form: a notice's questions mean what the report's of the same name do. @param {string} id */
const meaning = (id) => id.replace(/^notice-/, '');

/**
 * @param {Answers} answers those that count
 * @returns {Hint[]} one of a kind for each question, in the order of the answers
 */
export function hints(answers) {
  const meant = Object.fromEntries(Object.entries(answers).map(([id, answer]) => [meaning(id), answer]));
  const open = meant.identity?.choices.includes('yes') || Boolean(meant.name?.text);
  return Object.entries(answers).flatMap(([question, answer]) => {
    if (['reach', 'name'].includes(meaning(question))) return [];
    const found = open ? [] : ofWriter(answer.text).map(([kind, words]) => ({ question, kind, found: words }));
    const victim = harmIn(meant, meaning(question)) ? nameIn(answer.text) : '';
    if (victim) found.push({ question, kind: 'victim', found: victim });
    if (!open && question === 'knowers' && answer.choices.includes('only-me')) found.push({ question: 'what', kind: 'knower', found: '' });
    return found;
  });
}

/**
 * @param {string} text
 * @returns {[string, string][]} kind and words
 */
function ofWriter(text) {
  /** @type {[string, string][]} */
  const found = [];
  let rest = text;
  for (const [kind, pattern] of WRITER) {
    const match = rest.match(pattern);
    const words = match?.[1] ?? match?.[0];
    if (!words) continue;
    found.push([kind, words]);
    rest = rest.replace(words, ' '); // so that a staff number is not a phone number too
  }
  return found;
}

/**
 * Whether a name in this answer may be that of someone who was harmed.
 * @param {Answers} answers by what their ids mean
 * @param {string} question
 */
function harmIn(answers, question) {
  const ticked = (/** @type {string} */ id, /** @type {string[]} */ any) => any.some((one) => answers[id]?.choices.includes(one));
  if (question === 'affected') return true;
  if (question !== 'what') return false;
  return ticked('about', ['sexual', 'bullying', 'child-adult-unsafe']) || ticked('affected', ['harmed']) || HARMED.test(answers.what.text);
}

/**
 * What looks like somebody's name, or "".
 * @param {string} text
 */
function nameIn(text) {
  const plain = text.match(TITLED) ?? text.match(CALLED);
  if (plain) return plain[0];
  const pairs = [...text.matchAll(PAIRS)].map(([, first, second]) => `${first} ${second}`);
  return pairs.find((pair) => !NO_NAME.test(pair) && !NO_PERSON.test(pair)) ?? '';
}
