// What a page needs a script for: copying it as text, trying answers at once, and opening what is folded for print. All else
// works without.
(() => {
  const copy = document.getElementById('copy');
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener('click', async () => {
      const text = document.querySelector('main').cloneNode(true);
      text.querySelectorAll('details').forEach((one) => { one.open = true; });
      text.querySelectorAll('.no-print').forEach((one) => { one.remove(); });
      text.style.position = 'absolute';
      text.style.left = '-100vw';
      document.body.append(text); // only what is laid out has lines
      try {
        await navigator.clipboard.writeText(text.innerText.replace(/\n{3,}/g, '\n\n').trim());
        copy.textContent = copy.dataset.copied;
      } finally {
        text.remove();
      }
    });
  }
  const copies = (within) => navigator.clipboard && within.querySelectorAll('button.copy').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.of).textContent);
      button.textContent = button.dataset.copied;
    });
  });
  copies(document);
  const answers = document.getElementById('answers');
  if (answers) {
    const result = document.getElementById('result');
    let last = new AbortController();
    answers.addEventListener('change', async () => {
      last.abort();
      last = new AbortController();
      const own = last;
      result.replaceChildren(); // of other answers
      try {
        const body = new URLSearchParams(new FormData(answers));
        const to = answers.getAttribute('action'); // a button of the form is called action
        const page = await fetch(to, { method: 'POST', body, signal: own.signal });
        const other = new DOMParser().parseFromString(await page.text(), 'text/html').getElementById('result');
        if (other && own === last) {
          result.replaceChildren(...other.childNodes);
          copies(result);
        } else if (own === last) {
          answers.requestSubmit(); // a page that says what is wrong
        }
      } catch (failure) {
        if (own === last) {
          answers.requestSubmit();
        }
      }
    });
  }
  const patient = document.getElementById('patient');
  const story = document.getElementById('story');
  if (patient && story) {
    patient.addEventListener('change', () => { story.textContent = patient.selectedOptions[0].dataset.story; });
  }
  const file = document.getElementById('file');
  if (file) {
    const isFile = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
    document.addEventListener('dragover', (event) => { if (isFile(event)) { event.preventDefault(); } });
    document.addEventListener('drop', (event) => {
      if (isFile(event)) {
        event.preventDefault();
        file.files = event.dataTransfer.files;
        document.getElementById('import').click();
      }
    });
  }
  let folded = [];
  window.addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details:not([open])')];
    folded.forEach((one) => { one.open = true; });
  });
  window.addEventListener('afterprint', () => folded.forEach((one) => { one.open = false; }));
})();
