/** The build of recheck that is plain JavaScript: it starts no process and imports nothing. It is CommonJS: Node gives all of it as the default. */
declare module 'recheck/lib/browser.js' {
  import type { checkSync } from 'recheck';

  const recheck: { readonly checkSync: typeof checkSync };
  export = recheck;
}
