import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/index.ts';
import { createExamples } from './examples.ts';

const redactor = createRedactor();
const random = createExamples(31);
/** As a generator of passwords makes them, with what would end a value in code. */
const password = (): string =>
  `${random.pick('A-Z', 1)}${random.pick('a-z', 3)}${random.pick('0-9', 3)}${random.pick('&()!@#%^*=+-', 5)}${random.pick('A-Za-z0-9', 4)}`;

describe('a password with signs that end other values', () => {
  it.each([
    'DB_HOST=db\nDB_PASSWORD={P}\nDB_PORT=5432',
    'export DB_PASSWORD={P}',
    "docker run -e 'POSTGRES_PASSWORD={P}' -d postgres",
    'docker run -e POSTGRES_PASSWORD={P} -d postgres',
  ])('goes whole from %j', (template) => {
    const redacted = Array.from({ length: 400 }, () => redactor.text(template.replace('{P}', password)));
    const left = redacted.filter((text) => text !== template.replace('{P}', '[redacted:password]'));
    // Three stars in a row stand for a password.
    expect(left.filter((text) => !text.includes('***'))).toEqual([]);
  });

  it.each([
    'db:\n  user: app\n  password: {P}\n  port: 1',
    'spring.datasource.password={P}\n',
    '[client]\npassword = {P}\n',
    'INFO login user=bob password={P} ip=10.0.0.1',
  ])('goes from %j but where it looks like code', (template) => {
    const shown = Array.from({ length: 400 }, password).filter((secret) =>
      redactor.text(template.replace('{P}', () => secret)).includes(secret),
    );
    expect(shown.length).toBeLessThan(16);
  });

  it.each([
    'postgres://u:Xk4/pQ9zLm2@h/db',
    '\u001b[32mpassword\u001b[0m: \u001b[1mkWjZYUhEm0J3O24GMvkb\u001b[0m',
    '*Password:* Coppertiger6262!',
  ])('goes from %j', (text) => {
    expect(redactor.text(text)).not.toMatch(/pQ9z|GMvkb|tiger/);
  });
});

it.each([
  'foo(user=x, password=abc1)',
  'password=getPw1(x)',
  'password=b64decode(cfg, key)',
  'password: [u8; 32],',
  'password: ^[a-z0-9]{8,}$',
  'password: string(255)',
  'password = args[1]',
  'let password: &[u8] = x',
  'password=${DB_PASS1}',
  'DB_PASSWORD=$(cat /run/secrets/db1)',
  'password: !vault |',
  'password: %env(DB_PASS1)%',
  'Key (id)=(2965f848-b3d0-4102-935c-d713228b9515) already exists.',
  'redis://localhost:6379/0 mongodb://db1:27017/app?authSource=admin',
  'var secret = configuration["Auth:ClientSecret"];',
])('leaves %j', (text) => {
  expect(redactor.text(text)).toBe(text);
});

it('a password ends where the next pair begins', () => {
  expect(redactor.text('password=abc123x&user=bob')).toBe('password=[redacted:password]&user=bob');
  expect(redactor.text('{user: a, password: hunter22}')).toBe('{user: a, password: [redacted:password]}');
});
