export {
  ARCHIVE_OUTCOME_KINDS,
  ARCHIVE_PHASES,
  type ArchiveOutcome,
  type ArchiveOutcomeKind,
  type ArchivePhase,
  type ArchiveProgress,
  type ArchivePrune,
  type ArchiveStart,
} from './archive/archive-outcome.ts';
export { ERROR_CODES, errorDefinition, type ErrorCode, type ErrorDefinition, type ErrorType } from './errors/error-codes.ts';
export { errorEnvelope, errorEnvelopeSchema, type ErrorEnvelope } from './errors/error-envelope.ts';
export {
  DEGRADED_PARTS,
  UNREADY_REASONS,
  probeBodySchema,
  type DegradedPart,
  type ProbeBody,
  type UnreadyReason,
} from './health/probe-body.ts';
export { chatCompletionRequestSchema, type ChatCompletionRequest, type ChatMessage } from './http/chat-completion-request.ts';
export type { ChatCompletion, CompletionUsage, FinishReason, ServedModel } from './http/chat-completion.ts';
export { LOG_EVENTS, type LogEvent, type LogEventName } from './log/log-events.ts';
export {
  LOG_COMPONENTS,
  LOG_FIELDS,
  LOG_LEVELS,
  OUTCOMES,
  type LogComponent,
  type LogField,
  type LogFieldName,
  type LogFields,
  type LogLevel,
  type Outcome,
} from './log/log-fields.ts';
export { logRecordSchema, type LogRecord } from './log/log-record.ts';
export type { TerminalRecord } from './log/terminal-record.ts';
export {
  MAINTENANCE_SOURCES,
  maintenanceStateSchema,
  maintenanceToggleSchema,
  type MaintenanceChange,
  type MaintenanceSource,
  type MaintenanceState,
  type MaintenanceToggle,
} from './maintenance/maintenance.ts';
export {
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricDefinition,
  type MetricKind,
  type MetricName,
  type SummaryName,
} from './metrics/metric-catalogue.ts';
export { METRIC_LABELS, type MetricLabel, type MetricLabelName } from './metrics/metric-labels.ts';
export { isServiceFault, SERVICE_FAULTS } from './objectives/service-faults.ts';
export { SERVICE_THRESHOLDS } from './objectives/service-thresholds.ts';
export {
  RUN_EVENT_LEVELS,
  runDetailSchema,
  runEventInputSchema,
  runEventSchema,
  runEventsPageSchema,
  runIdSchema,
  runsPageSchema,
  runSummarySchema,
  type RunDetail,
  type RunEvent,
  type RunEventInput,
  type RunEventLevel,
  type RunEventOf,
  type RunEventsPage,
  type RunsPage,
  type RunSummary,
} from './run-events/run-event.ts';
export {
  isRunEventType,
  PROXY_EXITED_ERROR_CODE,
  RUN_EVENT_CONTENT_MODES,
  RUN_EVENT_DROP_REASONS,
  RUN_EVENT_TYPE_NAMES,
  RUN_EVENT_TYPES,
  RUN_NOTES,
  type RunEventContentMode,
  type RunEventDropReason,
  type RunEventPayload,
  type RunEventType,
  type RunEventTypeName,
} from './run-events/run-event-types.ts';
export { OUTPUT_MODES, TOOL_BUFFER_ABORT_REASONS, type OutputMode, type ToolBufferAbortReason } from './tool-buffer/tool-buffer.ts';
export {
  TRACE_PRUNE_REASONS,
  traceArtifactSchema,
  traceBufferStateSchema,
  traceBufferToggleSchema,
  traceDeltaRunSchema,
  traceFrameSchema,
  type TraceArtifact,
  type TraceBufferState,
  type TraceEvent,
  type TracePrune,
  type TracePruneReason,
} from './trace-buffer/trace-artifact.ts';
export {
  RPC_FRAME_TYPES,
  type RpcFrame,
  type RpcFrameType,
  type TokenUsage,
  type WorkerEvents,
  type WorkerExitReason,
  type WorkerStartFailure,
  type WorkerUnresponsiveReason,
} from './worker/worker-events.ts';
export {
  WORKER_RECYCLE_REASONS,
  WORKER_RECYCLE_STATUSES,
  workerRecycleStateSchema,
  type WorkerRecycleReason,
  type WorkerRecycleState,
} from './worker/worker-recycle.ts';
export { WORKER_STATES, type WorkerSnapshot, type WorkerState } from './worker/worker-snapshot.ts';
export type { WorkerLogDbReport } from './worker/worker-log-db.ts';
