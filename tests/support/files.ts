/** The least of files of each kind: their first bytes are right, and there is little behind them. */

const after = (first: Buffer | string, rest: string) =>
  Buffer.concat([typeof first === 'string' ? Buffer.from(first, 'latin1') : first, Buffer.from(rest)])

export const jpeg = (rest = 'picture') => after(Buffer.from([0xff, 0xd8, 0xff, 0xe0]), rest)
export const png = (rest = 'picture') => after('\x89PNG\r\n\x1a\n', rest)
export const amr = (rest = 'a voice') => after('#!AMR\n', rest)
export const mp4 = (rest = 'a film') => after('\x00\x00\x00\x18ftypisom', rest)
export const pdf = (rest = 'papers') => after('%PDF-1.7\n', rest)

/** A zip of empty files with these names, as far as its directory. */
export function zip(...names: string[]): Buffer {
  const local = Buffer.from('PK\x03\x04'.padEnd(30, '\0'), 'latin1')
  const directory = names.map((name) => {
    const head = Buffer.alloc(46)
    head.write('PK\x01\x02', 'latin1')
    head.writeUInt16LE(Buffer.byteLength(name), 28)
    return Buffer.concat([head, Buffer.from(name)])
  })
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, ...directory, end])
}
