import { words } from '../keys/words.ts';

/** ISO/IEC 7812-1, annex B: the check digit of card numbers. */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

type CardRanges = readonly (readonly [range: RegExp, lengths: readonly number[]])[];

/** The issuers' ranges and lengths that few other numbers fall into. */
const CARDS: CardRanges = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^(?:2131|1800)/, [15]],
  [/^35(?:2[89]|[3-8])/, [16, 19]],
  [/^3(?:0[0-5]|095|6|8|9)/, [14, 16]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:5018|5020|5038|5893|6304|6390|6759|676[1-3])/, [12, 13, 14, 15, 16, 18, 19]],
  [/^(?:506(?:09|1[0-8]|19[0-8])|5078[6-9]|50790|6500(?:0[2-9]|1\d|2[0-7]))/, [16, 18, 19]],
  [/^(?:220[0-4]|508[5-9]|5019|506[01]|6363|5067|50417|50[59]0|627780|60(?:6985|6282|6095|6099|6984|69|70|80|81|82))/, [16]],
  [/^(?:9792|8600|5614|9860|63[6-9])/, [16, 17, 18, 19]],
];

/** Ranges so wide that they take in serial numbers: Maestro, RuPay, UATP. What is around has to say that it is a card. */
const WIDE_CARDS: CardRanges = [
  [/^(?:50|5[6-8]|6|0604)/, [12, 13, 14, 15, 16, 17, 18, 19]],
  [/^8[12]/, [16]],
  [/^1/, [15]],
];

/** With which two digits the numbers of all of these ranges begin: a first, then its second ones. */
const STARTS = ['06', '10123456789', '21234567', '30456789', '40123456789', '5012345678', '60123456789', '8126', '978'];
const ISSUERS = new Uint8Array(100);
for (const [first = '', ...seconds] of STARTS) for (const second of seconds) ISSUERS[Number(first + second)] = 1;

/** Whether the number of any card, of a wide range or not, begins with two digits. */
export function isIssuer(first: number, second: number): boolean {
  return ISSUERS[first * 10 + second] === 1;
}

/** Whether digits are a card number: an issuer's range, its length, and the check digit. */
export function isCardNumber(digits: string): boolean {
  return isIn(CARDS, digits);
}

/** Whether they may be one, of an issuer with a wide range. */
export function mayBeCardNumber(digits: string): boolean {
  return isIn(CARDS, digits) || isIn(WIDE_CARDS, digits);
}

function isIn(ranges: CardRanges, digits: string): boolean {
  return (
    hasLuhnDigit(digits) &&
    ranges.some(([range, lengths]) => lengths.includes(digits.length) && range.test(digits)) &&
    !/^(\d)\1+$/.test(digits)
  );
}

/** Lengths of the IBANs of each country: the SWIFT registry, and on the last line those that are in use without being in it. */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  Array.from(
    words(`
      AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18
      FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21
      LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24
      SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
      AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28
    `),
    (entry) => [entry.slice(0, 2), Number(entry.slice(2))],
  ),
);

/** The same, by the two letters of a country, five bits each. */
const LENGTHS_BY_LETTERS = new Uint8Array(1024);
for (const [country, length] of IBAN_LENGTHS) LENGTHS_BY_LETTERS[lettersOf(country.charCodeAt(0), country.charCodeAt(1))] = length;

/** How long an IBAN of a country is, without spaces; 0 where there is none. By the codes of two letters, capital or small. */
export function ibanLengthOf(first: number, second: number): number {
  return isLetter(first) && isLetter(second) ? (LENGTHS_BY_LETTERS[lettersOf(first, second)] ?? 0) : 0;
}

function lettersOf(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31);
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122 && code < 128;
}

/** ISO 7064 MOD 97-10, as ISO 13616 applies it. */
export function isIban(iban: string): boolean {
  if (ibanLengthOf(iban.charCodeAt(0), iban.charCodeAt(1)) !== iban.length) return false;
  let remainder = 0;
  for (const character of (iban.slice(4) + iban.slice(0, 4)).toUpperCase()) {
    const value = parseInt(character, 36);
    if (Number.isNaN(value)) return false;
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** Whether three groups of a social security number can have been given out: the Social Security Administration's own rules. */
export function isSsn(digits: string): boolean {
  return digits.length === 9 && !/^(?:000|666|9)|^...00|0000$/.test(digits) && !/^(\d)\1{8}$/.test(digits);
}
