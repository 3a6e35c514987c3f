// Twelve words: made, typed by people, and mended.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { audienceOf, fingerprint, keysOf, makeCode, parseWords, wordsOf } from '../../reporter/client/lib/code.js';
import { distance } from '../../reporter/client/lib/likely.js';
import { parseHead } from '../../reporter/client/lib/state.js';
import { WORDS } from '../../reporter/client/lib/wordlist.js';
import { packaged } from './support/open.mjs';
import { NOW, pins, state } from './support/world.mjs';

const { wordlist } = await packaged('@scure/bip39/wordlists/english.js');
const bip39 = await packaged('@scure/bip39');

const failure = (text) => {
  try {
    parseWords(text);
  } catch (error) {
    return error;
  }
  assert.fail('these words were taken');
};

test('the packed list is the BIP39 list', () => assert.deepEqual(WORDS, [...wordlist]));

test('codes carry their audience and come back from their words, as BIP39 has them', () => {
  for (let audience = 0; audience < 16; audience++) {
    const code = makeCode(audience);
    const words = wordsOf(code);
    assert.equal(words.join(' '), bip39.entropyToMnemonic(code, wordlist));
    assert.deepEqual([...parseWords(words.join(' '))], [...code]);
    assert.equal(audienceOf(code), audience);
  }
});

test('case, spacing, hyphens, numbering, accents and four-letter beginnings are forgiven', () => {
  const code = new Uint8Array(16).fill(0x5a);
  const words = wordsOf(code);
  const typed = [
    words.join('-').toUpperCase(),
    words.map((word, i) => `${i + 1}. ${word}\n`).join(''),
    words.map((word) => word.slice(0, 4)).join(' '),
    words.map((word) => word[0] + '\u0301' + word.slice(1)).join(',  '),
    words.map((word) => [...word].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join('')).join('\u3000'),
  ];
  for (const text of typed) assert.deepEqual([...parseWords(text)], [...code]);
});

test('too few words are counted', () => {
  assert.deepEqual([failure('abandon ability').name, failure('abandon ability').count], ['BadWordCount', 2]);
  assert.equal(failure('').count, 0);
});

test('a word that is not in the list is named by its place, with words near it', () => {
  const words = wordsOf(makeCode(1));
  words[7] = 'recieve';
  const { name, position, suggestions } = failure(words.join(' '));
  assert.deepEqual([name, position, suggestions[0]], ['UnknownWord', 7, 'receive']);
});

test('for words that do not fit together, the word mistaken for a near one is proposed among the first', () => {
  const pairs = [['boat', 'goat'], ['form', 'from'], ['quit', 'quiz'], ['hover', 'lover'], ['market', 'marble'], ['desert', 'dessert']];
  let found = 0;
  let tried = 0;
  for (const [right, wrong] of pairs.filter((pair) => pair.every((word) => WORDS.includes(word)))) {
    for (let n = 0; n < 12; n++) {
      // eleven words can be chosen freely; the last carries the checksum
      const words = wordsOf(makeCode(1));
      words[2] = right;
      const last = WORDS.find((word) => isGood([...words.slice(0, 11), word]));
      words[11] = last;
      const typed = words.map((word, i) => (i === 2 ? wrong : word));
      if (isGood(typed)) continue;
      const { name, likely } = failure(typed.join(' '));
      assert.equal(name, 'BadChecksum');
      const place = likely.findIndex((one) => one.position === 2 && one.words.includes(right));
      assert.ok(place >= 0, `${right} for ${wrong}`);
      for (const one of likely) for (const word of one.words) assert.ok(isGood(typed.map((old, i) => (i === one.position ? word : old))));
      tried++;
      found += place < 4;
    }
  }
  assert.ok(tried > 20 && found / tried > 0.7, `${found} of ${tried} were among the first four`);
});

const isGood = (words) => bip39.validateMnemonic(words.join(' '), wordlist);

test('edits are counted, two neighbours swapped as one', () => {
  assert.deepEqual([distance('from', 'form'), distance('boat', 'goat'), distance('', 'abc'), distance('desert', 'dessert')], [1, 1, 3, 1]);
});

test('an audience that the roster does not have is told', () => {
  const head = parseHead(state(), pins, NOW);
  assert.throws(() => keysOf(makeCode(9), head), { name: 'UnknownAudience' });
  assert.deepEqual(Object.keys(keysOf(makeCode(3), head).threads), ['independent', 'psu']);
});

test('the fingerprint of the roots does not depend on their order', () => {
  assert.deepEqual(fingerprint(pins.roots), fingerprint(pins.roots.toReversed()));
});

test('whatever is typed gives a code or one of three names', () => {
  let seed = 11;
  const next = (limit) => (seed = (seed * 48271) % 0x7fffffff) % limit;
  const parts = [...WORDS.slice(0, 40), 'ABAN', 'abandoned', '', '12.', '-', 'é', '\ud800', '\u202e', 'ﬁ', 'x'.repeat(300)];
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 11 + next(4) }, () => parts[next(parts.length)]).join([' ', '-', '\n', '\0'][next(4)]);
    try {
      assert.equal(parseWords(text).length, 16);
    } catch (error) {
      assert.match(error.name, /^(BadWordCount|UnknownWord|BadChecksum)$/, error.stack);
    }
  }
});
