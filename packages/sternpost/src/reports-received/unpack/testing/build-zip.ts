import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipMemberPlan {
  readonly name: string
  readonly bytes: Uint8Array
  readonly isStored?: boolean
  /** General purpose bit flag; bit 0 says encrypted. */
  readonly flags?: number
  readonly method?: number
  /** What the directory says in place of the truth. */
  readonly saysBytes?: number
}

export interface ZipPlan {
  /** How often the directory names each member: more than once makes them overlap. */
  readonly repeat?: number
}

/** Writes a zip archive (PKWARE APPNOTE §4.3), and lies in it where it is told to. */
export function buildZip(members: readonly ZipMemberPlan[], plan: ZipPlan = {}): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const member of members) {
    const isStored = member.isStored === true
    const packed = isStored ? Buffer.from(member.bytes) : deflateRawSync(member.bytes)
    const name = Buffer.from(member.name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(member.flags ?? 0x800, 2)
    common.writeUInt16LE(member.method ?? (isStored ? 0 : 8), 4)
    common.writeUInt32LE(crc32(member.bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(member.saysBytes ?? member.bytes.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, name])
    for (let copy = 0; copy < (plan.repeat ?? 1); copy += 1) directory.push(central)
    bodies.push(local)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, entries, end])
}
