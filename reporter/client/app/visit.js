/** What a visit holds in memory, and nowhere else. */

/** @import { Answers } from './answers.js' */
/** @import { Connection } from './connection.js' */
/** @import { FileBox } from './filebox.js' */
/** @import { Router } from './router.js' */

import { data } from './data.js';
import { all } from './dom.js';

/** The page of the answers to check, one for each form. @param {string} form */
export const checkPageOf = (form) => (form === 'report' ? 'check' : `check-${form}`);

export class Visit {
  /** The form in hand: that of the question or check page shown last. */
  form = 'report';
  pins = data.pins;
  /** @type {Answers} */
  answers = {};
  /** @type {string} the question whose answer led to an advice page */
  adviceAfter = '';
  /** @type {Set<string>} questions that were answered or skipped */
  passed = new Set();
  /** @type {FileBox} */
  files = /** @type {any} */ (null);

  /**
   * @param {Router} router
   * @param {Connection} connection
   */
  constructor(router, connection) {
    this.router = router;
    this.connection = connection;
  }

  get questionnaire() {
    return data.forms[this.form];
  }

  get checkPage() {
    return checkPageOf(this.form);
  }

  /** The files that go along: a form that asks for none sends none, whatever was added to another. */
  get attached() {
    return this.questionnaire.questions.some((one) => one.kind === 'files') ? this.files.files : [];
  }

  /** Who can be written to: by the newest roster, or by the pins while there is none. */
  get audiences() {
    return this.connection.drop.head?.roster.audiences ?? this.pins.audiences;
  }

  /** Forgets the report: what is in memory, in the fields, and where the page shows it. */
  forgetReport() {
    this.answers = {};
    this.passed.clear();
    this.files.clear();
    for (const place of all('[data-summary], [data-hints], [data-file-name], [data-detail], [data-sending-files], [data-errors]')) place.replaceChildren();
    for (const form of /** @type {HTMLFormElement[]} */ (all('form'))) form.reset();
  }
}
