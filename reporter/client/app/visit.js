/** What a visit holds in memory, and nowhere else. */

/** @import { Answers } from './answers.js' */
/** @import { Connection } from './connection.js' */
/** @import { FileBox } from './filebox.js' */
/** @import { Router } from './router.js' */

import { data } from './data.js';
import { all } from './dom.js';

export class Visit {
  questionnaire = data.questionnaire;
  pins = data.pins;
  /** @type {Answers} */
  answers = {};
  /** @type {string} the question whose answer led to an advice page */
  adviceAfter = '';
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

  /** Who can be written to: by the newest roster, or by the pins while there is none. */
  get audiences() {
    return this.connection.drop.head?.roster.audiences ?? this.pins.audiences;
  }

  /** Forgets the report: what is in memory, in the fields, and where the page shows it. */
  forgetReport() {
    this.answers = {};
    this.files.clear();
    for (const place of all('[data-summary], [data-hints], [data-file-name], [data-detail], [data-errors]')) place.replaceChildren();
    for (const form of /** @type {HTMLFormElement[]} */ (all('form'))) form.reset();
  }
}
