/** The plain-language page in an export: what it is, and how anybody checks it. */

import type { LedgerMeta } from '../sqlite/statements.ts'

export function readme(meta: LedgerMeta, head: { size: number }, code: string, at: string): string {
  return `${meta.station}：审计账本导出
导出时间（UTC）：${at}
条目数：${head.size}
存证码：${code}

这是什么
本压缩包是该所值班台审计账本的完整副本。每一件事（认领、答复、转交、交接班、查看受保护内容等）
是账本中的一个条目；每个条目都包含前一条目的指纹，任何改动、删除、插入都会使其后的全部指纹不再吻合。
正文（群众来信、答复等）与条目分开存放；依法删除的正文和私密会话的正文不在其中，但条目仍可核验。

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

------------------------------------------------------------------------

${meta.station}: export of the audit ledger
Exported (UTC): ${at}
Entries: ${head.size}
Code: ${code}

What this is
A full copy of the audit ledger of this station's duty desk. Everything done (claims, answers, transfers,
handoffs, looks at protected content) is an entry; each entry carries the fingerprint of the one before, so
that no entry can be changed, removed or put in without all later fingerprints ceasing to fit. Texts stand
apart from the entries; texts erased by law and those of
private threads are not here, and the entries can be verified all the same.

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
`
}
