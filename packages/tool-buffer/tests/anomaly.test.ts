import { describe, expect, it } from 'vitest';
import { ToolBufferAnomaly } from '../src/index.ts';

describe('the anomaly', () => {
  it('lasts two minutes from the last abort', () => {
    let nowMs = 5;
    const anomaly = new ToolBufferAnomaly(() => nowMs);
    expect(anomaly.active).toBe(false);
    anomaly.onAborted('nested_open');
    expect(anomaly.active).toBe(true);
    nowMs += 60_000;
    anomaly.onAborted('too_long');
    nowMs += 119_999;
    expect(anomaly.active).toBe(true);
    nowMs += 1;
    expect(anomaly.active).toBe(false);
    anomaly.onAborted('unterminated');
    expect(anomaly.active).toBe(true);
  });

  it('is none when the reader goes away', () => {
    const anomaly = new ToolBufferAnomaly(() => 0);
    anomaly.onAborted('disconnect');
    expect(anomaly.active).toBe(false);
  });
});
