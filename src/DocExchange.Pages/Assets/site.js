// What the pages do by themselves. Everything works without it, except what it says here: parts marked data-live follow
// the server, data-confirm asks once, data-print prints.
(() => {
  'use strict';
  const every = 5000;
  const broken = document.getElementById('broken');

  // --- What comes in the place of a part leaves the focus where it was: on what has the same id, address, name or words. Where
  // that is gone, on the part, and not at the beginning of the page.
  const likenessOf = element => element.id || element.getAttribute('href') || (element.name ? nameOf(element) : element.textContent.trim());
  window.putInPlace = (part, content) => {
    const focused = part.contains(document.activeElement) && document.activeElement;
    part.innerHTML = content;
    if (!focused || focused === part) return;
    const same = [...part.querySelectorAll(focused.localName)].find(each => likenessOf(each) === likenessOf(focused));
    if (!same) part.tabIndex = -1;
    (same ?? part).focus({ preventScroll: true });
  };

  // --- Parts that follow the server: the same page is asked for again, and what changed is put in place.
  // On a page that says why something cannot be shown, nothing does: it would be refused again and again.
  const parts = () => document.querySelector('[data-still]') ? [] : [...document.querySelectorAll('[data-live][id]')];
  const isBusy = part => part.contains(document.activeElement) && document.activeElement !== document.body && document.activeElement.matches('input, select, textarea')
    || part.querySelector('dialog[open], details[open] form, details[open] textarea, details[open] button');
  // What is ticked stays ticked, and what has arrived is not.
  const boxes = part => [...part.querySelectorAll('input[type=checkbox][name]')];
  const nameOf = box => `${box.name}=${box.value}`;
  const follow = async () => {
    if (document.hidden || parts().length === 0) return;
    try {
      const answer = await fetch(location.href, { headers: { 'X-Live': '1' }, credentials: 'same-origin', redirect: 'manual', cache: 'no-store' });
      if (answer.type === 'opaqueredirect' || answer.status === 403) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (broken) broken.hidden = true;
      for (const part of parts()) {
        const next = fresh.getElementById(part.id);
        // It waited for something that has come.
        if (!next && part.hasAttribute('data-reload')) { location.reload(); return; }
        if (next && !isBusy(part) && next.innerHTML !== part.dataset.last) {
          part.dataset.last = next.innerHTML;
          const ticked = new Set(boxes(part).filter(box => box.checked).map(nameOf));
          putInPlace(part, next.innerHTML);
          boxes(part).forEach(box => { box.checked = !box.disabled && ticked.has(nameOf(box)); });
        }
      }
    } catch {
      if (broken) broken.hidden = false;
    }
  };
  for (const part of parts()) part.dataset.last = part.innerHTML;
  if (parts().length > 0) {
    setInterval(follow, every);
    document.addEventListener('visibilitychange', follow);
  }

  // --- <table data-whole>: before it is printed, the rows of the pages that follow are put in.
  const mostPages = 200;
  const nextOf = page => page.querySelector('table[data-whole]')?.closest('.sheet').parentElement.querySelector('.sheet ~ .pager [rel=next], .sheet > .pager [rel=next]');
  const complete = async () => {
    for (let page = 0; page < mostPages && nextOf(document); page++) {
      const answer = await fetch(nextOf(document).href, { credentials: 'same-origin', cache: 'no-store' });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const rows = [...fresh.querySelector('table[data-whole]').tBodies[0].rows].filter(row => !row.querySelector('.empty'));
      document.querySelector('table[data-whole]').tBodies[0].append(...rows);
      const further = nextOf(fresh);
      if (further) nextOf(document).href = further.getAttribute('href'); else nextOf(document).remove();
    }
  };

  // --- <a data-print-file="name">: the file itself in the browser's print dialog, out of a frame that is not seen. It is asked for
  // first, so that no page that says why it cannot be had is printed in its place; then, and where the browser's viewer lets no page
  // print what it shows, what stands beside the link says so (data-print-failed). Only what was given to the dialog is marked (.state).
  let frame;
  const isThere = async address => {
    const end = new AbortController();
    try {
      const answer = await fetch(address, { credentials: 'same-origin', redirect: 'manual', cache: 'no-store', signal: end.signal });
      return answer.ok;
    } catch {
      return false;
    } finally {
      end.abort();
    }
  };
  const inFrame = (address, title) => new Promise((resolve, reject) => {
    frame?.remove();
    frame = document.createElement('iframe');
    frame.className = 'unseen';
    frame.title = title;
    frame.tabIndex = -1;
    const here = frame;
    here.addEventListener('load', () => {
      try {
        here.contentWindow.focus();
        here.contentWindow.print();
        resolve();
      } catch (refused) {
        reject(refused);
      }
    });
    here.src = address;
    document.body.append(here);
  });
  let printing;
  const printFile = async link => {
    if (printing) return;
    printing = link;
    const buttons = [...document.querySelectorAll('[data-print-next]')];
    buttons.forEach(button => button.setAttribute('aria-disabled', 'true'));
    const failed = link.parentElement.querySelector('[data-print-failed]');
    failed.hidden = true;
    try {
      if (!await isThere(link.href)) throw new Error(link.href);
      await inFrame(link.href, link.dataset.printFile);
      const given = link.closest('tr')?.querySelector('.state[hidden]');
      if (given) given.hidden = false;
    } catch {
      failed.hidden = false;
    } finally {
      buttons.forEach(button => button.removeAttribute('aria-disabled'));
      printing = undefined;
    }
  };
  // --- <button data-print-next="bodies|files">: the next file of the table #files that was not given to the printer and did not fail.
  const leftOf = kind => [...document.querySelectorAll(`#files tr${kind === 'bodies' ? '[data-kind=bodies]' : '[data-kind]'}`)]
    .filter(row => row.querySelector('[data-print-file]') && row.querySelector('.state[hidden]') && row.querySelector('[data-print-failed][hidden]'));
  const printNext = async button => {
    const kind = button.dataset.printNext;
    const next = leftOf(kind)[0];
    if (printing || !next) return;
    await printFile(next.querySelector('[data-print-file]'));
    if (leftOf(kind).length > 0) return;
    button.disabled = true;
    const some = document.querySelector('#files [data-print-failed]:not([hidden])') ? 'some' : kind;
    document.querySelectorAll('[data-print-done]').forEach(said => { said.hidden = said.dataset.printDone !== some; });
  };

  // --- <button data-confirm="dialog id">: the dialog holds the real button, so that an act is asked about once.
  // Of a table with boxes it says how many are ticked (data-count), and is not opened for none: then data-none stands beside the button.
  const confirm = button => {
    const dialog = document.getElementById(button.dataset.confirm);
    const count = dialog?.querySelector('[data-count]');
    const none = button.form?.querySelector('[data-none]');
    const ticked = count && button.form ? button.form.querySelectorAll('tbody input[type=checkbox]:checked').length : 0;
    if (none) none.hidden = ticked > 0;
    if (count && ticked === 0) return;
    if (count) count.textContent = String(ticked);
    dialog?.showModal();
  };
  // Enter in a box would press the form's first button, also one in a dialog that nobody has opened.
  document.addEventListener('keydown', event => {
    if (event.key === 'Enter' && event.target.matches('input[type=checkbox], input[type=radio]')) event.preventDefault();
  });
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-confirm]');
    const link = event.target.closest('[data-print-file]');
    if (button) {
      event.preventDefault();
      confirm(button);
    } else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      printFile(link);
    } else if (event.target.closest('[data-print-next]')) {
      printNext(event.target.closest('[data-print-next]'));
    } else if (event.target.closest('[data-close]')) {
      event.target.closest('dialog')?.close();
    } else if (event.target.closest('[data-print]')) {
      complete().finally(() => window.print());
    }
  });

  // --- A form is sent once, however often its button is pressed. A download answers without a new page, so not for ever.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent));

  // --- <table data-check-all>: its first box checks all.
  document.addEventListener('change', event => {
    if (event.target.matches('[data-all]')) {
      event.target.closest('table, form')?.querySelectorAll('input[type=checkbox]:not([data-all]):not(:disabled)').forEach(box => { box.checked = event.target.checked; });
    }
  });

  // --- Letters as keys: data-key on a link or button. Not while something is typed.
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select, textarea') || document.querySelector('dialog[open]')) return;
    const target = [...document.querySelectorAll('[data-key]')].find(each => each.dataset.key === event.key);
    if (target) { event.preventDefault(); target.click(); }
  });
})();
