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
    answers.addEventListener('change', async () => {
      const page = await fetch(answers.action, { method: 'POST', body: new URLSearchParams(new FormData(answers)) });
      const other = new DOMParser().parseFromString(await page.text(), 'text/html');
      const result = other.getElementById('result');
      if (result) {
        document.getElementById('result').replaceChildren(...result.childNodes);
        copies(document.getElementById('result'));
      } else {
        answers.requestSubmit(); // a page that says what is wrong
      }
    });
  }
  window.addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
})();
