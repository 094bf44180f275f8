import { createKeyLineStream, type Profile, type Redactor, type TextStreamRedactor } from '@codex-proxy/redaction';
import { redactDocument } from './json-document.ts';
import { createJsonExtentReader, type JsonExtentReader } from './json-extent.ts';

/** A text goes in, in pieces; what comes out has the same lines. However the text is cut, the same comes out. */
export interface RedactionFilter {
  push(text: string): string;
  end(): string;
}

export interface RedactionFilterOptions {
  readonly redactor: Redactor;
  readonly profile: Profile;
  /** Called once for each line or document that begins as JSON and is too long to be read as such. `line` counts from 1. */
  readonly onLongDocument?: (document: { readonly line: number }) => void;
  /** In UTF-16 units. Default 8 Mi. */
  readonly longestDocument?: number;
}

const BEGINS_AS_JSON = /^\s*[{[]/;
const ENDS_AS_JSON = /[}\]]\s*$/;
const ENDS_AS_OBJECT = /\}\s*$/;

const BLOCK = 16_384;

/** A document that goes on over lines. */
interface OpenDocument {
  readonly lines: string[];
  readonly extent: JsonExtentReader;
  length: number;
}

/**
 * JSON documents are judged by their keys; all else is one text after another, each from one document to the next, so that a secret
 * that spans lines is seen whole.
 */
export function createRedactionFilter(options: RedactionFilterOptions): RedactionFilter {
  const { redactor, profile, onLongDocument, longestDocument = 8 * 1024 * 1024 } = options;
  /** A private key may be spread over documents, one line of it in each. */
  const keyLines = createKeyLineStream();
  let output: string[] = [];
  let run: TextStreamRedactor | undefined;
  /** The line at hand, as far as it was read. */
  let partial = '';
  let isOverlong = false;
  let document: OpenDocument | undefined;
  let linesRead = 0;

  function takeText(text: string): void {
    run ??= redactor.stream(profile, { keepsLines: true });
    output.push(run.push(text));
  }

  function endRun(): void {
    if (run !== undefined) output.push(run.end());
    run = undefined;
  }

  function takeLine(line: string): void {
    if (document !== undefined) continueDocument(document, line);
    else if (!BEGINS_AS_JSON.test(line)) takeText(redactSuffix(line));
    else if (!takeDocument(line)) beginDocument(line);
  }

  /** One whole document, by its keys. */
  function takeDocument(text: string): boolean {
    const redacted = ENDS_AS_JSON.test(text) ? redactDocument(text, redactor, profile) : undefined;
    if (redacted === undefined) return false;
    endRun();
    output.push(redacted);
    return true;
  }

  function beginDocument(line: string): void {
    const extent = createJsonExtentReader();
    if (extent.read(line) === 'open') document = { lines: [line], extent, length: line.length };
    else takeText(redactSuffix(line));
  }

  function continueDocument(open: OpenDocument, line: string): void {
    const extent = open.extent.read(line);
    if (extent === 'none') {
      giveUp(open);
      takeLine(line);
      return;
    }
    open.lines.push(line);
    open.length += line.length;
    if (open.length > longestDocument) {
      onLongDocument?.({ line: linesRead - open.lines.length + 2 });
      giveUp(open);
    } else if (extent === 'whole') {
      if (takeDocument(open.lines.join(''))) document = undefined;
      else giveUp(open);
    }
  }

  /** It is no document after all: its lines are text, or documents of one line each. */
  function giveUp(open: OpenDocument): void {
    document = undefined;
    for (const line of open.lines) if (!BEGINS_AS_JSON.test(line) || !takeDocument(line)) takeText(redactSuffix(line));
  }

  /** An object behind a prefix is judged by its keys first, and then with its prefix as text. */
  function redactSuffix(line: string): string {
    const start = line.indexOf('{');
    if (start < 1 || !ENDS_AS_OBJECT.test(line)) return line;
    return line.slice(0, start) + (redactDocument(line.slice(start), redactor, profile) ?? line.slice(start));
  }

  /** What comes out must not depend on how the text was cut: text goes on by lines, and by blocks of those that are too long. */
  function takePart(text: string): void {
    partial += text;
    if (!isOverlong && partial.length > longestDocument) beginOverlong();
    for (; isOverlong && partial.length >= BLOCK; partial = partial.slice(BLOCK)) takeText(partial.slice(0, BLOCK));
  }

  function beginOverlong(): void {
    isOverlong = true;
    if (document !== undefined) giveUp(document);
    if (BEGINS_AS_JSON.test(partial)) onLongDocument?.({ line: linesRead + 1 });
  }

  function finishLine(): void {
    if (isOverlong) takeText(partial);
    else takeLine(partial);
    partial = '';
    isOverlong = false;
    linesRead += 1;
  }

  function flush(): string {
    const text = output.join('');
    output = [];
    return text;
  }

  function take(text: string): void {
    let from = 0;
    for (let newline = text.indexOf('\n'); newline !== -1; newline = text.indexOf('\n', from)) {
      takePart(text.slice(from, newline + 1));
      finishLine();
      from = newline + 1;
    }
    if (from < text.length) takePart(text.slice(from));
  }

  return {
    push(text) {
      take(keyLines.push(text));
      return flush();
    },
    end() {
      take(keyLines.end());
      if (partial !== '') finishLine();
      if (document !== undefined) giveUp(document);
      endRun();
      return flush();
    },
  };
}
