export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

const TOKEN =
  /<(?<close>\/)?(?<name>[\w-]+)(?<attributes>(?: [\w-]+="[^"<]*")*)(?<empty>\/)?>|(?<text>[^<]+)/gy
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos);)/
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no form for them
const NO_FORM = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u

/** Reads XML without namespaces, comments and CDATA strictly; the elements in their order. Throws where it is none. */
export function checkXml(xml: string): readonly XmlElement[] {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (!xml.startsWith(declaration)) throw new Error('no XML declaration')
  if (BARE_AMPERSAND.test(xml) || NO_FORM.test(xml)) throw new Error('a character that XML cannot hold')
  const body = xml.slice(declaration.length)
  const elements: XmlElement[] = []
  const open: string[] = []
  let end = 0
  for (const { 0: whole, groups = {}, index } of body.matchAll(TOKEN)) {
    if (index !== end) throw new Error(`not XML at ${end}`)
    end = index + whole.length
    const { close, name, attributes = '', empty } = groups
    if (name === undefined) continue
    if (close === undefined) elements.push({ name, attributes: readAttributes(attributes) })
    if (close === undefined && empty === undefined) open.push(name)
    if (close !== undefined && open.pop() !== name) throw new Error(`</${name}> closes another element`)
  }
  if (end !== body.length || open.length > 0) throw new Error('the XML ends early')
  return elements
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  )
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length)
    throw new Error('an attribute is there twice')
  return Object.fromEntries(pairs)
}
