import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/index.ts';
import { cardEnd, isCardNumber } from '../src/rules/card.ts';
import { hasLuhnDigit, isIban, isSsn } from '../src/rules/checksum.ts';
import { isIssued, isIssuedWidely, isIssuer } from '../src/rules/issuer.ts';
import { PERSONAL_RULES } from '../src/rules/personal.ts';
import { createExamples, examplesOf } from './examples.ts';

const redactor = createRedactor();
const example = (id: string, seed = 3): string => {
  const rule = PERSONAL_RULES.find((row) => row.id === id);
  return rule === undefined ? '' : (examplesOf(rule, createExamples(seed))[0] ?? '');
};

describe('checksums', () => {
  it('hold for the published test numbers', () => {
    const visa = ['4242', '4242', '4242', '4242'].join('');
    expect(hasLuhnDigit(visa)).toBe(true);
    expect(isCardNumber(visa)).toBe(true);
    expect(isCardNumber(`${visa.slice(0, -1)}3`)).toBe(false);
    expect(isIban(['GB82', 'WEST', '1234', '5698', '7654', '32'].join(''))).toBe(true);
    expect(isIban(['GB83', 'WEST', '1234', '5698', '7654', '32'].join(''))).toBe(false);
    expect(isSsn('123456789')).toBe(true);
    for (const never of ['000456789', '666456789', '900456789', '123006789', '123450000']) expect(isSsn(never)).toBe(false);
  });
});

describe('card numbers', () => {
  it('begin with two digits of an issuer', () => {
    const begins = new Set<number>();
    for (let prefix = 0; prefix < 1_000_000; prefix += 1) {
      for (let length = 12; length <= 19; length += 1) {
        if (isIssued(prefix, length) || isIssuedWidely(prefix, length)) begins.add(Math.trunc(prefix / 10_000));
      }
    }
    const issuers = Array.from({ length: 100 }, (_, start) => start).filter((start) => isIssuer(Math.trunc(start / 10), start % 10));
    expect([...begins].toSorted((a, b) => a - b)).toEqual(issuers);
  });

  it.each([
    ['Visa', 412345, [13, 16, 19], 12],
    ['Mastercard', 222100, [16], 15],
    ['Mastercard', 272099, [16], 19],
    ['American Express', 371234, [15], 16],
    ['Discover', 601100, [16, 19], 13],
    ['JCB', 352800, [16, 19], 15],
    ['Diners Club', 309500, [14, 16], 13],
    ['UnionPay', 620000, [16, 19], 15],
    ['Verve', 506198, [16, 18, 19], 17],
  ])('of %s beginning with %i have %j digits and not %i', (_name, prefix, lengths, other) => {
    for (const length of lengths) expect(isIssued(prefix, length)).toBe(true);
    expect(isIssued(prefix, other)).toBe(false);
  });

  it('are not of the digits beside a range', () => {
    for (const beside of [222_099, 272_100, 352_799, 359_000]) expect(isIssued(beside, 16)).toBe(false);
  });

  it('are found wherever a separator may stand', () => {
    const visa = ['4242', '4242', '4242', '4242'].join('');
    for (const groups of [/.{4}/g, /.{2}/g, /^.{4}|.{6}|.{5}$/g, /.{3,4}/g]) {
      for (const separator of ['', ' ', '-', '.', '_', '\u2009']) {
        const written = visa.match(groups)?.join(separator) ?? '';
        expect(cardEnd(`${written} `, 0)).toBe(written.length);
      }
    }
    for (const none of ['4242 4242\n4242 4242', '4242  424242424242', '42424242', '7242424242424242']) expect(cardEnd(none, 0)).toBe(-1);
  });
});

describe('personal data', () => {
  it('is taken out of text, whatever separates its groups', () => {
    for (let seed = 1; seed < 60; seed += 1) {
      const card = example('card', seed);
      for (const written of [card, card.match(/.{4}/g)?.join('-') ?? '', card.match(/.{4}/g)?.join(' ') ?? '']) {
        expect(redactor.text(`paid with ${written}, thanks`)).toBe('paid with [redacted:card], thanks');
      }
      const iban = example('iban', seed);
      for (const written of [iban, iban.match(/.{1,4}/g)?.join(' ') ?? '', iban.toLowerCase()])
        expect(redactor.text(`(${written})`)).toBe('([redacted:iban])');
      expect(redactor.text(`ssn ${example('ssn', seed)}.`)).toBe('ssn [redacted:ssn].');
      expect(redactor.text(`<${example('email', seed)}>`)).toBe('<[redacted:email]>');
    }
  });

  it('is taken out with dots and with spaces that do not break', () => {
    const card = example('card', 5);
    for (const separator of ['.', '\u00a0'])
      expect(redactor.text(`card ${card.match(/.{4}/g)?.join(separator) ?? ''}.`)).toBe('card [redacted:card].');
    const ssn = example('ssn', 5);
    expect(redactor.text(`ssn ${ssn.replaceAll('-', '.')}`)).toBe('ssn [redacted:ssn]');
    expect(redactor.text(`my SSN is ${ssn.replaceAll('-', '')}, thanks`)).toBe('my SSN is [redacted:ssn], thanks');
    expect(redactor.text(`taxpayer id ${ssn}`)).toBe('taxpayer id [redacted:ssn]');
  });

  it('is taken out where the sign of an address is written otherwise', () => {
    const [name, host] = ['anna.b', 'example.com'];
    for (const sign of ['\\u0040', '&#64;', '%40']) expect(redactor.text(`to ${name}${sign}${host} now`)).not.toContain(name);
    expect(redactor.text(`"${name} c"@${host}`)).not.toContain(name);
    expect(redactor.text(`${name}@[192.0.2.7]`)).not.toContain(name);
  });

  it('is taken out whole where an address is in letters of another script', () => {
    for (const name of ['josé.garcía', 'émilie', 'иван.петров', 'jos\\u00e9', 'josé', '用户12'])
      expect(redactor.text(`to <${name}@example.com>`)).toBe('to <[redacted:email]>');
    expect(redactor.text('clone git@example.com:group/name.git')).toBe('clone git@example.com:group/name.git');
    expect(redactor.text('clone https://jane@example.com/a/b.git')).toBe('clone https://[redacted:email]/a/b.git');
  });

  it('is taken out whatever dash or space separates its groups', () => {
    for (const separator of ['\u2013', '\u2011', '\u202f', '_']) {
      for (let seed = 1; seed < 20; seed += 1) {
        const card = example('card', seed);
        expect(redactor.text(`(${card.match(/.{4}/g)?.join(separator) ?? ''})`)).toBe('([redacted:card])');
      }
    }
    const iban = example('iban');
    expect(redactor.text(`IBAN\u00a0${iban.match(/.{1,4}/g)?.join('\u00a0') ?? ''}`)).toBe('IBAN\u00a0[redacted:iban]');
    expect(redactor.text(`(${example('ssn').replaceAll('-', '\u2013')})`)).toBe('([redacted:ssn])');
  });

  it('knows cards of wide ranges by what is around them, or by their groups', () => {
    for (const start of ['5712345', '6012345', '8112345', '6381234']) {
      const card = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((last) => `${start}00004321${last}`).find(hasLuhnDigit) ?? '';
      expect(redactor.text(`card no. ${card}`)).toBe('card no. [redacted:card]');
      expect(redactor.text(card.match(/.{4}/g)?.join(' ') ?? '')).toBe('[redacted:card]');
      expect(redactor.text(`part 9${card} of`)).toBe(`part 9${card} of`);
    }
    expect(redactor.text('6370 6371 6372 6373')).toBe('6370 6371 6372 6373');
  });

  it('knows numbers of taxpayers behind their name, however they are written', () => {
    const digits = example('ssn').replaceAll('-', '');
    for (const key of ['tax id: ', 'tax_id=', '"taxId": "', 'Social Security No. ', 'TIN ', 'employee_ssn: '])
      expect(redactor.text(`${key}${digits}`)).toBe(`${key}[redacted:ssn]`);
    expect(redactor.text('tax id 1234 and tin can')).toBe('tax id 1234 and tin can');
  });

  it('knows telephone numbers without a + by their form, or by the word before them', () => {
    for (const written of ['1-800-555-0143', '1 (888) 555-0143', '8 (495) 719-46-55', '202\u2013555\u20130143'])
      expect(redactor.text(`at ${written} now`)).toBe('at [redacted:phone] now');
    for (const written of ['030 90182000', '+7 (495) 719-46-55', '+49 (0)30 86838197', '06 12 34 56 78', '(11) 97279-4319'])
      expect(redactor.text(`mobile=${written};`)).toBe('mobile=[redacted:phone];');
    for (const text of ['room 030 90182000', 'call 911 now', 'phone: none', 'tel 2026']) expect(redactor.text(text)).toBe(text);
  });

  it('takes no numbers in a row for a telephone number, though a word for one stands before them', () => {
    const { text } = createRedactor();
    for (const row of ['call (1 2 3 4 5 6 7 8)', 'cell: 0 1 0 1 1 0 1 0 0 1', 'mobile="1 2 3 4 5 6 7 8"', 'call 1 1 2 3 5 8 13 21 34'])
      expect(text(row)).toBe(row);
    for (const number of ['030 12345678', '01 23 45 67 89', '1 800 555 0199', '(0)30 1234567', '0170-1234567'])
      expect(text(`tel: ${number}`)).toBe('tel: [redacted:phone]');
  });

  it('knows telephone numbers with + and in the North American form', () => {
    for (const written of ['+49 30 901820', '+1-202-555-0143', '(202) 555-0143', '202-555-0143', '+442079460958']) {
      expect(redactor.text(`call ${written} now`)).toBe('call [redacted:phone] now');
    }
  });

  it('knows a card that comes as a number', () => {
    expect(redactor.value({ paid: Number(example('card')) }, 'text')).toEqual({ paid: '[redacted:card]' });
  });

  it.each(['card', 'iban', 'ssn', 'email'])('takes %s out between colours of a terminal, and leaves those', (type) => {
    for (const colour of ['\x1b[31m', '\x1b[1;33m']) {
      const text = `${colour}${example(type)}\x1b[0m ok`;
      expect(redactor.text(text)).toBe(`${colour}[redacted:${type}]\x1b[0m ok`);
    }
  });

  it('leaves numbers that name something', () => {
    const number = example('card');
    const named = [`{"message_id":"${number}"}`, `trace_id=${number}`, `event id ${number}`, `traceId ${number}`, `requestid: ${number}`];
    for (const text of named) expect(redactor.text(text)).toBe(text);
    for (const word of ['paid', 'valid', 'account', 'times']) expect(redactor.text(`${word} ${number}`)).toBe(`${word} [redacted:card]`);
    expect(redactor.value({ message_id: number, sequence: Number(number) })).toEqual({ message_id: number, sequence: Number(number) });
  });

  it('takes addresses out only where the profile says so, and never local ones', () => {
    const text = 'from 203.0.114.7 to 127.0.0.1, 10.1.2.3, 192.168.0.1 and ::1';
    expect(redactor.text(text)).toBe(text);
    expect(redactor.text(text, 'archive')).toBe(text.replace('203.0.114.7', '[redacted:ip]'));
  });
});
