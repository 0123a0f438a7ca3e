import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where a command runs, and what its environment adds to ours. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * What a command prints on standard output. Rejects, with all that it printed, when it ends with another status than 0.
 *
 * Neither the options of the Node that runs the tests nor npm's settings of the script around it are handed on: the command
 * is to find what a user's would.
 */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:NODE_OPTIONS|npm_(?:config_(?:local_prefix|package|call)|package_.*|lifecycle_.*))$/i.test(name),
  );
  const env = { ...Object.fromEntries(inherited), ...options.env };
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd: options.cwd, env, maxBuffer: 2 ** 24 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    const printed = [stdout, stderr].map((text) => text.trim()).filter((text) => text !== '');
    throw new Error([message, ...printed.filter((text) => !message.includes(text))].join('\n'), { cause: error });
  }
}
