import { type InlinedModules } from '@mg/assembler';
export const modules: InlinedModules;
