// Where the focus is: its name, whether it is seen, on the screen, and further on than the stop before.
() => {
    const at = document.activeElement;
    if (at === document.body) return null;
    const shown = [at, ...(at.labels ?? [])].flatMap(one => [null, '::before', '::after'].map(part => getComputedStyle(one, part)));
    const name = (at.labels?.[0] ?? at).textContent.trim().replace(/\s+/g, ' ');
    const before = globalThis.lastStop;
    const onward = !before?.isConnected || before === at || Boolean(before.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING);
    globalThis.lastStop = at;
    const box = at.getBoundingClientRect();
    return {
        name, onward,
        seen: shown.some(style => parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none' || style.boxShadow !== 'none'),
        inside: at.matches('input[type=radio], input[type=checkbox]') || box.bottom > 0 && box.top < innerHeight,
    };
}
