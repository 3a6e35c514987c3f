// How many elements move.
() => [...document.querySelectorAll('*')].flatMap(one => [null, '::before', '::after'].map(part => getComputedStyle(one, part)))
    .filter(style => /[1-9]/.test(style.transitionDuration + style.animationDuration)).length
