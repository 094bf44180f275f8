import { words } from '../keys/words.ts';

const WORDS =
  /^(?:[a-z]{3,12}(?:[-_. ][a-z]{3,12}){3,23}|[A-Z][a-z]{2,11}(?:[-_. ][A-Z][a-z]{2,11}){3,23}|[A-Z]{3,12}(?:[-_. ][A-Z]{3,12}){3,23})$/;

/** Words of names, of sentences and of what stands for a secret; no passphrase is drawn from them. */
const NAMING_WORDS = words(`
  access account acme admin agent all and api app apps application are auth aws azure backend base bearer bucket build cache can cert
  certificate change changeme check class client cloud cluster code company config connection content cookie cred creds credential
  credentials custom data database default demo dev development django docker domain dummy email enter env environment example
  external fake field file fill first flask for form format from frontend gcp generate generated generic github gitlab global group has
  hash hashed here host http https image index insecure insert internal jwt key keys kube last length license like live local login long
  mail manager max me media message min mock mongo must mysql name namespace new node nodejs not null oauth object old one operator our
  pass passphrase password path placeholder pod policy postgres private prod production project provider proxy public put query random
  read real redis ref refresh region release replace request required reset resource role root rotate rotated route safe sample secret
  secrets secure security server service session set shared signing some spring ssl stage staging state static storage store string
  super task team temp template test testing text that the this tls token tokens two type update url use used user username users using
  uuid val value values vault very via was web webhook when will with word write xxx you your
`);

/** Whether a value is four words or more as a passphrase is drawn from a list: no name and no sentence has a word of these. */
export function isPassphrase(value: string): boolean {
  if (!WORDS.test(value)) return false;
  const parts = value.toLowerCase().split(/[-_. ]/);
  return new Set(parts).size >= Math.min(3, parts.length / 2) && parts.every((word) => !NAMING_WORDS.has(word));
}

const PHRASE = /[a-z]{3,10}(?: [a-z]{3,10}){3,23}(?=["'`.,;)]?(?:\s|$))/y;
/** Words of sentences about a phrase, beside those above. */
const SENTENCE_WORDS = words(`
  about after are because been before being but could did does every few how its let lets make many more most must needs never once only
  other out over same see shall should some than that them then there these they those too under until was were what where which while who
  whole why within without would
`);

/** End of a phrase of small words that stands without quotes at `at`, or -1. */
export function phraseEnd(text: string, at: number): number {
  PHRASE.lastIndex = at;
  const phrase = PHRASE.exec(text)?.[0];
  return phrase === undefined || phrase.split(' ').some((word) => NAMING_WORDS.has(word) || SENTENCE_WORDS.has(word))
    ? -1
    : PHRASE.lastIndex;
}
