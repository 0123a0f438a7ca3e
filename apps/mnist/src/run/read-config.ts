import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileNames } from './file-names.ts';
import { readBytes } from './files.ts';
import { RunError } from './run-error.ts';
import { checked, type Config, configSchema } from './schemas.ts';

/** The folder of the data that a run was trained on, for a file of the run; null for MNIST, and for a file of no run. */
export function dataFolderOf(file: string): string | null {
  const folder = path.dirname(file);
  return existsSync(path.join(folder, fileNames.config)) ? readConfig(folder).dataFolder : null;
}

/** The configuration of the run in a folder. @throws RunError if there is none */
export function readConfig(folder: string): Config {
  const file = path.join(folder, fileNames.config);
  if (!existsSync(file)) {
    throw new RunError(
      `${folder}: holds no run to go on with. Give the folder of one (--out), or start one without --resume`,
    );
  }
  try {
    return checked(configSchema, JSON.parse(readBytes(file).toString()));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new RunError(`${file}: is no configuration (${cause.message}). Put it back as it was, or start another run`, {
      cause,
    });
  }
}
