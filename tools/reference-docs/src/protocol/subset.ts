/**
 * What the proxy uses of the app-server protocol: methods, and of their parameters those that are sent or read. Where none are named, all are.
 * `packages/worker` holds its frames against the same protocol in tests of its own.
 */
export const PROTOCOL_SUBSET = {
  ClientRequest: {
    initialize: [],
    'model/list': ['cursor'],
    'thread/start': [
      ...['ephemeral', 'approvalPolicy', 'sandbox', 'environments', 'cwd', 'model', 'baseInstructions', 'config', 'dynamicTools'],
      'experimentalRawEvents',
    ],
    'thread/inject_items': [],
    'turn/start': ['threadId', 'input', 'effort', 'outputSchema'],
    'turn/interrupt': [],
    'thread/unsubscribe': [],
    'thread/loaded/list': [],
  },
  ServerNotification: {
    error: [],
    'item/started': ['threadId', 'turnId', 'item'],
    'item/agentMessage/delta': [],
    'item/completed': ['threadId', 'turnId', 'item'],
    'thread/tokenUsage/updated': [],
    'turn/completed': [],
    'rawResponseItem/completed': [],
    'rawResponse/completed': [],
  },
  ServerRequest: { 'item/tool/call': [] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export type ProtocolUnion = keyof typeof PROTOCOL_SUBSET;
