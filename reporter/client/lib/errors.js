/** Every failure has the name that the specification gives it; the sentence a reader sees is chosen by that name. */

export class ProtocolError extends Error {
  /**
   * @param {string} name as in the specification: BadLength, BadSignature, Expired ...
   * @param {{cause?: unknown}} [options]
   */
  constructor(name, options) {
    super(name, options);
    this.name = name;
  }
}

/** Words that were typed and cannot be taken. spec: 3 */
export class WordsError extends ProtocolError {
  /**
   * @param {string} name BadWordCount, UnknownWord or BadChecksum
   * @param {{count?: number, position?: number, suggestions?: string[], likely?: import('./likely.js').Likely[]}} facts
   */
  constructor(name, facts) {
    super(name);
    /** how many words were found */
    this.count = facts.count ?? 0;
    /** UnknownWord: which word, from 0 */
    this.position = facts.position ?? -1;
    /** UnknownWord: words of the list near it in spelling, the nearest first */
    this.suggestions = facts.suggestions ?? [];
    /** BadChecksum: changes that would make the words right, the likeliest first */
    this.likely = facts.likely ?? [];
  }
}

/**
 * @param {string} name
 * @returns {never}
 */
export function fail(name) {
  throw new ProtocolError(name);
}
