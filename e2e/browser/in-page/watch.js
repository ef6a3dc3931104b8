// Written into every page before its own scripts: notes what must not happen there.
globalThis.watched = { shift: 0, shifts: [], breaches: [] }

document.addEventListener('securitypolicyviolation', event => {
  const { violatedDirective, blockedURI, sourceFile } = event
  watched.breaches.push(
    `against the content security policy: ${violatedDirective} ${blockedURI} ${sourceFile}`,
  )
})

// How far things jump without anybody having touched them (CLS).
new PerformanceObserver(list => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (hadRecentInput) continue
    watched.shift += value
    for (const { node } of sources) {
      const text = (node?.textContent ?? '').slice(0, 60)
      watched.shifts.push(`${value.toFixed(3)} ${node?.nodeName} ${text}`)
    }
  }
}).observe({ type: 'layout-shift', buffered: true })
