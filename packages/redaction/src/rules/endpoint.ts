import { looksRandom } from '../find/secret-value.ts';
import { charClass } from '../scan/char-class.ts';
import { sourceOf } from './expression.ts';
import type { Rule } from './rule.ts';
import { isUuid } from './uuid.ts';

/** Hosts that take a key as a part of the path, and what stands before it there. */
const KEYED_PATHS = sourceOf(
  /\.alchemy(?:api)?\.(?:com|io)\/(?:[a-z]{2,8}\/)?v\d\/|\.infura\.io\/(?:ws\/)?v3\/|\.quiknode\.pro\//,
  /rpc\.ankr\.com\/(?:[\w-]{2,32}\/){1,2}|\.getblock\.io\/(?:[\w-]{2,16}\/){0,2}|\.blastapi\.io\/|\.drpc\.org\/(?:ogrpc\/)?|\.chainstack\.com\/|\.moralis-nodes\.com\/\w{2,16}\//,
  /hooks?\.(?:[a-z]{2}\d\.)?(?:make|integromat)\.com\/|hooks\.airtable\.com\/workflows\/v1\/genericWebhook\/\w{17}\/\w{17}\//,
  /(?:feishu\.cn|larksuite\.com)\/open-apis\/bot\/(?:v\d\/)?hook\/|hc-ping\.com\/|webhook\.site\/|\.m\.pipedream\.net\/|ntfy\.sh\/[\w-]{1,32}\?auth=/,
  /events\.pagerduty\.com\/integration\/|qyapi\.weixin\.qq\.com\/cgi-bin\/webhook\/send\?key=|alert\.victorops\.com\/integrations\/generic\/\d{8}\/alert\//,
  /outlook\.office(?:365)?\.com\/webhook\/|cronitor\.link\/p\/|heartbeat\.uptimerobot\.com\/|nosnch\.in\/|betterstack\.com\/api\/v1\/heartbeat\//,
  /hooks\.(?:stripe|microsoft|glip|gitea|chat)[\w.]{0,24}\/[\w/]{0,32}\/|discord(?:app)?\.com\/api\/v\d{1,2}\/webhooks\/\d{16,20}\//,
);

/** What of them is looked for. */
const KEYED_HOSTS: readonly string[] = [
  '.alchemy.com/',
  '.alchemyapi.io/',
  '.infura.io/',
  '.quiknode.pro/',
  'rpc.ankr.com/',
  '.getblock.io/',
  '.blastapi.io/',
  '.drpc.org/',
  '.chainstack.com/',
  '.moralis-nodes.com/',
  'hook.make.com/',
  'hook.integromat.com/',
  '.make.com/',
  'hooks.airtable.com/',
  'feishu.cn/open-apis/bot/',
  'larksuite.com/open-apis/bot/',
  'hc-ping.com/',
  'webhook.site/',
  'events.pagerduty.com/integration/',
  'qyapi.weixin.qq.com/',
  'alert.victorops.com/',
  'outlook.office.com/webhook/',
  'outlook.office365.com/webhook/',
  'heartbeat.uptimerobot.com/',
  'cronitor.link/p/',
  'betterstack.com/api/v1/heartbeat/',
  'discord.com/api/v',
  'discordapp.com/api/v',
];

/** Keys that stand in the path or the query of an address, where no name says what they are. */
export const ENDPOINT_RULES: readonly Rule[] = [
  {
    id: 'endpoint_key',
    description: 'The key in the address of an endpoint: of a blockchain node, a webhook, a heartbeat.',
    pattern: {
      literals: KEYED_HOSTS,
      leads: { members: charClass('a-z0-9.-'), max: 64 },
      expression: new RegExp(`(?<keep>[a-z0-9.-]{0,64}?(?:${KEYED_PATHS}))[\\w@-]{16,128}(?:\\/[\\w-]{8,64}){0,2}`),
      boundary: 'none',
    },
    validate: (secret) => /\d/.test(secret) && /[A-Za-z]/.test(secret),
    example: (random) => `https://eth-mainnet.g.alchemy.com/v2/${random.pick('A-Za-z0-9', 31)}7`,
  },
  {
    id: 'hook_key',
    description: 'The key in the address of an incoming webhook of Mattermost, Rocket.Chat, GitLab or the like: `/hooks/…`.',
    pattern: {
      literals: ['/hooks/', '/webhooks/', '/webhook/', '/hook/'],
      effort: { inVain: 130 },
      expression: /(?<keep>\/(?:web)?hooks?\/(?:[\w-]{1,24}\/){0,2})[A-Za-z0-9_-]{17,100}(?:\/[A-Za-z0-9_-]{17,100})?(?![\w-])/,
      boundary: 'none',
    },
    validate: (secret) => secret.split('/').every((part) => looksRandom(part) && !isUuid(part)),
    example: (random) => `https://chat.example.com/hooks/${random.pick('a-z0-9', 22)}7a1b`,
  },
  {
    id: 'query_key',
    description: 'The key in the query of an address, under a name that is ordinary elsewhere.',
    pattern: {
      literals: ['?appid=', '&appid=', '?wskey=', '&wskey=', '?confirm=', '?invite='],
      effort: { inVain: 260 },
      expression: /(?<keep>[?&](?:appid|wskey|confirm|invite)=)(?:[0-9a-f]{32}|[A-Za-z0-9_-]{24,128})(?![\w.-])/,
      boundary: 'none',
    },
    validate: looksRandom,
    example: (random) => `https://api.openweathermap.org/data/2.5/weather?q=Bern&appid=${random.pick('a-f0-9', 32)}`,
  },
  {
    id: 'telegram_url_token',
    type: 'telegram_token',
    description: 'The token of a Telegram bot in the path of its address.',
    pattern: {
      literals: ['/bot'],
      expression: /(?<keep>\/bot)[0-9]{5,12}(?::|%3A)A[A-Za-z0-9_-]{30,40}(?![A-Za-z0-9_-])/i,
      boundary: 'none',
    },
    example: (random) => `https://api.telegram.org/bot${random.pick('1-9', 10)}:AA${random.pick('A-Za-z0-9', 33)}/getMe`,
  },
];
