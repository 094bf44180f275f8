import { absenceOf } from '../../files/absence.ts';
import { openRotated } from '../../files/rotated-files.ts';
import type { SearchHelper } from '../../files/search-helper.ts';
import { searchLogs } from '../../files/search-logs.ts';
import { parseRecord, type JsonRecord } from '../../json/record.ts';
import { extentOf, type TimeWindow } from '../../files/time-window.ts';
import type { Searched, SourceName } from '../evidence.ts';

/** What reading a source needs of its surroundings. */
export interface SourceParts {
  readonly warn: (sentence: string) => void;
  /** So many more bytes were read. */
  readonly onRead: (bytes: number) => void;
  /** So many more are to be read. */
  readonly onFound: (bytes: number) => void;
  /** A thread that searches as well, where there is much. */
  readonly helper?: SearchHelper | undefined;
  /** What can be done while another thread searches, if that is long. */
  readonly meanwhile: () => Promise<unknown>;
}

/** A log to search, with what was rotated out of it. */
export interface LogPlace {
  readonly source: SourceName;
  readonly path: string;
  /** In the lines that are read one of them stands. */
  readonly needles: readonly string[];
  /** Which of those are meant. */
  readonly accepts: (record: JsonRecord) => boolean;
  /** When they were written, as far as is known: what was written at another time need not be read. */
  readonly window?: TimeWindow | undefined;
}

export interface FoundRecords {
  /** Oldest first. */
  readonly records: readonly JsonRecord[];
  readonly searched: Searched;
}

/** Searches logs together; answers for each, in their order. */
export async function searchPlaces(places: readonly LogPlace[], parts: SourceParts): Promise<readonly FoundRecords[]> {
  const { warn } = parts;
  const opened = places.map((place) => ({ place, files: openRotated(place.path, warn), records: [] as JsonRecord[] }));
  for (const { place, files } of opened) {
    if (files.length === 0) warn(`${place.path} ${absenceOf(place.path)}: nothing of ${place.source} is known`);
    parts.onFound(files.reduce((sum, file) => sum + file.bytes, 0));
  }
  const all = opened.flatMap((owner) => {
    const { needles, window } = owner.place;
    return owner.files.map((file) => ({
      owner,
      file,
      needles,
      extent: window === undefined || file.isGzip ? undefined : extentOf(file, window),
      bad: 0,
    }));
  });
  for (const line of await searchLogs(all, parts)) {
    const from = all[line.file];
    if (from === undefined) continue;
    const record = parseRecord(line.text);
    if (record !== undefined && from.owner.place.accepts(record)) from.owner.records.push(record);
    if (record !== undefined) continue;
    if (line.isUnfinished) warn(`${from.file.path} ends in the middle of a line of this request: it is being written, or was cut`);
    else from.bad += 1;
  }
  for (const { file, bad } of all) {
    if (bad > 0) warn(`${file.path}: ${bad} ${bad === 1 ? 'line that names' : 'lines that name'} the request cannot be read as JSON`);
  }
  return opened.map(({ place: { source, path }, files, records }) => ({
    records,
    searched: { source, path, files: files.map(({ path: name, bytes }) => ({ path: name, bytes })), records: records.length },
  }));
}
