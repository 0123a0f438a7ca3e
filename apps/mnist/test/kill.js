// Runs kill.ts: pnpm --filter @mg/mnist kill
import { importTypeScript } from '../typescript.js';

await importTypeScript('test/kill.ts');
