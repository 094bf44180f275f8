/** How textual tool calls are given to the client. */
export const OUTPUT_MODES = ['openai-json', 'obsidian-xml'] as const;
export type OutputMode = (typeof OUTPUT_MODES)[number];

/** Why a block that was held back was let go of as plain text. */
export const TOOL_BUFFER_ABORT_REASONS = ['nested_open', 'unterminated', 'too_long', 'disconnect'] as const;
export type ToolBufferAbortReason = (typeof TOOL_BUFFER_ABORT_REASONS)[number];
