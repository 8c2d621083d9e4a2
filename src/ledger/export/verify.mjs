// Verifies an exported Duty Desk ledger with nothing but Node's standard library (Node 18 or newer).
//   node verify.mjs FOLDER [--checkpoint FILE]... [--code SIZE:CODE]...
// Formats: RFC 8785 (canonical form), RFC 6962 (tree), c2sp.org/signed-note, c2sp.org/tlog-checkpoint.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const argv = process.argv.slice(2)
const folder = argv[0] && !argv[0].startsWith('--') ? argv[0] : '.'
const after = (flag) => argv.flatMap((word, at) => (word === flag ? [argv[at + 1]] : []))
const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const node = (left, right) => sha256(Buffer.of(1), left, right)
const lines = (name) => createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity })

function jcs(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(jcs).join(',')}]`
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${jcs(value[key])}`).join(',')}}`
}

function root(leaves, from = 0, to = leaves.length) {
  if (to === from) return sha256('')
  if (to - from === 1) return leaves[from]
  let split = 1
  while (split * 2 < to - from) split *= 2
  return node(root(leaves, from, from + split), root(leaves, from + split, to))
}

function shortCode(hash) {
  let bits = ''
  for (const byte of hash.subarray(0, 13)) bits += byte.toString(2).padStart(8, '0')
  const digits = bits.slice(0, 100).match(/.{5}/g).map((five) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[parseInt(five, 2)])
  return digits.join('').match(/.{4}/g).join('-')
}

function openNote(text, verifier) {
  const [, name, id, base64] = /^(.+)\+([0-9a-f]{8})\+(.+)$/.exec(verifier)
  const encoded = Buffer.from(base64, 'base64')
  if (!sha256(name, '\n', encoded).subarray(0, 4).equals(Buffer.from(id, 'hex'))) throw new Error('the key is not its id')
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), encoded.subarray(1)]), format: 'der', type: 'spki',
  })
  const cut = text.lastIndexOf('\n\n')
  const said = text.slice(0, cut + 1)
  for (const line of text.slice(cut + 2).split('\n')) {
    const [, who, signed] = /^— (\S+) (\S+)$/.exec(line) ?? []
    if (who !== name) continue
    const bytes = Buffer.from(signed, 'base64')
    if (bytes.subarray(0, 4).toString('hex') !== id) continue
    if (!verify(null, Buffer.from(said), key, bytes.subarray(4))) throw new Error('the signature is wrong')
    const [origin, size, hash] = said.split('\n')
    return { origin, size: Number(size), root: Buffer.from(hash, 'base64') }
  }
  throw new Error('not signed by the key of this ledger')
}

function bad(where, what) {
  console.log(`unaltered: NO (${where}: ${what})`)
  console.log('complete:  unknown')
  process.exit(1)
}

const meta = JSON.parse(readFileSync(join(folder, 'station.json'), 'utf8'))
const contents = new Map()
for await (const line of lines('content.jsonl')) {
  const { seq, salt, body } = JSON.parse(line)
  if (contents.has(seq)) bad(`content ${seq}`, 'stands twice')
  contents.set(seq, { salt: Buffer.from(salt, 'base64'), body })
}
const leaves = []
const missing = new Set()
const erased = new Set()
let prev = '0'.repeat(64)
for await (const line of lines('entries.jsonl')) {
  const seq = leaves.length + 1
  let entry
  try {
    entry = JSON.parse(line)
  } catch {
    bad(`entry ${seq}`, 'is not JSON')
  }
  if (jcs(entry) !== line) bad(`entry ${seq}`, 'is not in canonical form')
  if (entry.seq !== seq) bad(`entry ${seq}`, `says it is entry ${entry.seq}`)
  if (entry.station !== meta.station) bad(`entry ${seq}`, 'is of another station')
  if (entry.prev !== prev) bad(`entry ${seq}`, 'does not follow the entry before it')
  const content = contents.get(seq)
  contents.delete(seq)
  if (content && entry.data.content !== sha256(content.salt, content.body).toString('hex')) {
    bad(`content ${seq}`, 'is not what its entry committed to')
  }
  if (!content && entry.data.content !== undefined) missing.add(seq)
  if (entry.type === 'content.erased') for (const each of entry.data.seqs ?? []) erased.add(each)
  const leaf = sha256(Buffer.of(0), line)
  leaves.push(leaf)
  prev = leaf.toString('hex')
}
for (const seq of contents.keys()) bad(`content ${seq}`, 'belongs to no entry')
for (const seq of missing) if (!erased.has(seq)) bad(`content ${seq}`, 'is missing and no erasure names it')

const checkpoints = readdirSync(join(folder, 'checkpoints')).sort()
if (checkpoints.length === 0) bad('checkpoint', 'the bundle has no signed head')
for (const name of checkpoints) {
  try {
    const head = openNote(readFileSync(join(folder, 'checkpoints', name), 'utf8'), meta.verifier)
    if (head.origin !== meta.origin) throw new Error('is of another ledger')
    if (head.size > leaves.length) throw new Error(`tells of ${head.size} entries, ${leaves.length} are here`)
    if (!root(leaves, 0, head.size).equals(head.root)) throw new Error(`has another root at ${head.size} entries`)
  } catch (error) {
    bad(`checkpoint ${name}`, error.message)
  }
}

let complete = 'unknown (no head held elsewhere was given)'
const compare = (size, matches) => {
  if (complete.startsWith('NO')) return
  if (size > leaves.length) complete = `NO (a head tells of ${size} entries, only ${leaves.length} are here)`
  else if (!matches(root(leaves, 0, size))) complete = `NO (the first ${size} entries are not those of the head)`
  else complete = `yes (up to entry ${size})`
}
for (const file of after('--checkpoint')) {
  try {
    const head = openNote(readFileSync(file, 'utf8'), meta.verifier)
    if (head.origin !== meta.origin) throw new Error('it is of another ledger')
    compare(head.size, (hash) => hash.equals(head.root))
  } catch (error) {
    complete = `NO (${file}: ${error.message})`
  }
}
for (const text of after('--code')) {
  const [size, code] = text.split(':')
  const typed = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  compare(Number(size), (hash) => shortCode(hash).replaceAll('-', '') === typed)
}

console.log('unaltered: yes')
console.log(`complete:  ${complete}`)
console.log(`entries:   ${leaves.length}`)
console.log(`head code: ${shortCode(root(leaves))}`)
process.exit(complete.startsWith('NO') ? 1 : 0)
