export { REFERENCE_FOLDER, renderAll } from './render-all.ts';
