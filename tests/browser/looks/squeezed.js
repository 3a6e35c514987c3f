// Each page in turn, all of it opened: what is wider than the screen, cut, covered, or without a way out in sight.
() => {
    const faults = [];
    const words = document.querySelectorAll('[data-words]');
    for (const list of words) list.replaceChildren(...Array.from({length: 12}, () => Object.assign(document.createElement('li'), {textContent: 'mushroom'})));
    const exit = document.querySelector('.govuk-exit-this-page__button');
    for (const page of document.querySelectorAll('[data-page]')) {
        for (const other of document.querySelectorAll('[data-page]')) other.hidden = other !== page;
        for (const more of page.querySelectorAll('details')) more.open = true;
        const say = what => faults.push(`${page.dataset.page}: ${what}`);
        const root = document.documentElement;
        if (root.scrollWidth > root.clientWidth) say(`${root.scrollWidth} px wide`);
        for (const word of page.querySelectorAll('[data-words] li')) {
            const range = document.createRange();
            range.selectNodeContents(word);
            if (range.getClientRects().length > 1) say('a word is broken');
        }
        for (const one of page.querySelectorAll('*')) {
            const style = getComputedStyle(one);
            if (style.overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1 && !one.matches('.govuk-visually-hidden')) say(`${one.tagName} is cut`);
        }
        for (const one of page.querySelectorAll('a[href], button, summary, textarea, input:not([type=file])')) {
            if (!one.checkVisibility()) continue;
            one.scrollIntoView({block: 'center'});
            const box = one.getClientRects()[0];
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            if (!top || !(one.contains(top) || top.contains(one) || [...(one.labels ?? [])].some(label => label.contains(top))))
                say(`"${(one.textContent || one.id).trim()}" is covered by ${top && (top.className || top.tagName)}`);
        }
        const way = exit.getBoundingClientRect();
        if (way.top < 0 || way.bottom > innerHeight) say('no way out in sight');
        if (way.height > innerHeight / 3) say('the way out hides the page');
    }
    return faults;
}
