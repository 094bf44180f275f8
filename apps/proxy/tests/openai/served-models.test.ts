import { expect, test } from 'vitest';
import { ServedModels } from '../../src/openai/served-models.ts';

const created = 7;

function pages(...lists: string[][]): (method: string, params: object) => Promise<unknown> {
  return async (method, params) => {
    expect(method).toBe('model/list');
    const page = 'cursor' in params ? Number(params.cursor) : 0;
    const data = (lists[page] ?? []).map((model) => ({ id: `id of ${model}`, model, hidden: false }));
    return Promise.resolve({ data, nextCursor: page + 1 < lists.length ? String(page + 1) : null });
  };
}

const idsOf = (models: ServedModels): string[] => models.list().map((model) => model.id);

test('the configured model comes first, then those of all pages, each once', async () => {
  const models = new ServedModels({ fixed: ['mine', 'b'], fromWorker: true, created });
  expect(idsOf(models)).toEqual(['mine', 'b']);
  expect(models.known).toBe(false);
  await models.refresh(pages(['a', 'b'], ['c', 'mine']));
  expect(idsOf(models)).toEqual(['mine', 'b', 'a', 'c']);
  expect(models.known).toBe(true);
  expect([models.has('c'), models.has('d')]).toEqual([true, false]);
  expect(models.list()[0]).toEqual({ id: 'mine', object: 'model', created, owned_by: 'codex' });
});

test('a provider that names its models is not asked', async () => {
  const models = new ServedModels({ fixed: ['a', 'a'], fromWorker: false, created });
  await models.refresh(async () => Promise.reject(new Error('it was asked')));
  expect([idsOf(models), models.known]).toEqual([['a'], true]);
});

test('a list that cannot be read leaves the one before', async () => {
  const models = new ServedModels({ fixed: [], fromWorker: true, created });
  await models.refresh(pages(['a']));
  await expect(models.refresh(async () => Promise.resolve({ data: 'nothing' }))).rejects.toThrow();
  await expect(models.refresh(async () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(idsOf(models)).toEqual(['a']);
});

test('a list without end ends', async () => {
  let asked = 0;
  const models = new ServedModels({ fixed: [], fromWorker: true, created });
  await models.refresh(async () => Promise.resolve({ data: [{ id: 'x', model: `m${String((asked += 1))}` }], nextCursor: 'more' }));
  expect(asked).toBe(20);
});
