// Writes the compiled modules, inlined in generated sources that are committed.
import { modules } from './modules.js';

await modules.write();
