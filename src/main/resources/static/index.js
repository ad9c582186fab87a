// Lists the services that discovery answers. Everything is set as text.
(async () => {
  const place = document.getElementById('services');
  const element = (name, ...children) => {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  };
  try {
    const response = await fetch('/cds-services');
    if (!response.ok) throw new Error(`status ${response.status}`);
    const { services } = await response.json();
    place.replaceChildren(element('table',
      element('thead', element('tr', element('th', 'Service'), element('th', 'Hook'), element('th', 'What it does'))),
      element('tbody', ...services.map((service) => element('tr',
        element('td', service.id), element('td', element('code', service.hook)), element('td', service.description))))));
  } catch (failure) {
    place.replaceChildren(element('p', `The services cannot be listed: ${failure.message}`));
  }
})();
