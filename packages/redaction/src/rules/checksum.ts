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

/** The two letters of each country that has IBANs. */
export const IBAN_COUNTRIES: readonly string[] = [...IBAN_LENGTHS.keys()];

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
