#!/usr/bin/env node
// Checks an export of a Duty Desk audit ledger. Needs Node.js 20 or newer and nothing else.
// 核验值班台审计账本导出包。只需 Node.js 20 或更新版本。
//
//   node verify.mjs EXPORT.zip [--code SIZE:CODE]... [--checkpoint NOTE.txt]... [--key VERIFIER] [--json]
//
// EXPORT.zip may also be a folder with the unpacked files. Exit code: 0 sound, 1 not sound, 2 could not run.
// Written apart from the desk's own verification, on purpose: two programs must agree.

import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInflateRaw, inflateRawSync } from 'node:zlib'

const MOST_LINE = 16 * 2 ** 20
const MOST_SMALL = 4 * 2 ** 20
const EXPECTED =
  /^(entries\.jsonl|content\.jsonl|withheld\.jsonl|station\.json|README\.txt|verify\.mjs|checkpoints\/\d{3,9}\.txt|sheets\/[\w.-]{1,100}\.(pdf|html|txt))$/

const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

// ---- canonical JSON (RFC 8785) -------------------------------------------------------------------------

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}

// ---- Merkle tree (RFC 6962): a stack of complete subtrees ------------------------------------------------

const tree = { size: 0, stack: [] }

function addLeaf(leaf) {
  let hash = leaf
  for (let n = tree.size; n % 2 === 1; n = (n - 1) / 2) hash = sha256(Buffer.of(1), tree.stack.pop(), hash)
  tree.stack.push(hash)
  tree.size++
}

function rootNow() {
  if (tree.size === 0) return sha256()
  return tree.stack.reduceRight((right, left) => sha256(Buffer.of(1), left, right))
}

// ---- short codes and signed notes ------------------------------------------------------------------------

function shortCode(root) {
  const bits = [...root.subarray(0, 13)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let code = ''
  for (let i = 0; i < 20; i++)
    code += '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)]
  return code.match(/.{4}/g).join('-')
}

function normalCode(typed) {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(code) ? code.match(/.{4}/g).join('-') : null
}

function readKey(text) {
  const [, name, id, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? []
  const encoded = Buffer.from(base64 ?? '', 'base64')
  if (encoded.length !== 33 || encoded[0] !== 1) throw new Error('the verifier key cannot be read')
  if (sha256(`${name}\n`, encoded).subarray(0, 4).toString('hex') !== id)
    throw new Error('the verifier key is damaged')
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), encoded.subarray(1)])
  return { name, id, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

/** Size and root a checkpoint tells of; throws where it is not signed by the key or not about this ledger. */
function readCheckpoint(note, key, origin) {
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0) throw new Error('not a signed note')
  const text = note.slice(0, cut + 1)
  const [said, size, root] = text.split('\n')
  let signed = false
  for (const line of note.slice(cut + 2).split('\n')) {
    const [, name, base64] = /^— (\S+) (\S+)$/.exec(line) ?? []
    if (name !== key.name) continue
    const bytes = Buffer.from(base64, 'base64')
    if (bytes.subarray(0, 4).toString('hex') !== key.id) continue
    if (!verifySignature(null, Buffer.from(text), key.key, bytes.subarray(4)))
      throw new Error('the signature is wrong')
    signed = true
  }
  if (!signed) throw new Error('not signed by the key of this ledger')
  if (said !== origin) throw new Error(`about another ledger (${said})`)
  if (!/^(0|[1-9]\d{0,14})$/.test(size)) throw new Error('has no size')
  return { size: Number(size), root: Buffer.from(root, 'base64') }
}

// ---- the files: a folder, or a zip -------------------------------------------------------------------------

function openFolder(path) {
  const checkpoints = existsSync(join(path, 'checkpoints')) ? readdirSync(join(path, 'checkpoints')) : []
  return {
    names: checkpoints.map((name) => `checkpoints/${name}`),
    text: (name) => readFileSync(join(path, name), 'utf8'),
    stream: (name) => createReadStream(join(path, name)),
  }
}

function openZip(path) {
  const fd = openSync(path, 'r')
  const length = statSync(path).size
  const read = (at, size) => {
    if (at < 0 || size < 0 || at + size > length) throw new Error('the zip is damaged')
    const bytes = Buffer.alloc(size)
    if (readSync(fd, bytes, 0, size, at) !== size) throw new Error('the zip is damaged')
    return bytes
  }
  const { count, at, size } = findDirectory(read, length)
  const files = readDirectory(read(at, size), count)
  const place = (file) => {
    const header = read(file.offset, 30)
    if (header.readUInt32LE(0) !== 0x04034b50) throw new Error('the zip is damaged')
    return file.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  }
  const need = (name) => {
    const file = files.get(name)
    if (!file) throw new Error(`${name} is missing`)
    return file
  }
  return {
    names: [...files.keys()],
    text: (name) => {
      const file = need(name)
      if (file.packed > MOST_SMALL) throw new Error(`${name} is too large`)
      const bytes = read(place(file), file.packed)
      return (file.method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: MOST_SMALL })).toString(
        'utf8',
      )
    },
    stream: (name) => {
      const file = need(name)
      if (file.packed === 0) return []
      const start = place(file)
      const packed = createReadStream(path, { start, end: start + file.packed - 1 })
      if (file.method === 0) return packed
      const inflate = createInflateRaw()
      packed.on('error', (error) => inflate.destroy(error))
      return packed.pipe(inflate)
    },
  }
}

function findDirectory(read, length) {
  const tail = read(Math.max(0, length - 65557), Math.min(length, 65557))
  const end = tail.lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0) throw new Error('not a zip')
  const found = {
    count: tail.readUInt16LE(end + 10),
    size: tail.readUInt32LE(end + 12),
    at: tail.readUInt32LE(end + 16),
  }
  if (found.count !== 0xffff && found.size !== 0xffffffff && found.at !== 0xffffffff) return found
  const locator = read(length - tail.length + end - 20, 20)
  const record = read(Number(locator.readBigUInt64LE(8)), 56)
  if (record.readUInt32LE(0) !== 0x06064b50) throw new Error('the zip is damaged')
  return {
    count: Number(record.readBigUInt64LE(32)),
    size: Number(record.readBigUInt64LE(40)),
    at: Number(record.readBigUInt64LE(48)),
  }
}

function readDirectory(bytes, count) {
  const files = new Map()
  for (let i = 0, at = 0; i < count; i++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('the zip is damaged')
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    if (!EXPECTED.test(name)) throw new Error(`unexpected file ${JSON.stringify(name)}`)
    if (files.has(name)) throw new Error(`${name} is there twice`)
    const method = bytes.readUInt16LE(at + 10)
    if (method !== 0 && method !== 8) throw new Error(`${name} is packed in an unknown way`)
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const [packed, offset] = wide(
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
      extra,
    )
    files.set(name, { method, packed, offset })
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32)
  }
  return files
}

/** Packed size and offset, from the zip64 extra field where the plain ones are full. */
function wide(size, packed, offset, extra) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let next = at + 4
    const take = (value) => {
      if (value !== 0xffffffff) return value
      next += 8
      return Number(extra.readBigUInt64LE(next - 8))
    }
    take(size)
    return [take(packed), take(offset)]
  }
  return [packed, offset]
}

async function* linesOf(stream, name) {
  let rest = Buffer.alloc(0)
  for await (const part of stream) {
    const bytes = rest.length === 0 ? part : Buffer.concat([rest, part])
    let from = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      yield bytes.subarray(from, end)
      from = end + 1
    }
    rest = bytes.subarray(from)
    if (rest.length > MOST_LINE) throw new Error(`${name}: a line is too long`)
  }
  if (rest.length > 0) throw new Error(`${name}: does not end in a newline`)
}

// ---- the check ---------------------------------------------------------------------------------------------

async function check(source, heads, givenKey) {
  const problems = []
  const bad = (seq, what) => problems.push({ seq, what })
  const station = JSON.parse(source.text('station.json'))
  if (givenKey !== undefined && givenKey !== station.verifier)
    bad(null, 'the key in the export is not the one given')
  const key = readKey(givenKey ?? station.verifier)

  const checkpoints = []
  for (const name of source.names.filter((name) => /^checkpoints\/\d+\.txt$/.test(name)).sort()) {
    try {
      checkpoints.push(readCheckpoint(source.text(name), key, station.origin))
    } catch (error) {
      bad(null, `${name}: ${error.message}`)
    }
  }

  const roots = new Map([[0, sha256()]])
  const wanted = new Set([...checkpoints.map((c) => c.size), ...heads.map((h) => h.size)])
  const contents = linesOf(source.stream('content.jsonl'), 'content.jsonl')
  const nextContent = async () => {
    const { value } = await contents.next()
    return value === undefined ? null : JSON.parse(value.toString('utf8'))
  }
  const waiting = new Set() // entries whose content is not there; an erasure must explain each
  const present = new Set() // contents named by an erasure must be gone
  const erased = new Set()
  const withheld = await readWithheld(source)
  let content = await nextContent()
  let prev = '0'.repeat(64)
  let seq = 0
  for await (const bytes of linesOf(source.stream('entries.jsonl'), 'entries.jsonl')) {
    seq++
    const leaf = sha256(Buffer.of(0), bytes)
    addLeaf(leaf)
    if (wanted.has(seq)) roots.set(seq, rootNow())
    const expectedPrev = prev
    prev = leaf.toString('hex')
    let entry
    try {
      entry = JSON.parse(bytes.toString('utf8'))
    } catch {
      bad(seq, 'is not JSON')
      continue
    }
    if (!Buffer.from(canonical(entry)).equals(bytes)) bad(seq, 'is not in canonical form')
    if (entry.seq !== seq) bad(seq, `says it is entry ${entry.seq}`)
    if (entry.station !== station.station) bad(seq, 'is of another station')
    if (entry.prev !== expectedPrev) bad(seq, 'does not follow the entry before it')
    for (; content && content.seq < seq; content = await nextContent())
      bad(content.seq, 'has a content no entry tells of')
    const commitment = entry.data?.content
    if (content?.seq === seq) {
      const salted = sha256(Buffer.from(content.salt, 'base64'), content.body).toString('hex')
      if (salted !== commitment) bad(seq, 'its content is not what it tells of')
      present.add(seq)
      if (withheld.has(seq)) bad(seq, 'its content is here although it is said to be withheld')
      content = await nextContent()
    } else if (commitment !== undefined) {
      waiting.add(seq)
    }
    if (entry.type === 'content.erased') for (const named of entry.data?.seqs ?? []) erased.add(named)
  }
  if (content) bad(content.seq, 'has a content no entry tells of')
  for (const named of waiting)
    if (!erased.has(named) && !withheld.has(named))
      bad(named, 'its content is missing, and no erasure says why')
  for (const named of erased)
    if (present.has(named)) bad(named, 'its content is still there although it was erased')

  for (const { size, root } of checkpoints) {
    if (size > seq)
      bad(null, `a checkpoint tells of ${size} entries, here are only ${seq}: the end was cut off`)
    else if (!roots.get(size).equals(root))
      bad(null, `the first ${size} entries are not those of their checkpoint`)
  }
  if (Math.max(0, ...checkpoints.map((c) => c.size)) !== seq) bad(null, 'no checkpoint covers all entries')

  const root = rootNow()
  const first = problems.toSorted((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity))[0]
  return {
    station: station.station,
    size: seq,
    root: root.toString('hex'),
    code: shortCode(root),
    withheld: withheld.size,
    unaltered: !first,
    firstBad: first ?? null,
    ...judge(heads, roots, seq, key, station.origin),
  }
}

/** Texts left out of this export because they are private; their entries are here and hold their fingerprints. */
async function readWithheld(source) {
  const seqs = new Set()
  if (!source.names.includes('withheld.jsonl')) return seqs
  for await (const line of linesOf(source.stream('withheld.jsonl'), 'withheld.jsonl')) {
    const { seq } = JSON.parse(line.toString('utf8'))
    if (!Number.isSafeInteger(seq)) throw new Error('withheld.jsonl: a line names no entry')
    seqs.add(seq)
  }
  return seqs
}

function judge(heads, roots, size, key, origin) {
  if (heads.length === 0) return { complete: 'unknown', why: 'no head kept elsewhere was given' }
  for (const head of heads) {
    if (head.size > size)
      return { complete: 'no', why: `a head tells of ${head.size} entries, here are only ${size}` }
    if (head.note !== undefined) {
      try {
        readCheckpoint(head.note, key, origin)
      } catch (error) {
        return { complete: 'no', why: `a checkpoint given is not one of this ledger: ${error.message}` }
      }
    }
    const root = roots.get(head.size)
    const same = head.code === undefined ? root.equals(head.root) : shortCode(root) === head.code
    if (!same)
      return { complete: 'no', why: `the first ${head.size} entries are not those the head tells of` }
  }
  return {
    complete: 'yes',
    why: `every head given matches, up to entry ${Math.max(...heads.map((h) => h.size))}`,
  }
}

// ---- the command line ----------------------------------------------------------------------------------------

function readArguments(args) {
  const given = { heads: [], key: undefined, json: false, place: undefined }
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--json') given.json = true
    else if (args[i] === '--key') given.key = args[++i]
    else if (args[i] === '--code') given.heads.push(codeHead(args[++i] ?? ''))
    else if (args[i] === '--checkpoint') given.heads.push(noteHead(readFileSync(args[++i], 'utf8')))
    else if (given.place === undefined && !args[i].startsWith('--')) given.place = args[i]
    else throw new Error(`unknown argument ${args[i]}`)
  }
  if (given.place === undefined)
    throw new Error(
      'usage: node verify.mjs EXPORT.zip [--code SIZE:CODE] [--checkpoint NOTE.txt] [--key VERIFIER] [--json]',
    )
  return given
}

function codeHead(text) {
  const [, size, typed] = /^(\d{1,15})[:：](.+)$/.exec(text) ?? []
  const code = normalCode(typed ?? '')
  if (code === null) throw new Error(`--code ${text}: expected SIZE:CODE`)
  return { size: Number(size), code }
}

function noteHead(note) {
  const [, size, root] = note.split('\n')
  if (!/^\d{1,15}$/.test(size ?? '')) throw new Error('--checkpoint: not a checkpoint')
  return { size: Number(size), root: Buffer.from(root, 'base64'), note }
}

function print(result) {
  const { firstBad: bad } = result
  const where = bad && `${bad.seq === null ? '' : `entry ${bad.seq}: `}${bad.what}`
  console.log(`station   单位    ${result.station}`)
  console.log(`entries   条目数  ${result.size}`)
  console.log(`code      存证码  ${result.code}`)
  if (result.withheld > 0) console.log(`withheld  未附    ${result.withheld} texts 条私密正文`)
  console.log(`unaltered 未改动  ${result.unaltered ? 'yes 是' : `NO 否 (${where})`}`)
  const words = { yes: 'yes 是', no: 'NO 否', unknown: 'unknown 未知' }
  console.log(`complete  无截断  ${words[result.complete]} (${result.why})`)
}

let given
try {
  given = readArguments(process.argv.slice(2))
} catch (error) {
  console.error(error.message)
  process.exit(2)
}
try {
  const source = statSync(given.place).isDirectory() ? openFolder(given.place) : openZip(given.place)
  const result = await check(source, given.heads, given.key)
  if (given.json) console.log(JSON.stringify(result, null, 2))
  else print(result)
  process.exitCode = result.unaltered && result.complete !== 'no' ? 0 : 1
} catch (error) {
  if (given.json)
    console.log(
      JSON.stringify({ unaltered: false, firstBad: { seq: null, what: error.message }, complete: 'unknown' }),
    )
  else console.log(`unaltered 未改动  NO 否 (cannot be read 无法读取: ${error.message})`)
  process.exitCode = 1
}
