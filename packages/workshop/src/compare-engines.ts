import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium, findOnPath } from './browser.ts';
import { enginePrograms, isThisNode, obtainEngine } from './engine-programs.ts';
import { chromiumEngine, type Engine, thisNode } from './engine.ts';
import { type EngineResults, enginesPage, isAsItShouldBe } from './engines-page.ts';
import { firefoxEngine } from './firefox.ts';
import { type PackageTrial, tryPackage } from './package-trial.ts';
import { type Published, publishTo } from './published.ts';
import { digestsIn, mathDigestsIn } from './same-bits.ts';
import { root } from './workspace.ts';

const pageFile = path.join(import.meta.dirname, '../ENGINES.md');

/** An engine to look for, and how to get it where it is not. */
interface WantedEngine {
  readonly name: string;
  readonly find: () => Promise<Engine | undefined>;
  readonly advice: string;
}

/** In the order of the tables. */
const wanted: readonly WantedEngine[] = [
  ...(enginePrograms.some(isThisNode) ? [] : [{ name: 'this Node', find: thisNode, advice: '' }]),
  ...enginePrograms.map((program) => ({
    name: program.name,
    find: () => obtainEngine(program),
    advice: `npm install ${program.npmPackage} brings it, on Linux on x64`,
  })),
  {
    name: 'Chromium',
    find: () => ifThere(findChromium(), chromiumEngine),
    advice: 'apt-get install chromium, or set CHROMIUM_PATH to yours',
  },
  {
    name: 'Firefox',
    find: () => ifThere(findOnPath(['firefox', 'firefox-esr']), firefoxEngine),
    advice: 'apt-get install firefox-esr, or put yours on the PATH',
  },
];

function ifThere(command: string | undefined, open: (command: string) => Promise<Engine>): Promise<Engine | undefined> {
  return command === undefined ? Promise.resolve(undefined) : open(command);
}

/** The engines that are here, or could be installed; says which are not. One after the other: two may come with one package. */
async function findEngines(): Promise<Engine[]> {
  const engines: Engine[] = [];
  for (const { name, find, advice } of wanted) {
    try {
      const engine = await find();
      if (engine === undefined) console.error(`not here: ${name}. ${advice}`);
      else engines.push(engine);
    } catch (error) {
      console.error(`not here: ${name}. ${advice}. Tried, and failed: ${String(error)}`);
    }
  }
  return engines;
}

/** What one engine gives for all packages: in the project of @mg/nn, whose README trains, tensor and optim are installed too. */
async function resultsOf(engine: Engine, published: ReadonlyMap<string, Published>): Promise<EngineResults> {
  const { name, version } = engine;
  const trainer = await published.get('@mg/nn')?.project;
  if (trainer === undefined) throw new Error('@mg/nn is not published, and training needs it');
  const deterministic = await digestsIn(engine, trainer.folder);
  const free = await digestsIn(engine, trainer.folder, 'free');
  const math = await mathDigestsIn(engine, trainer.folder);
  const packages = new Map<string, PackageTrial>();
  for (const [packageName, { project }] of published) {
    packages.set(packageName, await tryPackage(engine, await project));
  }
  return { name, version, deterministic, free, math, packages };
}

const folder = mkdtempSync(path.join(tmpdir(), 'engines-'));
const published = publishTo(folder);
const engines = await findEngines();
const results: EngineResults[] = [];
const failed: string[] = [];
try {
  for (const engine of engines) {
    console.error(`${engine.name} ${engine.version}`);
    await resultsOf(engine, published).then(
      (each) => results.push(each),
      (error: unknown) => failed.push(`${engine.name}: ${String(error)}`),
    );
  }
  const page = enginesPage(results);
  console.log(page);
  for (const each of failed) console.error(`failed: ${each}`);
  const where = path.relative(root, pageFile);
  if (results.length === wanted.length) {
    writeFileSync(pageFile, page);
    console.error(`written: ${where}`);
  } else console.error(`${where} stays as it is: it shows all engines`);
  if (failed.length > 0 || !isAsItShouldBe(results)) process.exitCode = 1;
} finally {
  await Promise.allSettled([...published.values()].map(({ project }) => project));
  await Promise.allSettled(engines.map((engine) => engine.close()));
  rmSync(folder, { recursive: true });
}
