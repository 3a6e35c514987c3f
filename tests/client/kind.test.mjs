// What a file is that cannot be cleaned, told by its first bytes, and how large a picture says it is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cleanFile } from '../../reporter/client/lib/strip/index.js';
import { isStill, kindOf, pixelsOf } from '../../reporter/client/lib/strip/kind.js';

const bytes = (text) => new Uint8Array(Buffer.from(text, 'latin1'));
const box = (brand) => bytes(`\0\0\0\x18ftyp${brand}\0\0\0\0`);
const ispe = (width, height) => {
  const it = Buffer.alloc(20);
  it.writeUInt32BE(20, 0);
  it.write('ispe', 4);
  it.writeUInt32BE(width, 12);
  it.writeUInt32BE(height, 16);
  return it;
};

for (const [start, type, kind] of [
  ['%PDF-1.7', '', 'document'],
  ['%PDF-1.7', 'audio/mpeg', 'document'],
  ['PK\x03\x04', '', 'document'],
  ['\xd0\xcf\x11\xe0\xa1\xb1', '', 'document'],
  ['Dear all', 'text/plain', 'document'],
  ['x', 'application/vnd.oasis.opendocument.text', 'document'],
  ['GIF89a', '', 'picture'],
  ['x', 'image/svg+xml', 'picture'],
  ['OggS', '', 'sound'],
  ['OggS', 'video/ogg', 'video'],
  ['RIFF\0\0\0\0WAVE', '', 'sound'],
  ['RIFF\0\0\0\0AVI ', '', 'video'],
  ['\0\0\0\x1cftypM4A ', '', 'sound'],
  ['\0\0\0\x18ftyp3gp4', 'audio/3gpp', 'sound'],
  ['\0\0\0\x18ftypqt  ', '', 'video'],
  ['\x1a\x45\xdf\xa3', '', 'video'],
  ['\x1a\x45\xdf\xa3', 'audio/webm', 'sound'],
  ['#!AMR\n', '', 'sound'],
  ['\0\0\0\x18ftypheic', 'video/mp4', 'picture'],
  ['', '', 'other'],
  ['anything', 'application/octet-stream', 'other'],
]) {
  test(`${JSON.stringify(start)} given as "${type}" is: ${kind}`, () => assert.equal(kindOf(bytes(start), type), kind));
}

test('one HEIC, HEIF or AVIF picture can be drawn anew; a row of them, a film and a name alone cannot', () => {
  for (const brand of ['heic', 'heix', 'mif1', 'avif']) assert.ok(isStill(box(brand)), brand);
  for (const brand of ['hevc', 'msf1', 'avis', 'mp42', 'qt  ']) assert.ok(!isStill(box(brand)), brand);
  assert.ok(!isStill(bytes('photo.heic')));
});

test('of all the pictures in a HEIC the largest counts, and none is no size', () => {
  assert.equal(pixelsOf(Buffer.concat([box('heic'), ispe(512, 512), ispe(4032, 3024), ispe(320, 240)])), 4032 * 3024);
  assert.equal(pixelsOf(Buffer.concat([box('heic'), ispe(4032, 3024).subarray(0, 18)])), 0);
  assert.equal(pixelsOf(box('heic')), 0);
});

test('a cleaned picture tells how many pixels it says it has', () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  assert.equal(cleanFile(png).pixels, 1);
  const webp = Buffer.from('UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=', 'base64');
  assert.equal(cleanFile(webp).pixels, 1);
});

const folder = process.env.CANDOUR_SAMPLES;
for (const [name, pixels] of folder ? [['iphone_13_pro_max.HEIC', 4032 * 3024]] : []) {
  test(`real photo ${name}`, () => {
    const file = readFileSync(join(folder, name));
    assert.ok(isStill(file));
    assert.equal(pixelsOf(file.subarray(0, 65536)), pixels);
  });
}
