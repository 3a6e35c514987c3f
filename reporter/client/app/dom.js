/** Small helpers over the document. Nothing here makes markup from a string. */

/**
 * The one element that a page must have.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function one(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return /** @type {T} */ (found);
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {T[]}
 */
export const all = (selector, root = document) => /** @type {T[]} */ ([...root.querySelectorAll(selector)]);

/**
 * A copy of what the template of this id holds.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (one(`template#${id}`));
  return /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
}

/** The section of a page. @param {string} id */
export const pageOf = (id) => one(`[data-page="${id}"]`);

/**
 * Shows or hides.
 * @param {Element} element
 * @param {boolean} visible
 */
export function toggle(element, visible) {
  /** @type {HTMLElement} */ (element).hidden = !visible;
}

/**
 * Hands a file to the reporter's device. Nothing is asked of the server.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name
 * @param {string} [type]
 */
export function saveFile(bytes, name, type = 'application/octet-stream') {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * A line under a button that says what it did, heard too.
 * @param {Element} button
 * @param {string} text
 */
export function noteBy(button, text) {
  const place = /** @type {HTMLElement} */ (button.parentElement);
  let note = place.querySelector('[data-note]');
  if (!note) {
    note = document.createElement('p');
    note.className = 'govuk-body';
    note.setAttribute('data-note', '');
    place.append(note);
  }
  note.textContent = text;
  announce(text);
}

/** Says something to those who hear the page. @param {string} text */
export function announce(text) {
  const place = one('[data-announce]');
  place.textContent = '';
  setTimeout(() => {
    place.textContent = text;
  }, 50);
}
