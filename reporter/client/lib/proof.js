/** The proof of report, and the receipt file that a reporter may keep. spec: 7.1 */

import { equal, readU16, toBase64, toHex } from './bytes.js';
import { encode } from './compactjson.js';
import { readNameField } from './documents.js';
import { fail, ProtocolError } from './errors.js';
import { H, verify } from './suite.js';

/** @import { ReplyCertificate } from './documents.js' */
/** @import { Head } from './state.js' */

export const PROOF = 221;

/**
 * @typedef {object} Proof
 * @property {Uint8Array} raw 221 bytes
 * @property {string} site hex
 * @property {string} group
 * @property {number} day when the drop took the report
 * @property {number} signed the day of this signature
 * @property {Uint8Array} thread 16 bytes
 * @property {Uint8Array} signPublic
 * @property {Uint8Array} hash of salt and the JSON of the first post
 * @property {Uint8Array} salt 16 bytes
 * @property {string} certificate id, hex
 */

/**
 * @param {Uint8Array} raw raises BadLength, BadVersion, BadField
 * @returns {Proof}
 */
export function parseProof(raw) {
  if (raw.length !== PROOF) fail('BadLength');
  if (raw[0] !== 1) fail('BadVersion');
  const group = readNameField(raw.subarray(17, 49));
  return {
    raw,
    site: toHex(raw.subarray(1, 17)),
    group,
    day: readU16(raw, 49),
    signed: readU16(raw, 51),
    thread: raw.subarray(53, 69),
    signPublic: raw.subarray(69, 101),
    hash: raw.subarray(101, 133),
    salt: raw.subarray(133, 149),
    certificate: toHex(raw.subarray(149, 157)),
  };
}

/**
 * @param {Uint8Array} raw raises BadLength, BadVersion, BadField, WrongSite, BadCertificate, BadSignature
 * @param {ReplyCertificate} certificate that was checked
 * @returns {Proof}
 */
export function verifyProof(raw, certificate) {
  const proof = parseProof(raw);
  if (proof.site !== toHex(certificate.raw.subarray(2, 18))) fail('WrongSite');
  const inForce = certificate.from <= proof.signed && proof.signed <= certificate.until;
  if (proof.certificate !== certificate.id || !inForce) fail('BadCertificate');
  if (!verify(certificate.key, 'proof', raw.subarray(0, 157), raw.subarray(157))) fail('BadSignature');
  return proof;
}

/**
 * What is checked before a proof is shown or saved.
 * @param {Uint8Array} raw raises BadProof, whatever is wrong
 * @param {ReplyCertificate | undefined} certificate that was checked
 * @param {{group: string, thread: Uint8Array, signPublic: Uint8Array}} owner whom it must name
 * @param {Uint8Array} [postJson] of the first post, where the reporter still has it
 * @returns {Proof}
 */
export function checkProof(raw, certificate, owner, postJson) {
  let proof;
  try {
    proof = verifyProof(raw, certificate ?? fail('BadCertificate'));
  } catch (cause) {
    throw new ProtocolError('BadProof', { cause });
  }
  const mine = equal(proof.thread, owner.thread) && equal(proof.signPublic, owner.signPublic);
  if (proof.group !== owner.group || !mine) fail('BadProof');
  if (postJson && !equal(H(proof.salt, postJson), proof.hash)) fail('BadProof');
  return proof;
}

/**
 * @param {{state: Head, proof: Proof, postJson?: Uint8Array}} parts postJson only where the reporter still has it
 * @returns {Uint8Array<ArrayBuffer>} the file; raises BadCertificate when the state does not have the certificate, BadProof
 *   when the post is not the one that was proved
 */
export function receiptFile({ state, proof, postJson }) {
  const certificate = replyCertificate(state, proof.group, proof.certificate) ?? fail('BadCertificate');
  checkProof(proof.raw, certificate, proof, postJson);
  return encode({
    candour: 'receipt 1',
    roster: toBase64(state.rosterRaw),
    certificate: toBase64(certificate.raw),
    proof: toBase64(proof.raw),
    post: postJson ? toBase64(postJson) : '',
  });
}

/**
 * @param {Pick<Head, 'roster' | 'bulletins'>} state
 * @param {string} group
 * @param {string} id hex
 * @returns {ReplyCertificate | undefined} unrevoked, of the group's console
 */
export function replyCertificate({ roster, bulletins }, group, id) {
  const owner = roster.consoles.find((one) => one.groups.includes(group))?.name;
  const bulletin = bulletins.find((one) => one.console === owner);
  return bulletin?.revoked.includes(id) ? undefined : bulletin?.replies.find((one) => one.id === id);
}
