import { createHash } from 'node:crypto';
import { StateDictError } from '@mg/nn';
import {
  type GeneratorState,
  loadSafetensors,
  safetensorsMetadata,
  SafetensorsError,
  saveSafetensors,
  type Tensor,
} from '@mg/tensor';
import { type Best } from '../best.ts';
import { type Position, type Settings, startTraining, type Training } from '../training.ts';
import { readBytes } from './files.ts';
import { RunError } from './run-error.ts';

type OptimizerState = ReturnType<Training['optimizer']['stateDict']>;

/** What a checkpoint says besides its tensors, as JSON under `training` in the file's metadata. */
interface Notes {
  settings: Settings;
  position: Position;
  best: Best | null;
  /** The optimizer's options, and how often each parameter was stepped; its tensors are the file's. */
  optimizer: { paramGroups: OptimizerState['paramGroups']; steps: Record<string, number> };
  scheduler: ReturnType<Training['scheduler']['stateDict']>;
  generator: GeneratorState;
}

/** Before the names of the optimizer's tensors; those of the model keep the names that PyTorch gives them. */
const optimizerPrefix = 'optimizer.';

/**
 * The bytes of a safetensors file with all of a run: model and optimizer as tensors, settings, position, learning rate schedule and
 * generator as metadata, and a digest by which damage is noticed.
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
    settings,
    position,
    best,
    optimizer: { paramGroups, steps },
    scheduler: scheduler.stateDict(),
    generator: generator.getState(),
  };
  return seal(tensors, { training: JSON.stringify(notes) });
}

/** The bytes of a safetensors file with the model alone, and what it was trained for. */
export function modelBytes({ model, settings, best }: Training): Uint8Array {
  return seal(model.stateDict(), { model: JSON.stringify({ settings, best }) });
}

/** Reads a run back from a checkpoint file. @throws RunError for a file that is damaged, or no such checkpoint. */
export function readCheckpoint(file: string): Training {
  const { tensors, metadata } = unseal(file);
  if (metadata.training === undefined) {
    throw new RunError(
      `${file}: holds a model without its training. Give a file that training wrote as last.safetensors`,
    );
  }
  return understand(file, () => restore(JSON.parse(metadata.training ?? '') as Notes, tensors));
}

function restore({ settings, position, best, optimizer, scheduler, generator }: Notes, tensors: Tensors): Training {
  const training = startTraining(settings);
  const weights = Object.entries(tensors).filter(([name]) => !name.startsWith(optimizerPrefix));
  training.model.loadStateDict(Object.fromEntries(weights));
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

/** Settings, when the file was written by training; and the model's tensors. */
export function readModel(file: string): { settings: Settings | null; tensors: Tensors } {
  const { tensors, metadata } = unseal(file);
  return understand(file, () => {
    const notes = metadata.training ?? metadata.model;
    const weights = Object.entries(tensors).filter(([name]) => !name.startsWith(optimizerPrefix));
    return {
      settings: notes === undefined ? null : (JSON.parse(notes) as { settings: Settings }).settings,
      tensors: Object.fromEntries(weights),
    };
  });
}

type Tensors = Record<string, Tensor>;

/** The safetensors file of tensors and metadata, with the SHA-256 of both in the metadata. */
function seal(tensors: Tensors, metadata: Record<string, string>): Uint8Array {
  const unsealed = saveSafetensors(tensors, { metadata });
  return saveSafetensors(tensors, { metadata: { ...metadata, sha256: sha256(unsealed) } });
}

function unseal(file: string): { tensors: Tensors; metadata: Record<string, string> } {
  const bytes = readBytes(file);
  return understand(file, () => {
    const tensors = loadSafetensors(bytes);
    const { sha256: sealed, ...metadata } = safetensorsMetadata(bytes);
    // Only files of others have no seal.
    const isOurs = metadata.training !== undefined || metadata.model !== undefined || sealed !== undefined;
    if (isOurs && sealed !== sha256(saveSafetensors(tensors, { metadata }))) {
      throw new RunError('its bytes are not those that were written');
    }
    return { tensors, metadata };
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whatever is amiss inside a file is said with the file's name. */
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
    throw new RunError(`${file}: the checkpoint is damaged, or none: ${cause.message}`, { cause });
  }
}
