/** Request ids as the proxy makes them. No other becomes part of a name, so no name leads out of the folder. */
const REQUEST_ID = /^req_[A-Za-z0-9_-]{1,64}$/;
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z-(req_[A-Za-z0-9_-]{1,64})\.json$/;
const LAST_MS = Date.UTC(9_999, 11, 31, 23, 59, 59, 999);

export interface ArtifactName {
  readonly name: string;
  readonly requestId: string;
  /** When the request ended, since the epoch. */
  readonly endedAtMs: number;
}

export function isRequestId(text: string): boolean {
  return REQUEST_ID.test(text);
}

/** `20261121T021003.194Z-req_….json`: UTC, ISO 8601 basic format with milliseconds. Undefined for what can have no artifact. */
export function artifactName(requestId: string, endedAtMs: number): string | undefined {
  if (!isRequestId(requestId) || !(endedAtMs >= 0 && endedAtMs <= LAST_MS)) return undefined;
  return `${new Date(endedAtMs).toISOString().replaceAll(/[-:]/g, '')}-${requestId}.json`;
}

/** Undefined for names that `artifactName` does not give. */
export function parseArtifactName(name: string): ArtifactName | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, ms, requestId = ''] = match;
  const endedAtMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  // A 31st of February is no time of ours.
  return artifactName(requestId, endedAtMs) === name ? { name, requestId, endedAtMs } : undefined;
}

/** Of an artifact that is being written; in the same folder, so that it can be renamed. */
export function temporaryName(name: string): string {
  return `.${name}.tmp`;
}

export function isTemporaryName(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp') && parseArtifactName(name.slice(1, -4)) !== undefined;
}
