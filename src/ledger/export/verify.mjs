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
  lstatSync,
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
const MOST_NOTE = 64 * 1024
const MOST_FILES = 200_000
/** Rows hold hashes and salts, which do not shrink: what unpacks to more than this many times its size holds none. */
const MOST_RATIO = 200
const SMALL_ENOUGH = 2 ** 20
const DEEPEST = 64
const EVIDENCE =
  /^(entries\.jsonl|content\.jsonl|withheld\.jsonl|proofs\.jsonl|consistency\.jsonl|(station|scope|papers)\.json|README\.txt|verify\.mjs|checkpoints\/\d{3,9}\.txt)$/
/** The same told for people and other tools: no evidence by itself. */
const PAPER = /^(records\.(jsonl|csv)|summary\.html|sheets\/[\w.-]{1,100}\.(pdf|html|txt))$/

const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

// ---- canonical JSON (RFC 8785) -------------------------------------------------------------------------

/** Throws where a value has no place in this ledger: too deep, a number that is not exact, half a character. */
function canonical(value, depth = 0) {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('holds half a character')
    return JSON.stringify(value)
  }
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new Error('holds a number that is not exact')
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (depth >= DEEPEST) throw new Error('is nested too deeply')
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${canonical(key)}:${canonical(value[key], depth + 1)}`)
  return `{${members.join(',')}}`
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The value of a canonical text; throws with what is wrong with it. */
function readCanonical(bytes) {
  const text = bytes.toString('utf8')
  let value
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error('is not JSON')
  }
  const right = canonical(value)
  if (right !== text || !Buffer.from(right).equals(bytes)) throw new Error('is not in canonical form')
  return value
}

// ---- an entry ---------------------------------------------------------------------------------------------

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)
const hasJust = (value, keys) => isObject(value) && Object.keys(value).sort().join() === keys
const areTexts = (...values) => values.every((value) => typeof value === 'string')

function isEntry(entry) {
  return (
    hasJust(entry, 'actor,at,data,prev,seq,station,subject,type,v') &&
    hasJust(entry.actor, 'device,role,user') &&
    areTexts(entry.actor.device, entry.actor.role, entry.actor.user) &&
    areTexts(entry.station, entry.subject, entry.type) &&
    isObject(entry.data) &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(entry.at) &&
    /^[0-9a-f]{64}$/.test(entry.prev) &&
    Number.isSafeInteger(entry.v) &&
    entry.v >= 1
  )
}

/**
 * The entry in these bytes; throws with what is wrong with it. What it erased counts even where it is not as it should
 * be: neither that nor a gap before it undoes an erasure.
 */
function readEntry(bytes, seq, station, erased) {
  for (const named of erasedBy(bytes)) erased.add(named)
  const entry = readCanonical(bytes)
  if (!isEntry(entry)) throw new Error('is not an entry')
  if (entry.seq !== seq) throw new Error(`says it is entry ${entry.seq}`)
  if (entry.station !== station.station) throw new Error('is of another station')
  return entry
}

function erasedBy(bytes) {
  if (!bytes.includes('"content.erased"')) return []
  try {
    const { type, data } = JSON.parse(bytes.toString('utf8'))
    return type === 'content.erased' && Array.isArray(data.seqs) ? data.seqs : []
  } catch {
    return []
  }
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

/** Standard base64; throws on what merely decodes. */
function unbase64(text) {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Error('is not proper base64')
  return bytes
}

function readKey(text) {
  const [, name, id, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? []
  const encoded = unbase64(base64 ?? '')
  if (encoded.length !== 33 || encoded[0] !== 1) throw new Error('the verifier key cannot be read')
  if (sha256(`${name}\n`, encoded).subarray(0, 4).toString('hex') !== id)
    throw new Error('the verifier key is damaged')
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), encoded.subarray(1)])
  return { name, id, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

/** Size and root a checkpoint tells of; throws where it is not signed by the key or not about this ledger. */
function readCheckpoint(note, key, origin) {
  const cut = note.lastIndexOf('\n\n')
  const isText = note.isWellFormed() && ![...note].some((sign) => sign < ' ' && sign !== '\n')
  if (cut < 0 || !note.endsWith('\n') || note.length > MOST_NOTE || !isText)
    throw new Error('not a signed note')
  const text = note.slice(0, cut + 1)
  const [said, size, root, ...more] = text.slice(0, -1).split('\n')
  let signed = false
  for (const line of note.slice(cut + 2, -1).split('\n')) {
    const [, name, base64] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
    if (name === undefined) throw new Error('a signature line cannot be read')
    const bytes = unbase64(base64)
    if (name !== key.name || bytes.subarray(0, 4).toString('hex') !== key.id) continue
    if (!verifySignature(null, Buffer.from(text), key.key, bytes.subarray(4)))
      throw new Error('the signature is wrong')
    signed = true
  }
  if (!signed) throw new Error('not signed by the key of this ledger')
  if (said !== origin) throw new Error(`about another ledger (${said})`)
  if (!/^(0|[1-9]\d{0,14})$/.test(size)) throw new Error('has no size')
  if (more.includes('') || unbase64(root ?? '').length !== 32) throw new Error('has no root')
  return { size: Number(size), root: unbase64(root) }
}

// ---- the files: a folder, or a zip -------------------------------------------------------------------------

function openFolder(path) {
  const inside = (folder) =>
    existsSync(join(path, folder)) ? readdirSync(join(path, folder)).map((name) => `${folder}/${name}`) : []
  const plain = (name) => {
    if (!existsSync(join(path, name))) throw new Error(`${name} is missing`)
    const file = lstatSync(join(path, name))
    if (!file.isFile()) throw new Error(`${name} is not a plain file`)
    return { place: join(path, name), size: file.size }
  }
  return {
    names: [...readdirSync(path), ...inside('checkpoints'), ...inside('sheets')],
    text: (name) => {
      const { place, size } = plain(name)
      if (size > MOST_SMALL) throw new Error(`${name} is too large`)
      return UTF8.decode(readFileSync(place))
    },
    stream: (name) => createReadStream(plain(name).place),
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
  if (count > MOST_FILES) throw new Error('too many files')
  const files = readDirectory(read(at, size), count)
  if ([...files.values()].reduce((sum, file) => sum + file.packed, 0) > length)
    throw new Error('files of the zip lie over each other')
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
      if (file.packed > MOST_SMALL || file.size > MOST_SMALL) throw new Error(`${name} is too large`)
      const bytes = read(place(file), file.packed)
      const body = file.method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: MOST_SMALL })
      if (body.length !== file.size) throw new Error(`${name} is not as long as it says`)
      return UTF8.decode(body)
    },
    stream: (name) => {
      const file = need(name)
      if (file.packed === 0) return []
      const start = place(file)
      read(start + file.packed - 1, 1)
      const packed = createReadStream(path, { start, end: start + file.packed - 1 })
      if (file.method === 0) return exactly(file.size, packed, name)
      const inflate = createInflateRaw()
      packed.on('error', (error) => inflate.destroy(error))
      return exactly(file.size, packed.pipe(inflate), name)
    },
  }
}

/** Stops at the first byte too many, so that a zip cannot unpack to more than it owned up to. */
async function* exactly(size, stream, name) {
  let left = size
  for await (const part of stream) {
    left -= part.length
    if (left < 0) break
    yield part
  }
  if (left !== 0) throw new Error(`${name} is not as long as it says`)
}

function findDirectory(read, length) {
  const tail = read(Math.max(0, length - 65557), Math.min(length, 65557))
  const end = tail.lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0 || end + 22 > tail.length) throw new Error('not a zip')
  if (end + 22 + tail.readUInt16LE(end + 20) !== tail.length)
    throw new Error('something stands behind the zip')
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
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('the zip is damaged')
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    if (!EVIDENCE.test(name) && !PAPER.test(name)) throw new Error(`unexpected file ${JSON.stringify(name)}`)
    if (files.has(name)) throw new Error(`${name} is there twice`)
    const method = bytes.readUInt16LE(at + 10)
    if (method !== 0 && method !== 8) throw new Error(`${name} is packed in an unknown way`)
    if (bytes.readUInt16LE(at + 8) & 1) throw new Error(`${name} is encrypted`)
    const kind = (bytes.readUInt32LE(at + 38) >>> 28) & 0xf // of the file, as Unix has it
    if (kind !== 0 && kind !== 8) throw new Error(`${name} is not a plain file`)
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const [size, packed, offset] = wide(
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
      extra,
    )
    if (size > SMALL_ENOUGH && size > packed * MOST_RATIO) throw new Error(`${name} unpacks to far too much`)
    files.set(name, { method, size, packed, offset })
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32)
  }
  return files
}

/** Size, packed size and offset, from the zip64 extra field where the plain ones are full. */
function wide(size, packed, offset, extra) {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 0x7075) throw new Error('a file has a second name')
    if (extra.readUInt16LE(at) !== 1) continue
    let next = at + 4
    const take = (value) => {
      if (value !== 0xffffffff) return value
      next += 8
      return Number(extra.readBigUInt64LE(next - 8))
    }
    return [take(size), take(packed), take(offset)]
  }
  return [size, packed, offset]
}

async function* linesOf(stream, name) {
  let rest = []
  let length = 0
  for await (const part of stream) {
    let from = 0
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, from)) {
      yield Buffer.concat([...rest, part.subarray(from, end)])
      rest = []
      length = 0
      from = end + 1
    }
    rest.push(part.subarray(from))
    length += part.length - from
    if (length > MOST_LINE) throw new Error(`${name}: a line is too long`)
  }
  if (length > 0) throw new Error(`${name}: does not end in a newline`)
}

// ---- the check ---------------------------------------------------------------------------------------------

async function check(source, heads, givenKey) {
  const problems = new Problems()
  const bad = (seq, what, where = 'entry') => problems.add({ seq, where, what })
  const station = JSON.parse(source.text('station.json'))
  if (!areTexts(station?.station, station?.origin, station?.verifier))
    throw new Error('station.json does not name station, origin and verifier')
  if (givenKey !== undefined && givenKey !== station.verifier)
    bad(null, 'the key in the export is not the one given', 'station')
  const key = readKey(givenKey ?? station.verifier)

  const checkpoints = []
  let covered = 0
  for (const name of source.names.filter((name) => /^checkpoints\/\d+\.txt$/.test(name)).sort()) {
    const note = source.text(name)
    covered = Math.max(covered, sizeOf(note) ?? 0)
    try {
      checkpoints.push(readCheckpoint(note, key, station.origin))
    } catch (error) {
      bad(sizeOf(note), `${name}: ${error.message}`, 'checkpoint')
    }
  }

  if (source.names.includes('scope.json')) {
    const part = await checkPart({ source, station, key, checkpoints, heads, bad })
    return { station: station.station, ...part, unaltered: !problems.first, firstBad: problems.first }
  }

  const roots = new Map([[0, sha256()]])
  const wanted = new Set([...checkpoints.map((c) => c.size), ...heads.map((h) => h.size)])
  const contents = linesOf(source.stream('content.jsonl'), 'content.jsonl')
  const nextContent = async () => {
    const { value } = await contents.next()
    return value === undefined ? null : readContent(value)
  }
  const waiting = new Set() // entries whose content is not there; an erasure must explain each
  const present = new Set() // contents named by an erasure must be gone
  const erased = new Set()
  const withheld = await readWithheld(source)
  let content = await nextContent()
  let prev = '0'.repeat(64)
  let seq = 0
  let lastEntry
  let loose = false // the last entry was sound, but not linked to the one before it
  for await (const bytes of linesOf(source.stream('entries.jsonl'), 'entries.jsonl')) {
    seq++
    const leaf = sha256(Buffer.of(0), bytes)
    addLeaf(leaf)
    if (wanted.has(seq)) roots.set(seq, rootNow())
    const expectedPrev = prev
    prev = leaf.toString('hex')
    for (; content && content.seq < seq; content = await nextContent())
      bad(content.seq, 'has a content no entry tells of', 'content')
    const own = content?.seq === seq ? content : null
    if (own) {
      present.add(seq)
      content = await nextContent()
    }
    let entry
    try {
      entry = readEntry(bytes, seq, station, erased)
    } catch (error) {
      bad(seq, error.message)
      loose = false
      continue
    } finally {
      lastEntry = entry
    }
    const linked = entry.prev === expectedPrev
    // With the next link right, this entry is as it was: the one it was linked to is not.
    if (linked && loose) bad(seq - 2, 'is not what the entry after it was linked to')
    if (!linked) bad(seq, 'does not follow the entry before it')
    loose = !linked && seq > 1
    const commitment = entry.data.content
    if (own) {
      if (sha256(own.salt, own.body).toString('hex') !== commitment)
        bad(seq, 'its content is not what it tells of', 'content')
      if (withheld.has(seq)) bad(seq, 'its content is here although it is said to be withheld', 'content')
    } else if (commitment !== undefined) {
      waiting.add(seq)
    }
  }
  for (; content; content = await nextContent())
    bad(content.seq, 'has a content no entry tells of', 'content')
  for (const named of waiting)
    if (!erased.has(named) && !withheld.has(named))
      bad(named, 'its content is missing, and no erasure says why', 'content')
  for (const named of erased)
    if (present.has(named)) bad(named, 'its content is still there although it was erased', 'content')

  for (const { size, root } of checkpoints) {
    if (size > seq)
      bad(size, `tells of ${size} entries, here are only ${seq}: the end was cut off`, 'checkpoint')
    else if (!roots.get(size).equals(root))
      bad(size, 'the entries it covers are not those it was made of', 'checkpoint')
  }
  if (covered < seq) bad(covered + 1, 'from here on no checkpoint covers the entries', 'checkpoint')

  checkWithheld(lastEntry, withheld, bad)
  const papers = await checkPapers(source, lastEntry, bad)
  const root = rootNow()
  const { first } = problems
  return {
    station: station.station,
    size: seq,
    root: root.toString('hex'),
    code: shortCode(root),
    withheld: withheld.size,
    papers,
    unaltered: !first,
    firstBad: first ?? null,
    ...judge(heads, roots, seq, key, station.origin),
  }
}

/** Keeps the one to name: the lowest row, then the key, then the lowest checkpoint. */
class Problems {
  first = null

  add(problem) {
    const rank = ({ seq, where }) => [{ station: 1, checkpoint: 2, file: 3 }[where] ?? 0, seq ?? Infinity]
    const [kind, row] = rank(problem)
    const [firstKind, firstRow] = this.first ? rank(this.first) : [Infinity, 0]
    if (kind < firstKind || (kind === firstKind && row < firstRow)) this.first = problem
  }
}

/** How many entries a checkpoint says it is about, whoever signed it; null where it cannot be read. */
function sizeOf(note) {
  const size = note.split('\n')[1] ?? ''
  return /^(0|[1-9]\d{0,14})$/.test(size) ? Number(size) : null
}

function readContent(line) {
  const { seq, salt, body } = Object(JSON.parse(UTF8.decode(line)))
  if (!Number.isSafeInteger(seq) || !areTexts(salt, body))
    throw new Error('content.jsonl: a line is not a content')
  const bytes = Buffer.from(salt, 'base64')
  // A salt of another length could take a piece of the text in, and the hash over both would be the same.
  const isSalt = bytes.length === 32 && bytes.toString('base64') === salt
  return { seq, salt: isSalt ? bytes : Buffer.of(), body: Buffer.from(body) }
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
  let open
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
    if (root === undefined) {
      open ??= `this part of the ledger has no checkpoint of ${head.size} entries`
      continue
    }
    const same = head.code === undefined ? root.equals(head.root) : shortCode(root) === head.code
    if (!same)
      return { complete: 'no', why: `the first ${head.size} entries are not those the head tells of` }
  }
  if (open !== undefined) return { complete: 'unknown', why: open }
  return {
    complete: 'yes',
    why: `every head given matches, up to entry ${Math.max(...heads.map((h) => h.size))}`,
  }
}

/** The entry of the export says how many were left out, so that none can be taken out later and called private. */
function checkWithheld(lastEntry, withheld, bad) {
  if (lastEntry?.type !== 'ledger.exported') return
  const { withheld: said, upto } = lastEntry.data
  if (typeof said !== 'number' || typeof upto !== 'number') return
  const count = [...withheld].filter((seq) => seq <= upto).length
  if (count !== said) bad(null, `${said} texts were left out of this export, here ${count} are`, 'content')
}

// ---- records, sheets, summary ---------------------------------------------------------------------------------

/** They are made from the entries; the entry of the export can bind them by the hash of a list of their hashes. */
async function checkPapers(source, lastEntry, bad) {
  const present = source.names.filter((name) => PAPER.test(name))
  const bound = lastEntry?.type === 'ledger.exported' ? lastEntry.data.papers : undefined
  if (typeof bound !== 'string') return present.length > 0 ? 'unbound' : 'none'
  const wrong = (what) => bad(null, what, 'file')
  if (!source.names.includes('papers.json')) {
    wrong('papers.json is missing')
    return 'unbound'
  }
  const text = source.text('papers.json')
  if (sha256(text).toString('hex') !== bound) wrong('papers.json is not as it was when the export was made')
  const hashes = new Map(Object.entries(JSON.parse(text)))
  for (const name of hashes.keys()) if (!present.includes(name)) wrong(`${name} is missing`)
  for (const name of present) {
    const digest = createHash('sha256')
    for await (const part of source.stream(name)) digest.update(part)
    if (!hashes.has(name)) wrong(`${name} was not there when the export was made`)
    else if (hashes.get(name) !== digest.digest('hex'))
      wrong(`${name} is not as it was when the export was made`)
  }
  return present.length > 0 ? 'bound' : 'none'
}

// ---- an export of some entries --------------------------------------------------------------------------------

/**
 * Every run of neighbouring entries comes with the audit paths of its first and its last. What the first path has to
 * its left is the tree of all entries before; with the entries of the run that grows to what the last path has to its
 * left. So nothing between can be missing or changed, and both paths lead to the root of the newest checkpoint.
 */
async function checkPart({ source, station, key, checkpoints, heads, bad }) {
  const said = JSON.parse(source.text('scope.json'))
  const range = readRange(said.range)
  checkpoints.sort((a, b) => a.size - b.size)
  const newest = checkpoints.at(-1)
  if (newest === undefined) throw new Error('no checkpoint of this ledger is here')
  await checkChain(source, checkpoints, bad)
  let walked
  try {
    walked = await walkPart(source, station, newest, range, bad)
  } catch (error) {
    // An entry taken out or put in throws all proofs behind it into disorder; its row is known already.
    bad(null, error.message, 'file')
    const why = 'the proofs in the export are not those of its entries'
    return { size: newest.size, root: '', code: '', withheld: 0, complete: 'unknown', why }
  }
  const { last, count, chosen } = walked
  if (last?.type !== 'ledger.exported' || last.seq !== newest.size)
    bad(newest.size, 'the entry of the export is not the last one')
  else {
    const repeated = ({ scope, upto, entries, range }) =>
      canonical([scope ?? null, upto ?? null, entries ?? null, range ?? null])
    if (repeated(last.data) !== repeated(said))
      bad(null, 'scope.json is not what the entry of the export says', 'file')
    if (last.data.entries !== count)
      bad(null, `${last.data.entries} entries were chosen for this export, here are ${count}`)
    else if (last.data.chosen !== chosen) bad(null, 'the entries here are not those chosen for this export')
  }
  checkWithheld(last, walked.withheld, bad)
  const papers = await checkPapers(source, last ?? { type: 'ledger.exported', data: { papers: '' } }, bad)
  const roots = new Map(checkpoints.map(({ size, root }) => [size, root]))
  const judged = judge(heads, roots, newest.size, key, station.origin)
  if (judged.complete === 'yes' && range === null) {
    judged.complete = 'unknown'
    judged.why = `every head given matches; all ${count} entries chosen for this export are here, but no proof can show that none was left out then`
  } else if (judged.complete === 'yes')
    judged.why = `every head given matches; every entry from ${range[0]} to ${range[1]} is here`
  return {
    size: newest.size,
    root: newest.root.toString('hex'),
    code: shortCode(newest.root),
    withheld: walked.withheld.size,
    part: { scope: said.scope, entries: said.entries, range },
    papers,
    ...judged,
  }
}

async function walkPart(source, station, newest, range, bad) {
  const runs = linesOf(source.stream('proofs.jsonl'), 'proofs.jsonl')
  const contents = linesOf(source.stream('content.jsonl'), 'content.jsonl')
  const nextContent = async () => {
    const { value } = await contents.next()
    return value === undefined ? null : readContent(value)
  }
  const withheld = await readWithheld(source)
  const [waiting, present, erased] = [new Set(), new Set(), new Set()]
  const chosen = createHash('sha256')
  let content = await nextContent()
  let run = null
  let [count, seq, prev, expected] = [0, 0, '0'.repeat(64), range?.[0]]
  let entry
  let own = null
  let loose = false // the last entry was sound, but not linked to the one before it
  const badInRun = (row, what) => {
    bad(row, what)
    run.sound = false
  }
  for await (const bytes of linesOf(source.stream('entries.jsonl'), 'entries.jsonl')) {
    if (own) content = await nextContent()
    if (count > 0) chosen.update(`${seq}\n`)
    count++
    const begins = run === null
    if (begins) {
      const { value } = await runs.next()
      if (value === undefined) throw new Error('proofs.jsonl: entries without a proof')
      run = readRun(JSON.parse(UTF8.decode(value)), seq, newest.size)
      const own = numberIn(bytes)
      if (own > seq && own < run.from) {
        bad(own, 'comes without a proof')
        throw new Error('proofs.jsonl: entries without a proof')
      }
      Object.assign(tree, { size: run.from - 1, stack: leftOf(run.from - 1, newest.size, run.first) })
    }
    const linked = !begins || run.from === seq + 1
    seq = begins ? run.from : seq + 1
    const leaf = sha256(Buffer.of(0), bytes)
    if (begins && !rootBy(leaf, seq - 1, newest.size, run.first).equals(newest.root))
      badInRun(seq, 'is not the entry of the checkpoint (inclusion)')
    for (; content && content.seq < seq; content = await nextContent())
      bad(content.seq, 'has a content no entry tells of', 'content')
    own = content?.seq === seq ? content : null
    if (own) present.add(seq)
    const expectedPrev = prev
    prev = leaf.toString('hex')
    if (range && seq >= range[0] && expected <= range[1]) {
      if (seq === expected) expected++
      else {
        bad(expected, 'is missing')
        expected = Infinity
      }
    }
    entry = undefined
    try {
      entry = readEntry(bytes, seq, station, erased)
      const fits = !linked || entry.prev === expectedPrev
      if (fits && loose) badInRun(seq - 2, 'is not what the entry after it was linked to')
      if (!fits) badInRun(seq, 'does not follow the entry before it')
      loose = !fits
    } catch (error) {
      badInRun(seq, error.message)
      loose = false
    }
    if (seq !== run.to) addLeaf(leaf)
    else {
      const left = leftOf(seq - 1, newest.size, run.last)
      const same = left.length === tree.stack.length && left.every((hash, i) => hash.equals(tree.stack[i]))
      const stands = rootBy(leaf, seq - 1, newest.size, run.last).equals(newest.root)
      if (stands && loose) bad(seq - 1, 'is not what the entry after it was linked to')
      loose = false
      if (run.sound && !stands) bad(seq, 'is not the entry of the checkpoint (inclusion)')
      else if (run.sound && !same)
        bad(run.from, 'the entries from here on are not those of the checkpoint (inclusion)')
      run = null
    }
    if (entry === undefined) continue
    const commitment = entry.data.content
    if (own && sha256(own.salt, own.body).toString('hex') !== commitment)
      bad(seq, 'its content is not what it tells of', 'content')
    if (!own && commitment !== undefined) waiting.add(seq)
  }
  if (own) content = await nextContent()
  if (run !== null) bad(seq + 1, 'is missing')
  else if (!(await runs.next()).done) throw new Error('proofs.jsonl: a run has no entries')
  if (range && expected <= range[1]) bad(expected, 'is missing')
  for (; content; content = await nextContent())
    bad(content.seq, 'has a content no entry tells of', 'content')
  for (const named of waiting)
    if (!erased.has(named) && !withheld.has(named))
      bad(named, 'its content is missing, and no erasure says why', 'content')
  for (const named of erased)
    if (present.has(named)) bad(named, 'its content is still there although it was erased', 'content')
  for (const named of withheld)
    if (present.has(named)) bad(named, 'its content is here although it is said to be withheld', 'content')
  return {
    last: entry,
    count: Math.max(0, count - 1),
    chosen: chosen.digest('hex'),
    withheld,
  }
}

/** The number an entry says it has; 0 where it says none. */
function numberIn(bytes) {
  try {
    const { seq } = JSON.parse(bytes.toString('utf8'))
    return Number.isSafeInteger(seq) ? seq : 0
  } catch {
    return 0
  }
}

function readRange(range) {
  if (range === null) return null
  const isSeq = (value) => Number.isSafeInteger(value) && value > 0
  if (!Array.isArray(range) || range.length !== 2 || !range.every(isSeq) || range[1] < range[0])
    throw new Error('scope.json: the range cannot be read')
  return range
}

function readRun({ from, to, first, last = first }, before, size) {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from <= before || to < from || to > size)
    throw new Error('proofs.jsonl: a run is out of order')
  const path = (hashes) => readPath(hashes, 'proofs.jsonl')
  return { from, to, first: path(first), last: path(last), sound: true }
}

function readPath(path, name) {
  const isHash = (hash) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)
  if (!Array.isArray(path) || path.length > 120 || !path.every(isHash))
    throw new Error(`${name}: a path of hashes cannot be read`)
  return path.map((hash) => Buffer.from(hash, 'hex'))
}

/** Largest power of two smaller than `width`. */
function split(width) {
  let k = 1
  while (k * 2 < width) k *= 2
  return k
}

/** On which side of the way from a leaf (from 0) to the root each sibling stands, the nearest first. */
function sidesOf(index, size) {
  const sides = []
  for (let [low, high] = [0, size]; high - low > 1; ) {
    const middle = low + split(high - low)
    sides.unshift(index < middle ? 'right' : 'left')
    if (index < middle) high = middle
    else low = middle
  }
  return sides
}

function rootBy(leaf, index, size, path) {
  const sides = sidesOf(index, size)
  if (sides.length !== path.length) return Buffer.of()
  return sides.reduce(
    (hash, side, i) =>
      side === 'left' ? sha256(Buffer.of(1), path[i], hash) : sha256(Buffer.of(1), hash, path[i]),
    leaf,
  )
}

/** The complete subtrees before a leaf, the widest first: a stack to add to. */
function leftOf(index, size, path) {
  const sides = sidesOf(index, size)
  return path.filter((_, i) => sides[i] === 'left').reverse()
}

/** Every checkpoint must be a prefix of the next. */
async function checkChain(source, checkpoints, bad) {
  const proofs = new Map()
  for await (const line of linesOf(source.stream('consistency.jsonl'), 'consistency.jsonl')) {
    const { from, to, path } = JSON.parse(UTF8.decode(line))
    proofs.set(`${from} ${to}`, readPath(path, 'consistency.jsonl'))
  }
  checkpoints.forEach((next, i) => {
    const before = checkpoints[i - 1]
    if (before === undefined) return
    const path = before.size === next.size ? [] : proofs.get(`${before.size} ${next.size}`)
    if (path === undefined || !extendsTree(before, next, [...path]))
      bad(next.size, `is not shown to extend the one of ${before.size} entries`, 'checkpoint')
  })
}

function extendsTree(before, next, path) {
  if (before.size === next.size) return before.root.equals(next.root)
  if (before.size === 0) return path.length === 0 && before.root.equals(sha256())
  const nothing = Buffer.of()
  const roots = (m, n, whole) => {
    if (m === n) return Array(2).fill(whole ? before.root : (path.pop() ?? nothing))
    const k = split(n)
    const sibling = path.pop() ?? nothing
    if (m <= k) {
      const [old, now] = roots(m, k, whole)
      return [old, sha256(Buffer.of(1), now, sibling)]
    }
    return roots(m - k, n - k, false).map((hash) => sha256(Buffer.of(1), sibling, hash))
  }
  const [old, now] = roots(before.size, next.size, true)
  return path.length === 0 && old.equals(before.root) && now.equals(next.root)
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

function partWords({ scope, entries, range }) {
  const which = range === null ? 'not all of them neighbours 不连续' : `${range[0]}-${range[1]}`
  return `${entries} entries 条, ${which}: ${JSON.stringify(scope)}`
}

function print(result) {
  const { firstBad: bad } = result
  const where = bad && `${bad.seq === null ? '' : `entry ${bad.seq}: `}${bad.what}`
  console.log(`station   单位    ${result.station}`)
  console.log(`entries   条目数  ${result.size}`)
  console.log(`code      存证码  ${result.code}`)
  if (result.withheld > 0) console.log(`withheld  未附    ${result.withheld} texts 条私密正文`)
  if (result.part) console.log(`part      部分    ${partWords(result.part)}`)
  const papers = {
    none: 'none here 无',
    bound: 'as the export was made 与导出时一致',
    unbound: 'NOT covered by any proof 不受核验保护',
  }
  if (result.papers !== 'none') console.log(`papers    附件    ${papers[result.papers]}`)
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
