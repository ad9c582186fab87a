// Shows the decision of this URL. Everything is set as text, so nothing of a record can act as markup.
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

  const state = (code, note) => element('td', { class: `state ${code.replace(' ', '-')}` }, code,
    note ? element('span', { class: 'decides' }, note) : null);

  const why = (words, evidence) => element('td', {}, words, ...evidence.map(datum));

  const block = (title, ...content) => [element('h2', {}, title), element('section', {}, ...content)];

  const list = (items, none) => items.length === 0
    ? element('p', { class: 'soft' }, none)
    : element('ul', {}, ...items.map((item) => element('li', {}, item)));

  const sides = { msc: 'MSC', secretome: 'secretome' };

  const count = (decision, side) => {
    const all = decision.criteria.filter((criterion) => criterion.favours === side);
    return `${sides[side]} ${all.filter((criterion) => criterion.state === 'met').length} of ${all.length}`;
  };

  const show = (decision) => {
    document.title = `${decision.outcome} · Therapy Fit`;
    main.replaceChildren(
      element('h1', {}, decision.outcome + (decision.reason ? ` (${decision.reason})` : '')),
      element('p', {}, `Criteria met: ${count(decision, 'msc')}, ${count(decision, 'secretome')}. Rule ${decision.rule}. `
        + (decision.provisional
          ? `Provisional: ${decision.deciding.join(', ')} could change the outcome.`
          : 'Stable over the unknown criteria.')),
      element('p', {}, decision.order.modality === 'none'
        ? 'No draft order.'
        : `Draft order ${decision.order.reference} (${sides[decision.order.modality]}): ${decision.concordance}. Reported, not used.`),
      element('p', { class: 'soft' }, `${decision.patient}, evaluated ${decision.evaluatedAt} by ${decision.content.name} `
        + `${decision.content.version}, content ${decision.content.sha256.slice(0, 12)}.`),
      ...block('Criteria', table(['Criterion', 'State', 'Why, and the datum', 'Article'], [
        ...decision.criteria.map((criterion) => [
          `${criterion.id} (for ${sides[criterion.favours]})`,
          state(criterion.state, decision.deciding.includes(criterion.id) ? 'could change the outcome' : ''),
          why(criterion.why, criterion.evidence),
          criterion.statements.join(', ')]),
        ['P (prefers cell-free)', state(decision.preference.state), why(decision.preference.why, decision.preference.evidence), 'SEC-5'],
      ])),
      ...block('Safety gates',
        decision.excluded.length > 0
          ? element('p', { class: 'triggered' }, `Excluded: ${decision.excluded.map((side) => sides[side]).join(', ')}`) : null,
        table(['Gate', 'State', 'Why, and the datum', 'Effect'], decision.gates.map((gate) => [
          `${gate.id} ${gate.title}`, state(gate.state), why(gate.why, gate.evidence),
          `${gate.effect}: ${gate.modalities.map((side) => sides[side]).join(', ')}`]))),
      ...block('Axes', table(['Axis', 'State', 'Why, and the datum'], decision.axes.map((axis) => [
        axis.id, state(axis.known ? 'known' : 'not known'), why(axis.why, axis.evidence)]))),
      ...block('Conflicts', list(decision.conflicts, 'None found.')),
      ...block('Left out', list(decision.leftOut.map((out) => `${out.reference}: ${out.reason}`), 'Nothing was left out.')),
      ...block('Not read', list(decision.unread.map((one) => `${one.type}: ${one.reason}`), 'All that was asked for was read.')),
      ...block('Published evidence (never changes the outcome)', list(decision.publishedEvidence.map((one) =>
        `${sides[one.modality]} ${one.level}${one.year ? ` ${one.year}` : ''}: ${one.text} (${one.source})`), 'No row for this indication.')),
      ...block('Regulatory status (never changes the outcome)', list(decision.regulatory.map((one) =>
        `${sides[one.modality]} ${one.jurisdiction}: ${one.status}, checked ${one.checked} (${one.source})`), 'No row for this indication.')),
      ...block('Limits', element('p', {}, 'The criteria come from one narrative article; the thresholds were chosen; no outcome '
        + 'of treatment is predicted. The result says which criteria the record meets, not whether a therapy works.')),
    );
  };

  try {
    const response = await fetch(window.location.pathname + window.location.search, { headers: { Accept: 'application/json' } });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.issue?.[0]?.diagnostics ?? `status ${response.status}`);
    show(answer);
  } catch (failure) {
    main.replaceChildren(element('h1', {}, 'The decision cannot be shown'), element('p', {}, `${failure.message.charAt(0).toUpperCase()}${failure.message.slice(1)}.`),
      element('p', { class: 'soft' }, 'A link is for whoever the card was shown to, and for a limited time. A new hook call gives a new card with a new link.'));
  }
  main.removeAttribute('aria-busy');
})();
