/** The plain-language page in an export: what it is, and how anybody checks it. */

import type { JsonObject } from '../entry.ts'
import type { LedgerMeta } from '../sqlite/statements.ts'
import * as part from './readme-part.ts'

interface About {
  meta: LedgerMeta
  at: string
  size: number
  code: string
  /** The data of the entry of the export, where it holds some entries only. */
  part: JsonObject | null
  /** Private threads whose texts are in it all the same. */
  glass: number
}

export function readme(about: About): string {
  return `${chinese(about)}\n${'-'.repeat(72)}\n\n${english(about)}`
}

function chinese({ meta, at, size, code, part: some, glass }: About): string {
  return `${meta.station}：审计账本导出
导出时间（UTC）：${at}
${some ? '导出时账本条目数' : '条目数'}：${size}
存证码：${code}

这是什么
${some ? part.whatZh(some) : whole.zh}
正文（群众来信、答复等）与条目分开存放；依法删除的正文和私密会话的正文不在其中，但条目仍可核验。
图片、语音、视频和文件本身不在本包中；正文里写有每个文件的 SHA-256，可与单位保存的文件逐一核对。
${glass > 0 ? `经破例查看的 ${glass} 个私密会话，其正文在本包中，请按涉密材料保管。\n` : ''}
如何核验
1. 安装 Node.js 20 或更新版本，无需其他软件。
2. 解压 verify.mjs，在命令行运行：
     node verify.mjs 本压缩包.zip
3. 若手头有交接班单上印的存证码，请一并给出（条目数:存证码）：
     node verify.mjs 本压缩包.zip --code 条目数:存证码
   只有与他处保存的存证码或存证点比对，才能证明账本末尾没有被截去。
请使用来源可靠的 verify.mjs：随包附带的程序可能与数据一同被替换。

文件说明
entries.jsonl    条目，每行一条（RFC 8785 规范格式），按序号排列
content.jsonl    正文，每行一条：序号、盐值、内容
withheld.jsonl   未附正文的条目序号（私密会话），没有则无此文件
checkpoints/     历次存证点（签名）
station.json     单位名称、账本标识、验签公钥
verify.mjs       核验程序
${some ? part.filesZh : ''}
供阅读和统计的附件（由条目生成，本身不是证据）
records.jsonl    每行一条记录，供程序读取；号码已遮蔽
records.csv      同样内容，可用 Excel 打开；以 = + - @ 开头的文字前加了单引号，防止被当作公式
summary.html     供人阅读的摘要；sheets/ 为交接班单。没有则无此文件
papers.json      以上附件的 SHA-256。最后一个条目 ledger.exported 的 data.papers 是本文件的 SHA-256，
                 因此附件被改动、增删都能发现；没有这个条目的导出包，附件不受核验保护，核验程序会说明。
                 附件写到 data.upto 号条目为止。本说明文件不受核验保护。
`
}

function english({ meta, at, size, code, part: some, glass }: About): string {
  return `${meta.station}: export of the audit ledger
Exported (UTC): ${at}
${some ? 'Entries of the ledger then' : 'Entries'}: ${size}
Code: ${code}

What this is
${some ? part.whatEn(some) : whole.en}
Texts stand apart from the entries; texts erased by law and those of
private threads are not here, and the entries can be verified all the same.
Pictures, voices, films and files themselves are not here; the texts give the SHA-256 of each, by which
a file kept at the station can be checked.
${glass > 0 ? `The texts of ${glass} private threads are here because their glass was broken: keep this file accordingly.\n` : ''}
How to check it
1. Install Node.js 20 or newer; nothing else is needed.
2. Unpack verify.mjs and run:
     node verify.mjs this.zip
3. If you have the code printed on a handoff sheet, give it too (entries:code):
     node verify.mjs this.zip --code ENTRIES:CODE
   Only a code or checkpoint kept elsewhere can show that the end of the ledger was not cut off.
Use a verify.mjs from a source you trust: the one in this file could have been replaced with the data.

Files
entries.jsonl    the entries, one per line (canonical form of RFC 8785), in order
content.jsonl    the texts, one per line: entry number, salt, content
withheld.jsonl   the entries whose text is left out because it is private; absent where there are none
checkpoints/     every signed checkpoint
station.json     station, name of the ledger, public key
verify.mjs       the verifier
${some ? part.filesEn : ''}
For reading and counting (made from the entries; no evidence by themselves)
records.jsonl    one record per line, for programs; numbers are masked
records.csv      the same for a spreadsheet; text that begins with = + - @ has a ' before it, so that no program
                 takes it for a formula
summary.html     a summary for people; sheets/ holds the handoff sheets. Absent where there are none
papers.json      SHA-256 of each of these. The last entry, ledger.exported, has the SHA-256 of papers.json as
                 data.papers, so that none of them can be changed, put in or left out unnoticed. Where an export
                 has no such entry they are covered by no proof, and the verifier says so. They tell of the
                 entries up to data.upto. This page is covered by no proof.
`
}

const whole = {
  zh: `本压缩包是该所值班台审计账本的完整副本。每一件事（认领、答复、转交、交接班、查看受保护内容等）
是账本中的一个条目；每个条目都包含前一条目的指纹，任何改动、删除、插入都会使其后的全部指纹不再吻合。`,
  en: `A full copy of the audit ledger of this station's duty desk. Everything done (claims, answers, transfers,
handoffs, looks at protected content) is an entry; each entry carries the fingerprint of the one before, so
that no entry can be changed, removed or put in without all later fingerprints ceasing to fit.`,
}
