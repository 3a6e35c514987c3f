// Every vector that Python runs, JavaScript runs too, but those of the console's own side.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { KINDS } from './support/kinds.mjs';

const FOLDER = new URL('../vectors/', import.meta.url);
const vectors = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ file: name, ...JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) }));

test('there are vectors, each named as its file', () => {
  assert.ok(vectors.length >= 60, `only ${vectors.length}`);
  for (const { file, name } of vectors) assert.equal(`${name}.json`, file);
});

for (const { name, kind, input, expect, for: languages } of vectors.filter((one) => one.for.includes('javascript'))) {
  test(name, async () => {
    assert.ok(Object.hasOwn(KINDS, kind), `JavaScript does not know the kind "${kind}"`);
    assert.ok(languages.length);
    let found;
    try {
      found = { ok: await KINDS[kind](input) };
    } catch (error) {
      if (!('error' in expect)) throw error;
      found = { error: error.name, ...('position' in expect ? { position: error.position } : {}) };
    }
    assert.deepEqual(found, expect);
  });
}
