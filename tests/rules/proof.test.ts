import { describe, expect, test } from 'vitest'
import { csvRow } from '../../src/desk/proof/csv.ts'
import { exportFile, exportName } from '../../src/desk/proof/folder.ts'
import { note, present, standing } from '../../src/desk/proof/rules.ts'

describe('a row for a spreadsheet', () => {
  test.each([
    '=HYPERLINK("http://evil","点我")',
    '+86 138',
    '-1',
    '@SUM(A1)',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    '  =1',
    '\u00a0=1',
    '\u200b=1',
    '\ufeff=1',
    '\t1',
    '\r1',
    '\n=1',
  ])('takes %j for text', (text) => {
    expect(csvRow([text]).startsWith(`"'`)).toBe(true)
  })

  test('leaves everything else as it was said', () => {
    expect(csvRow([7, null, '王桂兰', 'a=b', "'好", '"引号",逗号\r\n换行'])).toBe(
      '7,,"王桂兰","a=b","\'好","""引号"",逗号\r\n换行"\r\n',
    )
    expect(csvRow(['甲\0乙'])).toBe('"甲乙"\r\n')
  })
})

describe('a head a console remembers', () => {
  const head = { size: 9, root: 'aa' }
  // 23:59 and 00:01 in Shanghai.
  const evening = Date.parse('2026-11-23T15:59:00.000Z')
  const midnight = evening + 2 * 60_000

  test('matches, differs, or tells of more than there is', () => {
    expect([standing('aa', 'aa'), standing('aa', 'bb'), standing('aa', null)]).toEqual([
      'matches',
      'differs',
      'ahead',
    ])
  })

  test('that matches is said once a day; one that does not, each time', () => {
    const said = (noted: number | null, now: number) => present(head, 'matches', noted, now)
    expect(said(null, evening)).toMatchObject({ entries: [{ type: 'witness.seen', data: { size: 9 } }] })
    expect(said(evening - 60_000, evening)).toEqual({ entries: [] })
    expect(said(evening, midnight)).toMatchObject({ entries: [{ type: 'witness.seen' }] })
    for (const is of ['differs', 'ahead'] as const)
      expect(present(head, is, evening, evening)).toMatchObject({
        entries: [{ type: 'witness.contradicted', data: { by: 'console', ...head, is } }],
      })
  })
})

test('what nobody has to take note of any more is refused', () => {
  expect(note(40, true)).toMatchObject({ entries: [{ type: 'witness.noted', data: { upto: 40 } }] })
  expect(note(40, false)).toEqual({ refused: { code: 'nothing_to_do' } })
})

test('the name of an export says its kind and time, and leads nowhere else', () => {
  const at = Date.parse('2026-11-23T16:30:00.000Z')
  const name = exportName({ kind: 'thread', thread: '../../x' }, at, '01a2-b3c4d5e6f7')
  expect(name).toBe('duty-desk-thread-20261124-003000-c4d5e6f7.zip')
  expect(exportFile('/data', name)).toBe(`/data/exports/${name}`)
  for (const wrong of [
    '',
    '.zip',
    '../a.zip',
    'a/b.zip',
    'a\\b.zip',
    'a.zip\0',
    'A.zip',
    'a.exe',
    `${'a'.repeat(200)}.zip`,
  ])
    expect(exportFile('/data', wrong)).toBeNull()
})
