import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { z } from 'zod';
import type { Front } from '../front/front.ts';

/** One answer, looked at closely. */
export interface Probe {
  readonly text: string;
  /** Content deltas; 1 for an answer in one piece. */
  readonly deltas: number;
  /** On the wire, headers and framing included. */
  readonly bytes: number;
  /** The answer as parsed: one object, or the chunks of the stream. */
  readonly objects: readonly unknown[];
}

const messageSchema = z.object({ choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]) });
const chunkSchema = z.object({
  choices: z.array(
    z.object({ delta: z.object({ content: z.string().optional(), role: z.string().optional() }), finish_reason: z.string().nullable() }),
  ),
});

/**
 * Sends one request over a connection of its own and reads the whole answer.
 * @throws Error when the status is not 200, or a stream is not ended by `[DONE]`.
 */
export async function probe(front: Front, body: object): Promise<Probe> {
  const request = httpRequest(`${front.url}/v1/chat/completions`, {
    method: 'POST',
    agent: false,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${front.apiKey}` },
  });
  const answer = new Promise<Probe>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const { socket } = response;
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => void (text += chunk));
      once(response, 'end')
        .then(() => {
          if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}: ${text.slice(0, 300)}`);
          const streamed = response.headers['content-type']?.startsWith('text/event-stream') === true;
          resolve({ ...(streamed ? readStream(text) : readWhole(text)), bytes: socket.bytesRead });
        }, reject)
        .catch(reject);
    });
  });
  request.end(JSON.stringify(body));
  return answer;
}

function readWhole(text: string): Omit<Probe, 'bytes'> {
  const object: unknown = JSON.parse(text);
  return { text: messageSchema.parse(object).choices[0].message.content, deltas: 1, objects: [object] };
}

function readStream(text: string): Omit<Probe, 'bytes'> {
  const events = text
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length));
  if (events.pop() !== '[DONE]') throw new Error('the stream was not ended by [DONE]');
  const objects = events.map((event): unknown => JSON.parse(event));
  const choices = objects.flatMap((object) => chunkSchema.parse(object).choices);
  if (choices.at(-1)?.finish_reason !== 'stop') throw new Error('the stream was not finished');
  const contents = choices.flatMap(({ delta }) => (delta.role === undefined && delta.content !== undefined ? [delta.content] : []));
  return { text: contents.join(''), deltas: contents.length, objects };
}
