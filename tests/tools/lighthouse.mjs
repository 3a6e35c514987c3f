// node lighthouse.mjs CHROMIUM URL CATEGORY...: Lighthouse's own mobile run of a page, as JSON on standard output.
//
// { version, throttling, scores: {category: 0-100}, failed: {audit: what it says}, metrics: {id: ms, or a number},
//   requests: [{path, transferSize in bytes, protocol}] }

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const METRICS = ['first-contentful-paint', 'largest-contentful-paint', 'speed-index', 'total-blocking-time', 'cumulative-layout-shift'];
const [chromePath, url, ...onlyCategories] = process.argv.slice(2);
const chromeFlags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--ignore-certificate-errors', '--no-first-run'];

const chrome = await launch({ chromePath, chromeFlags, logLevel: 'error' });
try {
  const run = await lighthouse(url, { port: chrome.port, output: 'json', logLevel: 'error', onlyCategories });
  const { lhr } = run;
  if (lhr.runtimeError) throw new Error(`${lhr.runtimeError.code}: ${lhr.runtimeError.message}`);
  const weighed = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  const failed = weighed.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 1);
  const network = lhr.audits['network-requests']?.details?.items ?? [];
  console.log(
    JSON.stringify({
      version: lhr.lighthouseVersion,
      throttling: lhr.configSettings.throttling,
      scores: Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(100 * score)])),
      failed: Object.fromEntries(failed.map(({ id, score, displayValue }) => [id, displayValue ?? score])),
      metrics: Object.fromEntries(METRICS.filter((id) => lhr.audits[id]).map((id) => [id, lhr.audits[id].numericValue])),
      requests: network.map(({ url: address, transferSize, protocol }) => ({ path: new URL(address).pathname, transferSize, protocol })),
    }),
  );
} finally {
  await chrome.kill();
}
