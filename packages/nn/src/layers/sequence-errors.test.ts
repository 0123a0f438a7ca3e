import {
  GRU,
  LearnedPositionalEncoding,
  LSTM,
  LSTMCell,
  MultiheadAttention,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  RMSNorm,
  RNN,
  RNNCell,
  scaledDotProductAttention,
  SinusoidalPositionalEncoding,
  TransformerDecoder,
  TransformerEncoder,
  TransformerEncoderLayer,
} from '@mg/nn';
import { type Tensor, zeros } from '@mg/tensor';
import { expect, test } from 'vitest';

const plain = (...shape: number[]): Tensor => zeros(shape);
const whole = (...shape: number[]): Tensor => zeros(shape, { dtype: 'int32' });
const anything = (x: unknown): never => x as never;
const attention = new MultiheadAttention(4, 2);

test.each<[what: string, run: () => unknown, message: string]>([
  ['no features', () => new LSTM(0, 2), 'RangeError: LSTM: inputSize must be an integer >= 1, got 0'],
  ['half a layer', () => new GRU(3, 2, { numLayers: 1.5 }), 'RangeError: GRU: numLayers must be an integer >= 1, got 1.5'],
  ['an unknown option', () => new LSTM(3, 2, anything({ projSize: 2 })), 'TypeError: LSTM: there is no option projSize; it takes dtype, generator, init, numLayers'],
  ['another nonlinearity', () => new RNN(3, 2, { nonlinearity: anything('gelu') }), "RangeError: RNN: nonlinearity must be 'tanh' or 'relu', got gelu"],
  ['a dropout above 1', () => new RNN(3, 2, { dropout: 2 }), 'RangeError: RNN: dropout must be a probability in [0, 1], got 2'],
  ['integer weights', () => new RNNCell(3, 2, { dtype: 'int32' }), 'DTypeError: RNNCell: parameters must be float32 or float64, to have gradients, got int32'],
  ['other features', () => new LSTM(3, 2).forward(plain(5, 4, 2)), 'ShapeError: LSTM(3, 2): takes [time, batch, 3], got [5, 4, 2]'],
  ['four axes', () => new LSTM(3, 2, { batchFirst: true }).forward(plain(1, 5, 4, 3)), 'ShapeError: LSTM(3, 2): takes [time, 3], got [1, 5, 4, 3]'],
  ['no steps', () => new LSTM(3, 2).forward(plain(0, 4, 3)), 'ShapeError: LSTM: needs at least one step, got [0, 4, 3]'],
  ['labels', () => new LSTM(3, 2).forward(whole(5, 4, 3)), "DTypeError: LSTM: takes float32 or float64, got int32; to('float32') converts"],
  ['another dtype', () => new LSTM(3, 2).forward(plain(5, 4, 3).to('float64')), "DTypeError: LSTM: the weights are float32, got float64; to('float32') converts"],
  ['a state of another batch', () => new RNN(3, 2).forward(plain(5, 4, 3), plain(1, 3, 2)), 'ShapeError: RNN: the initial state must be [1, 4, 2], got [1, 3, 2]'],
  ['one tensor as the state of an LSTM', () => new LSTM(3, 2).forward(plain(5, 4, 3), anything(plain(1, 4, 2))), 'TypeError: LSTM: the initial state must be a pair [h, c] of tensors'],
  ['a state of a cell of another size', () => new LSTMCell(3, 2).forward(plain(4, 3), [plain(4, 2), plain(4, 3)]), 'ShapeError: LSTMCell: the initial state must be [4, 2], got [4, 3]'],
  ['a sequence for a cell', () => new LSTMCell(3, 2).forward(plain(5, 4, 3)), 'ShapeError: LSTMCell(3, 2): takes [batch, 3], got [5, 4, 3]'],
  ['packed data of other features', () => new LSTM(3, 2).forward(packSequence([plain(4, 2)])), 'ShapeError: LSTM(3, 2): takes packed sequences [length, 3], got data of shape [4, 2]'],
  ['sequences that are not sorted', () => packSequence([plain(1), plain(2)]), 'RangeError: packSequence: the longest sequence must come first, got the lengths 1, 2; { enforceSorted: false } sorts them'],
  ['an empty sequence', () => packSequence([plain(1), plain(0)]), 'RangeError: packSequence: a sequence must have a length >= 1, got 0'],
  ['sequences of other features', () => padSequence([plain(2, 3), plain(2, 4)]), 'ShapeError: padSequence: sequence 0 has shape [2, 3] and sequence 1 [2, 4]; they may differ in axis 0 only'],
  ['no sequences', () => padSequence([]), 'ShapeError: padSequence: takes at least one sequence, the list is empty'],
  ['one tensor as sequences', () => padSequence(anything(plain(2, 3))), 'TypeError: padSequence: takes a list of tensors, one for each sequence'],
  ['too few lengths', () => packPaddedSequence(plain(5, 4, 3), [5]), 'ShapeError: packPaddedSequence: needs a length for each of 4 sequences, got 1'],
  ['a length that is too long', () => packPaddedSequence(plain(5, 1, 3), [6]), 'RangeError: packPaddedSequence: a length of 6 exceeds the 5 steps of the input'],
  ['a total that is too short', () => padPackedSequence(packSequence([plain(3)]), { totalLength: 2 }), 'RangeError: padPackedSequence: totalLength must be at least 3, the length of the longest sequence, got 2'],
  ['heads that do not divide', () => new MultiheadAttention(4, 3), 'RangeError: MultiheadAttention: 3 heads do not divide the 4 features of embedDim'],
  ['keys of other features', () => attention.forward(plain(3, 2, 4), plain(3, 2, 5), plain(3, 2, 4)), 'ShapeError: MultiheadAttention(4, 2): takes keys [time, batch, 4], got [3, 2, 5]'],
  ['keys of another batch', () => attention.forward(plain(3, 2, 4), plain(3, 1, 4), plain(3, 1, 4)), 'ShapeError: MultiheadAttention(4, 2): queries, keys and values differ in the batch, or keys and values in time: [3, 2, 4], [3, 1, 4], [3, 1, 4]'],
  ['a mask of another size', () => attention.forward(plain(3, 2, 4), plain(3, 2, 4), plain(3, 2, 4), { attnMask: plain(3, 4) }), 'ShapeError: MultiheadAttention(4, 2): attnMask must be [3, 3], got [3, 4]'],
  ['a mask of integers', () => attention.forward(plain(3, 2, 4), plain(3, 2, 4), plain(3, 2, 4), { keyPaddingMask: whole(2, 3) }), 'DTypeError: MultiheadAttention(4, 2): keyPaddingMask must be of bools or floats, got int32; compare first, as in x.gt(0)'],
  ['labels for attention', () => attention.forward(whole(3, 2, 4), plain(3, 2, 4), plain(3, 2, 4)), 'DTypeError: MultiheadAttention: takes float32 or float64, got int32'],
  ['values of another time', () => scaledDotProductAttention(plain(3, 4), plain(5, 4), plain(3, 4)), 'ShapeError: scaledDotProductAttention: takes queries [..., L, dim], keys [..., S, dim] and values [..., S, dimV], got [3, 4], [5, 4], [3, 4]'],
  ['a mask that is causal as well', () => scaledDotProductAttention(plain(3, 4), plain(3, 4), plain(3, 4), { isCausal: true, attnMask: plain(3, 3) }), 'TypeError: scaledDotProductAttention: takes attnMask or isCausal, not both; combine them in one mask'],
  ['another activation', () => new TransformerEncoderLayer(4, 2, { activation: anything('tanh') }), "RangeError: TransformerEncoderLayer: activation must be 'relu' or 'gelu', got tanh"],
  ['an encoder layer in a decoder', () => new TransformerDecoder(anything(new TransformerEncoderLayer(4, 2)), 2), 'TypeError: TransformerDecoder: copies a TransformerDecoderLayer; put layers of another class in a ModuleList, and call them in turn'],
  ['a layer of a user in an encoder', () => new TransformerEncoder(new (class extends TransformerEncoderLayer {})(4, 2), 2), 'TypeError: TransformerEncoder: copies a TransformerEncoderLayer'],
  ['a bare mask', () => new TransformerEncoderLayer(4, 2).forward(plain(3, 2, 4), anything(plain(3, 3))), 'TypeError: TransformerEncoderLayer: the options must be an object, as in { srcMask, srcKeyPaddingMask }, got a tensor of shape [3, 3]'],
  ['another size', () => new RMSNorm(4).forward(plain(2, 3)), 'ShapeError: RMSNorm: the size [4] does not match the last axes of [2, 3]'],
  ['labels for an RMSNorm', () => new RMSNorm(3).forward(whole(2, 3)), 'DTypeError: RMSNorm: takes float32 or float64, got int32'],
  ['other features for a place', () => new SinusoidalPositionalEncoding(4).forward(plain(5, 3, 2)), 'ShapeError: SinusoidalPositionalEncoding: takes [time, batch, 4] or [time, 4], got [5, 3, 2]'],
  ['more steps than places', () => new LearnedPositionalEncoding(4, 2).forward(plain(5, 2)), 'ShapeError: LearnedPositionalEncoding: has 4 places, got 5 steps'],
])('%s: an error that says so', (_, run, message) => {
  let said = '';
  try {
    run();
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain(message);
}); // prettier-ignore
