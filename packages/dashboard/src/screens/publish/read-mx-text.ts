/**
 * Finds MX hosts in what somebody pasted: names one below the other, lines of a zone file, the output of dig.
 *
 * Shape: the last word of a line is the host; a number before it and what else stands there is let go of.
 */
export function readMxText(text: string): readonly string[] {
  const hosts = text
    .split(/[\n\r]+/)
    .map(line => line.replace(/;.*$/, '').trim())
    .flatMap(line => (/\sMX\s|^MX\s|^\d+\s/i.test(line) ? [lastWord(line)] : line.split(/[\s,]+/)))
    .map(word => word.replace(/\.$/, '').toLowerCase())
    .filter(word => word !== '')
  return [...new Set(hosts)]
}

function lastWord(line: string): string {
  return line.split(/\s+/).at(-1) ?? ''
}
