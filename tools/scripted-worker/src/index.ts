export type { ScriptedToolCall, ScriptedWorkerOptions, TurnScript } from './options.ts';
export { writeScriptedWorker } from './write-scripted-worker.ts';
