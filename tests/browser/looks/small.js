// Each page in turn: controls too small for a finger, by WCAG 2.5.8.
() => {
    const faults = [];
    for (const page of document.querySelectorAll('[data-page]')) {
        for (const other of document.querySelectorAll('[data-page]')) other.hidden = other !== page;
        for (const more of page.querySelectorAll('details')) more.open = true;
        const controls = [...document.querySelectorAll('a[href], button, summary, textarea, input')]
            .filter(one => one.checkVisibility() && !one.matches('.govuk-skip-link'))
            .map(one => ({one, box: one.getBoundingClientRect()}));
        const alone = ({one, box}) => {
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            return controls.every(({one: other, box: its}) => other === one
                || Math.hypot(Math.max(its.x - x, 0, x - its.right), Math.max(its.y - y, 0, y - its.bottom)) >= 12);
        };
        for (const control of controls) {
            const {one, box} = control;
            const inText = one.matches('a') && one.parentElement.textContent.trim() !== one.textContent.trim();
            const least = inText ? 0 : one.matches('.govuk-button, input, textarea') ? 44 : alone(control) ? 20 : 24;
            if (box.width < least || box.height < least)
                faults.push(`${page.dataset.page}: "${(one.textContent || one.id).trim()}" ${Math.round(box.width)}x${Math.round(box.height)}`);
        }
    }
    return faults;
}
