/**
 * A term of the lexicon as something a person might say: of `不(想|愿意)(再|)活了` → 不想活了. What may be left out is;
 * of other choices the first is taken; lists and gaps, whose words are not here, become an ellipsis.
 */
export function exampleOf(term: string): string {
  let at = 0

  function ways(): string {
    const found = ['']
    let depthEnd = false
    while (at < term.length && !depthEnd) {
      const sign = term[at++]!
      if (sign === '(') found[found.length - 1] += ways()
      else if (sign === ')') depthEnd = true
      else if (sign === '|') found.push('')
      else if (sign === '{') {
        at = Math.max(term.indexOf('}', at), at) + 1
        found[found.length - 1] += '…'
      } else if (sign !== '.') found[found.length - 1] += sign
    }
    return found.includes('') ? '' : found[0]!
  }

  return ways().replaceAll(/…+/g, '…').replace(/^…|…$/g, '')
}

/** A few of them, for recognising a rule by. */
export function examplesOf(terms: readonly string[], most: number): string[] {
  const examples = terms.map(exampleOf).filter((example) => example.replaceAll('…', '').length > 1)
  return [...new Set(examples)].slice(0, most)
}
