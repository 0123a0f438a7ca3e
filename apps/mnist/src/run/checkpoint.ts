import { createHash } from 'node:crypto';
import { skipInit, StateDictError } from '@mg/nn';
import {
  type GeneratorState,
  loadSafetensors,
  SafetensorsError,
  safetensorsMetadata,
  saveSafetensors,
  type Tensor,
} from '@mg/tensor';
import { type Best } from '../metrics.ts';
import { type Position, type Settings, startTraining, type Training } from '../training.ts';
import { oneLine, readBytes, RunError } from './disk.ts';
import { checked, modelNotesSchema, trainingNotesSchema, versionSchema } from './schemas.ts';

type OptimizerState = ReturnType<Training['optimizer']['stateDict']>;

/** The contents of a checkpoint besides its tensors, as JSON in the file's metadata. */
interface Notes {
  version: typeof version;
  settings: Settings;
  position: Position;
  best: Best | null;
  /** The optimizer's options, and the step count of each parameter; its tensors are among those of the file. */
  optimizer: { paramGroups: OptimizerState['paramGroups']; steps: Record<string, number> };
  scheduler: ReturnType<Training['scheduler']['stateDict']>;
  generator: GeneratorState;
}

/** The version of the notes: no other is read. */
const version = 1;

/** The keys of the metadata: the notes of a checkpoint, the notes of a model, and the digest. */
const keys = { training: 'mnist.training', model: 'mnist.model', sha256: 'mnist.sha256' } as const;

/** Prefixed to the names of the optimizer's tensors; those of the model have PyTorch's names. */
const optimizerPrefix = 'optimizer.';

/**
 * The bytes of a safetensors file with a whole run: model and optimizer as tensors; settings, position, learning rate schedule
 * and generator as metadata; and a digest to detect damage.
 */
export function checkpointBytes(training: Training): Uint8Array {
  const { settings, model, optimizer, scheduler, generator, position, best } = training;
  const { state, paramGroups } = optimizer.stateDict();
  const tensors: Record<string, Tensor> = model.stateDict();
  const steps: Record<string, number> = {};
  for (const [param, memory] of Object.entries(state)) {
    for (const [name, value] of Object.entries(memory)) {
      if (typeof value === 'number') steps[param] = value;
      else tensors[`${optimizerPrefix}${param}.${name}`] = value;
    }
  }
  const notes: Notes = {
    version,
    settings,
    position,
    best,
    optimizer: { paramGroups, steps },
    scheduler: scheduler.stateDict(),
    generator: generator.getState(),
  };
  return seal(tensors, { [keys.training]: JSON.stringify(notes) });
}

/** The bytes of a safetensors file with only the model and the settings of its run. */
export function modelBytes({ model, settings, best }: Training): Uint8Array {
  return seal(model.stateDict(), { [keys.model]: JSON.stringify({ version, settings, best }) });
}

/** Reads a run from a checkpoint file. @throws RunError for a file that is damaged or not such a checkpoint */
export function readCheckpoint(file: string): Training {
  const { tensors, metadata } = unseal(file);
  const notes = metadata[keys.training];
  if (notes === undefined) {
    throw new RunError(`${file}: contains a model but no training state. Use a last.safetensors written by training`);
  }
  return understand(file, () => restore(checkedNotes(notes, trainingNotesSchema) as Notes, tensors));
}

/** Checks the notes, except for what the optimizer, the scheduler and the generator check themselves. */
function checkedNotes(json: string, schema: typeof modelNotesSchema): { settings: Settings; best: Best | null } {
  const notes: unknown = JSON.parse(json);
  const { version: found } = checked(versionSchema, notes);
  if (found === version) return checked(schema, notes);
  throw new SyntaxError(
    `its version is ${String(found)}; expected ${version}. Read it with the version of the app that wrote it`,
  );
}

function restore({ settings, position, best, optimizer, scheduler, generator }: Notes, tensors: Tensors): Training {
  const training = skipInit(() => startTraining(settings));
  training.model.loadStateDict(weightsOf(tensors));
  const state: Record<string, Record<string, number | Tensor>> = {};
  for (const [param, step] of Object.entries(optimizer.steps)) state[param] = { step };
  for (const [name, tensor] of Object.entries(tensors)) {
    if (!name.startsWith(optimizerPrefix)) continue;
    const [param = '', ...rest] = name.slice(optimizerPrefix.length).split('.');
    (state[param] ??= {})[rest.join('.')] = tensor;
  }
  training.optimizer.loadStateDict({ state, paramGroups: optimizer.paramGroups });
  training.scheduler.loadStateDict(scheduler);
  training.generator.setState(generator);
  training.position = position;
  training.best = best;
  return training;
}

/** Reads the model's tensors from a file, and the settings and the best epoch if training wrote it. */
export function readModel(file: string): { notes: { settings: Settings; best: Best | null } | null; tensors: Tensors } {
  const { tensors, metadata } = unseal(file);
  return understand(file, () => {
    return { notes: notesIn(metadata), tensors: weightsOf(tensors) };
  });
}

function notesIn(metadata: Record<string, string>): { settings: Settings; best: Best | null } | null {
  const { [keys.training]: ofTraining, [keys.model]: ofModel } = metadata;
  if (ofTraining !== undefined) return checkedNotes(ofTraining, trainingNotesSchema);
  return ofModel === undefined ? null : checkedNotes(ofModel, modelNotesSchema);
}

function weightsOf(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith(optimizerPrefix)));
}

type Tensors = Record<string, Tensor>;

/** A safetensors file of tensors and metadata, with the SHA-256 of both in its metadata. */
function seal(tensors: Tensors, metadata: Record<string, string>): Uint8Array {
  const sealed = sha256(saveSafetensors(tensors, { metadata }));
  return saveSafetensors(tensors, { metadata: { ...metadata, [keys.sha256]: sealed } });
}

function unseal(file: string): { tensors: Tensors; metadata: Record<string, string> } {
  const bytes = readBytes(file);
  return understand(file, () => {
    const tensors = loadSafetensors(bytes);
    const { [keys.sha256]: sealed, ...metadata } = safetensorsMetadata(bytes);
    // Only files of other programs have no digest.
    const isOurs = Object.values<string>(keys).some((key) => key in metadata) || sealed !== undefined;
    if (isOurs && (sealed === undefined || sealed !== sha256(...unsealed(bytes, sealed)))) {
      throw new RunError('its digest does not match its contents');
    }
    return { tensors, metadata };
  });
}

/**
 * The bytes of a file without its digest, which is the last entry of the metadata:
 *
 * ```text
 * length of the header, 8 bytes | header, JSON padded with blanks to a multiple of 8 bytes | elements
 * ```
 */
function unsealed(bytes: Uint8Array, sealed: string): Uint8Array[] {
  const end = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = Buffer.from(bytes.subarray(8, end)).toString('latin1'); // a character for each byte
  const text = header.replace(`,"${keys.sha256}":"${sealed}"`, '').trimEnd();
  const padded = Buffer.from(text.padEnd(8 * Math.ceil(text.length / 8)), 'latin1');
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, padded.length, true);
  return [length, padded, bytes.subarray(end)];
}

function sha256(...pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** Reports problems inside a file with the file's name. */
function understand<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const isKnown =
      cause instanceof SafetensorsError ||
      cause instanceof StateDictError ||
      cause instanceof RunError ||
      cause instanceof RangeError ||
      cause instanceof SyntaxError ||
      cause instanceof TypeError;
    if (!isKnown) throw cause;
    throw new RunError(`${file}: damaged, or not a checkpoint: ${oneLine(cause)}`, { cause });
  }
}
