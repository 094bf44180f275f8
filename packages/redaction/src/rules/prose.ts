import { charClass, complement } from '../scan/char-class.ts';
import { isGiven } from './given.ts';
import type { Rule } from './rule.ts';

/** What people call a password, with the word that links it to one. */
const SPOKEN = [
  '(?:passwort|kennwort|zugangscode)(?: [\\wäöüß]{2,16}){0,3}? (?:lautet|ist|wäre)',
  '(?:mot de passe|mdp|code secret)(?: [\\wà-ÿ]{2,16}){0,3}? est',
  '(?:contrase[nñ]a|clave)(?: [\\wà-ÿ]{2,16}){0,3}? (?:es|será)',
  "(?:password|parola d['’]ordine|parola chiave)(?: [\\wà-ÿ]{2,16}){0,3}? (?:è|e['’`])",
  '(?:senha|palavra[- ]passe|palavra[- ]chave)(?: [\\wà-ÿ]{2,16}){0,3}? (?:é|e|será)',
  'wachtwoord(?: [\\wà-ÿ]{2,16}){0,3}? is',
  'has[lł]o(?: [\\wà-ž]{2,16}){0,3}? (?:to|brzmi)',
  '(?:lösenordet|losenordet|passordet|adgangskoden) (?:är|er)',
  '(?:heslo|jelszó|geslo|lozinka|parola|şifre)(?: [\\wà-ž]{2,16}){0,2}? (?:je|este|esta)',
  '(?:пароль)(?: [а-яё]{1,16}){0,3}(?: ?[-–—])?',
  '(?:密码|密碼|口令|パスワード|비밀번호|암호)(?:是|为|為|は|는|은)?',
  '(?:passwort|kennwort|mot de passe|mdp|contrase[nñ]a|clave|senha|palavra[- ]passe|wachtwoord|has[lł]o)(?: [\\wà-žß]{2,16}){0,4}',
].join('|');

/** Passwords as people tell them to one another. */
export const PROSE_RULES: readonly Rule[] = [
  {
    id: 'credential_pair',
    description: 'A user and a password that people write side by side: `credentials: admin / …`.',
    pattern: {
      literals: [
        'credentials',
        'creds',
        'login',
        'log in with',
        'user/pass',
        'username/password',
        'sign in with',
        'zugangsdaten',
        'anmeldedaten',
        'identifiants',
        'credenciales',
        'credenziali',
        'credenciais',
        'inloggegevens',
      ],
      effort: { inVain: 60 },
      expression:
        /(?<keep>(?:credentials?|creds|login|log in with|login with|sign in with|user\/pass(?:word)?|username\/password|zugangsdaten|anmeldedaten|identifiants|credenciales|credenziali|credenciais|inloggegevens)(?: are| is)?(?:[: ]{1,3}| ?(?:->|=>|→|=) ?)["'`]?[\w.@+-]{2,40}["'`]? {0,1}[:/] {0,1}["'`]?)[^\s"'`,;/]{6,64}/i,
    },
    validate: (secret) =>
      isGiven(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret) && !/^\d+(?:px|ms|s|%)?$|^[\w-]+\.\w{2,4}$/.test(secret),
    example: (random) => `credentials: admin / ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}`,
  },
  {
    id: 'named_password',
    description: 'A password with its name behind it: `use "…" as the password`.',
    pattern: {
      literals: ['" as ', "' as ", '` as '],
      leads: { members: complement(charClass(' "\'`\t\r\n')), max: 64 },
      expression:
        /[^\s"'`]{6,64}(?=["'`] as (?:the|your|a|its|my) (?:[\w-]{1,20} ){0,2}(?:password|passwd|passphrase|pwd|secret|token|api key)\b)/,
      boundary: 'none',
    },
    validate: (secret) => isGiven(secret) && /\d/.test(secret),
    example: (random) => `use "${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}" as the password`,
  },
  {
    id: 'spoken_password',
    type: 'password',
    description: 'A password that is told in a sentence, in one of the languages of Europe: `das Passwort lautet …`.',
    pattern: {
      literals: [
        'passwort ',
        'kennwort ',
        'zugangscode ',
        'mot de passe',
        'mdp ',
        'code secret ',
        'contraseña ',
        'contrasena ',
        'clave ',
        'parola ',
        'password ',
        'senha ',
        'palavra-passe ',
        'palavra passe ',
        'wachtwoord ',
        'hasło ',
        'haslo ',
        'lösenordet ',
        'passordet ',
        'adgangskoden ',
        'heslo ',
        'jelszó ',
        'lozinka ',
        'пароль ',
        '密码',
        '密碼',
        '口令',
        'パスワード',
        '비밀번호',
        '암호',
      ],
      effort: { inVain: 80 },
      expression: new RegExp(`(?<keep>(?:${SPOKEN})(?:\\s?:?\\s|(?<=[^\\x00-\\x7f]))["'«„“”(]?)[^\\s"'»“”<>()]{6,64}`, 'i'),
    },
    validate: isSpoken,
    example: (random) => `das Passwort lautet ${random.pick('A-Za-z', 8)}7${random.pick('A-Za-z0-9', 4)}`,
  },
];

/** No word of a sentence: it has a digit and a letter, and is no time, no size and no number of signs. */
function isSpoken(secret: string): boolean {
  return isGiven(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret) && !/^[\d.,:/x-]+[a-zäöüé%-]{0,12}[.,;:!?]?$/i.test(secret);
}
