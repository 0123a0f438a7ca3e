import { type Split } from './data-sets.ts';
import { type NamedBytes, SourceError } from './source.ts';

/** SHA-256 digests of the two unpacked files of a split, in hexadecimal as `sha256sum` prints them. */
export interface MnistSha256 {
  images?: string | undefined;
  labels?: string | undefined;
}

/**
 * The digests of MNIST's own files, for `loadMnist({ split: 'train', source, sha256: mnistSha256.train })`.
 *
 * ```ts
 * import { mnistSha256 } from '@mg/data-mnist';
 *
 * mnistSha256.test.labels.slice(0, 8); // => ff7bcfd4
 * ```
 */
export const mnistSha256: Readonly<Record<Split, Readonly<Record<keyof MnistSha256, string>>>> = {
  train: {
    images: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    labels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  test: {
    images: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    labels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
};

/** Throws for invalid digests, or if this page cannot compute digests, before a file is fetched. */
export function expectSha256(sha256: MnistSha256): void {
  if (sha256.images === undefined && sha256.labels === undefined) {
    throw new RangeError(
      'loadMnist: sha256 has neither images nor labels. Pass { images, labels } of the split, such as mnistSha256.train',
    );
  }
  for (const part of ['images', 'labels'] as const) {
    const digest: unknown = sha256[part];
    if (digest !== undefined && !(typeof digest === 'string' && /^[0-9a-f]{64}$/i.test(digest))) {
      throw new RangeError(
        `loadMnist: sha256.${part} is ${JSON.stringify(digest)}; expected 64 hexadecimal digits. ` +
          'Pass the output of `sha256sum` for the unpacked file',
      );
    }
  }
  if (!('subtle' in crypto)) {
    throw new SourceError(
      'loadMnist: sha256 cannot be checked on this page: browsers compute digests only on https pages and on localhost. ' +
        'Serve the page over https, or omit sha256',
    );
  }
}

/** Throws a SourceError if the digest of a file differs: training on the wrong images would give no error. */
export async function verifySha256({ name, bytes }: NamedBytes, expected: string, advice: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (hex === expected.toLowerCase()) return;
  throw new SourceError(`${name}: the SHA-256 of its unpacked bytes is ${hex}, expected ${expected}. ${advice}`);
}
