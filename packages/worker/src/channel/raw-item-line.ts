const HEAD = '{"method":"rawResponseItem/completed"';

/** The frame exactly as the worker writes it, for an item that is a call. */
const CALL = /^\{"method":"rawResponseItem\/completed","params":\{"threadId":"[\w-]+","turnId":"[\w-]+","item":\{"type":"function_call",/;

/**
 * Whether a line repeats what is known: a thread with raw events tells every item again, its injected history and images included. Only the
 * calls are read, so that the rest is not even parsed.
 */
export function repeatsAnItem(line: string): boolean {
  return line.startsWith(HEAD) && !CALL.test(line);
}
