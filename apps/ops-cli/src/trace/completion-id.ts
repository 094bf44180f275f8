/** The request of a chat completion: the proxy makes the one id of the other. Nothing for any other id. */
export function requestOfCompletion(id: string): readonly string[] {
  const [, own] = /^chatcmpl-(\w{8,})$/.exec(id) ?? [];
  return own === undefined ? [] : [`req_${own}`];
}
