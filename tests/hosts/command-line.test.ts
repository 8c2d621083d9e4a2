import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { databaseFile } from '../../src/desk/station/database-file.ts'
import { holdDataDir } from '../../src/hosts/single-core.ts'
import { desk, run } from '../support/command-line.ts'
import { at } from '../support/console.ts'
import { jpeg } from '../support/files.ts'
import { channelFiles, isState, sendsFile, sha256 } from '../support/media.ts'
import { root, tempDir, testStation } from '../support/station.ts'

const shared = join(root, '..', 'shared')
const records = join(shared, 'data', 'resident_messages_with_replies.jsonl')
const vectors = join(shared, 'vectors', 'ledger.json')

/** The data folder of a station with a few dozen entries and two checkpoints, closed. */
async function stationDir(over: { another?: boolean } = {}): Promise<{
  dir: string
  db: string
  head: { size: number; code: string; note: string }
  size: number
}> {
  const made = await testStation(over)
  const zhang = await at(made, 'zhang')
  for (let n = 0; n < 12; n += 1) {
    const thread = made.hears({ from: `居民${n}`, text: `第${n}句` })
    await zhang.call('thread.claim', { thread })
    await zhang.call('thread.note', { thread, text: '记' })
  }
  const note = made.station.checkpoints.make('test') as string
  const { size, code } = await zhang.call('ledger.head', {})
  for (let n = 0; n < 12; n += 1) made.hears({ from: `居民${n}`, text: `又${n}句` })
  const after = made.station.ledger.head().size
  await made.close()
  return { dir: made.dir, db: databaseFile(made.dir), head: { size, code, note }, size: after }
}

/** What somebody does who has the file and knows SQL: triggers are no hindrance to him. */
function tamper(file: string, sql: string): void {
  const db = new Database(file)
  const triggers = db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
    .pluck()
    .all() as string[]
  for (const trigger of triggers) db.exec(`DROP TRIGGER "${trigger}"`)
  db.exec(sql)
  db.close()
}

describe('desk replay', () => {
  const lines = [
    '{"id":"a","time":"2019-04-25T09:32:09","user":"A1","title":"物业","text":"物业管理有问题"}',
    'not json at all',
    '{"id":"b","text":"没有时间的一条"}',
    '{"id":"c"}',
    '{"id":"d","text":""}',
    '',
    '{"id":"e","time":"昨天","text":"时间不对"}',
    '{"id":"f","time":"2019-04-25T09:32:09+08:00","user":"A1","text":"有时区的一条"}',
    '[1,2]',
    '{"id":"a","text":"同一个编号"}',
  ]
  const file = () => {
    const path = join(tempDir(), 'messages.jsonl')
    writeFileSync(path, `${lines.join('\n')}\n`)
    return path
  }

  test('takes the good lines in, counts the bad ones, says which and why, and keeps them aside', async () => {
    const [dir, path] = [tempDir(), file()]
    const { code, out } = await desk('replay', path, '--data', dir, '--account', '回放')
    expect(code).toBe(0)
    expect(out).toContain('3 messages on 3 threads of "回放"; 1 already there, 5 lines kept aside')
    for (const told of [
      'line 2: not JSON',
      'line 4: text:',
      'line 5: text:',
      'line 7: time: not a date',
      'line 9: record:',
    ])
      expect(out).toContain(told)
    const made = await testStationIn(dir)
    const aside = made.prepare('SELECT line, text, source FROM aside ORDER BY id').all() as {
      line: number
      text: string
      source: string
    }[]
    expect(aside.map(({ line, text }) => [line, text])).toEqual(
      [2, 4, 5, 7, 9].map((line) => [line, lines[line - 1]]),
    )
    const times = made.prepare('SELECT sent_at FROM message WHERE external IN (?, ?)').pluck().all('a', 'f')
    expect(times).toEqual([Date.parse('2019-04-25T01:32:09Z'), Date.parse('2019-04-25T01:32:09Z')])
    made.close()
  })
  test('again adds nothing', async () => {
    const [dir, path] = [tempDir(), file()]
    await desk('replay', path, '--data', dir)
    const before = new Database(databaseFile(dir)).prepare(`SELECT count(*) FROM message`).pluck().get()
    const { out } = await desk('replay', path, '--data', dir)
    expect(out).toContain('0 messages on 0 threads')
    expect(out).toContain('4 already there, 5 lines kept aside')
    expect(new Database(databaseFile(dir)).prepare(`SELECT count(*) FROM message`).pluck().get()).toBe(before)
  })
  test('of a file that is not there says so', async () => {
    const { code, err } = await desk('replay', '/no/such/file', '--data', tempDir())
    expect([code, err]).toEqual([1, 'desk: no such file: /no/such/file\n'])
  })
  test.skipIf(!existsSync(records))(
    'of 1,648 real messages makes 1,648 threads, unaltered and rebuilt the same (skipped where the shared data is not at hand)',
    async () => {
      const dir = tempDir()
      const first = await desk('replay', records, '--data', dir)
      expect(first.out).toMatch(/^1648 messages on 1648 threads .* 0 already there, 0 lines kept aside/)
      const again = await desk('replay', records, '--data', dir)
      expect(again.out).toMatch(/^0 messages on 0 threads .* 1648 already there/)
      const verdict = await desk('verify', dir)
      expect([verdict.code, verdict.out]).toEqual([0, expect.stringContaining('unaltered: yes')])
      expect((await desk('rebuild', '--data', dir)).out).toContain('the screens are the same as before')
    },
  )
})

const testStationIn = async (dir: string) => new Database(databaseFile(dir), { readonly: true })

describe('desk verify', () => {
  const verdictOf = (out: string) =>
    Object.fromEntries(
      out
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s+/, 2)),
    )

  test('finds a station unaltered; whether it is complete nobody can know without an older head', async () => {
    const { dir, size } = await stationDir()
    const { code, out } = await desk('verify', dir)
    expect(code).toBe(0)
    expect(verdictOf(out)).toMatchObject({
      unaltered: 'yes',
      complete: expect.stringMatching(/^unknown/),
      entries: String(size),
    })
    expect(out).toMatch(/head code: ([0-9A-Z]{4}-){4}[0-9A-Z]{4}/)
  })
  test('finds it complete against a checkpoint kept elsewhere, or a printed code', async () => {
    const { dir, db, head } = await stationDir()
    const note = join(tempDir(), 'checkpoint.txt')
    writeFileSync(note, head.note)
    const [byNote, byCode] = [
      await desk('verify', dir, '--checkpoint', note),
      await desk('verify', db, '--code', `${head.size}:${head.code}`, '--json'),
    ]
    expect([byNote.code, verdictOf(byNote.out).complete]).toEqual([0, expect.stringMatching(/^yes/)])
    expect([byCode.code, JSON.parse(byCode.out)]).toMatchObject([
      0,
      { unaltered: { ok: true }, complete: 'yes' },
    ])
  })
  test('finds out that the end was cut off, and names where', async () => {
    const { dir, db, size } = await stationDir()
    tamper(db, `DELETE FROM entry WHERE seq = ${size}`)
    const { code, out } = await desk('verify', dir)
    expect(code).toBe(1)
    expect(out).toContain('unaltered: NO')
    expect(out).toContain(String(size))
  })
  test('finds out that the end was cut off cleanly, content and all, by the head kept elsewhere', async () => {
    const { dir, db, head } = await stationDir()
    const note = join(tempDir(), 'checkpoint.txt')
    writeFileSync(note, head.note)
    tamper(
      db,
      `DELETE FROM entry WHERE seq > ${head.size - 3}; DELETE FROM content WHERE seq > ${head.size - 3}; DELETE FROM checkpoint`,
    )
    const alone = await desk('verify', dir)
    expect(verdictOf(alone.out)).toMatchObject({
      unaltered: 'yes',
      complete: expect.stringMatching(/^unknown/),
    })
    const against = await desk('verify', dir, '--checkpoint', note)
    expect([against.code, verdictOf(against.out).complete]).toEqual([1, expect.stringMatching(/^NO/)])
  })
  test('finds out that the database was replaced by that of another station', async () => {
    const [one, other] = [await stationDir(), await stationDir({ another: true })]
    const note = join(tempDir(), 'checkpoint.txt')
    writeFileSync(note, one.head.note)
    copyFileSync(other.db, one.db)
    const { code, out } = await desk('verify', one.dir, '--checkpoint', note)
    expect([code, verdictOf(out).complete]).toEqual([1, expect.stringMatching(/^NO/)])
  })
  test.each([
    [
      'an entry',
      'entry 9',
      `UPDATE entry SET canonical = replace(canonical, '"seq":9,', '"seq":9 ,') WHERE seq = 9`,
    ],
    ['the leaf of an entry', 'entry 9', `UPDATE entry SET leaf = x'00' WHERE seq = 9`],
    [
      'a message',
      'content, entry',
      `UPDATE content SET body = replace(body, '第3句', '第4句') WHERE seq IN (SELECT seq FROM message)`,
    ],
    ['a salt', 'content, entry 20', 'UPDATE content SET salt = zeroblob(32) WHERE seq = 20'],
    [
      'the order of two entries',
      'entry 9',
      `UPDATE entry SET seq = -1 WHERE seq = 9; UPDATE entry SET seq = 9 WHERE seq = 10; UPDATE entry SET seq = 10 WHERE seq = -1`,
    ],
    ['a checkpoint', 'checkpoint', `UPDATE checkpoint SET note = replace(note, 'duty-desk', 'duty-dusk')`],
  ])('finds out that %s was changed and names it: %s', async (_what, where, sql) => {
    const { dir, db } = await stationDir()
    tamper(db, sql)
    const { code, out } = await desk('verify', dir)
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`unaltered: NO \\(.*${where}`))
  })
  test('finds a single flipped bit in the file', async () => {
    const { dir, db } = await stationDir()
    tamper(db, 'PRAGMA wal_checkpoint(TRUNCATE)')
    const bytes = readFileSync(db)
    // Inside the text of an entry, wherever its page is.
    const where = bytes.indexOf('"type":"note.added"')
    expect(where).toBeGreaterThan(0)
    bytes[where + 9]! ^= 1
    writeFileSync(db, bytes)
    const { code, out } = await desk('verify', dir)
    expect([code, out]).toEqual([1, expect.stringContaining('unaltered: NO')])
  })
  test('says what is wrong where there is nothing to verify', async () => {
    const empty = tempDir()
    const nothing = await desk('verify', join(empty, 'no'))
    expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('nothing at')])
    const noStation = await desk('verify', empty)
    expect([noStation.code, noStation.err]).toEqual([1, expect.stringContaining('no station in')])
    const { dir } = await stationDir()
    expect((await desk('verify', dir, '--code', 'ABCD-EFGH')).code).toBe(1)
  })
})

describe('desk export', () => {
  test('writes a bundle that verifies by itself, and that is an entry in it', async () => {
    const { dir, size } = await stationDir()
    const zip = join(tempDir(), 'export.zip')
    const made = await desk('export', zip, '--data', dir)
    expect([made.code, made.out]).toEqual([0, expect.stringContaining(`${size + 1} entries`)])
    const verdict = await desk('verify', zip, '--json')
    expect([verdict.code, JSON.parse(verdict.out)]).toMatchObject([
      0,
      { unaltered: { ok: true }, size: size + 1 },
    ])
    const db = await testStationIn(dir)
    const last = db.prepare('SELECT canonical FROM entry ORDER BY seq DESC LIMIT 1').pluck().get() as string
    expect(JSON.parse(last)).toMatchObject({ type: 'ledger.exported', actor: { user: 'cli' } })
    db.close()
    const bytes = readFileSync(zip)
    // In the entries, wherever they stand in the zip.
    bytes[bytes.indexOf('entries.jsonl') + 200]! ^= 1
    writeFileSync(zip, bytes)
    expect((await desk('verify', zip)).code).toBe(1)
  })
})

describe('desk export of a part', () => {
  test('writes what was asked for, and desk verify reads it', async () => {
    const { dir, size } = await stationDir()
    const zip = join(tempDir(), 'part.zip')
    const made = await desk(
      'export',
      zip,
      '--data',
      dir,
      '--scope',
      'period:2026-11-23T00:00Z/2026-11-24T00:00Z',
    )
    expect([made.code, made.out]).toEqual([0, expect.stringContaining(`${size} entries`)])
    const verdict = await desk('verify', zip)
    expect([verdict.code, verdict.out]).toEqual([
      0,
      expect.stringContaining(`part:      ${size} entries, 1 to ${size}`),
    ])
    expect(verdict.out).toContain('papers:    as the export was made')
    const json = await desk(
      'verify',
      zip,
      '--json',
      '--code',
      made.out.trim().split('; ').at(-1)!.replace(' ', ':'),
    )
    expect(JSON.parse(json.out)).toMatchObject({ complete: 'yes', part: { range: [1, size] } })
  })
  test('says what it does not understand, and what is not there', async () => {
    const { dir } = await stationDir()
    const zip = join(tempDir(), 'part.zip')
    for (const scope of ['', 'thread', 'shift:first', 'period:2026-11-23', 'everything:'])
      expect((await desk('export', zip, '--data', dir, '--scope', scope)).err).toContain('not understood')
    const none = await desk('export', zip, '--data', dir, '--scope', 'thread:none')
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('not_found')])
    expect(existsSync(zip)).toBe(false)
  })
})

describe('desk backup and restore', () => {
  test('bring the station back as it was; what was there is set aside, not deleted', async () => {
    const { dir, size } = await stationDir()
    const copy = join(tempDir(), 'copy.db')
    expect((await desk('backup', copy, '--data', dir)).out).toContain(`${size} entries`)
    tamper(databaseFile(dir), 'DELETE FROM entry WHERE seq > 20')
    expect((await desk('verify', dir)).code).toBe(1)
    const restored = await desk('restore', copy, '--data', dir)
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining(`restored ${size} entries`)])
    expect((await desk('verify', dir)).code).toBe(0)
    const aside = readdirSync(dir).filter((name) => name.startsWith('set-aside-'))
    expect(aside).toHaveLength(1)
    expect(existsSync(join(dir, aside[0]!, 'duty-desk.db'))).toBe(true)
    expect((await desk('rebuild', '--data', dir)).out).toContain('the same as before')
  })
  test('bring the files of messages back too, from beside the backup or from what was here, and say which are gone', async () => {
    const made = await testStation()
    const channel = channelFiles(made)
    channel.connect()
    const files = ['m1', 'm2', 'm3'].map((id) => jpeg(id))
    for (const [n, file] of files.entries()) {
      channel.files.set(`m${n + 1}`, { file, name: null })
      const { message } = sendsFile(made, { id: `m${n + 1}`, from: `居民${n}` })
      await isState(made, message, 'here')
    }
    await made.close()
    const stored = (folder: string, n: number) =>
      join(folder, sha256(files[n]!).slice(0, 2), sha256(files[n]!))
    const copy = join(tempDir(), 'copy.db')
    const media = join(made.dir, 'media')
    unlinkSync(stored(media, 0))
    const backup = await desk('backup', copy, '--data', made.dir)
    expect(backup.out).toContain('2 files of messages, 1 MISSING')
    unlinkSync(stored(`${copy}.media`, 1))
    const { code, out } = await desk('restore', copy, '--data', made.dir)
    expect([code, out]).toEqual([0, expect.stringContaining('2 files of messages; 1 files are MISSING')])
    expect(files.map((_, n) => existsSync(stored(media, n)))).toEqual([false, true, true])
    const aside = readdirSync(made.dir).find((name) => name.startsWith('set-aside-'))!
    expect(existsSync(stored(join(made.dir, aside, 'media'), 1))).toBe(true)

    const elsewhere = tempDir()
    expect((await desk('restore', copy, '--data', elsewhere)).out).toContain('2 files are MISSING')
    expect(readFileSync(stored(join(elsewhere, 'media'), 2))).toEqual(files[2])
  })
  test('refuse what is no backup, and leave the station alone', async () => {
    const { dir } = await stationDir()
    const bad = join(tempDir(), 'bad.db')
    writeFileSync(bad, 'not a database')
    const text = await desk('restore', bad, '--data', dir)
    expect(text.code).not.toBe(0)
    const cut = join(tempDir(), 'cut.db')
    await desk('backup', cut, '--data', dir)
    tamper(cut, 'DELETE FROM entry WHERE seq = 12')
    expect((await desk('restore', cut, '--data', dir)).code).toBe(1)
    expect((await desk('verify', dir)).code).toBe(0)
    expect(readdirSync(dir).filter((name) => name.startsWith('set-aside-'))).toEqual([])
  })
  test('of a station whose screens are another’s are made anew when opened', async () => {
    const { dir } = await stationDir()
    tamper(databaseFile(dir), `UPDATE projection_version SET version = 'older'; DELETE FROM message`)
    expect((await desk('rebuild', '--data', dir)).out).toContain('the same as before')
  })
})

describe('desk vectors', () => {
  test.skipIf(!existsSync(vectors))(
    'recomputes every value of the shared file (skipped where it is not at hand), and notices one that is wrong',
    async () => {
      const good = await desk('vectors', vectors)
      expect([good.code, good.out]).toEqual([
        0,
        expect.stringMatching(/[1-9]\d* values checked, 0 mismatches/),
      ])
      const broken = join(tempDir(), 'broken.json')
      const text = readFileSync(vectors, 'utf8')
      const hex = /[0-9a-f]{64}/g
      const found = [...text.matchAll(hex)].find(([value]) => value !== '0'.repeat(64))!
      const flipped = found[0].startsWith('a') ? 'b' : 'a'
      writeFileSync(broken, text.slice(0, found.index) + flipped + text.slice(found.index + 1))
      const bad = await desk('vectors', broken)
      expect([bad.code, bad.out]).toEqual([1, expect.stringContaining('mismatch: ')])
    },
  )
  test('of a file with nothing in it are not right', async () => {
    const empty = join(tempDir(), 'empty.json')
    writeFileSync(empty, 'nothing')
    expect((await desk('vectors', empty)).code).toBe(1)
  })
})

describe('one core works on a data folder', () => {
  test('a second is refused while the first runs, and comes in when it is gone', async () => {
    const { dir } = await stationDir()
    const lock = holdDataDir(dir)
    for (const args of [
      ['rebuild'],
      ['backup', join(dir, 'copy.db')],
      ['replay', join(root, 'package.json')],
    ]) {
      const { code, err } = await desk(...args, '--data', dir)
      expect([code, err]).toEqual([1, expect.stringContaining(`another Duty Desk is working on ${dir}`)])
    }
    const served = await run(join(root, 'src', 'hosts', 'browser', 'main.ts'), '--data', dir, '--port', '0')
    expect([served.code !== 0, served.err]).toEqual([true, expect.stringContaining('another Duty Desk')])
    lock.release()
    expect((await desk('rebuild', '--data', dir)).code).toBe(0)
  })
  test('verifying is for anybody at any time', async () => {
    const { dir } = await stationDir()
    const lock = holdDataDir(dir)
    expect((await desk('verify', dir)).code).toBe(0)
    lock.release()
  })
  test('what a killed core left locked is taken over', async () => {
    const { dir } = await stationDir()
    const hold = `import('./src/hosts/single-core.ts').then((m) => {
      m.holdDataDir(process.argv[1]); console.log('held'); setInterval(() => {}, 1000) })`
    const core = spawn(process.execPath, ['-e', hold, dir], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(core.stdout, 'data')
    expect((await desk('rebuild', '--data', dir)).code).toBe(1)
    core.kill('SIGKILL')
    await once(core, 'exit')
    expect((await desk('rebuild', '--data', dir)).code).toBe(0)
  })
})
