/** What only the handoff sheet has. */
export const sheetStyle = `
.severity { display: inline-block; padding: 0 1.6mm; border: .4pt solid transparent; font-size: 8.3pt; line-height: 1.55;
  white-space: nowrap; }
.severity.critical { border: 1.2pt solid #000; background: #000; color: #fff; font-weight: 700; }
.severity.serious { border: 1.2pt solid #000; font-weight: 700; }
.severity.watch { border-color: #555; }
.severity.routine { padding: 0; color: #333; }
.matter { margin-bottom: .3mm; }
.matter small { margin-left: .6mm; }
td .circumstances::first-letter { text-transform: uppercase; }
.lead { margin: 0 0 2mm; }
.notices { border: var(--rule); border-width: .4pt 0; }
.notices li { display: flex; gap: 2mm; padding: 1.2mm 0; break-inside: avoid; }
.notices li + li { border-top: var(--rule); }
.notices .ordinal { flex: none; width: 6mm; text-align: right; color: #555; }

.card { border: .7pt solid #111; border-left-width: 1.5mm; margin: 0 0 3mm; break-inside: avoid; }
.card.critical { border-left-width: 3.2mm; }
.card > * { padding: 1.3mm 2.5mm; }
.card > * + * { border-top: var(--rule); }
.card header { display: flex; gap: 2.5mm; align-items: baseline; }
.card header .ordinal { font-weight: 600; min-width: 5mm; }
.card header .matter { flex: 1; margin: 0; font-size: 11pt; }
.card header .decided { font-size: 8.5pt; font-weight: 600; white-space: nowrap; }
.card .circumstances { font-size: 8.6pt; }
.beside { display: grid; grid-template-columns: 1fr 1fr; }
.card > .beside { padding: 0; }
.beside > div { padding: 1.3mm 2.5mm 1.8mm; }
.beside > div + div { border-left: var(--rule); }
.beside h3, .correction h3 { font-size: 8pt; font-weight: 400; color: #444; }
.decision { display: grid; grid-template-columns: max-content 1fr; gap: .6mm 3mm; }
.decision dt { color: #444; }
.questions > li + li { margin-top: 1mm; }
td .circumstances { font-size: 8pt; color: #333; }
td .questions { margin-top: 1mm; padding-top: 1mm; border-top: .4pt dotted #777; }
.if-then, .promise { margin-top: .8mm; }
.card > .promise { margin: 0; }
.accepted { white-space: nowrap; font-size: 8pt; }
.correction { margin: 4mm 0 0; padding: 2mm 3mm; border: .7pt solid #111; }

.signatures { display: grid; grid-template-columns: 1fr 1fr; gap: 6mm; break-inside: avoid; }
.signature { display: flex; flex-direction: column; border: .7pt solid #111; padding: 2.5mm 3.5mm 3mm; }
.signature h3 { font-size: 9pt; margin-bottom: 1mm; }
.signature .who { font-size: 11pt; }
.signature .behalf { margin-left: 2mm; padding: 0 1.5mm; border: 1pt solid #111; font-size: 9pt; white-space: nowrap; }
.signature .facts { margin: 1.5mm 0 0; grid-template-columns: max-content 1fr; }
.signature .facts .wide { grid-column: 2; }
.signature .facts dt, .signature .facts dd { padding: .8mm 1.5mm .8mm 0; }
.signature .unsigned { color: #444; }
.ink { display: flex; gap: 2mm; align-items: flex-end; margin-top: auto; padding-top: 14mm; font-size: 8.5pt; white-space: nowrap; }
.ink .line { flex: 1; border-bottom: .6pt solid #111; }
.ink .date { flex: none; width: 26mm; }
`
