import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseToolBlock, type ParameterForm } from '../src/index.ts';
import { anyText } from './texts.ts';

const block = (body: string): string => `<use_tool>${body}</use_tool>`;
const weather = { name: 'get_weather', arguments: '{"city":"Oslo"}', parameters: { city: 'Oslo' } };

describe('the forms of a call', () => {
  it.each([
    ['an element a parameter', block('\n  <name>get_weather</name>\n  <city>Oslo</city>\n')],
    ['parameters within one element', block('<name>get_weather</name><parameters>\n<city>Oslo</city>\n</parameters>')],
    ['a JSON object', block('<name>get_weather</name><parameters>{"city":"Oslo"}</parameters>')],
    ['a JSON object in <args>', block('<name> get_weather </name>\n<args>\n{"city":"Oslo"}\n</args>')],
    ['a JSON object in <parameter>', block('<tool_name>get_weather</tool_name><parameter>{"city":"Oslo"}</parameter>')],
    ['<tool_name> and <arguments>', block('<tool_name>get_weather</tool_name><arguments>{"city":"Oslo"}</arguments>')],
    ['named parameters', '<use_tool name="get_weather"><param name="city">Oslo</param></use_tool>'],
    ['named parameters, single quotes', "<use_tool id='7' name = 'get_weather' ><parameter name='city'>Oslo</parameter></use_tool >"],
    ['named parameters within one element', block('<name>get_weather</name><arguments><arg name="city">Oslo</arg></arguments>')],
    ['a JSON object as the body of a named block', '<use_tool name="get_weather">{"city":"Oslo"}</use_tool>'],
    ['a JSON object with name and arguments', block(' {"name":"get_weather","arguments":{"city":"Oslo"}} ')],
    ['a JSON object with name and the JSON of arguments', block('{"name":"get_weather","arguments":"{\\"city\\":\\"Oslo\\"}"}')],
    ['a JSON object with name and parameters', block('{"name":"get_weather","parameters":{"city":"Oslo"}}')],
    ['comments', block('<!-- <name>no</name> --><name>get_weather</name><!----><city>Oslo</city><!-- -->')],
  ])('%s', (_, text) => {
    expect(parseToolBlock(text)).toEqual(weather);
  });

  it.each([
    block('<name>now</name>'),
    block('<name>now</name><args></args>'),
    block('<name>now</name><args/>'),
    block('<name>now</name><parameters>{}</parameters>'),
    block('{"name":"now"}'),
    '<use_tool name="now"></use_tool>',
    '<use_tool name="now" />',
  ])('without parameters: %s', (text) => {
    expect(parseToolBlock(text)).toEqual({ name: 'now', arguments: '{}', parameters: {} });
  });

  it('takes the first name for that of the tool, and a later one for a parameter', () => {
    const named = { name: 'add', arguments: '{"name":"Ann"}', parameters: { name: 'Ann' } };
    expect(parseToolBlock(block('<name>add</name><name>Ann</name>'))).toEqual(named);
    expect(parseToolBlock(block('<tool_name>add</tool_name><name>Ann</name>'))).toEqual(named);
    expect(parseToolBlock('<use_tool name="add"><name>Ann</name></use_tool>')).toEqual(named);
  });

  it('takes a container that holds neither JSON nor elements for a parameter', () => {
    expect(parseToolBlock(block('<name>run</name><args>-la</args>'))).toMatchObject({ parameters: { args: '-la' } });
  });
});

describe('values', () => {
  const valueOf = (raw: string): unknown => {
    const call = parseToolBlock(block(`<name>save</name><text>${raw}</text>`));
    return 'malformed' in call ? call : call.parameters['text'];
  };

  it.each([
    ['&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;', '<b> & "c" \'d\''],
    ['&#65;&#x42;&#x1F600;&#128512;', 'AB😀😀'],
    ['&amp;lt; &amp;#65;', '&lt; &#65;'],
    ['a & b; &nbsp; &LT; &#0; &#xD800; &#x110000; &#;', 'a & b; &nbsp; &LT; &#0; &#xD800; &#x110000; &#;'],
    ['<![CDATA[a < b && c &amp; d]]>', 'a < b && c &amp; d'],
    ['\n<![CDATA[ </text></use_tool> ]]>\n', ' </text></use_tool> '],
    ['1 &lt; 2 <![CDATA[&lt;]]> 3 <![CDATA[]]]]>&gt;', '1 < 2 &lt; 3 ]]>'],
    ['<![CDATA[a]]><![CDATA[b]]>', 'ab'],
    ['<p class="x">1 < 2 &amp; <i>3</i></textarea></p>', '<p class="x">1 < 2 & <i>3</i></textarea></p>'],
    ['\r\n\t one\n two \n', 'one\n two'],
    ['&#32;&#10;x&#9;', ' \nx\t'],
    ['\u00a0x\u2003', '\u00a0x\u2003'],
    ['Blåbær 漢字 😀 e\u0301 \ud83d', 'Blåbær 漢字 😀 e\u0301 \ud83d'],
    ['', ''],
    ['42', '42'],
    ['["a"]', '["a"]'],
  ])('%j is %j', (raw, value) => {
    expect(valueOf(raw)).toBe(value);
  });

  it('may have a name of any kind', () => {
    expect(parseToolBlock('<use_tool name="find"><Gemüse.2>Kohl</Gemüse.2></use_tool>')).toMatchObject({
      arguments: '{"Gemüse.2":"Kohl"}',
    });
    const fine = parseToolBlock(block('<name>a</name><param name="&lt;x y&gt;">1</param><__proto__>2</__proto__><empty a="b"/><none/>'));
    expect(fine).toMatchObject({ arguments: '{"<x y>":"1","__proto__":"2","empty":"","none":""}' });
    expect('malformed' in fine ? [] : Object.keys(fine.parameters)).toEqual(['<x y>', '__proto__', 'empty', 'none']);
  });

  it('are JSON where the client declares them to be', () => {
    const text = block('<name>find</name><terms>["a",1]</terms><limit>12345678901234567890</limit><all>yes</all><id>7</id>');
    const call = parseToolBlock(text, (tool, parameter) => (tool === 'find' && parameter !== 'id' ? 'json' : undefined));
    expect(call).toEqual({
      name: 'find',
      arguments: '{"terms":["a",1],"limit":12345678901234567890,"all":"yes","id":"7"}',
      // eslint-disable-next-line no-loss-of-precision -- it is what JSON.parse makes of it
      parameters: { terms: ['a', 1], limit: 12345678901234567890, all: 'yes', id: '7' },
    });
  });

  it('in one JSON object keep their text', () => {
    const json = '{"id": 12345678901234567890, "a": [1, {"b": null}]}';
    expect(parseToolBlock(block(`<name>a</name><args>${json}</args>`))).toMatchObject({ arguments: json });
  });

  it('in one JSON object may be escaped, or hold what only looks so', () => {
    const call = parseToolBlock(block('<name>a</name><args>{&quot;html&quot;: &quot;&lt;b&gt;&quot;}</args>'));
    expect(call).toMatchObject({ parameters: { html: '<b>' } });
    expect(parseToolBlock(block('<name>a</name><args>{"html":"&quot;"}</args>'))).toMatchObject({ parameters: { html: '&quot;' } });
    expect(parseToolBlock(block('<name>a</name><args><![CDATA[{"a":"</args>"}]]></args>'))).toMatchObject({ parameters: { a: '</args>' } });
  });
});

describe('a parameter that comes several times', () => {
  const read = (body: string, form?: ParameterForm) => parseToolBlock(block(`<name>a</name>${body}`), () => form);

  it.each<[ParameterForm | undefined, string, string]>([
    [undefined, '<b>1</b><b>two</b>', '{"b":["1","two"]}'],
    [undefined, '<b>1</b><c>x</c><b>2</b><c/>', '{"b":["1","2"],"c":["x",""]}'],
    [undefined, '<args><b>1</b><b>2</b></args>', '{"b":["1","2"]}'],
    [undefined, '<param name="b">1</param><b>2</b>', '{"b":["1","2"]}'],
    ['texts', '<b>1</b><b>"q"</b><b>[3]</b><b>null</b>', '{"b":["1","\\"q\\"","[3]","null"]}'],
    ['values', '<b>1</b><b>[2]</b><b>x</b><b>12345678901234567890</b>', '{"b":[1,[2],"x",12345678901234567890]}'],
    ['texts', '<b>1</b>', '{"b":["1"]}'],
    ['texts', '<b>["1"]</b>', '{"b":["1"]}'],
    ['texts', '<b>null</b>', '{"b":null}'],
    ['values', '<b>{"c":1}</b>', '{"b":[{"c":1}]}'],
    ['values', '<b>[{"c":1}]</b>', '{"b":[{"c":1}]}'],
  ])('is a list (declared as %s): %s', (form, body, json) => {
    const call = read(body, form);
    expect(call).toMatchObject({ arguments: json });
    expect(call).toMatchObject({ parameters: JSON.parse(json) });
  });

  it.each(['text', 'json'] as const)('and is declared as %s makes the block no call', (form) => {
    expect(read('<b>1</b><b>2</b>', form)).toEqual({ malformed: 'duplicate_parameter' });
  });

  it('may be called as a prototype is', () => {
    expect(read('<__proto__>1</__proto__><__proto__>2</__proto__>')).toMatchObject({ arguments: '{"__proto__":["1","2"]}' });
  });
});

describe('a block that is no call', () => {
  it.each([
    ['not_a_block', ''],
    ['not_a_block', 'text'],
    ['not_a_block', '<use_tool>'],
    ['not_a_block', '<use_tool><name>a</name>'],
    ['not_a_block', '<use_tool name="a"/>x'],
    ['not_a_block', '<use_tool name="a"/></use_tool>'],
    ['not_a_block', `${block('<name>a</name>')} `],
    ['no_name', block('')],
    ['no_name', block('<name> </name>')],
    ['no_name', block('<city>Oslo</city>')],
    ['no_name', block('{"arguments":{}}')],
    ['invalid_name', block('<name>get weather</name>')],
    ['invalid_name', '<use_tool name="a&amp;b"></use_tool>'],
    ['invalid_name', block('<name><b>x</b></name>')],
    ['invalid_name', block(`<name>${'a'.repeat(129)}</name>`)],
    ['stray_text', block('get_weather')],
    ['stray_text', block('…')],
    ['stray_text', block('<name>a</name> and more')],
    ['stray_text', block('<name>a</name><1>b</1>')],
    ['stray_text', block('<name>a</name><!-- b')],
    ['stray_text', block(`<name>a</name><b ${'c'.repeat(300)}>d</b>`)],
    ['unclosed_element', block('<name>a</name><b>c')],
    ['unclosed_element', block('<name>a</name><b>c</bb></b x>')],
    ['unclosed_element', block('<name>a</name><b><![CDATA[</b>')],
    ['invalid_json', block('<name>a</name><args>{city: Oslo}</args>')],
    ['invalid_json', block('{"name":"a","arguments":[]}')],
    ['invalid_json', block('{"name":"a","arguments":"Oslo"}')],
    ['invalid_json', block('{"name":"a","arguments":"[1]"}')],
    ['invalid_json', block('{name}')],
    ['ambiguous_parameters', block('<name>a</name><args>{"b":1}</args><c>2</c>')],
    ['ambiguous_parameters', block('<name>a</name><args>{"b":1}</args><parameters>{}</parameters>')],
  ])('%s: %j', (malformed, text) => {
    expect(parseToolBlock(text)).toEqual({ malformed });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        parseToolBlock(text);
        for (const form of ['json', 'texts', 'values'] as const) parseToolBlock(block(text), () => form);
        parseToolBlock(block(`<name>a</name>${text}`));
      }),
      { numRuns: 1000 },
    );
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    expect(parseToolBlock(block(`<name>a</name><args>${deep}</args>`))).toMatchObject({ name: 'a', arguments: deep });
    expect(parseToolBlock(block(`{"name":"a","arguments":${deep}}`))).toEqual({ malformed: 'invalid_json' });
  });
});
