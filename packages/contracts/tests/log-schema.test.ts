import { describe, expect, it } from 'vitest';
import { LOG_COMPONENTS, LOG_EVENTS, LOG_FIELDS, LOG_LEVELS, logRecordSchema } from '../src/index.ts';

const valid = { timestamp: '2026-11-21T02:10:03.194Z', level: 'info', component: 'http', event: 'request_completed' };

describe('log record schema', () => {
  it('accepts the four fields that every record has', () => {
    expect(logRecordSchema.safeParse(valid).success).toBe(true);
  });

  it.each(Object.keys(valid))('refuses a record without %s', (field) => {
    expect(logRecordSchema.safeParse({ ...valid, [field]: undefined }).success).toBe(false);
  });

  it.each([
    ['a field that is not in the table', { prompt: 'hi' }],
    ['an event that is not in the table', { event: 'something_else' }],
    ['a local time', { timestamp: '2026-11-21T02:10:03.194+01:00' }],
    ['a negative duration', { latency_ms: -1 }],
    ['a count with a fraction', { tokens_prompt: 1.5 }],
    ['an unknown outcome', { outcome: 'fine' }],
  ])('refuses %s', (_what, change) => {
    expect(logRecordSchema.safeParse({ ...valid, ...change }).success).toBe(false);
  });
});

describe.each(Object.entries(LOG_EVENTS))('event %s', (_name, event) => {
  it('uses known fields, levels and components', () => {
    expect(LOG_LEVELS).toContain(event.level);
    expect(LOG_COMPONENTS).toContain(event.component);
    for (const field of event.fields) expect(LOG_FIELDS).toHaveProperty(field);
  });
});

describe.each(Object.entries(LOG_FIELDS))('field %s', (name, field) => {
  it('is in snake case and described by a sentence', () => {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(field.description).toMatch(/^[A-Z].*\.$/s);
  });
});
