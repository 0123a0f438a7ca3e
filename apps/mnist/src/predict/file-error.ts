/** Thrown when a picture file or a folder of them cannot be read. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** Says in words what the file system answers in codes. */
export function fileError(place: string, cause: unknown): FileError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new FileError(`${place}: no such file. Give PNG files, or a folder of them`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new FileError(`${place}: may not be read. Ask for the right to read it`, { cause });
  }
  return new FileError(`${place}: cannot be read (${message}). Check what it is`, { cause });
}
