export type { TraceCapture } from './artifact/trace-capture.ts';
export { TraceFolderError, TraceRefusedError } from './errors.ts';
export type { Refusal, SendRefusal } from './http/refusal.ts';
export { createTraceBufferRouter } from './http/trace-buffer-router.ts';
export type { TraceBufferOptions, TraceToggle } from './options.ts';
export type { HealthReports, TraceOperation } from './reports/buffer-health.ts';
export { openTraceBuffer, type TraceBuffer } from './trace-buffer.ts';
export type { Pace } from './write/token-bucket.ts';
