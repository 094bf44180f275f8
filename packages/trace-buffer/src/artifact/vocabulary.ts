/**
 * What may stay of a text or a number under a key:
 * - `word`: a text that is one of the protocol's words, or a boolean
 * - `id`: a text of the shape that machines give to ids; of others, only whether they are the same
 * - `model`: the name of the model that the request is known to have
 * - `figure`: a number or a boolean
 * - `part`: nothing, but what is inside is looked at
 * - `closed`: nothing, and nothing inside: it is the client's or the model's, keys and numbers too
 */
export type Rule = 'word' | 'id' | 'model' | 'figure' | 'part' | 'closed';

const KEYS: Readonly<Record<Rule, string>> = {
  word: `
    type status role phase approvalPolicy approvalsReviewer sandbox itemsView historyMode multiAgentMode source effort reasoningEffort
    detail delivery codexErrorInfo turnKind networkAccess activeFlags decision scope action kind reason modelProvider`,
  id: `
    id threadId turnId itemId callId call_id sessionId rootTurnId parentThreadId forkedFromId attachedToThreadId responseId turn_id clientId
    approvalId processId senderThreadId receiverThreadIds agentThreadId`,
  model: 'model fromModel toModel',
  figure: `
    ephemeral experimentalRawEvents tool_output_token_limit createdAt updatedAt recencyAt startedAt completedAt startedAtMs completedAtMs
    durationMs sectionEnteredAt canAcceptDirectInput daybreakEnabled currentTimeAt
    totalTokens inputTokens cachedInputTokens cacheWriteInputTokens outputTokens reasoningOutputTokens modelContextWindow contentTokenCount
    input_tokens cached_tokens output_tokens reasoning_tokens total_tokens
    code httpStatusCode willRetry success exitCode excludeTmpdirEnvVar excludeSlashTmp readOnlyHint`,
  part: `
    thread turn turns item items input content contentItems text text_elements url fileId image_url imageUrl file_id audio_url audioUrl
    output summary name namespace tool description dynamicTools error message additionalDetails misalignment
    httpConnectionFailed responseStreamConnectionFailed responseStreamDisconnected responseTooManyFailedAttempts activeTurnNotSteerable
    tokenUsage total last usage usageMetadata amount input_tokens_details output_tokens_details config environments
    baseInstructions developerInstructions cwd path preview extra section projectId cliVersion originator threadSource agentNickname agentRole
    gitInfo serviceTier disabledPluginIds runtimeWorkspaceRoots instructionSources activePermissionProfile writableRoots granular
    moderation memoryCitation questions pluginId scriptPath command commandActions aggregatedOutput changes fragments server appContext
    mcpAppUi result results query encrypted_content annotations logprobs internal_chat_message_metadata_passthrough
    permissions answers denied rejection _meta`,
  closed: 'inputSchema outputSchema arguments metadata data encrypted_function_args tools logit_bias',
};

/** Of `codex app-server` and of the Responses API, whose items it takes and gives. */
const WORDS: ReadonlySet<string> = wordsOf(`
  text image localImage audio localAudio skill mention function
  message agent_message function_call function_call_output custom_tool_call custom_tool_call_output local_shell_call tool_search_call
  tool_search_output web_search_call image_generation_call reasoning compaction compaction_trigger context_compaction additional_tools
  configuration_update other input_text input_image input_audio output_text reasoning_text summary_text refusal
  inputText inputImage inputAudio
  userMessage hookPrompt agentMessage functionCallOutput plan commandExecution fileChange mcpToolCall dynamicToolCall collabAgentToolCall
  subAgentActivity webSearch imageView sleep imageGeneration enteredReviewMode exitedReviewMode contextCompaction
  completed interrupted failed inProgress in_progress incomplete declined idle active systemError notLoaded notSubscribed unsubscribed
  waitingOnApproval waitingOnUserInput
  user assistant developer system commentary partial_answer final_answer async
  never on-request on-failure untrusted auto_review guardian_subagent
  read-only workspace-write danger-full-access readOnly workspaceWrite dangerFullAccess externalSandbox restricted enabled
  summary full legacy paginated explicitRequestOnly proactive cli vscode exec appServer unknown
  none minimal low medium high xhigh max ultra auto original
  accept acceptForSession decline cancel review compact session highRiskCyberActivity proxy
  contextWindowExceeded sessionBudgetExceeded usageLimitExceeded rateLimitExceeded flexUnavailable serverOverloaded modelNotFound
  policyCapacityUnavailable inferenceHookDenied cyberPolicy misalignmentPolicyViolation tooManyDenials internalServerError unauthorized
  badRequest threadRollbackFailed sandboxError`);

const RULES: ReadonlyMap<string, Rule> = new Map(
  (['word', 'id', 'model', 'figure', 'part', 'closed'] as const).flatMap((rule) =>
    [...wordsOf(KEYS[rule])].map((key) => [key, rule] as const),
  ),
);

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PREFIX = '(?:resp|msg|rs|fc|fco|ctc|ws|ig)_';
/** As the worker and the provider make them. Nobody writes a word like that; hexadecimal digits alone could be a key. */
const MACHINE_ID = new RegExp(`^(?:${PREFIX})?${UUID}$|^${PREFIX}[0-9a-f]{24,64}$`);

/** Undefined for keys that the protocol does not have: whoever wrote them may have meant something by them. */
export function ruleOf(key: string): Rule | undefined {
  return RULES.get(key);
}

export function isWord(text: string): boolean {
  return WORDS.has(text);
}

export function isMachineId(text: string): boolean {
  return MACHINE_ID.test(text);
}

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
