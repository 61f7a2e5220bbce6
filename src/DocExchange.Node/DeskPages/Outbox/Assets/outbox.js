// What drafting does by itself: uploads in pieces with progress, searches the list of offices while one types, and brings
// checks and counts up to date. Without it the same is done by the buttons.
(() => {
  'use strict';
  document.documentElement.classList.add('scripted');

  // --- Uploads. Announced by name and size; where an earlier attempt broke off, it goes on.
  const piece = 8 * 1024 * 1024;
  const tries = 8;
  const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
  const explain = async answer => {
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return page.querySelector('.refusal p')?.textContent ?? String(answer.status);
  };
  const put = async (address, token, file, from) => {
    for (let attempt = 1; ; attempt++) {
      let answer;
      try {
        answer = await fetch(`${address}?offset=${from}`, { method: 'PUT', headers: { RequestVerificationToken: token, 'Content-Type': 'application/octet-stream' }, body: file.slice(from, from + piece) });
      } catch {
        answer = null;
      }
      if (answer?.ok) return Number(answer.headers.get('Upload-Offset'));
      if (answer && answer.status !== 409 && answer.status < 500 && answer.status !== 429) throw new Error(await explain(answer));
      if (attempt === tries) throw new Error(answer ? await explain(answer) : '');
      await wait(500 * attempt);
      const standing = await fetch(address, { method: 'HEAD' }).catch(() => null);
      if (standing?.ok) {
        const at = Number(standing.headers.get('Upload-Offset'));
        if (at !== from) return at;
      }
    }
  };
  const upload = async form => {
    const file = form.querySelector('input[type=file]').files[0];
    const token = form.querySelector('[name=__RequestVerificationToken]').value;
    const shown = form.querySelector('.uploading');
    const [bar, words] = [shown.querySelector('progress'), shown.querySelector('span')];
    const kind = new FormData(form).get('kind');
    shown.hidden = false;
    form.querySelector('button').disabled = true;
    try {
      const announced = await fetch(`${form.dataset.upload}/new?name=${encodeURIComponent(file.name)}&size=${file.size}&kind=${kind}`, { method: 'POST', headers: { RequestVerificationToken: token } });
      if (!announced.ok) throw new Error(await explain(announced));
      const { number, received } = await announced.json();
      for (let at = received; at < file.size;) {
        at = await put(`${form.dataset.upload}/${number}`, token, file, at);
        bar.value = file.size === 0 ? 100 : 100 * at / file.size;
        words.textContent = `${Math.floor(bar.value)}%　${(at / 1048576).toFixed(1)} / ${(file.size / 1048576).toFixed(1)} MiB`;
      }
      await settled();
      location.reload();
    } catch (fault) {
      words.textContent = `${form.dataset.failed} ${fault.message} ${form.dataset.again}`;
      form.querySelector('button').disabled = false;
    }
  };
  document.addEventListener('submit', event => {
    if (event.target.matches('[data-upload]')) { event.preventDefault(); upload(event.target); }
  });

  // --- The list of offices, searched while one types.
  document.addEventListener('input', event => {
    if (!event.target.matches('[data-filter]')) return;
    const picker = event.target.closest('[data-picker]');
    const sought = event.target.value.trim().toLowerCase();
    let found = 0;
    for (const branch of picker.querySelectorAll('.branch')) {
      let here = 0;
      for (const row of branch.querySelectorAll('[data-name]')) {
        row.hidden = sought !== '' && !row.dataset.name.toLowerCase().includes(sought);
        if (!row.hidden) here++;
      }
      branch.hidden = here === 0;
      if (sought !== '') branch.open = here > 0;
      found += here;
    }
    picker.querySelector('.empty-find').hidden = found > 0;
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Enter' && event.target.matches('[data-filter]')) event.preventDefault();
  });

  // --- <form data-refresh="ids">: what is ticked and typed is kept, and the parts named follow it. One request at a time,
  // and none while the form itself is sent: the server would take the later one for somebody else's change.
  let due;
  let running = Promise.resolve();
  let unanswered = 0;
  const refresh = async form => {
    const data = new URLSearchParams(new FormData(form));
    data.set('act', 'preview');
    const answer = await fetch(location.href, { method: 'POST', body: data, signal: AbortSignal.timeout(15000) }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of form.dataset.refresh.split(' ')) {
      const [old, next] = [document.getElementById(id), page.getElementById(id)];
      if (old && next) {
        const opened = [...old.querySelectorAll('details')].map(each => each.open);
        putInPlace(old, next.innerHTML);
        old.querySelectorAll('details').forEach((each, index) => { each.open = opened[index] ?? each.open; });
      }
    }
    const [version, next] = [document.getElementById('version'), page.getElementById('version')];
    if (version && next) version.value = next.value;
  };
  const start = () => {
    const { form } = due;
    clearTimeout(due.timer);
    due = undefined;
    unanswered++;
    running = running.then(() => refresh(form)).catch(() => {}).finally(() => { unanswered--; });
  };
  const settled = () => {
    if (due) start();
    return running;
  };
  document.addEventListener('change', event => {
    const form = event.target.closest('form[data-refresh]');
    if (!form || event.target.matches('[data-filter]')) return;
    clearTimeout(due?.timer);
    due = { form, timer: setTimeout(start, 300) };
  });
  document.addEventListener('submit', async event => {
    const form = event.target;
    if (!form.matches('form[data-refresh]')) return;
    if (due) { clearTimeout(due.timer); due = undefined; }
    if (unanswered === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.waits) return;
    form.dataset.waits = '1';
    await running;
    delete form.dataset.waits;
    form.requestSubmit(event.submitter);
  }, true);
})();
