/** Certificates seen in the wild nest six deep; what an extension holds is an OCTET STRING and not entered. */
const MAX_DEPTH = 16

const BOOLEAN = 0x01
const INTEGER = 0x02
const BIT_STRING = 0x03
const OBJECT_IDENTIFIER = 0x06
const SEQUENCE = 0x30

interface DerNode {
  /** Identifier octet: class, constructed bit and number. */
  readonly tag: number
  /** Where the content starts and ends. */
  readonly start: number
  readonly end: number
  readonly children: readonly DerNode[]
}

/**
 * Tells whether bytes have the structure of an X.509 certificate in DER.
 *
 * Only the frame is looked at: types, order and lengths of the parts. Names, dates, extensions and signature are
 * for whoever verifies the certificate.
 * Strict: minimal definite lengths, nothing after the end.
 * Source: RFC 5280 §4.1, X.690 §10.
 */
export function isDerCertificate(bytes: Uint8Array): boolean {
  const root = readRoot(bytes)
  if (root?.tag !== SEQUENCE || root.children.length !== 3) return false
  const [tbsCertificate, signatureAlgorithm, signatureValue] = root.children
  return (
    isTbsCertificate(bytes, tbsCertificate!) &&
    isAlgorithmIdentifier(signatureAlgorithm!) &&
    isBitString(bytes, signatureValue!)
  )
}

/**
 * Tells whether bytes have the structure of a SubjectPublicKeyInfo in DER.
 *
 * Source: RFC 5280 §4.1.2.7.
 */
export function isDerSubjectPublicKeyInfo(bytes: Uint8Array): boolean {
  const root = readRoot(bytes)
  return root !== undefined && isSubjectPublicKeyInfo(bytes, root)
}

function isTbsCertificate(bytes: Uint8Array, node: DerNode): boolean {
  if (node.tag !== SEQUENCE) return false
  const parts = node.children[0]?.tag === 0xa0 ? node.children.slice(1) : node.children
  const [serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, ...optional] = parts
  if (subjectPublicKeyInfo === undefined) return false
  // issuerUniqueID [1], subjectUniqueID [2] and extensions [3], each at most once and in this order.
  const order = optional.map(part => [0x81, 0x82, 0xa3].indexOf(part.tag))
  return (
    serialNumber!.tag === INTEGER &&
    serialNumber!.end > serialNumber!.start &&
    isAlgorithmIdentifier(signature!) &&
    issuer!.tag === SEQUENCE &&
    validity!.tag === SEQUENCE &&
    validity!.children.length === 2 &&
    subject!.tag === SEQUENCE &&
    isSubjectPublicKeyInfo(bytes, subjectPublicKeyInfo) &&
    order.every((place, index) => place > (order[index - 1] ?? -1))
  )
}

function isSubjectPublicKeyInfo(bytes: Uint8Array, node: DerNode): boolean {
  const [algorithm, subjectPublicKey] = node.children
  return (
    node.tag === SEQUENCE &&
    node.children.length === 2 &&
    isAlgorithmIdentifier(algorithm!) &&
    isBitString(bytes, subjectPublicKey!)
  )
}

function isAlgorithmIdentifier(node: DerNode): boolean {
  const [algorithm] = node.children
  return (
    node.tag === SEQUENCE &&
    node.children.length <= 2 &&
    algorithm?.tag === OBJECT_IDENTIFIER &&
    algorithm.end > algorithm.start
  )
}

/** At least one octet of content beyond the count of unused bits: no key and no signature is empty. */
function isBitString(bytes: Uint8Array, node: DerNode): boolean {
  return node.tag === BIT_STRING && node.end - node.start >= 2 && bytes[node.start]! <= 7
}

function readRoot(bytes: Uint8Array): DerNode | undefined {
  const nodes = readNodes(bytes, 0, bytes.length, 1)
  return nodes?.length === 1 ? nodes[0] : undefined
}

/** All elements between two places, or undefined where they are not DER. Each octet of a header is read once. */
function readNodes(bytes: Uint8Array, from: number, to: number, depth: number): DerNode[] | undefined {
  if (depth > MAX_DEPTH) return undefined
  const nodes: DerNode[] = []
  for (let at = from; at < to; ) {
    const header = readHeader(bytes, at, to)
    if (header === undefined) return undefined
    const constructed = (header.tag & 0x20) !== 0
    const children = constructed ? readNodes(bytes, header.start, header.end, depth + 1) : []
    if (children === undefined) return undefined
    nodes.push({ ...header, children })
    at = header.end
  }
  return nodes
}

function readHeader(bytes: Uint8Array, at: number, to: number): Omit<DerNode, 'children'> | undefined {
  const tag = bytes[at]!
  // Tag numbers above 30 take more octets; no part of a certificate outside its strings has one.
  if ((tag & 0x1f) === 0x1f || !hasRightForm(tag)) return undefined
  if (at + 2 > to) return undefined
  const first = bytes[at + 1]!
  if (first < 0x80) {
    const start = at + 2
    return start + first <= to ? { tag, start, end: start + first } : undefined
  }
  const octets = first & 0x7f
  const start = at + 2 + octets
  // BER's indefinite length has no octets, and so ends up below 0x80; a huge one ends up beyond `to`.
  if (start > to || bytes[at + 2] === 0) return undefined
  let length = 0
  for (let i = 0; i < octets; i += 1) length = length * 256 + bytes[at + 2 + i]!
  if (length < 0x80 || start + length > to) return undefined
  return { tag, start, end: start + length }
}

/** In DER, of the universal types only SEQUENCE and SET are constructed, and they always are. */
function hasRightForm(tag: number): boolean {
  if ((tag & 0xc0) !== 0) return true
  const number = tag & 0x1f
  const constructed = (tag & 0x20) !== 0
  return number >= BOOLEAN && constructed === (number === 16 || number === 17)
}
