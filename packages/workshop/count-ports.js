// Runs src/ports/count-ports.ts: pnpm --filter @mg/workshop ports
// Plain JavaScript, because it is what lets Node 20 read TypeScript; newer ones can.
import { register } from 'node:module';

if (!process.features.typescript) register('./typescript-hooks.js', import.meta.url);
await import('./src/ports/count-ports.ts');
