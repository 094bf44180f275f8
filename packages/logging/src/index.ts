export { createLogger, type Logger, type LoggerOptions, type Redact } from './logger/logger.ts';
export { createRequestContext, type RequestContext } from './logger/request-context.ts';
export { createStdoutDestination, type StdoutDestination, type StdoutDestinationOptions } from './stdout/stdout-destination.ts';
export { createNdjsonSink, type NdjsonSink, type NdjsonSinkOptions } from './ndjson/ndjson-sink.ts';
export { createAccessLog, type AccessLog } from './records/access-log.ts';
export { createUsageLog, type UsageLog } from './records/usage-log.ts';
export { createProtoLog, type ProtoLog, type ProtoLogIds } from './records/proto-log.ts';
export type { RecordSink } from './records/record-line.ts';
