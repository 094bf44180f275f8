import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormOfParameter } from '../src/index.ts';
import { joined, recordingStream, type Recorded, type StreamSettings } from './recording.ts';
import { anyText, characters, cut, pieceSizes } from './texts.ts';

const block = (name: string): string => `<use_tool><name>${name}</name></use_tool>`;
const call = (index: number, name: string): Recorded => ['call', index, `call_${String(index + 1)}`, name, '{}'];
const content = (text: string): Recorded => ['content', text];
const STOP: Recorded = ['stop'];

function answered(text: string | readonly string[], settings: StreamSettings = {}, end: 'completed' | 'disconnect' = 'completed') {
  const { stream, heard, events, timers } = recordingStream(settings);
  for (const piece of typeof text === 'string' ? [text] : text) stream.push(piece);
  stream.end(end);
  return { heard: joined(heard), events, isPending: timers.isPending, callCount: stream.callCount };
}

describe('an answer in openai-json', () => {
  it('has calls in the place of blocks', () => {
    const { heard, events, callCount } = answered(`One moment. ${block('now')} and ${block('then')}.`);
    expect(heard).toEqual([content('One moment. '), call(0, 'now'), content(' and '), call(1, 'then'), content('.')]);
    expect(events).toEqual([['started'], ['flushed'], ['started'], ['flushed']]);
    expect(callCount).toBe(2);
  });

  it('keeps a block that is no call as content', () => {
    const { heard, events, callCount } = answered(`a ${block('')} b`);
    expect(heard).toEqual([content(`a ${block('')} b`)]);
    expect(events).toEqual([['started'], ['flushed'], ['malformed', 'no_name']]);
    expect(callCount).toBe(0);
  });

  it('keeps an aborted block as content', () => {
    const { heard, events } = answered('a <use_tool><name>');
    expect(heard).toEqual([content('a <use_tool><name>')]);
    expect(events).toEqual([['started'], ['aborted', 'unterminated', 16]]);
    expect(answered('<use_tool>', {}, 'disconnect').events).toEqual([['started'], ['aborted', 'disconnect', 10]]);
    expect(answered('<use_tool>abc', { maxBlockChars: 12 }).events).toEqual([['started'], ['aborted', 'too_long', 12]]);
  });

  it('reads parameters as the client declares them', () => {
    const { heard } = answered('<use_tool name="a"><n>1</n></use_tool>', { formOf: () => 'json' });
    expect(heard).toEqual([['call', 0, 'call_1', 'a', '{"n":1}']]);
  });

  it('shows what it holds back', () => {
    const { stream } = recordingStream();
    stream.push('a <use');
    expect(stream.heldBackChars).toBe(4);
  });
});

describe('an answer in obsidian-xml', () => {
  it('has canonical blocks in the place of blocks, each before its call', () => {
    const { heard } = answered(`a <use_tool name="now"/> b`, { outputMode: 'obsidian-xml' });
    expect(heard).toEqual([content('a <use_tool>\n  <name>now</name>\n</use_tool>'), call(0, 'now'), content(' b')]);
  });
});

describe('what the client allows', () => {
  const tools: Readonly<Record<string, string>> = { _one: 'one', two: 'two' };
  const toolNamed = (written: string): string | undefined => tools[written];

  it('is called by its name', () => {
    const { heard, events, callCount } = answered(`${block('_one')}${block('three')}`, { toolNamed });
    expect(heard).toEqual([call(0, 'one'), content(block('three'))]);
    expect(events.slice(-2)).toEqual([['flushed'], ['malformed', 'not_offered']]);
    expect(callCount).toBe(1);
  });

  it('is read and written by that name, too', () => {
    const formOf: FormOfParameter = (tool) => (tool === 'one' ? 'json' : 'text');
    const { heard } = answered('<use_tool name="_one"><n>1</n></use_tool>', { toolNamed, formOf, outputMode: 'obsidian-xml' });
    expect(heard).toEqual([content('<use_tool>\n  <name>one</name>\n  <n>1</n>\n</use_tool>'), ['call', 0, 'call_1', 'one', '{"n":1}']]);
  });

  it('and no further call, if there can be none', () => {
    let isFull = false;
    const { stream, heard, timers } = recordingStream({ isFull: () => isFull, stopAfterTools: 2, outputMode: 'obsidian-xml' });
    stream.push(block('one'));
    isFull = true;
    stream.push(`a${block('two')}b`);
    expect(heard.map(([kind]) => kind)).toEqual(['content', 'call', 'content', 'content']);
    expect(timers.isPending).toBe(true);
  });
});

describe('what is no text', () => {
  it('comes after what is held back', () => {
    const { stream, heard, events } = recordingStream();
    stream.push('a <use_tool>half');
    stream.release();
    expect(joined(heard)).toEqual([content('a <use_tool>half')]);
    expect(events).toEqual([['started'], ['aborted', 'unterminated', 14]]);
    stream.push(`${block('one')} <use_`);
    stream.release();
    stream.push('tool>');
    expect(joined(heard).slice(1)).toEqual([call(0, 'one'), content(' <use_tool>')]);
    stream.end('completed');
    stream.release();
    expect(joined(heard).at(-1)).toEqual(content(' <use_tool>'));
  });
});

describe('the tail after tools', () => {
  it('is left out where it is to be, other than further calls', () => {
    const text = `a ${block('')} ${block('one')} b ${block('two')} ${block('')} <use_tool>c`;
    const { heard, events } = answered(text, { suppressTailAfterTools: true });
    expect(heard).toEqual([content(`a ${block('')} `), call(0, 'one'), call(1, 'two')]);
    expect(events.at(-1)).toEqual(['aborted', 'unterminated', 11]);
  });

  it('has no blocks in canonical form left out', () => {
    const { heard } = answered(`${block('one')} b ${block('two')}`, { suppressTailAfterTools: true, outputMode: 'obsidian-xml' });
    expect(heard.map(([kind]) => kind)).toEqual(['content', 'call', 'content', 'call']);
  });
});

describe('stopping after tools', () => {
  const three = `${block('one')} ${block('two')} ${block('three')} tail`;

  it('is off at 0', () => {
    const { heard, isPending } = answered(three, { stopAfterToolsMode: 'first' });
    expect(heard).toHaveLength(6);
    expect(isPending).toBe(false);
  });

  it('at the first call leaves out what follows', () => {
    const { heard, events, callCount } = answered(three, { stopAfterTools: 5, stopAfterToolsMode: 'first' });
    expect(heard).toEqual([call(0, 'one'), STOP]);
    expect(events).toEqual([['started'], ['flushed']]);
    expect(callCount).toBe(1);
  });

  it('does not count what is no call', () => {
    const { heard } = answered(`${block('')}${block('one')}`, { stopAfterTools: 1, stopAfterToolsMode: 'first' });
    expect(heard).toEqual([content(block('')), call(0, 'one'), STOP]);
  });

  it('in a burst waits for so many calls', () => {
    const { heard, isPending } = answered(three, { stopAfterTools: 2 });
    expect(heard).toEqual([call(0, 'one'), content(' '), call(1, 'two'), STOP]);
    expect(isPending).toBe(false);
  });

  it('in a burst ends when no block begins for the grace time', () => {
    const { stream, heard, timers } = recordingStream({ stopAfterTools: Infinity, stopAfterToolsGraceMs: 250 });
    stream.push(`${block('one')} and <use_to`);
    expect(timers.delaysMs).toEqual([250]);
    timers.fire();
    stream.push('ol>');
    stream.end('completed');
    expect(joined(heard)).toEqual([call(0, 'one'), content(' and <use_to'), STOP]);
  });

  it('in a burst waits as long as a block is open', () => {
    const { stream, heard, timers } = recordingStream({ stopAfterTools: Infinity });
    stream.push(block('one'));
    expect(timers.isPending).toBe(true);
    stream.push('<use_tool>');
    expect(timers.isPending).toBe(false);
    stream.push('<name>two</name></use_tool>');
    expect(timers.isPending).toBe(true);
    timers.fire();
    expect(heard).toEqual([call(0, 'one'), call(1, 'two'), STOP]);
  });

  it('in a burst waits anew after a block that is no call or was given up', () => {
    const { stream, heard, timers } = recordingStream({ stopAfterTools: Infinity, maxBlockChars: 50 });
    stream.push(block(''));
    expect(timers.isPending).toBe(false);
    stream.push(`${block('one')}${block('')}`);
    expect(timers.isPending).toBe(true);
    stream.push('<use_tool>');
    expect(timers.isPending).toBe(false);
    stream.push('a'.repeat(50));
    expect(timers.isPending).toBe(true);
    timers.fire();
    expect(joined(heard).at(-1)).toEqual(STOP);
  });

  it('in a burst waits for the first text after the grace time where a call may be no text', () => {
    const { stream, heard, timers } = recordingStream({ stopAfterTools: Infinity, callsOtherwise: true });
    stream.push(`${block('one')} <use`);
    timers.fire();
    stream.push('');
    expect(joined(heard)).toEqual([call(0, 'one'), content(' ')]);
    stream.push('_tool>');
    stream.push('more');
    expect(joined(heard)).toEqual([call(0, 'one'), content(' <use'), STOP]);
  });

  it('ends as any answer does where no text comes after the grace time', () => {
    const { stream, heard, timers } = recordingStream({ stopAfterTools: Infinity, callsOtherwise: true });
    stream.push(block('one'));
    timers.fire();
    stream.end('completed');
    expect(heard).toEqual([call(0, 'one')]);
  });

  it('leaves no timer behind', () => {
    expect(answered(`${block('one')}<use_tool>`, { stopAfterTools: 9 }).isPending).toBe(false);
    expect(answered(block('one'), { stopAfterTools: 9 }, 'disconnect').isPending).toBe(false);
  });

  it('is not heard after the end', () => {
    const { stream, heard, timers } = recordingStream({ stopAfterTools: 9 });
    stream.push(block('one'));
    stream.end('completed');
    stream.end('completed');
    stream.push(block('two'));
    timers.fire();
    expect(heard).toEqual([call(0, 'one')]);
  });
});

describe('for any text', () => {
  const settings = fc.record({
    outputMode: fc.constantFrom('openai-json' as const, 'obsidian-xml' as const),
    stopAfterTools: fc.constantFrom(0, 1, 2, Infinity),
    stopAfterToolsMode: fc.constantFrom('burst' as const, 'first' as const),
    maxBlockChars: fc.constantFrom(0, 60),
    suppressTailAfterTools: fc.boolean(),
  });

  it('any cut gives the same', () => {
    fc.assert(
      fc.property(anyText, pieceSizes, settings, (text, sizes, chosen) => {
        const whole = answered(text, chosen);
        expect(answered(cut(text, sizes), chosen)).toEqual(whole);
        expect(answered(characters(text), chosen)).toEqual(whole);
      }),
      { numRuns: 800 },
    );
  });

  it('without a call the output is the input', () => {
    fc.assert(
      fc.property(anyText, settings, (text, chosen) => {
        const { heard, callCount } = answered(text, chosen);
        if (callCount === 0) expect(heard).toEqual(text === '' ? [] : [content(text)]);
      }),
      { numRuns: 500 },
    );
  });
});
