// The editor of the workbench: colours, names to complete, problems at their places, values of the chosen case. Without it
// the text field and the buttons do the work.
(() => {
  const form = document.getElementById('workbench');
  const field = document.getElementById('text');
  if (!form || !field || !window.CodeMirror) {
    return;
  }
  const file = form.elements.file.value;
  const isCql = file.endsWith('.cql');
  const words = 'library using include called codesystem valueset code concept parameter context define function public private'
    + ' default where let return all distinct sort by asc desc from with without such that and or xor not in is as null true false'
    + ' if then else case when end exists between contains union intersect except before after during on same starts ends includes'
    + ' included overlaps within start of date time timezone minimum maximum cast convert to display flatten singleton collapse'
    + ' expand aggregate starting years year months month weeks week days day hours hour minutes minute seconds second';
  CodeMirror.defineSimpleMode('cql', {
    start: [
      { regex: /\/\*/, token: 'comment', next: 'comment' },
      { regex: /\/\/.*/, token: 'comment' },
      { regex: /'(?:[^'\\]|\\.)*'/, token: 'string' },
      { regex: /"(?:[^"\\]|\\.)*"/, token: 'variable-2' },
      { regex: /@[\dT:.Z+-]+/, token: 'number' },
      { regex: /\d+(?:\.\d+)?/, token: 'number' },
      { regex: new RegExp('(?:' + words.split(' ').join('|') + ')\\b'), token: 'keyword' },
      { regex: /[A-Z][A-Za-z]*(?=\s*[{(.<])/, token: 'def' },
      { regex: /[A-Za-z_]\w*/, token: null },
    ],
    comment: [{ regex: /.*?\*\//, token: 'comment', next: 'start' }, { regex: /.*/, token: 'comment' }],
  });
  const editor = CodeMirror.fromTextArea(field, {
    mode: isCql ? 'cql' : file.endsWith('.json') ? { name: 'javascript', json: true } : null,
    inputStyle: 'contenteditable',
    theme: 'therapy-fit',
    lineNumbers: true,
    matchBrackets: true,
    gutters: ['marks', 'CodeMirror-linenumbers'],
    extraKeys: { 'Ctrl-Space': 'autocomplete', Tab: false, 'Shift-Tab': false },
  });
  const input = editor.getInputField();
  input.setAttribute('role', 'textbox');
  input.setAttribute('aria-multiline', 'true');
  input.setAttribute('aria-label', file);
  const go = () => {
    const line = /^#L(\d+)$/.exec(window.location.hash);
    if (line) {
      editor.setCursor(Number(line[1]) - 1, 0);
      editor.scrollIntoView(null, 200);
      editor.focus();
    }
  };
  go();
  window.addEventListener('hashchange', go);

  // ---- Problems at their places
  let marks = [];
  const mark = () => {
    marks.forEach((one) => one.clear());
    marks = [];
    editor.clearGutter('marks');
    document.querySelectorAll('#report [data-line]').forEach((one) => {
      const at = Number(one.dataset.line) - 1;
      if (one.dataset.file !== file || at < 0 || at >= editor.lineCount()) {
        return;
      }
      const sign = document.createElement('span');
      sign.textContent = one.className === 'problem' ? '✖' : '▲';
      sign.className = one.className === 'problem' ? 'raised' : 'unknown';
      sign.title = one.dataset.message;
      editor.setGutterMarker(at, 'marks', sign);
      const from = { line: at, ch: Math.max(0, Number(one.dataset.column) - 1) };
      marks.push(editor.markText(from, { line: at, ch: editor.getLine(at).length }, { className: 'at-fault' }));
    });
  };
  mark();

  // ---- Values of the chosen case
  const value = document.getElementById('value');
  const hint = value.textContent;
  let values = [];
  const fetchValues = async () => {
    const library = /input\/cql\/(.*)\.cql$/.exec(file);
    const example = form.elements.example.value;
    values = [];
    if (library && example) {
      const answer = await fetch('/workbench/values?example=' + encodeURIComponent(example) + '&library=' + library[1]);
      values = answer.ok ? await answer.json() : [];
    }
  };
  const within = (one, at) => (one.line < at.line || (one.line === at.line && one.column <= at.ch))
    && (one.endLine > at.line || (one.endLine === at.line && one.endColumn >= at.ch));
  const tell = (position) => {
    const at = { line: position.line + 1, ch: position.ch + 1 };
    const found = values.filter((one) => within(one, at))
      .sort((a, b) => (a.endLine - a.line) - (b.endLine - b.line) || (a.endColumn - a.column) - (b.endColumn - b.column));
    const text = found.length ? found[0].value + (found[0].type ? ' (' + found[0].type + ')' : '') : '';
    value.textContent = text ? form.elements.example.value + ': ' + text : hint;
    return text;
  };
  editor.on('cursorActivity', () => tell(editor.getCursor()));
  editor.getWrapperElement().addEventListener('mousemove', (event) => {
    editor.getWrapperElement().title = tell(editor.coordsChar({ left: event.clientX, top: event.clientY }));
  });
  form.elements.example.addEventListener('change', fetchValues);

  // ---- Names to complete
  let names = {};
  fetch('/workbench/names').then((answer) => answer.json()).then((all) => { names = all; });
  CodeMirror.registerHelper('hint', 'cql', (cm) => {
    const cursor = cm.getCursor();
    const before = cm.getLine(cursor.line).slice(0, cursor.ch);
    const typed = /(?:(\w+)\.)?(?:"([^"]*)|(\w*))$/.exec(before);
    const own = /input\/cql\/(.*)\.cql$/.exec(file);
    const included = new RegExp('include\\s+(\\w+)[^\\n]*called\\s+' + (typed[1] || '\\0') + '\\b').exec(cm.getValue());
    const from = typed[1] ? (included ? names[included[1]] || [] : []) : (own && names[own[1]]) || [];
    const start = typed[2] === undefined ? typed[3] : typed[2];
    return {
      list: from.filter((name) => name.toLowerCase().startsWith(start.toLowerCase())).map((name) => '"' + name + '"'),
      from: { line: cursor.line, ch: cursor.ch - start.length - (before[cursor.ch - start.length - 1] === '"' ? 1 : 0) },
      to: cursor,
    };
  });

  // ---- Checked after a pause
  let timer = 0;
  let isPending = false;
  window.addEventListener('beforeunload', (event) => {
    if (isPending) {
      event.preventDefault(); // the last letters are in no draft yet
    }
  });
  form.addEventListener('submit', () => {
    isPending = false;
    form.elements.turn.value = Number(form.elements.turn.value) + 1;
  });
  let last = new AbortController();
  const check = async () => {
    last.abort();
    last = new AbortController();
    const own = last;
    editor.save();
    form.elements.turn.value = Number(form.elements.turn.value) + 1;
    isPending = false;
    const report = document.getElementById('report');
    report.setAttribute('aria-busy', 'true');
    const body = new URLSearchParams(new FormData(form));
    body.set('action', 'check');
    try {
      const answer = await fetch('/workbench', { method: 'POST', body, signal: own.signal });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (own === last && page.getElementById('report')) {
        report.replaceChildren(...page.getElementById('report').childNodes);
        report.removeAttribute('aria-busy');
        const link = document.querySelector('.workbench [aria-current]');
        const linked = page.querySelector('.workbench [aria-current]');
        if (link && linked) {
          link.parentElement.replaceWith(linked.parentElement); // with the sign of a changed file
        }
        mark();
        fetchValues();
      }
    } catch (failure) {
      if (own === last) {
        report.removeAttribute('aria-busy');
        report.textContent = String(failure);
      }
    }
  };
  editor.on('change', () => {
    values = []; // of other places
    isPending = true;
    clearTimeout(timer);
    timer = setTimeout(check, 400);
  });
  if (document.querySelector('#report [data-still]')) {
    check();
  } else {
    fetchValues();
  }
})();
