/** Powers that an operator may turn on by name (`CODEX_AGENT_TOOLS`). */
export type AgentTool = 'shell' | 'apply_patch' | 'web_search' | 'view_image' | 'multi_agent';

/**
 * The worker is an agent by birth. These settings leave a plain chat model: measured with 0.169.0, the provider then gets the
 * conversation alone, with no tool and not a word of added prompt.
 */
const PLAIN_MODEL = {
  include_permissions_instructions: false,
  include_environment_context: false,
  include_apps_instructions: false,
  include_collaboration_mode_instructions: false,
  'skills.bundled.enabled': false,
  'skills.include_instructions': false,
  'tools.experimental_request_user_input.enabled': false,
  web_search: 'disabled',
  'agents.enabled': false,
  'features.apps': false,
  'features.goals': false,
  'features.hooks': false,
  'features.image_generation': false,
  'features.multi_agent': false,
  'features.plugins': false,
  'features.shell_snapshot': false,
  'features.shell_tool': false,
  'features.skill_search': false,
  'features.sleep_tool': false,
  'features.tool_suggest': false,
  'features.unified_exec': false,
  'features.view_image': false,
} as const;

const POWERS: Readonly<Record<AgentTool, Readonly<Record<string, string | boolean>>>> = {
  shell: { 'features.shell_tool': true, 'features.unified_exec': true },
  apply_patch: {},
  web_search: { web_search: 'live' },
  view_image: { 'features.view_image': true },
  multi_agent: { 'features.multi_agent': true, 'agents.enabled': true },
};

/** Tools that act on files or processes, and so need an environment and the instructions that explain its limits. */
const NEED_ENVIRONMENT: readonly string[] = ['shell', 'apply_patch', 'view_image', 'multi_agent'];

export function needsEnvironment(tools: readonly string[]): boolean {
  return tools.some((tool) => NEED_ENVIRONMENT.includes(tool));
}

/** Worker settings that leave the model exactly the powers named in `tools`. */
export function agentSettings(tools: readonly string[]): Record<string, string | boolean> {
  const settings: Record<string, string | boolean> = { ...PLAIN_MODEL };
  if (needsEnvironment(tools)) {
    settings.include_permissions_instructions = true;
    settings.include_environment_context = true;
  }
  for (const [tool, powers] of Object.entries(POWERS)) {
    if (tools.includes(tool)) Object.assign(settings, powers);
  }
  return settings;
}
