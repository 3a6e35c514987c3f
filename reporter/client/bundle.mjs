// Makes the site's script and styles: node bundle.mjs OUTDIR writes app.js, offline.js, site.css and plain.css there.
// The same input gives the same bytes: no path, time or hash of the machine goes in.
import { build } from 'esbuild';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'sass';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error('usage: node bundle.mjs OUTDIR');
  process.exit(2);
}
await mkdir(out, { recursive: true });

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: ['es2022'],
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
};
await build({ ...common, entryPoints: [join(here, 'app/main.js')], outfile: join(out, 'app.js'), format: 'esm' });
await build({ ...common, entryPoints: [join(here, 'offline/main.js')], outfile: join(out, 'offline.js'), format: 'iife' });

for (const name of ['site', 'plain']) {
  const { css } = compile(join(here, `styles/${name}.scss`), {
    style: 'compressed',
    loadPaths: [join(here, 'node_modules')],
    quietDeps: true,
  });
  await writeFile(join(out, `${name}.css`), css);
}
