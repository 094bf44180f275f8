export { configurationRows, type Configuration } from './config/configuration.ts';
export { ConfigurationError, EXIT_CONFIG } from './config/errors.ts';
export { readConfiguration, type Environment } from './config/read-configuration.ts';
export type { SettingDetail } from './config/setting.ts';
export { codexBinary } from './provider/codex-binary.ts';
export { chooseProvider, type ProviderKind } from './provider/provider.ts';
export { startProxy, type ProxyOptions, type RunningProxy } from './compose/proxy.ts';
