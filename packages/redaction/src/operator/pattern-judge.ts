/** How long one pattern may be thought about. What is not proved safe by then is refused. */
const TIMEOUT_MS = 20_000;

/** A pattern that is safe to run on any text, or what is wrong with it. */
export type JudgedPattern = { readonly expression: RegExp } | { readonly problem: string };

/** Compiles a pattern and proves that matching it takes linear time. The judge is loaded only when there is something to judge. */
export async function judgePattern(source: string, flags: string): Promise<JudgedPattern> {
  let expression: RegExp;
  try {
    expression = new RegExp(source, flags);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'does not compile' };
  }
  if (new RegExp(`^(?:${source})$`, flags).test('')) return { problem: 'matches the empty text' };
  const { default: recheck } = await import('recheck/lib/browser.js');
  const diagnostics = recheck.checkSync(source, flags, { timeout: TIMEOUT_MS });
  if (diagnostics.status === 'safe') return { expression };
  return {
    problem:
      diagnostics.status === 'vulnerable' ? `can take ${diagnostics.complexity.type} time` : 'could not be proved to take linear time',
  };
}
