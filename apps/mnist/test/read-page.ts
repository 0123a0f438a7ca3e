// Reads a page as a browser would.
import { parseHTML } from 'linkedom';
import { PNG, type PNGWithMetadata } from 'pngjs';

/** What of an element the tests look at: these sources are checked without the types of a browser. */
export interface PageElement {
  readonly tagName: string;
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

export function readPage(markup: string): PageElement {
  return (parseHTML(markup) as { document: unknown }).document as PageElement;
}

/** All elements that a selector finds. */
export function all(within: PageElement, selector: string): PageElement[] {
  return [...within.querySelectorAll(selector)];
}

/** The texts of all elements that a selector finds, without the blanks around them and the line breaks within. */
export function texts(within: PageElement, selector: string): string[] {
  return all(within, selector).map(({ textContent }) => textContent.replaceAll(/\s+/g, ' ').trim());
}

/** The body of a table as texts, row by row. */
export function cells(page: PageElement, table: string): string[][] {
  return all(page, `${table} tbody tr`).map((row) => texts(row, 'th, td'));
}

/** The image in a data URI. */
export function decodePng(uri: string | null | undefined): PNGWithMetadata {
  return PNG.sync.read(Buffer.from(uri?.replace('data:image/png;base64,', '') ?? '', 'base64'));
}

/** Red, green, blue and opacity of a pixel. */
export function pixel({ data, width }: PNGWithMetadata, x: number, y: number): number[] {
  return [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}
