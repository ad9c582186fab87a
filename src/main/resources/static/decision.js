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
    element('tbody', {}, ...rows.map((cells) => element('tr', {}, ...cells.map((cell) =>
      cell instanceof Node && cell.nodeName === 'TD' ? cell : element('td', {}, cell))))));

  const words = (value) => [value ?? []].flat().join(', ');

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

  const items = (entries, entry) => table(['', 'State', 'Why, and the data', ...entry.columns.map(([, title]) => title)],
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
    if (entry.hasState) return items(entries, entry);
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
  main.removeAttribute('aria-busy');
})();
