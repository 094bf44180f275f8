import { createParser, type EventSourceMessage } from 'eventsource-parser';

const MAX_EVENT_CHARACTERS = 16 * 1024 * 1024;

/**
 * The events of a stream, as they come. Ends where the stream does.
 * @param onBytes Called for whatever comes, comments included: the server lives.
 */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = [];
  const tooLarge: Error[] = [];
  const parser = createParser({
    onEvent: (event) => void ready.push(event),
    onError: (error) => void (error.type === 'max-buffer-size-exceeded' && tooLarge.push(error)),
    maxBufferSize: MAX_EVENT_CHARACTERS,
  });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    onBytes();
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* ready.splice(0);
    if (tooLarge.length > 0) return;
  }
}
