import { words } from './words.ts';

/** Keys that carry a secret, as phrases of words. `type` is the placeholder's. A phrase matches anywhere in a key. */
export const SECRET_PHRASES: readonly (readonly [phrase: string, type: string])[] = [
  ['password', 'password'],
  ['passwords', 'password'],
  ['passwd', 'password'],
  ['passphrase', 'password'],
  ['passcode', 'password'],
  ['pass word', 'password'],
  ['pass words', 'password'],
  ['pass wd', 'password'],
  ['pass phrase', 'password'],
  ['pass phrases', 'password'],
  ['pass code', 'password'],
  ['pass wort', 'password'],
  ['kenn wort', 'password'],
  ['pwd', 'password'],
  ['authtok', 'password'],
  ['auth tok', 'password'],
  ['registrytoken', 'token'],
  ['identitytoken', 'token'],
  ['userpass', 'password'],
  ['userpassword', 'password'],
  ['dbpassword', 'password'],
  ['rootpassword', 'password'],
  ['secret', 'secret'],
  ['secrets', 'secret'],
  ['clientsecret', 'secret'],
  ['secretkey', 'secret'],
  ['credential', 'credential'],
  ['credentials', 'credential'],
  ['creds', 'credential'],
  ['authorization', 'authorization'],
  ['authentication token', 'token'],
  ['bearer auth', 'authorization'],
  ['auth key', 'api_key'],
  ['authkey', 'api_key'],
  ['auth token', 'token'],
  ['authtoken', 'token'],
  ['authentication', 'authorization'],
  ['cookie', 'cookie'],
  ['cookies', 'cookie'],
  ['bearer', 'token'],
  ['jwt', 'token'],
  ['token', 'token'],
  ['accesstoken', 'token'],
  ['refreshtoken', 'token'],
  ['idtoken', 'token'],
  ['apitoken', 'token'],
  ['csrftoken', 'token'],
  ['xsrftoken', 'token'],
  ['sessiontoken', 'token'],
  ['api key', 'api_key'],
  ['api keys', 'api_key'],
  ['apikey', 'api_key'],
  ['apikeys', 'api_key'],
  ['api secret', 'secret'],
  ['apisecret', 'secret'],
  ['app key', 'api_key'],
  ['appkey', 'api_key'],
  ['application key', 'api_key'],
  ['access key', 'api_key'],
  ['accesskey', 'api_key'],
  ['account key', 'api_key'],
  ['accountkey', 'api_key'],
  ['admin key', 'api_key'],
  ['consumer key', 'api_key'],
  ['deploy key', 'api_key'],
  ['developer key', 'api_key'],
  ['license key', 'api_key'],
  ['licensekey', 'api_key'],
  ['service key', 'api_key'],
  ['subscription key', 'api_key'],
  ['private key', 'private_key'],
  ['privatekey', 'private_key'],
  ['priv key', 'private_key'],
  ['privkey', 'private_key'],
  ['ssh key', 'private_key'],
  ['signing key', 'private_key'],
  ['master key', 'private_key'],
  ['shared key', 'private_key'],
  ['sharedkey', 'private_key'],
  ['encryption key', 'private_key'],
  ['decryption key', 'private_key'],
  ['hmac key', 'private_key'],
  ['root key', 'private_key'],
  ['pre shared key', 'private_key'],
  ['connection string', 'connection_string'],
  ['connectionstring', 'connection_string'],
  ['webhook url', 'webhook_url'],
  ['web hook url', 'webhook_url'],
  ['webhookurl', 'webhook_url'],
  ['security code', 'security_code'],
  ['card number', 'card'],
  ['cardnumber', 'card'],
  ['social security number', 'ssn'],
  ['seed phrase', 'secret'],
  ['recovery phrase', 'secret'],
  ['secret phrase', 'secret'],
  ['backup phrase', 'secret'],
  ['recovery code', 'recovery_code'],
  ['recovery codes', 'recovery_code'],
  ['backup code', 'recovery_code'],
  ['backup codes', 'recovery_code'],
  ['scratch code', 'recovery_code'],
  ['scratch codes', 'recovery_code'],
  ['rescue codes', 'recovery_code'],
  ['emergency codes', 'recovery_code'],
  ['mnemonic', 'secret'],
  ['cookie secret', 'secret'],
  ['jwt secret', 'secret'],
  ['jwt key', 'private_key'],
  ['token secret', 'secret'],
  ['cookie password', 'password'],
  ['cookie key', 'api_key'],
  ['aes key', 'private_key'],
  ['crypto key', 'private_key'],
  ['cipher key', 'private_key'],
  ['fernet key', 'private_key'],
  ['gossip key', 'private_key'],
  ['validation key', 'private_key'],
  ['client key data', 'private_key'],
  ['key material', 'private_key'],
  ['integration key', 'api_key'],
  ['merchant key', 'api_key'],
  ['partner key', 'api_key'],
  ['publishing key', 'api_key'],
  ['ingestion key', 'api_key'],
  ['ingest key', 'api_key'],
  ['instrumentation key', 'api_key'],
  ['activation key', 'api_key'],
  ['unlock key', 'api_key'],
  ['functions key', 'api_key'],
  ['function key', 'api_key'],
  ['write key', 'api_key'],
  ['de passe', 'password'],
  ['palabra clave', 'password'],
  ['parola chiave', 'password'],
  ['parola d', 'password'],
  ['authorization key', 'api_key'],
  ['unseal key', 'secret'],
  ['unseal keys', 'secret'],
  ['cvv', 'security_code'],
  ['cvc', 'security_code'],
  ['cvv2', 'security_code'],
  ['otp', 'security_code'],
  ['otp secret', 'secret'],
  ['verification code', 'security_code'],
  ['auth code', 'security_code'],
  ['one time code', 'security_code'],
  ['one time password', 'security_code'],
  ['saml response', 'token'],
  ['samlresponse', 'token'],
  ['dockerconfigjson', 'credential'],
  ['docker config json', 'credential'],
  ['dockercfg', 'credential'],
  ['remember me', 'cookie'],
  ['rememberme', 'cookie'],
  ['ldap bind pw', 'password'],
  ['totp', 'secret'],
  ['ssn', 'ssn'],
  ['iban', 'iban'],
];

/** Keys that carry a secret only when they are nothing else. */
export const SECRET_KEYS: ReadonlyMap<string, string> = new Map([
  ['auth', 'authorization'],
  ['basic auth', 'authorization'],
  ['http auth', 'authorization'],
  ['pass', 'password'],
  ['pw', 'password'],
  ['db pass', 'password'],
  ['user pass', 'password'],
  ['pin', 'security_code'],
  ['pin code', 'security_code'],
  ['mfa', 'security_code'],
  ['mfa code', 'security_code'],
  ['cred', 'credential'],
  ['dsn', 'connection_string'],
  ['database url', 'connection_string'],
  ['data base url', 'connection_string'],
  ['databaseurl', 'connection_string'],
  ['psk', 'password'],
  ['wpa psk', 'password'],
  ['pat', 'token'],
  ['sas', 'token'],
  ['access tokens', 'token'],
  ['refresh tokens', 'token'],
  ['api tokens', 'token'],
  ['session key', 'token'],
  ['sessionid', 'token'],
  ['phpsessid', 'token'],
  ['jsessionid', 'token'],
  ['connect sid', 'token'],
]);

/** What people call a password elsewhere, as words of a key. */
export const FOREIGN_PASSWORDS: readonly string[] = [
  ...words(`
    passwort kennwort losungswort motdepasse contrasena contraseña contrasenya senha palavrapasse wachtwoord lösenord losenord passord
    adgangskode salasana hasło haslo heslo jelszó jelszo parola şifre sifre lozinka geslo пароль гасло κωδικός πρόσβασης المرور السر पासवर्ड
    密码 密碼 口令 パスワード 비밀번호 암호
  `),
];

/** Before the word pass these make it something else: a run, a ticket. */
export const ORDINARY_PASS_WORDS: ReadonlySet<string> = words(`
  first second third last next single double one two three multi final render shader depth shadow lighting post all did does will can may
  boarding season day event test tests build optimizer compiler analysis forward backward by band low high
`);

/** Words that end like a key which carries a password. */
export const ORDINARY_PASS_ENDINGS: ReadonlySet<string> = words(`
  bypass buypass compass encompass trespass surpass overpass underpass outpass repass multipass singlepass allpass lowpass highpass bandpass
  didpass testpass
`);

/** Beside the word token these make it a place in a list. */
export const PAGE_TOKEN_WORDS: ReadonlySet<string> = words(
  'next page paging pagination continuation previous prev sync resume cancellation',
);

/** A key that ends so speaks about a secret and does not hold one: `token_count`, `secretName`, `password_policy`. */
export const ABOUT_WORDS: ReadonlySet<string> = words(`
  id ids name names type types kind count counts length len size sizes limit limits policy policies status state enabled disabled required valid
  invalid expired expires expiry expiration at ttl age endpoint path paths file files filename dir version versions algorithm alg method
  methods scheme mode provider source field fields header headers param params prefix suffix format hint index present seconds ms
  minutes hours days encryption encoding hashing complexity requirements history lifetime timeout attempts retries usage used rate budget min max strength reset change changes changed created updated manager store storage vault ref refs
  reference arn class scope scopes bytes url uri host port realm audience issuer owner description label title variable column env
  results selector mapping location rotation check checker database validator validators hasher hashers encoder generator service helper util factory config options settings
`);

/** Beside the word token these make it a number of model tokens. */
export const TOKEN_COUNT_WORDS: ReadonlySet<string> = words(`
  prompt completion response input output total max min cached reasoning count limit usage used budget per num number n remaining
  context audio text image avg mean
`);

/** Keys that carry what customers wrote or what models answered, as joined words. */
export const CONTENT_KEYS: ReadonlySet<string> = words(`
  content contents messages input inputs output outputs text texts prompt prompts argument arguments args instruction instructions delta
  deltas completion completions baseinstructions developerinstructions systeminstructions systemprompt userprompt prompttext
  systemmessage usermessage assistantmessage inputtext outputtext inputitems inputtexts contentitems textelements reasoningcontent
  reasoningtext reasoningsummary refusal summary summarytext thinking transcript transcription answer question query body requestbody
  responsebody rawbody rawrequest rawresponse imageurl inputimage inputaudio filedata fileurl partialjson tooloutput toolinput
  toolresult toolarguments functionarguments snippet preview suggestion utterance conversation history choices documents document
  embedding embeddings aggregatedoutput stdout stderr stdin diff patch
`);

/** A key that ends so carries content: `user_prompt`, `page_content`. */
export const CONTENT_ENDINGS: ReadonlySet<string> = words('prompt content instructions arguments transcript');

/** In a trace these carry what customers wrote as well: the definitions of their tools. */
export const TRACE_CONTENT_KEYS: ReadonlySet<string> = words(`
  description inputschema outputschema outputformat parameters schema metadata user
`);

/** At the end of a key these make a random value a secret. */
export const WEAK_WORDS: ReadonlySet<string> = words(`
  key keys auth oauth pass hmac salt seed passkey ticket pat otp login psk sas cred code verifier hook webhook session sess sid encrypt
`);

/** Beside the word key these make it the key of a table, a map or a keyboard. */
export const ORDINARY_KEY_WORDS: ReadonlySet<string> = words(`
  primary foreign sort partition cache restore idempotency event hash routing object bucket schema sequence dedupe dedup i18n translation lookup
  map row group config registry hot shortcut arrow index unique composite natural surrogate public pub down up press pressed s3
  file blob item field column
`);

/** Keys whose values identify things: never personal data, never "random enough to be a secret". */
export const IDENTIFIER_ENDINGS: ReadonlySet<string> = words(`
  id ids uuid guid ulid sha sha1 sha256 sha512 md5 hash digest checksum etag fingerprint revision commit timestamp time at date version
  model traceparent tracestate cursor sequence seq nonce pid port status code event type kind path file route method span trace build
  image tag branch ref node pod container instance region zone host hostname ms bytes count counts duration size offset index line
  column level component
`);

/** Keys that say how content is built. */
export const STRUCTURAL_KEYS: ReadonlySet<string> = words('type role status phase object finish_reason finishReason');

/** What such keys say in the OpenAI API, in JSON Schema and in the worker's protocol. Any other word may be what somebody wrote. */
export const STRUCTURAL_VALUES: ReadonlySet<string> = words(`
  text input_text output_text inputText outputText image image_url imageUrl input_image inputImage localImage local_image input_audio
  inputAudio audio video file input_file inputFile document refusal reasoning reasoning_text reasoningText summary_text summaryText
  thinking redacted_thinking message item_reference function function_call functionCall function_call_output functionCallOutput tool
  tool_use tool_call toolCall tool_calls tool_result custom custom_tool_call custom_tool_call_output web_search web_search_call file_search
  file_search_call code_interpreter code_interpreter_call computer_call computer_call_output image_generation_call local_shell_call mcp
  mcp_call mcp_list_tools mcp_approval_request userMessage agentMessage commandExecution fileChange mcpToolCall dynamicToolCall
  collabAgentToolCall webSearch imageView imageGeneration plan todoList contextCompaction enteredReviewMode exitedReviewMode skill mention
  hookPrompt json_object json_schema jsonSchema object array string number integer boolean null base64 url ephemeral auto none required any
  user assistant system developer latest_reminder
  completed complete in_progress inProgress incomplete failed declined cancelled canceled queued pending running interrupted active idle
  success error ok add update delete commentary final_answer finalAnswer analysis
  stop length content_filter contentFilter end_turn max_tokens stop_sequence
  chat.completion chat.completion.chunk text_completion response list model embedding
`);

/** With what phrases of more than one word end. */
export const LAST_WORDS: ReadonlySet<string> = new Set(
  [...SECRET_PHRASES.map(([phrase]) => phrase), ...SECRET_KEYS.keys(), 'x key'].flatMap((phrase) => phrase.split(' ').slice(1).slice(-1)),
);
