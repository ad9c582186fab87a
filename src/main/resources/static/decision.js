// Shows the decision of this URL: each part that the schema gives a title, in the schema's order. Everything is set as text,
// so nothing of a record can act as markup.
(async () => {
  const main = document.getElementById('decision');

  const element = (name, options = {}, ...children) => {
    const made = document.createElement(name);
    if (options.class) made.className = options.class;
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
    return made;
  };

  const datum = (evidence) => {
    const value = evidence.value === undefined ? [] : [`${evidence.value}${evidence.unit ? ` ${evidence.unit}` : ''}`];
    const words = [...value, evidence.date, evidence.origin].filter(Boolean).join(', ');
    return element('span', { class: 'datum' }, element('code', {}, evidence.reference),
      evidence.code ? ` (${evidence.code})` : '', words ? `: ${words}` : '');
  };

  const table = (heads, rows) => element('table', {},
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', {}, head)))),
    element('tbody', {}, ...rows.map((cells) => element('tr', {}, ...cells.map((cell, i) => {
      const made = cell instanceof Node && cell.nodeName === 'TD' ? cell : element('td', {}, cell);
      if (heads[i] && made.textContent) made.dataset.head = heads[i]; // for narrow screens, which have no room for the heads
      return made;
    })))));

  const words = (value) => [value ?? []].flat().join(', ');

  // What nobody has to look at now is folded.
  const folded = (entries, entry) => {
    const isQuiet = (one) => entry.quiet?.includes(one.state);
    const quiet = entries.filter(isQuiet);
    const raised = entries.filter((one) => !isQuiet(one));
    const counts = (entry.quiet ?? []).map((code) => [quiet.filter((one) => one.state === code).length, code])
      .filter(([count]) => count > 0).map((count) => count.join(' '));
    return element('div', {},
      raised.length > 0 ? items(raised, entry) : null,
      quiet.length > 0 ? element('details', {},
        element('summary', {}, `Without a finding: ${counts.join(', ')}`), items(quiet, entry)) : null);
  };

  // What a schema says of one entry: its fields, those with a title of their own, and its states.
  const entryOf = (schema, part) => {
    const resolved = (one) => (one?.$ref ? schema.$defs[one.$ref.split('/').pop()] : one);
    const entry = resolved(resolved(part).items) ?? resolved(part);
    const fields = Object.entries(entry.properties ?? {});
    return {
      hasState: Boolean(entry.properties?.state),
      columns: fields.filter(([, field]) => field.title).map(([name, field]) => [name, field.title]),
      quiet: entry.properties?.state?.['x-quiet'],
    };
  };

  // Green is what is there, red what needs attention now, where the schema tells the two apart by what is quiet.
  const state = (code, { quiet }) => element('td', {
    class: `state ${quiet && !quiet.includes(code) ? 'raised' : code}`,
  }, code);

  const svg = (name, attributes, ...children) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  };

  // Which entries speak for which end of a scale, where that puts the patient, and how far unknown ones could move it.
  const scale = ({ field, ends, ruledOut }, entries, decision) => {
    const [left, right] = Object.keys(ends);
    const of = (end) => entries.filter((one) => one[field] === end);
    const count = (end, code) => of(end).filter((one) => one.state === code).length;
    const most = Math.max(of(left).length, of(right).length, 1);
    const at = count(right, 'met') - count(left, 'met');
    const x = (place) => 180 + (place * 150) / most;
    const [low, high] = [at - count(left, 'unknown'), at + count(right, 'unknown')];
    const isRuledOut = (end) => (decision[ruledOut] ?? []).includes(end);
    const said = (end) => `${ends[end]}: ${isRuledOut(end) ? 'ruled out by a safety check' : `${count(end, 'met')} met`
      + `${count(end, 'unknown') ? `, ${count(end, 'unknown')} unknown` : ''}`}`;
    const picture = svg('svg', { viewBox: '0 0 360 56', role: 'img', 'aria-label': `${said(left)}. ${said(right)}.` },
      svg('line', { x1: 20, x2: 340, y1: 36, y2: 36, class: 'axis' }),
      ...Array.from({ length: 2 * most + 1 }, (_, i) =>
        svg('line', { x1: x(i - most), x2: x(i - most), y1: 30, y2: 42, class: 'axis' })),
      ...(low < high ? [svg('rect', {
        x: x(low) - 8, width: x(high) - x(low) + 16, y: 24, height: 24, rx: 12, class: 'range',
      })] : []),
      svg('circle', { cx: x(at), cy: 36, r: 9, class: 'place' }),
      svg('path', { d: `M${x(at) - 8} 4h16l-8 16z`, class: 'place' }));
    const marks = { met: '●', unknown: '?', 'not-met': '○', 'not-applicable': '–' };
    const side = (end) => element('div', {},
      element('h2', {}, said(end)),
      element('ul', { class: 'marks' }, ...of(end).map((one) => element('li', {},
        element('b', { class: `state ${one.state}` }, `${marks[one.state] ?? ''} ${one.state}`), ` ${one.id} ${one.title}`))));
    return element('figure', {}, picture, element('div', { class: 'ends' }, side(left), side(right)),
      low < high ? element('figcaption', { class: 'soft' }, 'The band shows how far what is unknown could move it.') : null);
  };

  const items = (entries, entry) => table(['What', 'State', 'Why, and the data', ...entry.columns.map(([, title]) => title)],
    entries.map((one) => [
      [one.id, one.title].filter(Boolean).join(' '),
      state(one.state, entry),
      element('td', {}, one.why, ...one.evidence.map(datum)),
      ...entry.columns.map(([name]) => words(one[name])),
    ]));

  const rows = (entries, { columns }) => table(columns.map(([, title]) => title),
    entries.map((one) => columns.map(([name]) => words(one[name]))));

  const body = (value, entry) => {
    const entries = [value].flat();
    if (entries.length === 0) return element('p', { class: 'soft' }, 'None.');
    if (entry.hasState) return folded(entries, entry);
    if (entry.columns.length > 0) return rows(entries, entry);
    return element('ul', {}, ...entries.map((one) => element('li', {}, one)));
  };

  const show = (decision, schema) => {
    document.title = `${decision.outcome} · Therapy Fit`;
    main.replaceChildren(
      element('h1', {}, decision.outcome + (decision.reason ? ` (${decision.reason})` : '')),
      ...(decision.summary ?? []).map((sentence) => element('p', {}, sentence)),
      element('p', { class: 'soft' }, `${decision.patient}${decision.order?.reference ? `, ${decision.order.reference}` : ''}, `
        + `evaluated ${decision.evaluatedAt} by ${decision.content.name} ${decision.content.version}, rule ${decision.rule}, `
        + `content ${decision.content.sha256.slice(0, 12)}.`),
      ...Object.entries(schema.properties)
        .filter(([name, part]) => part['x-scale'] && name in decision)
        .map(([name, part]) => element('section', { class: 'scale' }, scale(part['x-scale'], decision[name], decision))),
      ...Object.entries(schema.properties)
        .filter(([name, part]) => part.title && name in decision)
        .flatMap(([name, part]) => [element('h2', {}, part.title),
          element('section', {}, body(decision[name], entryOf(schema, part)))]),
      element('h2', {}, 'Limits'),
      element('section', {}, element('p', {}, schema.description)),
    );
  };

  const json = async (url) => {
    const response = await fetch(url, { headers: { Accept: 'application/json' } });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.issue?.[0]?.diagnostics ?? `status ${response.status}`);
    return answer;
  };

  try {
    show(await json(window.location.pathname + window.location.search), await json('/content/schema/decision.json'));
  } catch (failure) {
    main.replaceChildren(element('h1', {}, 'The decision cannot be shown'), element('p', {}, `${failure.message.charAt(0).toUpperCase()}${failure.message.slice(1)}.`),
      element('p', { class: 'soft' }, 'A link is for whoever the card was shown to, and for a limited time. A new hook call gives a new card with a new link.'));
  }
  window.addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
  main.removeAttribute('aria-busy');
})();
