/** Which images: for training (60,000 in MNIST) or for testing (10,000). */
export type Split = 'train' | 'test';

/** The six selections of EMNIST. */
type Emnist = 'byclass' | 'bymerge' | 'balanced' | 'letters' | 'digits' | 'mnist';

/** The data sets in the format of MNIST whose file names and classes are known. */
export type DataSetName = 'mnist' | 'fashion-mnist' | 'kmnist' | 'qmnist' | `emnist-${Emnist}`;

const digits: readonly string[] = Array.from('0123456789');
const lower: readonly string[] = Array.from('abcdefghijklmnopqrstuvwxyz');
const upper: readonly string[] = lower.map((letter) => letter.toUpperCase());
/** Small letters that look like their capitals count as those. */
const merged: readonly string[] = [
  ...digits,
  ...upper,
  ...lower.filter((letter) => !'cijklmopsuvwxyz'.includes(letter)),
];

/**
 * The names of the classes in the order of their labels, as in torchvision. The labels of `emnist-letters` start with 1.
 *
 * ```ts
 * import { classNames } from '@mg/data-mnist';
 *
 * console.log(classNames['fashion-mnist'][9], classNames['emnist-letters'][26]); // => Ankle boot z
 * ```
 */
export const classNames: Readonly<Record<DataSetName | 'cifar-10', readonly string[]>> = {
  mnist: digits,
  'fashion-mnist': [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  kmnist: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  qmnist: digits,
  'emnist-byclass': [...digits, ...upper, ...lower],
  'emnist-bymerge': merged,
  'emnist-balanced': merged,
  'emnist-letters': ['N/A', ...lower],
  'emnist-digits': digits,
  'emnist-mnist': digits,
  'cifar-10': ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
};

/** The names of the two files of a split. @throws RangeError for another split or data set */
export function fileNames(split: Split, dataSet: DataSetName): { images: string; labels: string } {
  if (!['train', 'test'].includes(split)) {
    throw new RangeError(`loadMnist: split is ${JSON.stringify(split)}; expected 'train' or 'test'`);
  }
  switch (dataSet) {
    case 'mnist':
    case 'fashion-mnist':
    case 'kmnist': {
      const start = split === 'train' ? 'train' : 't10k';
      return { images: `${start}-images-idx3-ubyte`, labels: `${start}-labels-idx1-ubyte` };
    }
    case 'qmnist':
      return { images: `qmnist-${split}-images-idx3-ubyte`, labels: `qmnist-${split}-labels-idx2-int` };
    case 'emnist-byclass':
    case 'emnist-bymerge':
    case 'emnist-balanced':
    case 'emnist-letters':
    case 'emnist-digits':
    case 'emnist-mnist':
      return { images: `${dataSet}-${split}-images-idx3-ubyte`, labels: `${dataSet}-${split}-labels-idx1-ubyte` };
    default:
      throw new RangeError(
        `loadMnist: dataSet is ${JSON.stringify(dataSet)}; expected one of ${Object.keys(classNames)
          .filter((name) => name !== 'cifar-10')
          .join(', ')}`,
      );
  }
}

/** Whether the images are stored by columns: those of EMNIST are. */
export function isTransposed(dataSet: DataSetName): boolean {
  return dataSet.startsWith('emnist-');
}
