/** What a person who opens the bundle reads first, in Chinese and English. */
export function summary(about: {
  station: string
  origin: string
  verifier: string
  size: number
  at: string
  code: string
}): string {
  return `户户通值班台 · 账本导出
============================
派出所：${about.station}
导出时间（UTC）：${about.at}
条目数：${about.size}
存证短码：${about.code}

本压缩包含全部条目（entries.jsonl）、正文及其盐值（content.jsonl）、签名存证点（checkpoints/）。
任何人都可以用 Node.js 自行核验，不需要安装任何软件包：

    node verify.mjs <解压后的文件夹> [--checkpoint 他处保存的存证点文件] [--code 条目数:短码]

核验给出两个结论：是否被改动；是否完整（只有拿他处保存的存证点或短码对照，才能知道末尾有没有被删去）。

Duty Desk · ledger export
=========================
Station: ${about.station}
Ledger: ${about.origin}
Exported at (UTC): ${about.at}
Entries: ${about.size}
Short code of the head: ${about.code}
Key that signs the heads: ${about.verifier}

The bundle holds every entry (entries.jsonl), the texts with their salts (content.jsonl) and the signed heads
(checkpoints/). Anyone can verify it with Node.js alone:

    node verify.mjs <unpacked folder> [--checkpoint FILE kept elsewhere] [--code SIZE:CODE]

It gives two verdicts: whether anything was altered, and whether it is complete. Only a head kept elsewhere can
show that the end was not cut off.
`
}
