import { textOf, type InputItem, type ProviderRequest } from '../request/provider-request.ts';
import type { ProviderAnswer } from './provider-script.ts';
import { demoToolCall, toolOutputs } from './demo-tools.ts';
import { sampleSchema } from './schema-sample.ts';

const MAX_ECHO = 1000;

/**
 * What a newcomer meets: says that no model is running, echoes the question, calls a tool that the question has a word of, tells what tools
 * said, and does what was asked of the format. Always the same for the same request.
 */
export function demoScript(request: ProviderRequest): ProviderAnswer {
  const question = echo(request.lastUserText);
  if (request.outputSchema !== undefined) {
    return { deltas: pieces(JSON.stringify(sampleSchema(request.outputSchema, question === '' ? 'demo' : question))) };
  }
  const call = demoToolCall(request);
  if (call !== undefined) return { deltas: [], functionCalls: [call] };
  return { deltas: pieces(sentences(request, question).join(' ')) };
}

/** Cuts a text into words with the space that follows each; joined they are the text. */
export function pieces(text: string): string[] {
  return text.match(/\S+\s*|\s+/gu) ?? [];
}

function sentences(request: ProviderRequest, question: string): string[] {
  const earlier = request.input.filter(isSaid).length - 1;
  const outputs = toolOutputs(request);
  if (outputs.length > 0)
    return [`The ${outputs.length === 1 ? 'tool' : 'tools'} said: ${outputs.map((output) => `“${echo(output)}”`).join(', ')}`];
  return [
    'Hello from the offline demo provider: no model is running, and nothing has left this machine.',
    question === '' ? 'Your message held no text.' : `You asked: “${question}”`,
    ...(request.imageCount > 0 ? [`It came with ${plural(request.imageCount, 'image')}.`] : []),
    ...(earlier > 0 ? [`I was also given ${plural(earlier, 'earlier message')}.`] : []),
    'Set OPENAI_API_KEY, or sign in to Codex, to get answers from a real model.',
  ];
}

/** Codex itself speaks in the user's name of the date and the folder; that is no message of the conversation. */
function isSaid(item: InputItem): boolean {
  return item.role === 'assistant' || (item.role === 'user' && !textOf(item).startsWith('<environment_context>'));
}

function echo(text: string): string {
  const trimmed = text.trim();
  const characters = Array.from(trimmed.slice(0, 2 * MAX_ECHO + 2));
  return characters.length > MAX_ECHO ? `${characters.slice(0, MAX_ECHO).join('')}…` : trimmed;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
