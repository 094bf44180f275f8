/** What the worker complains of whenever a turn is interrupted with calls pending, which is how every turn with calls ends. */
const COMPLAINT = 'dynamic tool call was cancelled before receiving a response';

/** Whether a line of standard error only tells what was done here on purpose. */
export function isOwnDoing(line: string): boolean {
  return line.trimEnd().endsWith(COMPLAINT);
}
