import type { WarningType } from '../../contract/warnings.ts'
import { isName, labelledType, phoneIn, typeOf } from './paste-fields.ts'

/** A table copied from a sheet: a line of headings, then a person in each row. */

type Column = 'name' | 'phone' | 'type' | 'other'

export interface Head {
  between: RegExp
  /** Cells may be missing at the end of a row, unless they are told apart by a single blank. */
  whole: boolean
  columns: { column: Column; title: string }[]
}

const betweens: readonly { between: RegExp; whole: boolean; sheet: boolean }[] = [
  { between: /\t/, whole: false, sheet: true },
  { between: /\|/, whole: false, sheet: true },
  { between: /,/, whole: false, sheet: false },
  { between: / {1,20}/, whole: true, sheet: false },
]
const titles: readonly [Column, RegExp][] = [
  [
    'name',
    /^(?:受害人|潜在受害人|居民|事主|被害人|人员)?(?:姓名|名字)$|^(?:潜在受害人|受害人|被害人|事主|预警对象|当事人|机主)$/,
  ],
  ['phone', /^(?:受害人|居民|本人|事主)?(?:联系电话|联系方式|电话号码|手机号码|手机号|手机|电话|号码)$/],
  ['type', /^.{0,6}(?:类型|类别|手法|案由)$/],
  [
    'other',
    /^(?:序号|编号|性别|年龄|状态|来源|备注|说明|.{0,4}等级|.{0,4}(?:地址|住址|户籍地?|时间|日期|金额|单位|派出所|村组|村|组|辖区)|身份证号?码?|证件号码?)$/,
  ],
]

export function isHead(line: string): Head | null {
  if (line.length > 300 || /\d/.test(line)) return null
  for (const { between, whole, sheet } of betweens) {
    const cells = line
      .trim()
      .split(between)
      .map((cell) => cell.trim())
    if (cells.length < 2) continue
    const columns = cells.map((title) => ({
      title,
      column: titles.find(([, words]) => words.test(title))?.[0] ?? null,
    }))
    if (!columns.some(({ column }) => column === 'name' || column === 'phone')) continue
    const strange = columns.filter(({ column, title }) => column === null && title !== '')
    // Between tabs a heading may say anything, as long as it is not somebody: 姓名 ⇥ 张三 is no row of headings.
    if (strange.length > 0 && (!sheet || cells.length - strange.length < 2)) continue
    if (strange.some(({ title }) => title.length > 12 || isName(title))) continue
    return {
      between,
      whole,
      columns: columns.map(({ title, column }) => ({ title, column: column ?? 'other' })),
    }
  }
  return null
}

export interface Row {
  name: string | null
  phone: string | null
  type: WarningType
  rest: string
}

/** Null where the line is no row of this table. */
export function rowOf(head: Head, kept: string, match: string): Row | null {
  const cells = match.split(head.between)
  // The texts have the same length, so what stands between cells stands in the same places.
  let from = 0
  const shown = cells.map((cell) => {
    const at = match.indexOf(cell, from)
    from = at + cell.length
    return kept.slice(at, from).trim()
  })
  if (cells.length < 2 || cells.length > head.columns.length) return null
  if (head.whole && cells.length !== head.columns.length) return null
  const row: Row = { name: null, phone: null, type: 'other', rest: '' }
  const rest: string[] = []
  for (const [at, whole] of cells.entries()) {
    const cell = whole.trim()
    const { column, title } = head.columns[at]!
    const phone = column === 'phone' ? numberOf(cell) : null
    if (column === 'name' && row.name === null && cell !== '' && cell.length <= 60) row.name = cell
    else if (phone !== null && row.phone === null) row.phone = phone
    else if (cell !== '') rest.push(title === '' ? shown[at]! : `${title}：${shown[at]}`)
    if (column === 'type') row.type = labelledType(`类型:${cell}`) ?? typeOf(cell)
  }
  const isRow =
    row.phone !== null || (row.name !== null && isName(row.name) && cells.length === head.columns.length)
  if (!isRow) return null
  if (row.type === 'other') row.type = typeOf(match)
  return { ...row, rest: rest.join('，') }
}

function numberOf(cell: string): string | null {
  const found = phoneIn(cell)
  // More than the number in its cell is more than this can say.
  if (found && found.at === 0 && found.end === cell.length) return found.value
  return /^\+?\d[\d -]{3,18}\d$/.test(cell) && cell.replace(/\D/g, '').length <= 16 ? cell : null
}
