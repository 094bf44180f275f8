export { ANOMALY_WINDOW_MS, ToolBufferAnomaly } from './anomaly.ts';
export type { Schedule } from './answer/timer.ts';
export {
  ToolTextStream,
  type AnswerToolCall,
  type ToolBufferEvents,
  type ToolTextOutput,
  type ToolTextStreamOptions,
} from './answer/tool-text-stream.ts';
export { canonicalBlock } from './parse/canonical-block.ts';
export { parseToolBlock, type MalformedReason, type ParsedToolBlock } from './parse/tool-block.ts';
export { MAX_TAG_CHARS } from './scan/tag.ts';
export {
  DEFAULT_MAX_BLOCK_CHARS,
  ToolBlockScanner,
  type ToolBlockObserver,
  type ToolBlockScannerOptions,
} from './scan/tool-block-scanner.ts';
export type { FormOfParameter, ParameterForm, ToolCall } from './tool-call.ts';
