// A terminal that keeps what is written to it.
import { Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** A stream like `process.stderr` on a terminal of a given size, with a terminal behind it. */
export class Screen extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** All bytes so far. */
  written = '';
  readonly #terminal: xterm.Terminal;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    // As a terminal's driver does, a line feed is a carriage return as well.
    this.#terminal = new xterm.Terminal({ cols: columns, rows, convertEol: true, allowProposedApi: true });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString();
    this.#terminal.write(chunk, done);
  }

  /** Resizes the window: lines that are too long now are wrapped. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.settled();
    this.#terminal.resize(columns, rows);
    Object.assign(this, { columns, rows });
  }

  /** All lines that are or were on the screen, up to the last one with text. */
  async lines(): Promise<string[]> {
    await this.settled();
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  /** Whether a line is wrapped because it was longer than the terminal is wide. */
  async folds(): Promise<boolean> {
    await this.settled();
    const { active } = this.#terminal.buffer;
    return Array.from({ length: active.length }, (_, y) => active.getLine(y)?.isWrapped).includes(true);
  }

  /** The column and row of the cursor, from 0, in `lines`. */
  async cursor(): Promise<[x: number, y: number]> {
    await this.settled();
    const { cursorX, baseY, cursorY } = this.#terminal.buffer.active;
    return [cursorX, baseY + cursorY];
  }

  /** Resolves when the terminal has shown everything that was written. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.write('', () => {
        resolve();
      });
    });
  }
}
