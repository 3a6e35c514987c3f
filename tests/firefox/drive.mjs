/**
 * Firefox over WebDriver BiDi, driven by lines of JSON: {"do": "press", ...} on standard input, {"answer": ...} or
 * {"failure": "..."} on standard output, one for each. tests/firefox/driver.py is the other end.
 *
 * What is pressed or filled in is found by role and name among what is shown.
 */

import { createInterface } from 'node:readline';
import puppeteer from '../tools/node_modules/puppeteer-core/lib/puppeteer/puppeteer-core.js';

/** @import { Browser, ElementHandle, Page } from 'puppeteer-core' */

const WAIT = 30_000; // ms; a busy machine is slow, not wrong
const AGAIN = 50;

const ROLES = {
  button: 'button, [role=button]',
  link: 'a[href]:not([role])',
  summary: 'summary',
  textbox: 'textarea, input:not([type]), input[type=text]',
  radio: 'input[type=radio]',
  checkbox: 'input[type=checkbox]',
};

/** @type {Browser} */
let browser;
/** @type {Page} */
let page;
/** @type {string[]} */
let requests = [];
/** @type {string[]} */
let complaints = [];

/** Runs in the page. @param {string} selector @param {string[] | null} names */
function shownNamed(selector, names) {
  const said = (/** @type {any} */ one) => (one.labels?.length ? one.labels[0] : one).textContent.replace(/\s+/g, ' ').trim();
  return [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility() && (!names || names.includes(said(one))));
}

/**
 * The first element shown that has one of the roles and one of the names, waited for.
 * @param {(keyof typeof ROLES)[]} roles
 * @param {string[] | null} [names]
 */
async function first(roles, names = null) {
  const selector = roles.map((role) => ROLES[role]).join(', ');
  const end = Date.now() + WAIT;
  for (;;) {
    const found = await page.evaluateHandle(`(${shownNamed})(${JSON.stringify(selector)}, ${JSON.stringify(names)})[0] ?? null`);
    const element = found.asElement();
    if (element) return /** @type {ElementHandle<Element>} */ (element);
    if (Date.now() > end) throw new Error(`the page shows no ${roles.join(' or ')} “${names ?? ''}”`);
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

/** In place of what is in it, key by key. @param {ElementHandle<Element>} field @param {string} text */
async function fill(field, text) {
  await field.click();
  await page.keyboard.down('Control');
  await page.keyboard.press('a');
  await page.keyboard.up('Control');
  await page.keyboard.press('Delete');
  await page.keyboard.type(text);
}

/** Takes a tab as the one that is driven, and notes what it asks for and complains of. @param {Page} tab */
function drive(tab) {
  page = tab;
  page.setDefaultTimeout(WAIT);
  requests = [];
  complaints = [];
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
}

/** @type {Record<string, (words: any) => any>} */
const commands = {
  async connect({ endpoint }) {
    browser = await puppeteer.connect({ browserWSEndpoint: endpoint, protocol: 'webDriverBiDi', defaultViewport: null });
  },
  async tab() {
    drive(await browser.newPage());
  },
  /** A tab that Firefox opened by itself: whether there is one at this address. */
  async take({ url }) {
    const tab = (await browser.pages()).find((one) => one.url().startsWith(url));
    if (tab) drive(tab);
    return Boolean(tab);
  },
  close: () => page.close(),
  open: ({ url }) => page.goto(url, { waitUntil: 'load' }).then(() => null),
  reload: () => page.reload({ waitUntil: 'load' }).then(() => null),
  /** By the window's own Back and Forward. */
  traverse: ({ delta }) => (delta < 0 ? page.goBack({ waitUntil: [] }) : page.goForward({ waitUntil: [] })).then(() => null),
  /** Another site, without a network. */
  async elsewhere({ url, body }) {
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const ours = request.url().startsWith(url);
      return ours ? request.respond({ status: 200, contentType: 'text/html', body }) : request.continue();
    });
  },
  press: async ({ roles, names }) => (await first(roles, names)).click(),
  fill: async ({ names, text }) => fill(await first(['textbox'], names), text),
  async keys({ keys }) {
    for (const key of keys) await page.keyboard.press(key);
  },
  async upload({ selector, paths }) {
    const field = /** @type {ElementHandle<HTMLInputElement>} */ (await page.waitForSelector(selector));
    await field.uploadFile(...paths);
  },
  evaluate: ({ script }) => page.evaluate(script),
  url: () => page.url(),
  requests: () => requests,
  complaints: () => complaints,
  cookies: () => browser.cookies(),
  screenshot: ({ path }) => page.screenshot({ path, fullPage: true }).then(() => null),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: command, ...words } = JSON.parse(line);
  let said;
  try {
    said = { answer: (await commands[command](words)) ?? null };
  } catch (error) {
    said = { failure: `${command} ${JSON.stringify(words)}: ${error}` };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
