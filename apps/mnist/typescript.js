// Imports a TypeScript file of the app. Plain JavaScript, because it is what teaches Node TypeScript.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const cache = path.join(import.meta.dirname, 'node_modules/.cache/bundles');

/**
 * Bundles the file with all that it imports of ours, and imports the bundle: half a second, where reading two hundred modules one
 * by one takes more than one. Installed packages are imported as they are. Stack traces name the lines of the sources. The bundle
 * of the last start is taken if each file that went into it has the content that it had.
 */
export async function importTypeScript(file) {
  const note = path.join(cache, `${path.basename(file, '.ts')}.json`);
  const bundle = bundleOfLastStart(note) ?? (await makeBundle(file, note));
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path.join(bundle, 'main.js')).href);
}

/** The folder of the bundle that the note names, or undefined if it is gone, or a file has changed since. */
function bundleOfLastStart(note) {
  try {
    const { bundle, sources, digest } = JSON.parse(readFileSync(note, 'utf8'));
    return digestOf(sources) === digest && existsSync(bundle) ? bundle : undefined;
  } catch {
    return undefined; // There is no note, or a source is gone.
  }
}

async function makeBundle(file, note) {
  const { build, stop } = await import('esbuild');
  const begun = Date.now();
  const { outputFiles, metafile } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: { main: file },
    outdir: cache,
    bundle: true,
    splitting: true, // What is imported late is read late.
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'es2023',
    conditions: ['@mg/source'],
    sourcemap: true,
    sourcesContent: false,
    plugins: [{ name: 'ours', setup: bundleOurs }],
  });
  await stop(); // the process that bundled
  const hash = createHash('sha256');
  for (const { path: name, contents } of outputFiles) hash.update(name).update(contents);
  const bundle = path.join(cache, hash.digest('hex').slice(0, 16));
  if (!existsSync(bundle)) writeAtOnce(bundle, outputFiles);

  const sources = sourcesOf(metafile);
  // What is saved while it is bundled may be in the bundle, or not.
  if (sources.some((source) => statSync(source).mtimeMs >= begun)) return bundle;
  const unfinished = `${note}.${randomUUID()}`;
  writeFileSync(unfinished, JSON.stringify({ bundle, sources, digest: digestOf(sources) }));
  renameSync(unfinished, note);
  return bundle;
}

/** What a bundle depends on: the files in it, the manifests that say where imports lead, and this file. */
function sourcesOf({ inputs }) {
  const files = Object.keys(inputs).map((file) => path.resolve(import.meta.dirname, file));
  const manifests = files.map((file) => path.join(file.replace(/[\\/]src[\\/].*/s, ''), 'package.json'));
  return [...new Set([...files, ...manifests.filter((file) => existsSync(file)), import.meta.filename])];
}

function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

/** Leaves installed packages out of the bundle, and lets each file of ours know where it is. */
function bundleOurs(builder) {
  builder.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
    kind === 'entry-point' || name.startsWith('@mg/') ? undefined : { external: true },
  );
  builder.onLoad({ filter: /\.ts$/ }, ({ path: source }) => ({
    contents: readFileSync(source, 'utf8')
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(source).href))
      .replaceAll('import.meta.filename', JSON.stringify(source))
      .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(source))),
    loader: 'ts',
  }));
}

const MONTH = 30 * 24 * 3600 * 1000;

/**
 * Writes the files into a folder that is whole when it appears: other processes may start meanwhile. What lies beside it
 * unused for a month goes.
 */
function writeAtOnce(folder, files) {
  const unfinished = `${folder}.${randomUUID()}`;
  mkdirSync(unfinished, { recursive: true });
  for (const { path: name, contents } of files) writeFileSync(path.join(unfinished, path.basename(name)), contents);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  const others = readdirSync(path.dirname(folder)).map((name) => path.join(path.dirname(folder), name));
  for (const other of others) {
    const { mtimeMs = Date.now() } = statSync(other, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < Date.now() - MONTH) rmSync(other, { recursive: true, force: true });
  }
}
