/** The primitives, under the names the specification gives them. spec: 2 */

import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import * as ed25519 from '@noble/ed25519';
import { hkdf, extract, expand } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { concat, u16, utf8 } from './bytes.js';
import { fail } from './errors.js';
import { x25519 } from './x25519.js';

/** @import { Random } from './bytes.js' */

ed25519.hashes.sha512 = sha512;

export const EMPTY = new Uint8Array(0);
const ZERO = Uint8Array.of(0);
const NONCE = new Uint8Array(12);
const MLKEM_PUBLIC = 1184;
export const XWING_PUBLIC = 1216;

/** @param {...Uint8Array} parts */
export const H = (...parts) => sha256(concat(...parts));

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} message
 */
export const mac = (key, message) => hmac(sha256, key, message);

/**
 * @param {Uint8Array} key
 * @param {string} label
 * @param {Uint8Array} context
 * @param {number} length
 */
export const kdf = (key, label, context, length) => hkdf(sha256, key, EMPTY, concat(utf8('candour/1 ' + label), ZERO, context), length);

/**
 * HKDF-SHA256 with a salt, for the code alone. spec: 3
 * @param {Uint8Array} key
 * @param {string} salt
 * @param {Uint8Array} info
 */
export const derive = (key, salt, info) => hkdf(sha256, key, utf8(salt), info, 32);

/**
 * ChaCha20-Poly1305 with a zero nonce: for keys that seal one thing.
 * @param {Uint8Array} key
 * @param {Uint8Array} aad
 * @param {Uint8Array} plaintext
 */
export const seal = (key, aad, plaintext) => chacha20poly1305(key, NONCE, aad).encrypt(plaintext);

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} aad
 * @param {Uint8Array} sealed
 * @returns {Uint8Array | null} null when it does not open
 */
export function open(key, aad, sealed) {
  try {
    return chacha20poly1305(key, NONCE, aad).decrypt(sealed);
  } catch {
    return null;
  }
}

/** @param {string} label @param {Uint8Array} message */
const labelled = (label, message) => concat(utf8('candour/1 ' + label), ZERO, message);

/**
 * @param {Uint8Array} seed
 * @param {string} label without "candour/1 "
 * @param {Uint8Array} message
 */
export const sign = (seed, label, message) => ed25519.sign(labelled(label, message), seed);

/**
 * @param {Uint8Array} key
 * @param {string} label without "candour/1 "
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
export function verify(key, label, message, signature) {
  try {
    return ed25519.verify(signature, labelled(label, message), key, { zip215: false });
  } catch {
    return false;
  }
}

/** @param {Uint8Array} seed */
export const signPublic = (seed) => ed25519.getPublicKey(seed);

/** @param {Uint8Array} scalar */
export const readerPublic = (scalar) => x25519(scalar);

// HPKE, RFC 9180: base mode, single shot, empty AAD. spec: 2

const KEM_X25519 = 0x0020;
const KEM_XWING = 0x647a;
const V1 = utf8('HPKE-v1');
const XWING_LABEL = utf8('\\.//^\\');

/** The labelled HKDF of RFC 9180, 4, for one suite id. @param {Uint8Array} id */
const labelledHkdf = (id) => ({
  /** @param {Uint8Array} salt @param {string} label @param {Uint8Array} ikm */
  extract: (salt, label, ikm) => extract(sha256, concat(V1, id, utf8(label), ikm), salt),
  /** @param {Uint8Array} key @param {string} label @param {Uint8Array} info @param {number} length */
  expand: (key, label, info, length) => expand(sha256, key, concat(u16(length), V1, id, utf8(label), info), length),
});

/**
 * RFC 9180, 5.1.
 * @param {number} kem
 * @param {Uint8Array} shared
 * @param {Uint8Array} info
 */
function schedule(kem, shared, info) {
  const hk = labelledHkdf(concat(utf8('HPKE'), u16(kem), u16(1), u16(3)));
  const context = concat(ZERO, hk.extract(EMPTY, 'psk_id_hash', EMPTY), hk.extract(EMPTY, 'info_hash', info));
  const secret = hk.extract(shared, 'secret', EMPTY);
  return chacha20poly1305(hk.expand(secret, 'key', context, 32), hk.expand(secret, 'base_nonce', context, 12));
}

/**
 * @param {Uint8Array} key an X-Wing public key, 1,216 bytes; raises BadField when it is none
 * @param {Uint8Array} info
 * @param {Uint8Array} plaintext
 * @param {Random} random
 * @returns {Uint8Array} enc(1,120) || ct || tag(16)
 */
export function sealXWing(key, info, plaintext, random) {
  if (key.length !== XWING_PUBLIC) fail('BadField');
  const coins = random(64);
  const theirs = key.subarray(MLKEM_PUBLIC);
  const scalar = coins.subarray(32);
  try {
    const lattice = ml_kem768.encapsulate(key.subarray(0, MLKEM_PUBLIC), coins.subarray(0, 32));
    const point = x25519(scalar);
    const shared = sha3_256(concat(lattice.sharedSecret, x25519(scalar, theirs), point, theirs, XWING_LABEL));
    return concat(lattice.cipherText, point, schedule(KEM_XWING, shared, info).encrypt(plaintext));
  } catch {
    return fail('BadField');
  }
}

/**
 * The public half of a key that nobody keeps.
 * @param {Random} random
 */
export function throwAwayXWing(random) {
  const seed = random(96);
  return concat(ml_kem768.keygen(seed.subarray(0, 64)).publicKey, x25519(seed.subarray(64)));
}

/**
 * @param {Uint8Array} scalar the raw X25519 private key
 * @param {Uint8Array} info
 * @param {Uint8Array} sealed enc(32) || ct || tag(16)
 * @returns {Uint8Array | null} null when it does not open
 */
export function openX25519(scalar, info, sealed) {
  try {
    const enc = sealed.subarray(0, 32);
    const hk = labelledHkdf(concat(utf8('KEM'), u16(KEM_X25519)));
    const secret = hk.extract(EMPTY, 'eae_prk', x25519(scalar, enc));
    const shared = hk.expand(secret, 'shared_secret', concat(enc, readerPublic(scalar)), 32);
    return schedule(KEM_X25519, shared, info).decrypt(sealed.subarray(32));
  } catch {
    return null;
  }
}
