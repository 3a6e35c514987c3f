/** Errors as GOV.UK shows them: a summary on top that has the focus, the message at the field, and a word in the title. */

import { all, copyOf, one, pageOf } from './dom.js';

/** @typedef {{field?: string, text: string}} Problem the id of the field, if it is about one */

const TITLE = document.title;

/** The document's title says "Error:" while the page shows one, and nothing else of where the reporter is. @param {string} page */
export function titleFor(page) {
  const wrong = one('[data-errors]', pageOf(page)).childElementCount > 0;
  document.title = wrong ? `${one('span', copyOf('error-message')).textContent} ${TITLE}` : TITLE;
}

/** @param {string} page */
export function clearErrors(page) {
  const section = pageOf(page);
  one('[data-errors]', section).replaceChildren();
  for (const message of all('.govuk-error-message:not([data-room])', section)) message.remove();
  for (const group of all('.govuk-form-group--error', section)) group.classList.remove('govuk-form-group--error');
  for (const field of all('[aria-invalid]', section)) {
    field.removeAttribute('aria-invalid');
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => !id.endsWith('-error'));
    if (described.join('')) field.setAttribute('aria-describedby', described.join(' '));
    else field.removeAttribute('aria-describedby');
    field.classList.remove('govuk-input--error', 'govuk-textarea--error');
  }
}

/**
 * @param {string} page
 * @param {Problem[]} problems
 */
export function showErrors(page, problems) {
  clearErrors(page);
  const summary = copyOf('error-summary');
  const list = one('ul', summary);
  for (const { field, text } of problems) {
    const item = document.createElement('li');
    if (field) {
      const link = document.createElement('a');
      link.href = `#${field}`;
      link.textContent = text;
      link.addEventListener('click', (event) => {
        event.preventDefault();
        one(`#${field}`).focus();
      });
      item.append(link);
      mark(field, text);
    } else {
      item.textContent = text;
    }
    list.append(item);
  }
  one('[data-errors]', pageOf(page)).replaceChildren(summary);
  titleFor(page);
  summary.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/**
 * @param {string} id of the field
 * @param {string} text
 */
function mark(id, text) {
  const field = one(`#${id}`);
  const message = copyOf('error-message');
  message.id = `${id}-error`;
  one('[data-text]', message).textContent = text;
  field.before(message);
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', [field.getAttribute('aria-describedby'), message.id].filter(Boolean).join(' '));
  field.classList.add(field.matches('textarea') ? 'govuk-textarea--error' : 'govuk-input--error');
  field.closest('.govuk-form-group')?.classList.add('govuk-form-group--error');
}
