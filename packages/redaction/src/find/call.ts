import { VENDORS } from '../keys/vendors.ts';
import { keyWords } from '../keys/key-name.ts';
import { createKeySieve } from '../keys/key-sieve.ts';
import type { KeyVerdict } from '../keys/key-policy.ts';
import { charClass, codeAt, has, QUOTE, runEnd, runStart, SPACE } from '../scan/char-class.ts';
import type { Detector } from '../scan/detector.ts';
import { judged, type Judges } from './judgement.ts';
import { looksRandom } from './secret-value.ts';
import { valueAfter } from './value-after.ts';

const NAME = charClass('A-Za-z0-9_');
const CALLEE = charClass('A-Za-z0-9_.:');
const CURLY = 123;
const DOT = 46;

/** What ends a type before the name that it is declared with. */
const TYPE_END = charClass('A-Za-z0-9_>*&]');
/** Words before a name that make what follows a call. */
const NO_TYPE =
  /(?:^|\W)(?:new|return|await|yield|throw|def|fn|func|function|fun|else|and|or|not|in|if|is|await|do|case|when|call|echo|print|export|import|use|with|static_assert|elsif|unless|assert)$/;

const API_KEY: KeyVerdict = { kind: 'weak', type: 'api_key' };

/** `std::string token{"…"}`, `QString password("…")`, `.apiKey("…")`, `cohere.Client("…")`: the name stands before the bracket. */
export function createCallDetector({ keys, knownFormat }: Judges): Detector {
  return {
    triggers: [{ before: NAME, first: charClass('({'), second: charClass('"\'`@$bLu') }],
    startsWord: false,
    effort: { inVain: 34, closer: (text, at, floor) => (keys.mayNameSecret(text, nameStart(text, at, floor), at) ? 60 : 0) },
    find(text, at, floor) {
      const opener = has(QUOTE, codeAt(text, at + 1)) ? at + 1 : at + 2;
      if (!has(QUOTE, codeAt(text, opener))) return undefined;
      const start = nameStart(text, at, floor);
      const verdict = keys.mayNameSecret(text, start, at) ? keys.judge(text.slice(start, at)) : undefined;
      if (verdict?.kind === 'secret' && (codeAt(text, start - 1) === DOT || isDeclared(text, start, floor))) {
        const value = valueAfter(text, opener);
        const written = text.slice(value.start, Math.min(value.end, value.start + 160));
        if (!/[\d!#$%&*+?@^~]/.test(written) || written.includes(' ') || keys.judge(written).kind === 'secret') return undefined;
        return judged(knownFormat, text, { ...value, setting: 'quoted' }, verdict);
      }
      if (codeAt(text, at) === CURLY) return undefined;
      const calleeStart = runStart(text, at, CALLEE, Math.max(floor, at - 64));
      if (!SERVICES.mayPass(text, calleeStart, at) || !isClient(text.slice(calleeStart, at))) return undefined;
      const first = valueAfter(text, opener);
      const value =
        looksRandom(text.slice(first.start, first.end)) && first.end - first.start > 16 ? first : secondArgument(text, first.end + 1);
      return value === undefined ? undefined : judged(knownFormat, text, { ...value, setting: 'quoted' }, API_KEY);
    },
  };
}

function nameStart(text: string, at: number, floor: number): number {
  return runStart(text, at, NAME, Math.max(floor, at - 48));
}

/** Whether a type stands before the name. */
function isDeclared(text: string, start: number, floor: number): boolean {
  const end = runStart(text, start, SPACE, Math.max(floor, start - 4));
  return end < start && has(TYPE_END, codeAt(text, end - 1)) && !NO_TYPE.test(text.slice(Math.max(floor, end - 16), end));
}

/** Whether a call makes a client of a service: `Stripe(`, `shodan.Shodan(`, `cohere.Client(`, `openai.Configuration(`. */
function isClient(callee: string): boolean {
  const parts = callee.split(/[.:]+/);
  const last = parts.at(-1) ?? '';
  if (isService(last)) return true;
  const known = parts.slice(0, -1).some(isService) || keyWords(last).some((word) => VENDORS.has(word));
  return known && /^(?:new|init|initialize|configure|auth|authenticate)$|(?:Client|Api|API|Sdk|SDK|Session|Configuration|Auth)$/.test(last);
}

function isService(name: string): boolean {
  const word = name.toLowerCase();
  return VENDORS.has(word) || MORE_SERVICES.has(word);
}

const MORE_SERVICES: ReadonlySet<string> = new Set([
  'algoliasearch',
  'mistralclient',
  'resend',
  'apifyclient',
  'deepl',
  'translator',
  'tavilyclient',
]);

const SERVICES = createKeySieve([...VENDORS, ...MORE_SERVICES]);

/** `("ID", "…"`. */
function secondArgument(text: string, at: number): ReturnType<typeof valueAfter> | undefined {
  if (codeAt(text, at) !== 44) return undefined;
  const opener = runEnd(text, at + 1, SPACE, at + 4);
  if (!has(QUOTE, codeAt(text, opener))) return undefined;
  const value = valueAfter(text, opener);
  return value.end - value.start >= 20 ? value : undefined;
}
