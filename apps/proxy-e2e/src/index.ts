export { SERVED_MODEL, startStack, type LogLine, type Stack, type StackOptions } from './started-stack.ts';
export { streamInPage, type StreamInPage, type StreamedRead } from './stream-in-page.ts';
