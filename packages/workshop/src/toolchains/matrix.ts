import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installPacked, packTo } from '../published.ts';
import { root } from '../workspace.ts';
import { everyToolchain } from './every-toolchain.ts';
import { projectFolder, type ToolchainTrial, tryToolchain } from './trial.ts';
import { toolchainsPage } from './toolchains-page.ts';

const pageFile = path.join(import.meta.dirname, '../../TOOLCHAINS.md');

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const wanted = everyToolchain.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
);
if (wanted.length === 0) {
  const names = everyToolchain.map(({ name }) => name).join('\n');
  throw new Error(`no toolchain has ${words.join(' or ')} in its name. There are\n${names}`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'toolchains-'));
try {
  const packages = await installPacked(path.join(folder, 'packages'), packTo(folder));
  const trials: ToolchainTrial[] = [];
  for (const toolchain of wanted) {
    const trial = await tryToolchain(toolchain, projectFolder(folder, toolchain), packages);
    console.error(`${trial.failure === undefined ? 'passes' : 'fails '}  ${trial.name}`);
    trials.push(trial);
  }
  const page = toolchainsPage(trials);
  console.log(page);
  const where = path.relative(root, pageFile);
  if (wanted.length === everyToolchain.length) {
    writeFileSync(pageFile, page);
    console.error(`written: ${where}`);
  } else console.error(`${where} stays as it is: it shows all toolchains`);
  if (trials.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
