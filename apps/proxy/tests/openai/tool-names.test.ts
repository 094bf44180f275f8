import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientToolName, historyToolName, workerToolName } from '../../src/openai/tool-names.ts';

const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/),
  fc.stringMatching(/^_{0,2}mcp__[a-zA-Z0-9_-]{1,64}$/).map((long) => long.slice(0, 64)),
  fc
    .tuple(fc.stringMatching(/^_{0,3}$/), fc.constantFrom('exec_command', 'shell_command', 'mcp', 'mcp__a__b', 'exec_commands', 'mcpx'))
    .map((parts) => parts.join('')),
);

test('every name comes back', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), (offered) => {
      for (const one of offered) expect(clientToolName(workerToolName(one), offered)).toBe(one);
    }),
  );
});

test('two names stay two', () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(workerToolName(one) === workerToolName(other)).toBe(one === other);
    }),
  );
});

test('no name becomes too long for a provider, and those that would stay apart', () => {
  const [first, second] = [`mcp__${'x'.repeat(58)}1`, `mcp__${'x'.repeat(58)}2`].map(workerToolName);
  expect(first).toMatch(/^_mcp__x{49}_[0-9a-f]{8}$/);
  expect(second).not.toBe(first);
  fc.assert(fc.property(name, (one) => workerToolName(one).length <= 64));
});

test('only the names that the worker keeps are changed', () => {
  expect(['exec_command', 'shell_command', 'mcp', 'mcp__a__b'].map(workerToolName)).toEqual([
    '_exec_command',
    '_shell_command',
    '_mcp',
    '_mcp__a__b',
  ]);
  const others = ['exec', 'exec_command_', 'my_exec_command', 'mcp_a', 'shell', 'apply_patch', '_', '__x'];
  expect(others.map(workerToolName)).toEqual(others);
});

test('in the history any name is one that providers take, and one that can be offered is as it is offered', () => {
  expect(['été', 'a.b/c', 'get weather', '😀', '', 'mcp.x', 'x'.repeat(99)].map(historyToolName)).toEqual([
    '_t_',
    'a_b_c',
    'get_weather',
    '_',
    '_',
    'mcp_x',
    'x'.repeat(64),
  ]);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (one) => /^[\w-]{1,64}$/.test(historyToolName(one))));
  fc.assert(fc.property(name, (one) => historyToolName(one) === workerToolName(one)));
});
