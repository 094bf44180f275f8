export { DEMO_MODELS, startDemoProvider, type DemoProvider, type DemoProviderOptions } from './server/demo-provider.ts';
export type { RecordedRequest } from './server/request-journal.ts';
export { demoScript, pieces } from './script/demo-script.ts';
export { demoModelCatalog, type CatalogModel } from './script/model-catalog.ts';
export type { ProviderAnswer, ProviderFault, ProviderFunctionCall, ProviderScript, ProviderUsage } from './script/provider-script.ts';
export { countTokens } from './script/token-count.ts';
export type { InputItem, ProviderRequest } from './request/provider-request.ts';
