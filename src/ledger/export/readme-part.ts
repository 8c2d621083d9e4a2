/** What the page in an export says where that holds only some entries of the ledger. */

import type { JsonObject } from '../entry.ts'

export function whatZh(exported: JsonObject): string {
  const range = rangeOf(exported)
  const belongs = range
    ? `本包含第 ${range[0]} 至第 ${range[1]} 号的全部条目，中间缺少任何一条都会被核验程序发现。`
    : `本包含 ${exported.entries} 个条目，属于所选事项（见下）。核验能证明这 ${exported.entries} 条都在、一条未改，
但任何证明都不能说明导出时没有漏选与此事有关的其他条目；需要时请与同一时段的完整导出对照。`
  return `本压缩包是该所值班台审计账本的一部分。
范围：${JSON.stringify(exported.scope)}
${belongs}
哪些条目属于所选事项：会话为主体或在数据中写明该会话的条目、该居民名片的条目；
交接班为以该交接班为主体、或在数据中写明该交接班的条目；
时段为第一个不早于起点的条目到最后一个早于终点的条目之间的全部（顺序只看序号，不看时钟）；班次为上岗到下岗之间的全部。
另附说明其中正文已依法删除的 content.erased 条目，以及本次导出的条目 ledger.exported（最后一条）。`
}

export function whatEn(exported: JsonObject): string {
  const range = rangeOf(exported)
  const belongs = range
    ? `All entries from ${range[0]} to ${range[1]} are here; the verifier notices any that is missing in between.`
    : `The ${exported.entries} entries here belong to what was asked for (see below). The proofs show that all of
these are here and unchanged. No proof can show that nothing else about the matter was left out when the
export was made; where that is in doubt, compare with a full export of the same time.`
  return `Some entries of the audit ledger of this station's duty desk.
Scope: ${JSON.stringify(exported.scope)}
${belongs}
What belongs: to a thread, the entries about it, those that name it in their data, and those of the card of
its resident; to a handoff, the entries about it and those that name it in their data; to a period, all from
the first entry that is not before its start to the last one before its end (order is the number, never the
clock); to a shift, all from signing on to signing off. Besides these, the content.erased entries that say why
a text among them is gone, and the entry of this export, ledger.exported, the last one.`
}

export const filesZh = `scope.json       导出范围、条目数和区间，与最后一个条目 ledger.exported 的数据一致
proofs.jsonl     每行对应一段相邻条目（from 至 to）：首条与末条在最新存证点树中的审计路径 first、last
                 （RFC 6962 §2.1.1，自叶至根，序号从 0 起为 from-1；只有一条时省略 last）。
                 由首条路径左侧的子树加上本段条目，应得到末条路径左侧的子树，因此中间一条都不能改动或缺少
consistency.jsonl 相邻两个存证点之间的一致性证明（RFC 6962 §2.1.2）：from、to、path
                 所选条目的序号（每个十进制数后加换行）的 SHA-256 是 ledger.exported 的 data.chosen，
                 因此导出之后从包中取走条目也会被发现
`

export const filesEn = `scope.json       what was asked for, how many entries, which range: as the last entry, ledger.exported, says it
proofs.jsonl     one line for each run of neighbouring entries (from, to): first and last are the audit paths
                 (RFC 6962 §2.1.1, from the leaf to the root; the leaf index is the entry number less 1) of the
                 first and the last entry of the run to the newest checkpoint; last is left out where the run
                 is one entry. The subtrees to the left on the first path, grown by the entries of the run,
                 must be the subtrees to the left on the last path: no entry between can be changed or missing
consistency.jsonl that each checkpoint is a prefix of the next (RFC 6962 §2.1.2): from, to, path
                 The SHA-256 of the numbers of the chosen entries (decimal digits, a newline after each) is
                 data.chosen of ledger.exported, so that none can be taken out of this file later
`

function rangeOf({ range }: JsonObject): [number, number] | null {
  return Array.isArray(range) ? (range as [number, number]) : null
}
