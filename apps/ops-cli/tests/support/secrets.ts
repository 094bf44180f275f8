const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Characters that look random and are the same in every run. */
export function random(length: number, seed = 1): string {
  let state = seed;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647);
  return Array.from({ length }, () => LETTERS[next() % LETTERS.length]).join('');
}

export const githubToken = (seed = 1): string => ['ghp', random(36, seed)].join('_');

export function privateKey(lines = 3, ending = '\n', seed = 1): string {
  const label = ['RSA PRIVATE', 'KEY-----'].join(' ');
  const body = Array.from({ length: lines }, (_, line) => random(64, seed + line));
  return [`-----BEGIN ${label}`, ...body, `-----END ${label}`].join(ending);
}
