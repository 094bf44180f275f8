import { createHash } from 'node:crypto';

/** A file of a bundle, as it will stand there. */
export interface BundleFile {
  /** Within the bundle: `probes/readyz.json`. */
  readonly path: string;
  readonly text: string;
  /** When it was captured, ISO 8601 UTC. */
  readonly capturedAt: string;
  /** Where it is from: a route, a file, a command. */
  readonly source: string;
}

/** What was to be captured, and could not be. */
export interface Missing {
  readonly what: string;
  readonly why: string;
}

/** `manifest.json`: what there is, when it was captured, and what there is not. */
export interface Manifest {
  readonly version: 1;
  readonly captured_at: string;
  readonly finished_at: string;
  readonly url: string;
  readonly state_dir: string;
  readonly request_id: string | null;
  readonly alert: string | null;
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly captured_at: string;
    readonly source: string;
  }[];
  readonly missing: readonly Missing[];
}

export type ManifestHead = Omit<Manifest, 'version' | 'files' | 'missing'>;

export function createManifest(head: ManifestHead, files: readonly BundleFile[], missing: readonly Missing[]): Manifest {
  const listed = files.map(({ path, text, capturedAt, source }) => ({
    path,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    captured_at: capturedAt,
    source,
  }));
  return { version: 1, ...head, files: listed, missing };
}
