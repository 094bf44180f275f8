import { hasDigitAndVariety } from './validate.ts';
import type { Rule } from './rule.ts';

/** Keys of model providers and of the services around them. */
export const AI_PROVIDER_RULES: readonly Rule[] = [
  {
    id: 'codex_proxy_key',
    description: 'Keys and admin tokens that this proxy makes for itself.',
    formats: ['(sk|adm)-proxy-{w:24+}'],
  },
  {
    id: 'anthropic_key',
    description: 'Anthropic API, admin and OAuth keys.',
    formats: ['sk-ant-{an:3-8}-{w:80-120}AA'],
    validate: (secret) => new Set(secret).size > 16,
  },
  {
    id: 'openai_key',
    description: 'OpenAI keys: project, service account, admin and legacy.',
    formats: ['sk-(proj|svcacct|admin|None|service)-{w:24+}', 'sk-{an:20}T3BlbkFJ{an:20}', 'sk-{an:32+}'],
  },
  { id: 'openrouter_key', description: 'OpenRouter keys.', formats: ['sk-or-v1-{hex:64}'] },
  { id: 'langfuse_key', description: 'Langfuse keys.', formats: ['sk-lf-{uuid}'] },
  { id: 'langsmith_key', description: 'LangSmith keys.', formats: ['lsv2_(pt|sk)_{hex:32}_{hex:10}', 'ls__{hex:32}'] },
  { id: 'helicone_key', description: 'Helicone keys.', formats: ['sk-helicone-{w:20+}', 'pk-helicone-{w:20+}'] },
  {
    id: 'huggingface_token',
    description: 'Hugging Face user and organization tokens.',
    formats: ['hf_{an:34}', 'api_org_{an:34}'],
    validate: isHuggingFace,
  },
  { id: 'groq_key', description: 'Groq keys.', formats: ['gsk_{an:40+}'] },
  { id: 'perplexity_key', description: 'Perplexity keys.', formats: ['pplx-{an:48}', 'pplx-{hex:56}'] },
  { id: 'replicate_token', description: 'Replicate tokens.', formats: ['r8_{an:37}'] },
  { id: 'xai_key', description: 'xAI keys.', formats: ['xai-{an:70+}'] },
  { id: 'nvidia_key', description: 'NVIDIA API keys.', formats: ['nvapi-{w:60+}'] },
  { id: 'cerebras_key', description: 'Cerebras keys.', formats: ['csk-{an:40+}'] },
  { id: 'jina_key', description: 'Jina AI keys.', formats: ['jina_{w:60+}'] },
  { id: 'tavily_key', description: 'Tavily keys.', formats: ['tvly-{w:20+}'] },
  { id: 'firecrawl_key', description: 'Firecrawl keys.', formats: ['fc-{hex:32}'] },
  { id: 'voyage_key', description: 'Voyage AI keys.', formats: ['pa-{w:43}'] },
  { id: 'fireworks_key', description: 'Fireworks AI keys.', formats: ['fw_{an:22-24}'] },
  { id: 'together_key', description: 'Together AI keys.', formats: ['tgp_v1_{w:40+}'] },
  { id: 'elevenlabs_key', description: 'ElevenLabs keys.', formats: ['sk_{hex:48}'] },
  { id: 'pinecone_key', description: 'Pinecone keys.', formats: ['pcsk_{w:50+}'] },
  { id: 'anyscale_key', description: 'Anyscale keys.', formats: ['esecret_{an:24+}'] },
  { id: 'llamacloud_key', description: 'LlamaCloud keys.', formats: ['llx-{an:40+}'] },
  { id: 'vercel_ai_key', description: 'Vercel AI gateway keys.', formats: ['vck_{an:40+}'] },
  { id: 'runpod_key', description: 'RunPod keys.', formats: ['rpa_{an:40+}'] },
  { id: 'chroma_key', description: 'Chroma keys.', formats: ['ck-{an:40+}'] },
  { id: 'cursor_key', description: 'Cursor keys.', formats: ['key_{hex:64}'] },
  { id: 'e2b_key', description: 'E2B keys.', formats: ['e2b_{hex:40}'] },
  { id: 'apify_token', description: 'Apify tokens.', formats: ['apify_api_{an:34-40}'] },
  {
    id: 'composio_key',
    description: 'Composio keys.',
    formats: ['ak_{w:20}'],
    validate: (secret) => /\d/.test(secret) && /[A-Z]/.test(secret),
  },
  { id: 'weights_and_biases_key', description: 'Weights & Biases service keys.', formats: ['wandb_v1_{w:40+}'] },
  { id: 'google_ai_key', description: 'Google keys of the newer form.', formats: ['AQ.Ab8{w:40+}'] },
  { id: 'cartesia_key', description: 'Cartesia keys.', formats: ['sk_car_{an:20+}'] },
  { id: 'browserbase_key', description: 'Browserbase keys.', formats: ['bb_(live|test)_{w:24+}'] },
  { id: 'logfire_token', description: 'Pydantic Logfire tokens.', formats: ['pylf_v(1|2)_(us|eu|local)_{an:40+}'] },
  { id: 'mixedbread_key', description: 'Mixedbread keys.', formats: ['(emb|mxb)_{lan:40+}'], validate: hasDigitAndVariety },
  { id: 'nomic_key', description: 'Nomic keys.', formats: ['nk-{w:43}'], validate: hasDigitAndVariety },
  { id: 'salad_key', description: 'SaladCloud keys.', formats: ['salad_cloud_(user|org)_{an:40+}'] },
  { id: 'voiceflow_key', description: 'Voiceflow keys.', formats: ['VF.(DM|WS).{hex:24}.{an:16+}', 'VF.{hex:24}.{an:16+}'] },
  { id: 'brave_key', description: 'Brave Search keys.', formats: ['BSA{w:27-28}'], validate: hasDigitAndVariety },
  { id: 'trigger_dev_key', description: 'Trigger.dev keys.', formats: ['tr_(dev|prod|stg|preview|pat)_{an:20+}'] },
  { id: 'inngest_key', description: 'Inngest signing keys.', formats: ['signkey-(prod|test|branch)-{hex:32-64}'] },
  { id: 'scale_key', description: 'Scale AI keys.', formats: ['(live|test)_{hex:32}'] },
];

/** The older tokens are letters alone, which many a long identifier is too. */
function isHuggingFace(secret: string): boolean {
  const random = secret.slice(secret.lastIndexOf('_') + 1);
  const upper = random.replace(/[^A-Z]/g, '').length;
  return upper >= 6 && upper <= 28 && new Set(random).size >= 14;
}
