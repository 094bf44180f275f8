/** The numbers of one issuer: with what six digits they begin, and which lengths they have, a bit for each. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly lengths: number;
}

const PREFIX_DIGITS = 6;

/** The issuers' ranges (ISO/IEC 7812-1) and lengths that few other numbers fall into. */
const NARROW: readonly Range[] = [
  ...ranges('4', [13, 16, 19]),
  ...ranges('51-55 2221-2720', [16]),
  ...ranges('34 37', [15]),
  ...ranges('6011 644-649 65', [16, 19]),
  ...ranges('2131 1800', [15]),
  ...ranges('3528-3589', [16, 19]),
  ...ranges('300-305 3095 36 38-39', [14, 16]),
  ...ranges('62', [16, 17, 18, 19]),
  ...ranges('5018 5020 5038 5893 6304 6390 6759 6761-6763', [12, 13, 14, 15, 16, 18, 19]),
  ...ranges('50609-50618 506190-506198 50786-50790 650002-650027', [16, 18, 19]),
  ...ranges(
    '2200-2204 5085-5089 5019 5060-5061 6363 5067 50417 5050 5090 627780 606985 606282 606095 606099 606984 6069-6070 6080-6082',
    [16],
  ),
  ...ranges('9792 8600 5614 9860 636-639', [16, 17, 18, 19]),
];

/** Ranges so wide that they take in serial numbers: Maestro, RuPay, UATP. What is around has to say that it is a card. */
const WIDE: readonly Range[] = [
  ...ranges('50 56-58 6 0604', [12, 13, 14, 15, 16, 17, 18, 19]),
  ...ranges('81-82', [16]),
  ...ranges('1', [15]),
];

/** Whether an issuer's numbers begin with a prefix of six digits and have so many digits. */
export function isIssued(prefix: number, length: number): boolean {
  return isIn(NARROW, prefix, length);
}

/** The same of issuers with a wide range. */
export function isIssuedWidely(prefix: number, length: number): boolean {
  return isIn(WIDE, prefix, length);
}

function isIn(list: readonly Range[], prefix: number, length: number): boolean {
  for (const { from, to, lengths } of list) if (prefix >= from && prefix <= to && ((lengths >>> length) & 1) === 1) return true;
  return false;
}

/** `51-55`: all that begins with one of these, and with what lies between. */
function ranges(written: string, lengths: readonly number[]): readonly Range[] {
  const bits = lengths.reduce((sum, length) => sum | (1 << length), 0);
  return written.split(' ').map((range) => {
    const [from = '', to = from] = range.split('-');
    return { from: Number(from.padEnd(PREFIX_DIGITS, '0')), to: Number(to.padEnd(PREFIX_DIGITS, '9')), lengths: bits };
  });
}

const STARTS = new Uint8Array(100);
for (const { from, to } of [...NARROW, ...WIDE]) STARTS.fill(1, Math.trunc(from / 10_000), Math.trunc(to / 10_000) + 1);

/** Whether the number of any card, of a wide range or not, begins with these two digits. */
export function isIssuer(first: number, second: number): boolean {
  return STARTS[first * 10 + second] === 1;
}
