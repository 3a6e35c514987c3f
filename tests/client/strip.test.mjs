// Pictures made as bytes here, and real ones where CANDOUR_SAMPLES names a folder: metadata goes, all else stays.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { cleanFile, pictureType } from '../../reporter/client/lib/strip/index.js';
import { readExif } from '../../reporter/client/lib/strip/exif.js';

const bytes = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part, typeof part === 'string' ? 'latin1' : undefined))));
const contains = (file, text) => Buffer.from(file).includes(Buffer.from(text, 'latin1'));
const sameBytes = (a, b) => assert.equal(Buffer.from(a).toString('hex'), Buffer.from(b).toString('hex'));
const damaged = (file) => assert.throws(() => cleanFile(file), { name: 'DamagedFile' });

/** TIFF with an orientation, a place and a camera's name, in either byte order. */
function tiff(orientation, little = true) {
  const it = Buffer.alloc(80);
  const [u16, u32] = little ? ['writeUInt16LE', 'writeUInt32LE'] : ['writeUInt16BE', 'writeUInt32BE'];
  it.write(little ? 'II' : 'MM');
  it[u16](42, 2);
  it[u32](8, 4);
  it[u16](3, 8);
  const entry = (n, tag, type, count, value) => {
    it[u16](tag, 10 + 12 * n);
    it[u16](type, 12 + 12 * n);
    it[u32](count, 14 + 12 * n);
    if (type === 3) it[u16](value, 18 + 12 * n);
    else it[u32](value, 18 + 12 * n);
  };
  entry(0, 0x010f, 2, 12, 60);
  entry(1, 0x0112, 3, 1, orientation);
  entry(2, 0x8825, 4, 1, 50);
  it.write('CameraMaker', 60);
  return it;
}

const ONLY = (orientation) => bytes([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);

// JPEG

const segment = (marker, ...payload) => {
  const body = bytes(...payload);
  return bytes([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255], body);
};
const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const JFIF = bytes('JFIF\0', [1, 2, 1, 0, 72, 0, 72]);
const DQT = segment(0xdb, new Uint8Array(65).fill(16));
const SOF = segment(0xc0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
const DHT = segment(0xc4, new Uint8Array(30).fill(1));
const DRI = segment(0xdd, [0, 4]);
const SOS = bytes(segment(0xda, [1, 1, 0, 0, 63, 0]), [0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56, 0xff, 0, 0x78]);
const PICTURE = [DQT, SOF, DHT, DRI, SOS];
const ADOBE = bytes('Adobe', [0, 100, 0, 0, 0, 0, 1]);

test('a JPEG loses every kind of metadata and no byte of its picture', () => {
  const file = bytes(
    SOI,
    segment(0xe0, JFIF, [2, 2], 'twelve bytes'),
    segment(0xe0, 'JFXX\0', 'preview'),
    segment(0xe1, 'Exif\0\0', tiff(1)),
    segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>'),
    segment(0xe2, 'ICC_PROFILE\0', [1, 1], 'a device'),
    segment(0xe2, 'MPF\0', 'pictures'),
    segment(0xed, 'Photoshop 3.0\0', '8BIM by-line'),
    segment(0xee, ADOBE, 'more'),
    segment(0xfe, 'a comment'),
    segment(0xe5, 'maker'),
    ...PICTURE,
    EOI,
    SOI,
    'a second picture',
  );
  const cleaned = cleanFile(file);
  sameBytes(cleaned.bytes, bytes(SOI, segment(0xe0, JFIF, [0, 0]), segment(0xee, ADOBE), ...PICTURE, EOI));
  assert.equal(cleaned.type, 'image/jpeg');
  const all = ['comment', 'exif', 'icc', 'iptc', 'location', 'other', 'thumbnail', 'trailer', 'xmp'];
  assert.deepEqual(cleaned.removed.toSorted(), all);
});

test('a JPEG without metadata stays as it is, byte for byte', () => {
  const file = bytes(SOI, segment(0xe0, JFIF, [0, 0]), ...PICTURE, EOI);
  const cleaned = cleanFile(file);
  sameBytes(cleaned.bytes, file);
  assert.deepEqual(cleaned.removed, []);
});

test('every scan of a progressive JPEG is kept, with the tables between', () => {
  const file = bytes(SOI, DQT, segment(0xc2, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]), DHT, SOS, DHT, SOS, SOS, EOI);
  sameBytes(cleanFile(file).bytes, file);
});

for (const little of [true, false]) {
  for (let orientation = 1; orientation <= 9; orientation++) {
    test(`orientation ${orientation}, ${little ? 'little' : 'big'}-endian, is kept alone where it turns the picture`, () => {
      const exif = segment(0xe1, 'Exif\0\0', tiff(orientation, little));
      const kept = orientation > 1 && orientation < 9 ? segment(0xe1, 'Exif\0\0', ONLY(orientation)) : [];
      const plain = cleanFile(bytes(SOI, exif, ...PICTURE, EOI));
      sameBytes(plain.bytes, bytes(SOI, kept, ...PICTURE, EOI));
      const jfif = segment(0xe0, JFIF, [0, 0]);
      sameBytes(cleanFile(bytes(SOI, jfif, exif, ...PICTURE, EOI)).bytes, bytes(SOI, jfif, kept, ...PICTURE, EOI));
      assert.ok(plain.removed.includes('location'));
    });
  }
}

test('cleaning what was cleaned changes nothing', () => {
  const once = cleanFile(bytes(SOI, segment(0xe1, 'Exif\0\0', tiff(6)), ...PICTURE, EOI)).bytes;
  sameBytes(cleanFile(once).bytes, once);
});

test('a JPEG that ends early, anywhere, is damaged', () => {
  const file = bytes(SOI, segment(0xe0, JFIF, [0, 0]), ...PICTURE, EOI);
  for (let length = 3; length < file.length; length++) damaged(file.subarray(0, length));
});

test('a JPEG with a scan but no frame, a frame but no scan, or rubbish between segments is damaged', () => {
  damaged(bytes(SOI, DQT, DHT, SOS, EOI));
  damaged(bytes(SOI, DQT, SOF, DHT, EOI));
  damaged(bytes(SOI, DQT, 'rubbish', SOF, DHT, SOS, EOI));
  damaged(bytes(SOI, DQT, SOI, SOF, DHT, SOS, EOI));
});

test('Exif that is itself damaged is dropped like any other', () => {
  const broken = [tiff(6).subarray(0, 12), Buffer.from('II*\0\xff\xff\xff\xff', 'latin1'), Buffer.from('XX'), Buffer.alloc(0)];
  for (const one of broken) {
    sameBytes(cleanFile(bytes(SOI, segment(0xe1, 'Exif\0\0', one), ...PICTURE, EOI)).bytes, bytes(SOI, ...PICTURE, EOI));
  }
});

// PNG

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const u32 = (n) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
const crc32 = (data) => ~data.reduce((crc, byte) => {
  crc ^= byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
}, -1) >>> 0;
const chunk = (type, ...data) => {
  const body = bytes(type, ...data);
  return bytes(u32(body.length - 4), body, u32(crc32(body)));
};
const IHDR = chunk('IHDR', u32(1), u32(1), [8, 6, 0, 0, 0]);
const IDAT = chunk('IDAT', [0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1]);
const IEND = chunk('IEND');

test('a PNG keeps what draws it and loses the rest', () => {
  const drawn = ['PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'hIST', 'acTL', 'fcTL'].map((type) => chunk(type, 'abc'));
  const file = bytes(
    PNG,
    IHDR,
    ...drawn,
    chunk('tEXt', 'Author\0Somebody'),
    chunk('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>'),
    chunk('zTXt', 'Comment\0\0x'),
    chunk('eXIf', tiff(1)),
    chunk('iCCP', 'a device'),
    chunk('tIME', [7, 230, 1, 1, 1, 1, 1]),
    chunk('pHYs', 'abcdefghi'),
    IDAT,
    chunk('fdAT', 'more'),
    IDAT,
    IEND,
    'a trailer',
  );
  const cleaned = cleanFile(file);
  sameBytes(cleaned.bytes, bytes(PNG, IHDR, ...drawn, IDAT, chunk('fdAT', 'more'), IDAT, IEND));
  assert.equal(cleaned.type, 'image/png');
  assert.deepEqual(cleaned.removed.toSorted(), ['comment', 'exif', 'icc', 'location', 'other', 'time', 'trailer', 'xmp']);
});

test('a turned PNG keeps its orientation alone', () => {
  const cleaned = cleanFile(bytes(PNG, IHDR, IDAT, chunk('eXIf', tiff(8)), IEND));
  sameBytes(cleaned.bytes, bytes(PNG, IHDR, chunk('eXIf', ONLY(8)), IDAT, IEND));
  sameBytes(cleanFile(cleaned.bytes).bytes, cleaned.bytes);
});

test('a PNG that ends early, has a wrong check sum, or is out of order is damaged', () => {
  const file = bytes(PNG, IHDR, IDAT, IEND);
  for (let length = 12; length < file.length; length++) damaged(file.subarray(0, length));
  for (const at of [20, 45, file.length - 2]) damaged(file.map((byte, i) => (i === at ? byte ^ 1 : byte)));
  damaged(bytes(PNG, IDAT, IEND));
  damaged(bytes(PNG, IHDR, IEND));
  damaged(bytes(PNG, IHDR, IHDR, IDAT, IEND));
});

// WebP

const u32le = (n) => u32(n).reverse();
const riffChunk = (type, ...data) => {
  const body = bytes(...data);
  return bytes(type, u32le(body.length), body, new Uint8Array(body.length % 2));
};
const webp = (...chunks) => bytes('RIFF', u32le(4 + bytes(...chunks).length), 'WEBP', ...chunks);
const VP8X = (flags) => riffChunk('VP8X', [flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
const VP8 = riffChunk('VP8 ', 'odd picture');
const ALPH = riffChunk('ALPH', 'alpha!');

test('a WebP keeps its picture and loses Exif, XMP, ICC and what is not known', () => {
  const file = webp(VP8X(0x3c), riffChunk('ICCP', 'dev'), ALPH, VP8, riffChunk('EXIF', tiff(1)), riffChunk('XMP ', '<x/>'), riffChunk('what', 'x'));
  const cleaned = cleanFile(bytes(file, 'a trailer'));
  sameBytes(cleaned.bytes, webp(VP8X(0x10), ALPH, VP8));
  assert.equal(cleaned.type, 'image/webp');
  assert.deepEqual(cleaned.removed.toSorted(), ['exif', 'icc', 'location', 'other', 'trailer', 'xmp']);
});

test('a simple WebP stays as it is', () => {
  sameBytes(cleanFile(webp(VP8)).bytes, webp(VP8));
});

test('a turned WebP keeps its orientation alone, however its Exif begins', () => {
  for (const begin of ['', 'Exif\0\0']) {
    const cleaned = cleanFile(webp(VP8X(0x08), VP8, riffChunk('EXIF', begin, tiff(3, false))));
    sameBytes(cleaned.bytes, webp(VP8X(0x08), VP8, riffChunk('EXIF', ONLY(3))));
  }
});

test('the frames of an animated WebP are cleaned too', () => {
  const frame = (...more) => riffChunk('ANMF', new Uint8Array(16).fill(3), ALPH, VP8, ...more);
  const anim = riffChunk('ANIM', 'abcdef');
  const cleaned = cleanFile(webp(VP8X(0x02), anim, frame(riffChunk('EXIF', tiff(1))), frame()));
  sameBytes(cleaned.bytes, webp(VP8X(0x02), anim, frame(), frame()));
});

test('a WebP that ends early or holds no picture is damaged', () => {
  const file = webp(VP8X(0), VP8);
  for (let length = 12; length < file.length; length++) damaged(file.subarray(0, length));
  damaged(webp(VP8X(0)));
  damaged(webp(riffChunk('VP8X', [0]), VP8));
  damaged(webp(VP8X(2), riffChunk('ANMF', 'short')));
});

// Other formats, and hostile ones

test('what is not one of the three is left alone and said to be so', () => {
  for (const other of ['', 'x', '%PDF-1.7', 'GIF89a', '\0\0\0\x18ftypheic', '\xff\xd8', 'RIFF\0\0\0\0WAVE']) {
    assert.deepEqual(cleanFile(bytes(other)), { cleaned: false, reason: 'format' });
    assert.equal(pictureType(bytes(other)), null);
  }
});

test('changed bytes give a cleaned picture or DamagedFile, never anything else', () => {
  const good = [
    bytes(SOI, segment(0xe0, JFIF, [0, 0]), segment(0xe1, 'Exif\0\0', tiff(6)), ...PICTURE, EOI),
    bytes(PNG, IHDR, chunk('eXIf', tiff(8)), IDAT, IEND),
    webp(VP8X(0x08), VP8, riffChunk('ANMF', new Uint8Array(16), VP8), riffChunk('EXIF', tiff(3))),
  ];
  let seed = 1;
  const next = (limit) => (seed = (seed * 48271) % 0x7fffffff) % limit;
  for (let round = 0; round < 6000; round++) {
    const file = good[round % 3].slice(0, round % 5 ? undefined : next(good[round % 3].length));
    for (let n = next(3) + 1; n > 0; n--) file[next(file.length || 1)] = next(3) ? next(256) : 0xff;
    try {
      cleanFile(file);
    } catch (error) {
      assert.equal(error.name, 'DamagedFile', error.stack);
    }
  }
});

// Real photos

const folder = process.env.CANDOUR_SAMPLES;
const photos = folder ? readdirSync(folder).filter((name) => !name.endsWith('.md')) : [];

/** What of a JPEG draws it: tables, frame, scans. */
function drawing(file) {
  const kept = [];
  let at = 2;
  while (file[at + 1] !== 0xd9) {
    const marker = file[at + 1];
    let end = at + 2 + file.readUInt16BE(at + 2);
    if (marker === 0xda) while (file[end] !== 0xff || file[end + 1] === 0 || (file[end + 1] & 0xf8) === 0xd0) end++;
    if (marker >= 0xc0 && marker < 0xe0) kept.push(file.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

for (const name of photos) {
  test(`real photo ${name}`, () => {
    const file = readFileSync(join(folder, name));
    if (name.endsWith('.HEIC')) return assert.equal(cleanFile(file).cleaned, false);
    if (name.startsWith('corrupted')) return damaged(file);
    const { bytes: cleaned } = cleanFile(file);
    assert.ok(drawing(file).equals(drawing(Buffer.from(cleaned))));
    for (const mark of ['http:', 'ICC_PROFILE', 'Photoshop', 'Apple', 'NIKON', 'Jolla', 'Canon']) {
      assert.ok(!contains(cleaned, mark), `${name} still says ${mark}`);
    }
    const turned = /_([68])\.jpg$/.exec(name);
    const exif = Buffer.from(cleaned).indexOf('Exif\0\0');
    assert.equal(exif >= 0 && readExif(cleaned.subarray(exif + 6)).orientation, turned ? +turned[1] : false);
  });
}
