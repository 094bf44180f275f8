export { WorkerUnavailableError } from './errors.ts';
export type { WorkerCommand } from './process/worker-process.ts';
export type { ClientTool, HistoryContent, HistoryItem, UserInput } from './protocol/messages.ts';
export type { SupervisorOptions } from './supervisor/options.ts';
export { Supervisor } from './supervisor/supervisor.ts';
export type { ToolCall, Turn, TurnEnd, TurnFailure, TurnNotification, TurnObserver, TurnRequest, TurnTrace } from './turns/turn-request.ts';
