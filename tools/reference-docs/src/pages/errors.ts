import { ERROR_CODES, errorDefinition, errorEnvelope, type ErrorCode } from '@codex-proxy/contracts';
import { code, page, table } from '../markdown.ts';

const CODES = Object.keys(ERROR_CODES).filter((name): name is ErrorCode => name in ERROR_CODES);

export function errorsPage(): string {
  const rows = CODES.map((name) => {
    const { status, type, retryable, retryAfterSeconds, description } = errorDefinition(name);
    return [
      code(name),
      String(status),
      code(type),
      retryable ? 'yes' : 'no',
      retryAfterSeconds === undefined ? '—' : `${retryAfterSeconds} s`,
      description,
    ];
  });
  return page(
    'Errors',
    "What a client is told when a request does not succeed: OpenAI's envelope, and whether sending the same request again later can succeed. " +
      'The status is that of the answer, or, when a stream fails after its headers, the one that metrics and logs count it under; ' +
      'the stream then carries the same object in a `data:` line before `data: [DONE]`.',
    ['```json', JSON.stringify(errorEnvelope('worker_not_ready', 'The Codex worker is not ready.'), null, 2), '```'].join('\n'),
    table(['code', 'status', 'type', 'retryable', '`Retry-After`', 'when'], rows),
  );
}
