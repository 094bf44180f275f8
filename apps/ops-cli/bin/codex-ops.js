#!/bin/sh
':' /*
# To a shell all of this is a script, to Node a comment. Where a checkout has the pinned Node, it becomes codex-ops at once: another Node would
# first start itself to find it, which takes as long as all the rest of `--help`, and would stay beside it.
self=$(readlink -f -- "$0" 2>/dev/null) || self=$0
home=${self%/bin/codex-ops.js}
start() {
  export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE-$home/node_modules/.cache/compiled}"
  [ ! -f "$home/src/main.ts" ] || exec "$node" -C @codex-proxy/source "$home/src/main.ts" "$@"
  [ ! -f "$home/dist/main.js" ] || exec "$node" "$home/dist/main.js" "$@"
}
if [ -e /lib64/ld-linux-x86-64.so.2 ] || [ -e /lib/ld-linux-aarch64.so.1 ]; then
  folder=$home
  while [ -n "$folder" ]; do
    for node in "$folder"/node_modules/node-linux-?*64/bin/node; do
      [ ! -x "$node" ] || start "$@"
    done
    folder=${folder%/*}
  done
fi
exec node "$self" "$@"
*/
import './start.js';
