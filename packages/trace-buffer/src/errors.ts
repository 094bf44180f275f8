/** The folder of the buffer is not a folder of its own: a link, or no folder at all. Nothing is written to it or removed from it. */
export class TraceFolderError extends Error {
  readonly code = 'TRACE_FOLDER_REFUSED';

  constructor(folder: string, found: string) {
    super(`${folder} is ${found}, not a folder: traces are neither written nor removed there`);
    this.name = 'TraceFolderError';
  }
}

/** An artifact is not written, and the folder is not to blame for it: a request that is not ours, or no room within the limits. */
export class TraceRefusedError extends Error {
  readonly code = 'TRACE_REFUSED';

  constructor(why: string) {
    super(why);
    this.name = 'TraceRefusedError';
  }
}

/** The system's code of an error such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
