import type { Front } from '../front/front.ts';

const HEAP_USED = /^nodejs_heap_size_used_bytes (\S+)$/m;

/** Bytes in use on the proxy's heap, as its own metrics tell. */
export async function heapBytes(proxy: Front): Promise<number> {
  const exposition = await (await fetch(`${proxy.url}/metrics`)).text();
  const bytes = Number(HEAP_USED.exec(exposition)?.[1]);
  if (Number.isNaN(bytes)) throw new Error('the proxy exposes no heap size');
  return bytes;
}
