const NAME = /^agent_logs_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3})Z(?:-\d{1,9})?\.json\.gz$/;
const PART = '.part';

/** `agent_logs_20261121T021003.194Z.json.gz`; the second of one millisecond is `…Z-2.json.gz`. */
export function archiveName(at: Date, attempt: number): string {
  const stamp = at.toISOString().replace(/[-:]/g, '');
  return `agent_logs_${stamp}${attempt === 1 ? '' : `-${attempt}`}.json.gz`;
}

/** When an archive was made, ISO 8601; undefined for what is not a name of ours. */
export function timestampOf(name: string): string | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match;
  const timestamp = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return Number.isNaN(Date.parse(timestamp)) ? undefined : timestamp;
}

/** Under which an archive is written until it is verified. */
export function partName(name: string): string {
  return name + PART;
}

export function isPartName(name: string): boolean {
  return name.endsWith(PART) && timestampOf(name.slice(0, -PART.length)) !== undefined;
}
