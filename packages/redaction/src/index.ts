export { createRedactor, type HeaderValues, type Redactor, type RedactorOptions } from './redactor.ts';
export type { Profile } from './profile.ts';
export { truncateText } from './truncate.ts';
