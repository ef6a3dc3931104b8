import { recordTypeNumbers } from '../dns/record-data.ts'
import { encodeName, MalformedMessageError } from '../dns/wire-name.ts'
import { encodeRecordData, type WritableRecordType } from './record-bytes.ts'

const OPCODE_UPDATE = 5
const HEADER_BYTES = 12
const TYPE_ANY = 255
const CLASS_IN = 1
const CLASS_NONE = 254
const MAX_MESSAGE_BYTES = 65_535
/** Room for the TSIG record that is put behind. */
const TSIG_ROOM_BYTES = 700

/** What must hold in the zone before anything is changed (RFC 2136 §2.4). */
export type UpdatePrerequisite =
  /** The set holds these values and no other. */
  | {
      readonly kind: 'set-is'
      readonly name: string
      readonly type: WritableRecordType
      readonly values: readonly string[]
    }
  | { readonly kind: 'no-set'; readonly name: string; readonly type: WritableRecordType }
  /** Nothing of any type stands at the name. */
  | { readonly kind: 'name-unused'; readonly name: string }

/** One record put in or taken away (RFC 2136 §2.5); done in order, all or none. */
export type UpdateStep =
  | {
      readonly kind: 'add'
      readonly name: string
      readonly type: WritableRecordType
      readonly value: string
      readonly ttlSeconds: number
    }
  | {
      readonly kind: 'remove'
      readonly name: string
      readonly type: WritableRecordType
      readonly value: string
    }

export interface ZoneUpdate {
  readonly zone: string
  readonly prerequisites: readonly UpdatePrerequisite[]
  readonly steps: readonly UpdateStep[]
}

/**
 * Writes an UPDATE message without a signature; null where a name or value cannot be written or it gets too long.
 *
 * Source: RFC 2136 §2.
 */
export function encodeUpdate(update: ZoneUpdate, id: number): Buffer | null {
  const zone = encodeName(update.zone)
  if (zone === null) return null
  const prerequisites = update.prerequisites.flatMap(encodePrerequisite)
  const steps = update.steps.map(encodeStep)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(OPCODE_UPDATE << 11, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(prerequisites.length, 6)
  header.writeUInt16BE(steps.length, 8)
  const zoneSection = Buffer.alloc(4)
  zoneSection.writeUInt16BE(recordTypeNumbers.SOA, 0)
  zoneSection.writeUInt16BE(CLASS_IN, 2)
  const parts: Buffer[] = [header, zone, zoneSection]
  for (const part of [...prerequisites, ...steps]) {
    if (part === null) return null
    parts.push(part)
  }
  const bytes = Buffer.concat(parts)
  return bytes.length > MAX_MESSAGE_BYTES - TSIG_ROOM_BYTES ? null : bytes
}

/**
 * Reads the response code of the answer to an UPDATE.
 *
 * Errors: throws MalformedMessageError where the message is not the answer to one with this id.
 */
export function readUpdateResponse(bytes: Buffer, id: number): number {
  if (bytes.length < HEADER_BYTES) throw new MalformedMessageError('a message shorter than its header')
  const flags = bytes.readUInt16BE(2)
  if (bytes.readUInt16BE(0) !== id || (flags & 0x8000) === 0 || ((flags >>> 11) & 0xf) !== OPCODE_UPDATE)
    throw new MalformedMessageError('a message that does not answer the update')
  return flags & 0xf
}

function encodePrerequisite(prerequisite: UpdatePrerequisite): readonly (Buffer | null)[] {
  const { name } = prerequisite
  switch (prerequisite.kind) {
    case 'set-is':
      return prerequisite.values.map(value =>
        encodeRecord(name, recordTypeNumbers[prerequisite.type], CLASS_IN, 0, [prerequisite.type, value]),
      )
    case 'no-set':
      return [encodeRecord(name, recordTypeNumbers[prerequisite.type], CLASS_NONE, 0)]
    case 'name-unused':
      return [encodeRecord(name, TYPE_ANY, CLASS_NONE, 0)]
  }
}

function encodeStep(step: UpdateStep): Buffer | null {
  const type = recordTypeNumbers[step.type]
  return step.kind === 'add'
    ? encodeRecord(step.name, type, CLASS_IN, step.ttlSeconds, [step.type, step.value])
    : encodeRecord(step.name, type, CLASS_NONE, 0, [step.type, step.value])
}

function encodeRecord(
  name: string,
  type: number,
  recordClass: number,
  ttlSeconds: number,
  content?: readonly [WritableRecordType, string],
): Buffer | null {
  const owner = encodeName(name)
  const data = content === undefined ? Buffer.alloc(0) : encodeRecordData(...content)
  if (owner === null || data === null) return null
  const head = Buffer.alloc(10)
  head.writeUInt16BE(type, 0)
  head.writeUInt16BE(recordClass, 2)
  head.writeUInt32BE(ttlSeconds, 4)
  head.writeUInt16BE(data.length, 8)
  return Buffer.concat([owner, head, data])
}
