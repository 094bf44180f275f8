import { createRedactor } from '@codex-proxy/redaction';
import { expect, it } from 'vitest';
import { redactionSteps } from '../src/validate/checks/redaction.ts';
import { createRandomExamples } from '../src/validate/random.ts';
import { judge } from '../src/verdict/verdict.ts';

it('a rule of the operator that harms what a log must keep is told', async () => {
  // As it is after it was read from a file: whether a pattern is safe to run is judged against the clock, and not the matter here.
  const greedy = { id: 'greedy', description: '', pattern: { literals: ['req_'], expression: /req_[A-Za-z0-9]{4}/ } };
  const steps = redactionSteps({ redactor: createRedactor({ rules: [greedy] }), random: createRandomExamples() });
  const verdicts = await Promise.all(steps.map(async (step) => judge(step)));
  expect(verdicts.find(({ name }) => name === 'profile log: identifiers stay as they are')).toMatchObject({
    outcome: 'failed',
    why: expect.arrayContaining(['request_id is changed']),
  });
  expect(verdicts.find(({ name }) => name === 'every rule takes its own examples out')).toMatchObject({ outcome: 'passed' });
});
