import { Parser } from 'htmlparser2';

/** Takes pieces; gives how many characters it has let go of. */
export interface Peer {
  push(text: string): void;
  end(): number;
}

/** The plainest way: collect, search all that is held after every piece, keep back from the last `<`. */
export function createNaive(): Peer {
  const block = /<use_tool>[\s\S]*?<\/use_tool>/;
  let held = '';
  let released = 0;
  return {
    push(text) {
      held += text;
      for (let match = block.exec(held); match !== null; match = block.exec(held)) {
        released += match.index + match[0].length;
        held = held.slice(match.index + match[0].length);
      }
      const open = held.indexOf('<use_tool>');
      const keep = open >= 0 ? open : Math.max(held.lastIndexOf('<'), held.length - 10);
      const end = open >= 0 || held.lastIndexOf('<') >= held.length - 10 ? keep : held.length;
      released += end;
      held = held.slice(end);
    },
    end: () => released + held.length,
  };
}

/** A streaming parser of markup, which reads every tag there is. */
export function createHtmlparser2(): Peer {
  let released = 0;
  let depth = 0;
  const parser = new Parser(
    {
      onopentagname: (name) => void (name === 'use_tool' && (depth += 1)),
      onclosetag: (name) => void (name === 'use_tool' && (depth -= 1)),
      ontext: (text) => void (depth === 0 && (released += text.length)),
    },
    { xmlMode: true, decodeEntities: false },
  );
  return {
    push: (text) => parser.write(text),
    end() {
      parser.end();
      return released;
    },
  };
}
