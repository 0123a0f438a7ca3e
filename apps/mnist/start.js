// Runs the app from its TypeScript sources: node --conditions=@mg/source apps/mnist/start.js [ARGUMENTS]
// Plain JavaScript, because it is what teaches Node TypeScript. npm and pnpm move to the project's folder before they start
// a script, and leave the folder in which the command was typed in INIT_CWD: paths among the arguments are meant from there.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)) });
process.chdir(process.env.INIT_CWD ?? '.');
await import('./src/main.ts');
