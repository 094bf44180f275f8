/** The build of recheck that is plain JavaScript: it starts no process and imports nothing. */
declare module 'recheck/lib/browser.js' {
  export { checkSync } from 'recheck';
}
