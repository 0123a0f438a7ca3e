// The commands of a release, which RELEASING.md explains: node --conditions=@mg/source packages/workshop/release.js COMMAND
// Plain JavaScript, because it is what lets Node 20 read TypeScript; newer ones can.
import { register } from 'node:module';

if (!process.features.typescript) register('./typescript-hooks.js', import.meta.url);
const { root } = await import('./src/workspace.ts');

/** What each command runs. */
const commands = {
  'fill-in': async () => (await import('./src/release/fill-in.ts')).fillIn(root),
  check: async () => (await import('./src/release/readiness.ts')).checkReadiness(root),
  'version-packages': async () => (await import('./src/release/version-packages.ts')).versionPackages(root),
  'dry-release': async () => (await import('./src/release/dry-release.ts')).dryRelease(),
};

const command = commands[process.argv[2]];
if (command === undefined) throw new Error(`release.js takes one of ${Object.keys(commands).join(', ')}`);
try {
  await command();
} catch (error) {
  // The message says what to do; a stack would hide it.
  console.error(`${process.argv[2]}: ${error.message}`);
  process.exitCode = 1;
}
