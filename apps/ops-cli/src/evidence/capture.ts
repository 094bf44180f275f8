import type { ProxyClient } from '../proxy-client/proxy-client.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { BundleFile, Missing } from './bundle.ts';
import type { Scrubber } from './scrubber.ts';

/** What is to be captured, from where. */
export interface CaptureParts {
  readonly client: ProxyClient;
  readonly terminal: Terminal;
  readonly scrubber: Scrubber;
  /** Absolute. */
  readonly stateDir: string;
  /** The proxy's own log, where it is kept. */
  readonly log: string | undefined;
  readonly requestId: string | undefined;
  readonly alert: string | undefined;
  /** Lines of each log. */
  readonly mostLines: number;
  readonly signal: AbortSignal;
}

/** Takes what a source gives. */
export interface Collector {
  add(path: string, source: string, text: string): void;
  miss(what: string, why: string): void;
}

export interface Collected extends Collector {
  readonly files: readonly BundleFile[];
  readonly missing: readonly Missing[];
}

export function createCollector(now: () => number): Collected {
  const files: BundleFile[] = [];
  const missing: Missing[] = [];
  return {
    files,
    missing,
    add: (path, source, text) => void files.push({ path, source, text, capturedAt: new Date(now()).toISOString() }),
    miss: (what, why) => void missing.push({ what, why }),
  };
}

/** One place that evidence is taken from. What it cannot give it says, and it never rejects for that. */
export interface Source {
  readonly name: string;
  readonly capture: (parts: CaptureParts, into: Collector) => Promise<void>;
}
