import type { Page } from '@playwright/test';

/** What one `read()` of the response's body gave the page. */
export interface StreamedRead {
  readonly atMs: number;
  readonly text: string;
}

export interface StreamInPage {
  readonly status: number;
  readonly contentType: string;
  readonly requestId: string;
  /** The header `Retry-After`, empty where there is none. */
  readonly retryAfter: string;
  readonly reads: readonly StreamedRead[];
}

export interface PageRequest {
  readonly url: string;
  readonly apiKey: string;
  readonly body: object;
}

/** Lets the page fetch a stream as a web application would, and tells what arrived, read by read. */
export async function streamInPage(page: Page, request: PageRequest): Promise<StreamInPage> {
  return page.evaluate(async ({ url, apiKey, body }) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const reads: { atMs: number; text: string }[] = [];
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    for (;;) {
      const read = await reader?.read();
      if (read === undefined || read.done) break;
      reads.push({ atMs: performance.now(), text: decoder.decode(read.value, { stream: true }) });
    }
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      requestId: response.headers.get('x-request-id') ?? '',
      retryAfter: response.headers.get('retry-after') ?? '',
      reads,
    };
  }, request);
}
