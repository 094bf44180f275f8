import type { OutgoingMessage } from 'node:http';

/**
 * What every answer tells browsers, as the OWASP REST security cheat sheet asks of an API: it is what its content type says, is kept by nobody,
 * is shown in no frame, and loads nothing. Transport security is the header of whoever ends TLS.
 */
export const SECURITY_HEADERS = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
] as const;

export function setSecurityHeaders(response: OutgoingMessage): void {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
}
