export { PROTOCOL_SCHEMA_PATH, renderProtocolSchema } from './protocol/protocol-schema.ts';
export { REFERENCE_FOLDER, renderAll } from './render-all.ts';
