import { charClass, DIGIT } from '../scan/char-class.ts';
import type { Rule } from './rule.ts';
import { hasDigitAndVariety, isVaried } from './validate.ts';

const HEX = charClass('0-9a-f');
const WORD = charClass('A-Za-z0-9_-');

/** Keys of payment, commerce, mail, messaging and maps. */
export const BUSINESS_RULES: readonly Rule[] = [
  {
    id: 'stripe_key',
    description: 'Stripe secret and restricted keys, and webhook secrets. Publishable keys, `pk_`, are public.',
    formats: ['(sk|rk)_(test|prod|live)_{an:10+}', 'whsec_{b64e:24+}'],
  },
  {
    id: 'square_token',
    description: 'Square tokens and secrets.',
    formats: ['EAAA{b64w:40-60}', 'sq0(atp|csp|idp|idb|ats)-{w:22-43}'],
    validate: isSquare,
  },
  {
    id: 'paypal_token',
    description: 'PayPal and Braintree tokens.',
    formats: ['access_token$(production|sandbox)${an:16}${hex:32}', 'access_token%24(production|sandbox)%24{an:16}%24{hex:32}'],
  },
  {
    id: 'plaid_token',
    description: 'Plaid tokens.',
    formats: ['(access|public|link|asset-report)-(sandbox|development|production)-{uuid}'],
  },
  { id: 'razorpay_key', description: 'Razorpay keys.', formats: ['rzp_(live|test)_{an:14+}'] },
  {
    id: 'flutterwave_key',
    description: 'Flutterwave keys.',
    formats: ['FLW(PUB|SEC)K-{Hex:32}-X', 'FLW(PUB|SEC)K_(TEST|LIVE)-{Hex:32}-X', 'FLWSECK_(TEST|LIVE)-{Hex:12}'],
  },
  {
    id: 'gocardless_token',
    description: 'GoCardless tokens.',
    formats: ['(live|sandbox)_{we:40}'],
    validate: (secret) => isVaried(secret) && /\d/.test(secret),
  },
  { id: 'duffel_token', description: 'Duffel tokens.', formats: ['duffel_(test|live)_{we:43}'] },
  { id: 'shippo_token', description: 'Shippo tokens.', formats: ['shippo_(live|test)_{hex:40}'] },
  {
    id: 'easypost_key',
    description: 'EasyPost keys.',
    formats: ['EZ(A|T)K{an:54}'],
    validate: (secret) => isVaried(secret) && /\d/.test(secret),
  },
  { id: 'lob_key', description: 'Lob keys.', formats: ['(live|test)_{hex:35}', '(live|test)_pub_{hex:31}'] },
  { id: 'frameio_token', description: 'Frame.io tokens.', formats: ['fio-u-{we:64}'] },
  { id: 'shopify_token', description: 'Shopify tokens and shared secrets.', formats: ['shp(at|ca|pa|ss|ua)_{Hex:32}', 'shpss_{Hex:32}'] },
  { id: 'woocommerce_key', description: 'WooCommerce keys.', formats: ['c(k|s)_{hex:40}'] },
  { id: 'trello_token', description: 'Trello tokens.', formats: ['ATTA{Hex:72}'] },
  { id: 'vk_token', description: 'VK access tokens.', formats: ['vk1.a.{w:60+}'] },
  { id: 'honeybadger_token', description: 'Honeybadger tokens.', formats: ['hb(p|x)_{an:30+}'], validate: hasDigitAndVariety },
  {
    id: 'intercom_token',
    description: 'Intercom tokens, which are base64 of `tok:`.',
    formats: ['dG9rO{b64e:36+}'],
    validate: hasDigitAndVariety,
  },
  { id: 'adyen_key', description: 'Adyen keys.', formats: ['AQE{b64:40+}'], validate: (secret) => /\d/.test(secret) && isVaried(secret) },
  {
    id: 'sendgrid_key',
    description: 'SendGrid keys.',
    formats: ['SG.{we:16-32}.{we:16-64}', 'SG.{wde:60-70}'],
    validate: (secret) => isVaried(secret) && /\d/.test(secret),
  },
  { id: 'brevo_key', description: 'Brevo keys.', formats: ['x(key|smtp)sib-{hex:64}-{an:16}'] },
  { id: 'mailgun_key', description: 'Mailgun keys.', formats: ['(key|pubkey)-{hex:32}'] },
  {
    id: 'mailchimp_key',
    description: 'Mailchimp keys.',
    pattern: {
      literals: ['-us'],
      leads: { members: HEX, max: 32 },
      effort: { inVain: 400 },
      expression: /[0-9a-f]{32}-us[0-9]{1,2}(?![0-9A-Za-z])/,
    },
    example: (random) => `${random.pick('a-f0-9', 32)}-us12`,
  },
  { id: 'mandrill_key', description: 'Mandrill keys.', formats: ['md-{w:22}'] },
  { id: 'mailersend_key', description: 'MailerSend keys.', formats: ['mlsn.{hex:64}'] },
  { id: 'checkout_key', description: 'Checkout.com keys.', formats: ['(sk|pk)_(test_){uuid}', 'sk_{uuid}', 'sk_sbox_{w:27}'] },
  { id: 'mercado_pago_token', description: 'Mercado Pago tokens.', formats: ['(APP_USR|TEST)-{d:13-18}-{d:6}-{hex:32}-{d:6-12}'] },
  { id: 'mercury_token', description: 'Mercury tokens.', formats: ['secret-token:mercury_(production|sandbox)_{w:20+}'] },
  { id: 'midtrans_key', description: 'Midtrans server keys.', formats: ['(SB-|)Mid-server-{w:20+}'] },
  { id: 'mollie_key', description: 'Mollie keys.', formats: ['(live|test)_{an:30}'], validate: hasDigitAndVariety },
  { id: 'orbit_key', description: 'Orbit keys.', formats: ['obu_{an:40}'] },
  {
    id: 'paddle_key',
    description: 'Paddle keys.',
    formats: ['pdl_(live_|sdbx_)apikey_{lan:26}_{an:22}_{an:3}', 'pdl_ntfset_{lan:26}_{w:30+}'],
  },
  { id: 'persona_key', description: 'Persona keys.', formats: ['persona_(production|sandbox)_{uuid}'] },
  { id: 'polar_token', description: 'Polar tokens.', formats: ['polar_(oat|pat|rst|whs|at|rt|cst|cs|ci|atu|rtu)_{w:30+}'] },
  { id: 'ramp_token', description: 'Ramp tokens.', formats: ['ramp_(tok|sec|business_tok)_{w:30+}'] },
  { id: 'recharge_key', description: 'Recharge keys.', formats: ['sk_(1x1|2x2|3x3|5x5|10x10)_{hex:64}'] },
  { id: 'xendit_key', description: 'Xendit keys.', formats: ['xnd_(production|development)_{w:30+}'] },
  { id: 'telnyx_key', description: 'Telnyx keys.', formats: ['KEY01{AN:27-31}_{an:22}'] },
  { id: 'twitch_token', description: 'Twitch chat tokens.', formats: ['oauth:{lan:30}'] },
  { id: 'ubidots_token', description: 'Ubidots tokens.', formats: ['BBFF-{an:30}'] },
  { id: 'samsara_token', description: 'Samsara tokens.', formats: ['samsara_api_{an:28+}'] },
  { id: 'seam_key', description: 'Seam keys.', formats: ['seam_{w:9-30}_{an:20+}'], validate: hasDigitAndVariety },
  { id: 'nylas_key', description: 'Nylas keys.', formats: ['nyk_v0_{an:50+}'] },
  { id: 'onfido_token', description: 'Onfido tokens.', formats: ['api_(live|sandbox)(|_us|_ca|_eu).{w:11}.{w:32}'] },
  { id: 'zoho_token', description: 'Zoho tokens.', formats: ['1000.{hex:32}.{hex:32}'] },
  { id: 'oculus_token', description: 'Oculus tokens.', formats: ['OC|{d:14-18}|{w:24+}', 'OC%7C{d:14-18}%7C{w:24+}'] },
  { id: 'linkedin_secret', description: 'LinkedIn client secrets.', formats: ['WPL_AP1.{an:12-20}.{an:4-10}=='] },
  { id: 'instagram_token', description: 'Instagram tokens.', formats: ['IGQ{w:100+}'] },
  { id: 'pinterest_token', description: 'Pinterest tokens.', formats: ['pin(a|c|r)_{AN:60+}'] },
  { id: 'firebase_key', description: 'Firebase server keys.', formats: ['AAAA{w:7}:APA91b{w:120+}', 'AAAA{w:7}:{w:140}'] },
  { id: 'klaviyo_key', description: 'Klaviyo keys.', formats: ['pk_{hex:34}'] },
  { id: 'resend_key', description: 'Resend keys.', formats: ['re_{an:8}_{an:24}'] },
  {
    id: 'beamer_token',
    description: 'Beamer tokens.',
    formats: ['b_{we:44}'],
    validate: (secret) => isVaried(secret) && (secret.match(/\d/g)?.length ?? 0) >= 2,
  },
  {
    id: 'slack_token',
    description: 'Slack tokens of every kind.',
    formats: [
      'xox(a|b|c|e|o|p|r|s)-{d:8-14}-{w:10+}',
      'xox(a|r|s)-{d:1}-{w:20+}',
      'xapp-{d:1}-{AN:8-14}-{d:8-15}-{hex:40+}',
      'xoxe.xox(b|p)-{d:1}-{an:100+}',
      'xoxe-{d:1}-{an:100+}',
      'xoxd-{b64w:40+}',
      'xwfp-{d:1}-{w:20+}',
    ],
    validate: (secret) => isVaried(secret.slice(5)) && /[A-Za-z]/.test(secret.slice(5)),
  },
  {
    id: 'slack_webhook',
    description: 'Slack webhook URLs.',
    pattern: {
      literals: ['hooks.slack.com/'],
      expression: /(?<keep>hooks\.slack\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9+/]{43,120}/,
    },
    example: (random) =>
      `https://hooks.slack.com/services/T${random.pick('A-Z0-9', 10)}/B${random.pick('A-Z0-9', 10)}/${random.pick('A-Za-z0-9', 24)}`,
  },
  {
    id: 'discord_webhook',
    description: 'Discord webhook URLs.',
    pattern: { literals: ['/api/webhooks/'], expression: /(?<keep>\/api\/webhooks\/)[0-9]{16,20}\/[A-Za-z0-9_-]{60,72}/, boundary: 'none' },
    example: (random) => `https://discord.com/api/webhooks/${random.pick('1-9', 18)}/${random.pick('A-Za-z0-9', 68)}`,
  },
  {
    id: 'discord_token',
    description: 'Discord bot tokens.',
    pattern: {
      literals: ['.G', '.H', '.X', '.Y', '.Z'],
      leads: { members: WORD, max: 30 },
      expression: /[MNO][A-Za-z0-9_-]{22,27}\.[GHXYZ][A-Za-z0-9_-]{5}\.[A-Za-z0-9_-]{27,38}(?![A-Za-z0-9_-])/,
    },
    example: (random) => `M${random.pick('A-Za-z0-9', 23)}.G${random.pick('A-Za-z0-9', 5)}.${random.pick('A-Za-z0-9', 38)}`,
  },
  {
    id: 'telegram_token',
    description: 'Telegram bot tokens.',
    pattern: {
      literals: [':A'],
      leads: { members: DIGIT, max: 16 },
      effort: { inVain: 30 },
      expression: /[0-9]{8,10}:A[A-Za-z0-9_-]{34}(?![A-Za-z0-9_-])/,
    },
    example: (random) => `${random.pick('1-9', 10)}:AA${random.pick('A-Za-z0-9', 33)}`,
  },
  {
    id: 'teams_webhook',
    description: 'Microsoft Teams and Power Automate webhook URLs.',
    pattern: {
      literals: ['.webhook.office.com/webhookb2/'],
      effort: { inVain: 400 },
      expression: /(?<keep>\.webhook\.office\.com\/webhookb2\/)[A-Za-z0-9@/-]{36,300}/,
      boundary: 'none',
    },
    example: (random) => {
      const hex = (length: number): string => random.pick('a-f0-9', length);
      return `https://x.webhook.office.com/webhookb2/${hex(36)}@${hex(36)}/IncomingWebhook/${hex(32)}`;
    },
  },
  {
    id: 'zapier_webhook',
    description: 'Zapier and IFTTT webhook URLs.',
    pattern: {
      literals: ['hooks.zapier.com/hooks/', 'maker.ifttt.com/'],
      expression: /(?<keep>hooks\.zapier\.com\/hooks\/[a-z]{1,16}\/|maker\.ifttt\.com\/[\w/]{1,80}key\/)[A-Za-z0-9_/-]{8,100}/,
    },
    example: (random) => `https://hooks.zapier.com/hooks/catch/${random.pick('1-9', 7)}/${random.pick('a-z0-9', 7)}`,
  },
  { id: 'twilio_key', description: 'Twilio keys.', formats: ['SK{Hex:32}'] },
  {
    id: 'facebook_token',
    description: 'Facebook page and system user tokens.',
    formats: ['EAA{an:90+}'],
    validate: (secret) => /\d/.test(secret) && isVaried(secret.slice(3)),
  },
  {
    id: 'facebook_app_token',
    description: 'Facebook app access tokens.',
    pattern: {
      literals: [],
      starts: [{ before: DIGIT, first: charClass('|'), second: WORD, shown: '|' }],
      leads: { members: DIGIT, max: 16 },
      effort: { inVain: 40 },
      expression: /[0-9]{15,16}\|[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])/,
    },
    example: (random) => `${random.pick('1-9', 16)}|${random.pick('A-Za-z0-9', 27)}`,
  },
  {
    id: 'twitter_token',
    description: 'X bearer tokens.',
    pattern: {
      literals: ['A'.repeat(21)],
      effort: { inVain: 600 },
      expression: /A{21,22}(?!A)(?:[A-Za-z0-9+/=_-]|%(?:2[BbFf]|3[Dd])){20,300}/,
      tail: charClass('A-Za-z0-9+/=_%-'),
    },
    validate: (secret) => isVaried(secret.slice(22)),
    example: (random) =>
      `${'A'.repeat(21)}${random.pick('B-P', 1)}${random.pick('a-z', 4)}AAAAAAA${random.pick('A-Za-z0-9', 30)}%2B${random.pick('A-Za-z0-9', 10)}%3D${random.pick('A-Za-z0-9', 40)}`,
  },
  {
    id: 'mapbox_token',
    description: 'Mapbox tokens.',
    formats: ['(pk|sk|tk).eyJ{w:40-120}.{w:20+}', '(pk|sk|tk).eyJ{w:40+}', '(pk|sk|tk).{lan:60}.{lan:22}'],
    validate: isVaried,
  },
  { id: 'dropbox_token', description: 'Dropbox short-lived tokens.', formats: ['sl.{w:100+}', 'sl.u.{w:100+}'] },
  { id: 'onesignal_key', description: 'OneSignal keys.', formats: ['os_v2_(app|org)_{lan:40+}'] },
  {
    id: 'pagerduty_key',
    description: 'PagerDuty keys.',
    formats: ['pdus+_{an:6}_{hex:36-40}', 'u+{w:18}'],
    validate: (secret) => isVaried(secret) && /\d/.test(secret) && /[A-Z]|^p/.test(secret),
  },
  { id: 'close_key', description: 'Close keys.', formats: ['api_{an:22}.{an:22}'] },
  {
    id: 'newrelic_key',
    description: 'New Relic keys.',
    formats: ['NRAK-{an:27}', 'NRII-{w:32}', 'NRJS-{hex:19}', 'NRRA-{hex:42}', 'NRAA-{hex:27}', 'NRAL-{an:30+}', 'NRSP-{an:20+}'],
  },
  {
    id: 'newrelic_license_key',
    type: 'newrelic_key',
    description: 'New Relic license keys, of the EU, too.',
    pattern: {
      literals: ['NRAL'],
      leads: { members: charClass('a-z0-9F'), max: 48 },
      effort: { inVain: 22 },
      expression: /(?:[a-z]{2}[0-9]{2}xx[0-9a-f]{26}|[0-9a-f]{32})(?:[0-9a-f]{4}|FFFF)NRAL(?![A-Za-z0-9])/,
    },
    validate: isVaried,
    example: (random) => `${random.pick('0-9a-f', 32)}${['FFFF', random.pick('0-9a-f', 4)][random.index(2)] ?? ''}NRAL`,
  },
  { id: 'grafana_token', description: 'Grafana tokens.', formats: ['glsa_{an:32}_{Hex:8}', 'glc_{b64e:32+}', 'eyJrIjoi{b64e:60+}'] },
  { id: 'sentry_token', description: 'Sentry tokens.', formats: ['sntry(u|a|i)_{hex:64}', 'sntrys_eyJ{b64e:60-600}_{b64:43}'] },
  { id: 'honeycomb_key', description: 'Honeycomb keys.', formats: ['hc(a|x|b|c|d|e|f|g)ik_{an:58}', 'hc(a|b|c)mk_{an:30+}'] },
  { id: 'axiom_token', description: 'Axiom tokens.', formats: ['xaat-{uuid}', 'xapt-{uuid}'] },
  { id: 'elastic_key', description: 'Elastic Cloud keys.', formats: ['essu_{b64e:40+}'] },
];

function isSquare(secret: string): boolean {
  return isVaried(secret) && /\d/.test(secret) && /[a-z]/.test(secret);
}
