import { isInDigest } from '../find/digest.ts';
import { charClass } from '../scan/char-class.ts';
import { isPublishedExample } from './published-examples.ts';
import type { Rule } from './rule.ts';
import { hasDigitAndVariety, isVaried } from './validate.ts';

const BASE64_RUN = charClass('A-Za-z0-9+/_-');

/** By these the keys of Azure's services are known, wherever they stand (Microsoft, Common Annotated Security Keys). */
const AZURE_MARKS: readonly string[] = [
  '+ASt',
  '+ABa',
  '+ACR',
  '+AMC',
  '+AEh',
  '+ASb',
  '+ARm',
  'AzSe',
  'AzFu',
  'AzCa',
  'AzRe',
  'ACDb',
  'AIoT',
  'APIM',
  'AZEG',
  'JQQJ9',
];

/** Keys of clouds, hosting, databases and infrastructure. */
export const CLOUD_RULES: readonly Rule[] = [
  {
    id: 'aws_access_key',
    description: 'AWS access key ids, long-term and temporary, with the secret that stands behind one.',
    pattern: {
      literals: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'A3T'],
      expression:
        /(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])(?:["']?[,:;|\s]{1,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))?/,
    },
    validate: (secret) => !secret.slice(0, 20).endsWith('EXAMPLE') && isVaried(secret.slice(4, 20)),
    example: (random) => `AKIA${random.pick('A-Z2-7', 16)}`,
  },
  { id: 'aws_appsync_key', description: 'AWS AppSync keys.', formats: ['da2-{lan:26}'] },
  { id: 'aws_mws_token', description: 'Amazon MWS tokens.', formats: ['amzn.mws.{uuid}'] },
  {
    id: 'aws_session_token',
    description: 'AWS session tokens.',
    formats: ['(IQoJb3JpZ2luX2Vj|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz|AQoDYXdz){b64e:80+}'],
  },
  {
    id: 'aws_bedrock_key',
    description: 'Amazon Bedrock API keys.',
    formats: ['ABSK{b64:109-269}', 'bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{b64e:0+}'],
    validate: isBedrock,
  },
  {
    id: 'amazon_mws_token',
    description: 'Amazon MWS and Login with Amazon tokens.',
    formats: ['amzn.mws.{uuid}', 'amzn1.oa2-cs.v1.{hex:64}', '(Atza|Atzr)|{b64w:60+}'],
  },
  {
    id: 'gcp_api_key',
    description: 'Google API keys.',
    formats: ['AIza{w:35}'],
    validate: (secret) => isVaried(secret) && !isPublishedExample(secret),
  },
  { id: 'gcp_oauth_secret', description: 'Google OAuth client secrets.', formats: ['GOCSPX-{w:28}'] },
  { id: 'gcp_oauth_token', description: 'Google OAuth access and refresh tokens.', formats: ['ya29.{w:20+}', '1//0{w:30+}'] },
  {
    id: 'azure_client_secret',
    description: 'Microsoft Entra client secrets.',
    pattern: {
      literals: ['Q~'],
      leads: { members: charClass('A-Za-z0-9_~.'), max: 4 },
      effort: { inVain: 100 },
      expression: /(?<keep>[A-Za-z0-9_~.]?)[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~-]|\.[A-Za-z0-9_~-])/,
    },
    validate: (secret) => isVaried(secret) && (secret.match(/[~.]/g)?.length ?? 0) <= 6,
    example: (random) => `client secret ${random.pick('A-Za-z0-9', 3)}8Q~${random.pick('A-Za-z0-9', 34)}`,
  },
  {
    id: 'azure_key',
    description: 'Identifiable keys of Azure services: storage, Service Bus, Functions, Cosmos DB, container registry and others.',
    pattern: {
      literals: AZURE_MARKS,
      leads: { members: BASE64_RUN, max: 90 },
      effort: { inVain: 60, found: 300 },
      expression: new RegExp(
        `[A-Za-z0-9+/_-]{33,90}(?:${AZURE_MARKS.map((mark) => mark.replace('+', '\\+')).join('|')})[A-Za-z0-9+/_-]{4,40}={0,2}`,
      ),
      boundary: 'none',
    },
    // A digest of 88 characters is longer than what leads to a mark.
    validate: (_, { text, floor, start }) => !isInDigest(text, start + 33, floor),
    example: (random) => `AccountKey ${random.pick('A-Za-z0-9', 76)}+ASt${random.pick('A-Za-z0-9', 6)}==`,
  },
  {
    id: 'azure_devops_token',
    description: 'Azure DevOps personal access tokens.',
    pattern: {
      literals: ['AZDO'],
      leads: { members: charClass('A-Za-z0-9'), max: 76 },
      expression: /[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/,
    },
    example: (random) => `pat ${random.pick('A-Za-z0-9', 76)}AZDO${random.pick('A-Za-z0-9', 4)}`,
  },
  { id: 'volcengine_key', description: 'Volcano Engine access keys.', formats: ['AKLT{w:40+}'] },
  { id: 'exoscale_key', description: 'Exoscale keys.', formats: ['EXO{hex:24}'] },
  { id: 'upcloud_token', description: 'UpCloud tokens.', formats: ['ucat_{AN:26}'] },
  { id: 'netbird_token', description: 'NetBird tokens.', formats: ['nbp_{an:36}'] },
  { id: 'mongodb_atlas_secret', description: 'MongoDB Atlas service account secrets.', formats: ['mdb_sa_sk_{w:40}'] },
  { id: 'cockroach_key', description: 'CockroachDB Cloud keys.', formats: ['CCDB1_{an:22}_{an:40}'] },
  { id: 'confluent_secret', description: 'Confluent Cloud secrets.', formats: ['cflt{b64:60+}'] },
  { id: 'dbt_token', description: 'dbt Cloud tokens.', formats: ['dbt(c|u|s)_{w:40+}'] },
  { id: 'vercel_token', description: 'Vercel tokens.', formats: ['vc(p|i|a|r)_{an:24+}'] },
  { id: 'localstack_token', description: 'LocalStack tokens.', formats: ['ls-{a:6-10}-{d:4}-{a:4}-{d:4}-{an:8-12}'] },
  {
    id: 'phase_token',
    description: 'Phase tokens.',
    formats: ['pss_(service|user):v1:{hex:64}:{hex:64}:{hex:64}:{hex:64}', 'pss_(service|user):v1:{hex:64}'],
  },
  { id: 'hop_token', description: 'Hop tokens.', formats: ['(ptk|leap_token)_{an:20+}'], validate: hasDigitAndVariety },
  { id: 'logicmonitor_token', description: 'LogicMonitor tokens.', formats: ['lm(a|b)_{w:40+}'] },
  { id: 'alibaba_key', description: 'Alibaba Cloud access key ids.', formats: ['LTAI{an:12-24}'] },
  { id: 'tencent_key', description: 'Tencent Cloud secret ids.', formats: ['AKID{an:32-36}'] },
  {
    id: 'yandex_key',
    description: 'Yandex Cloud keys and tokens.',
    formats: ['AQVN{w:35-38}', 'YC{w:38}', 't1.{wd:20+}', 'y0_{w:50+}', 'y(1|2|3)_{w:50+}'],
    validate: isYandex,
  },
  { id: 'digitalocean_token', description: 'DigitalOcean tokens.', formats: ['do(p|o|r)_v1_{hex:64}'] },
  { id: 'scaleway_key', description: 'Scaleway access keys.', formats: ['SCW{AN:17}'] },
  { id: 'heroku_key', description: 'Heroku keys.', formats: ['HRKU-{w:36-70}'] },
  {
    id: 'cloudflare_key',
    description: 'Cloudflare origin CA keys and API tokens.',
    formats: ['v1.0-{hex:24}-{hex:146}', 'cf(ut|at|k)_{an:40+}'],
  },
  { id: 'flyio_token', description: 'Fly.io tokens.', formats: ['fo1_{w:43}', 'fm(1a|1r|2)_{b64e:60+}'] },
  { id: 'netlify_token', description: 'Netlify tokens.', formats: ['nf(p|c|o|u|b)_{an:36}'] },
  { id: 'render_key', description: 'Render keys.', formats: ['rnd_{an:28-40}'] },
  { id: 'supabase_key', description: 'Supabase keys.', formats: ['sbp_{hex:40}', 'sb_secret_{w:20+}'] },
  { id: 'planetscale_token', description: 'PlanetScale passwords and tokens.', formats: ['pscale_(pw|tkn|oauth)_{wde:32+}'] },
  { id: 'neon_key', description: 'Neon keys.', formats: ['napi_{an:60+}'] },
  { id: 'doppler_token', description: 'Doppler tokens.', formats: ['dp.(pt|st|sa|ct|scim|audit).{wd:40+}'] },
  { id: 'bitwarden_token', description: 'Access tokens of Bitwarden Secrets Manager.', formats: ['0.{uuid}.{an:20-40}:{b64e:20-40}'] },
  {
    id: 'infisical_token',
    description: 'Infisical service tokens.',
    formats: ['st.{hex:24}.{hex:32}.{hex:32}', 'st.{uuid}.{hex:32}.{hex:32}'],
  },
  { id: 'pulumi_token', description: 'Pulumi tokens.', formats: ['pul-{hex:40}'] },
  {
    id: 'terraform_token',
    description: 'HCP Terraform tokens.',
    pattern: {
      literals: ['.atlasv1.'],
      leads: { members: charClass('A-Za-z0-9'), max: 14 },
      effort: { inVain: 200 },
      expression: /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}/,
    },
    validate: isVaried,
    example: (random) => `token ${random.pick('a-z0-9', 14)}.atlasv1.${random.pick('a-z0-9', 67)}`,
  },
  {
    id: 'vault_token',
    description: 'HashiCorp Vault tokens.',
    formats: ['hvs.{w:90+}', 'hvs.{an:24}', 'hvb.{w:100+}', 'hvr.{w:90+}', 's.{an:24}'],
    validate: isVaultToken,
  },
  { id: 'databricks_token', description: 'Databricks tokens.', formats: ['dapi{hex:32}', 'dapi{hex:32}-{d:1}', 'dose{hex:32}'] },
  { id: 'dynatrace_token', description: 'Dynatrace tokens.', formats: ['dt0(a|c|s|e)(01|02|03|06|08|16).{an:24}.{an:64}'] },
  { id: 'clickhouse_key', description: 'ClickHouse Cloud keys.', formats: ['4b1d{an:38}'] },
  {
    id: 'truenas_key',
    description: 'TrueNAS keys.',
    formats: ['(1|2)-{an:64}'],
    validate: (secret) => isVaried(secret) && /[A-Z]/.test(secret) && /[a-z]/.test(secret),
  },
  {
    id: 'tailscale_key',
    description: 'Tailscale keys.',
    formats: ['tskey-(auth|api|client|scim|webhook)-{an:8-24}-{an:16-40}', 'tskey-{an:16-40}'],
  },
  { id: 'wallet_key', description: 'Extended private keys of wallets (BIP 32).', formats: ['(x|y|z|t|u|v)prv{an:107}'] },
  { id: 'age_key', description: 'age private keys.', formats: ['AGE-SECRET-KEY-1{AN:58}'], validate: () => true },
  { id: 'defined_networking_key', description: 'Defined Networking keys.', formats: ['dnkey-{we:26}-{we:52}'] },
  { id: 'openshift_token', description: 'OpenShift user tokens.', formats: ['sha256~{w:43}'] },
  { id: 'deno_token', description: 'Deno Deploy tokens.', formats: ['dd(p|w|o)_{an:36}'] },
  { id: 'scalingo_token', description: 'Scalingo tokens.', formats: ['tk-us-{w:48}'] },
  { id: 'settlemint_token', description: 'SettleMint tokens.', formats: ['sm_(aat|pat|sat)_{an:16}'] },
  { id: 'prefect_key', description: 'Prefect keys.', formats: ['pn(u|b)_{an:36}'] },
  { id: 'modal_token', description: 'Modal tokens.', formats: ['a(k|s)-{an:22}'] },
  {
    id: 'infracost_key',
    description: 'Infracost keys.',
    formats: ['ico-{an:32}'],
    validate: (secret, { text, start }) => isVaried(secret) && text.charAt(start - 1) !== '.',
  },
  {
    id: 'aiven_token',
    description: 'Aiven tokens, and the passwords that it makes up for services.',
    formats: ['aivenv1{b64e:60+}', 'AVNS_{w:15-24}'],
    validate: (secret) => isVaried(secret.slice(5)),
  },
  { id: 'kong_token', description: 'Kong Konnect tokens.', formats: ['(k|s)pat_{an:40+}'], validate: hasDigitAndVariety },
  {
    id: 'authress_key',
    description: 'Authress service keys.',
    formats: ['(sc|ext|scauth|authress)_{an:5-30}.{an:4-6}.acc(_|-){wd:10-32}.{b64w:30-120}'],
  },
];

function isBedrock(secret: string): boolean {
  return secret.startsWith('bedrock') || new Set(secret).size > 8;
}

function isYandex(secret: string): boolean {
  return isVaried(secret) && /\d/.test(secret) && /[a-z]/.test(secret) && /[A-Z]/.test(secret.slice(2));
}

function isVaultToken(secret: string): boolean {
  const random = secret.slice(secret.indexOf('.') + 1);
  return isVaried(random) && /\d/.test(random) && /[a-z]/.test(random) && (secret.startsWith('hv') || /[A-Z]/.test(random));
}
