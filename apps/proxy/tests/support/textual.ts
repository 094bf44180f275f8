import type { ToolBufferAbortReason } from '@codex-proxy/contracts';
import type { ToolBufferEvents } from '@codex-proxy/tool-buffer';
import { readTextOf, type ReadText, type TextualToolSettings } from '../../src/openai/textual-tools.ts';

/** What a proxy without any of these variables does. */
export const TEXTUAL_DEFAULTS: TextualToolSettings = {
  outputMode: 'openai-json',
  stopAfterTools: 0,
  stopAfterToolsMode: 'burst',
  stopAfterToolsGraceMs: Infinity,
  suppressTailAfterTools: false,
};

/** Events that are kept in a list. */
export function recordedEvents(heard: string[]): ToolBufferEvents {
  return {
    onStarted: () => heard.push('started'),
    onFlushed: () => heard.push('flushed'),
    onAborted: (reason: ToolBufferAbortReason) => heard.push(`aborted ${reason}`),
    onMalformed: (reason) => heard.push(`malformed ${reason}`),
  };
}

export function reader(settings: Partial<TextualToolSettings> = {}, heard: string[] = []): ReadText {
  return readTextOf({ model: 'm', messages: [] }, { ...TEXTUAL_DEFAULTS, ...settings }, recordedEvents(heard));
}
