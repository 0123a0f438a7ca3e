// Runs the app from its TypeScript sources: node apps/mnist/start.js [ARGUMENTS]
// npm and pnpm move to the project's folder before they start a script, and leave the folder in which the command was typed in
// INIT_CWD: paths among the arguments are meant from there.
import { importTypeScript } from './typescript.js';

process.chdir(process.env.INIT_CWD ?? '.');
await importTypeScript('src/main.ts');
