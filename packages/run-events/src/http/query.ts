import { isRunEventType, type RunEventTypeName } from '@codex-proxy/contracts';
import type { Request } from 'express';

/** A parameter that is not what it has to be. */
export class ParameterError extends Error {
  readonly parameter: string;

  constructor(parameter: string, expected: string) {
    super(`${parameter} must be ${expected}`);
    this.name = 'ParameterError';
    this.parameter = parameter;
  }
}

/** @throws ParameterError */
export function readEventsQuery(request: Request): { afterId: number | undefined; limit: number | undefined; types: RunEventTypeName[] } {
  return { afterId: readInteger(request, 'afterId', 0), limit: readInteger(request, 'limit', 1), types: readTypes(request) };
}

/** @throws ParameterError */
export function readRunsQuery(request: Request): { limit: number | undefined; cursor: string | undefined } {
  const cursor = readInteger(request, 'cursor', 1);
  return { limit: readInteger(request, 'limit', 1), cursor: cursor === undefined ? undefined : String(cursor) };
}

/** Where a live tail goes on: what the client has seen last, or what its address says. @throws ParameterError */
export function readTailStart(request: Request): number | undefined {
  const lastEventId = request.get('Last-Event-ID');
  if (lastEventId === undefined || lastEventId === '') return readInteger(request, 'afterId', 0);
  return integerOf(lastEventId, 'Last-Event-ID', 0);
}

function readInteger(request: Request, name: string, least: number): number | undefined {
  const value = readText(request, name);
  return value === undefined ? undefined : integerOf(value, name, least);
}

function integerOf(text: string, name: string, least: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least) throw new ParameterError(name, `a whole number from ${least}`);
  return value;
}

function readTypes(request: Request): RunEventTypeName[] {
  const names = (readText(request, 'types') ?? '').split(',').filter((name) => name !== '');
  const types = new Set(names.filter(isRunEventType));
  if (types.size < new Set(names).size) throw new ParameterError('types', 'names of event types, with commas between');
  return [...types];
}

function readText(request: Request, name: string): string | undefined {
  const value: unknown = request.query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new ParameterError(name, 'given once');
}
