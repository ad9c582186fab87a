package dev.therapyfit.cql.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The table of FHIR's types is what HL7's StructureDefinitions and value sets of R4 say. */
class FhirTableTest {
    private static final String MODEL = "/org/hl7/fhir/r4/model/";
    private static final Path MADE = Path.of("target", "r4.txt");

    @Test
    void the_table_is_what_the_structure_definitions_say() throws Exception {
        String made = new Table().text();
        Files.writeString(MADE, made);

        assertThat(FhirTypes.class.getResourceAsStream("r4.txt"))
                .as("the table: if FHIR changed, take the one that this test made, cql/engine/" + MADE)
                .isNotNull()
                .hasContent(made);
    }

    /** Makes the table. */
    private static final class Table {
        private final Map<String, Element> valueSets = new HashMap<>();
        private final Map<String, Element> codeSystems = new HashMap<>();
        private final StringBuilder text = new StringBuilder();
        private final TreeMap<String, String> codes = new TreeMap<>();

        Table() throws Exception {
            for (String file : List.of("valueset/valuesets.xml", "valueset/v3-codesystems.xml")) {
                for (Element resource : resources(file)) {
                    (resource.getTagName().equals("ValueSet") ? valueSets : codeSystems)
                            .put(value(resource, "url"), resource);
                }
            }
            TreeMap<String, Element> definitions = new TreeMap<>();
            for (String file : List.of("profile/profiles-types.xml", "profile/profiles-resources.xml")) {
                for (Element resource : resources(file)) {
                    if (resource.getTagName().equals("StructureDefinition")
                            && !value(resource, "derivation").equals("constraint")) {
                        definitions.put(value(resource, "type"), resource);
                    }
                }
            }
            text.append("# The types of FHIR R4 (4.0.1), from HL7's StructureDefinitions; FhirTableTest makes it.\n");
            definitions.forEach(this::add);
            codes.forEach((name, all) ->
                    text.append("codes ").append(name).append(all).append('\n'));
        }

        String text() {
            return text.toString();
        }

        private static List<Element> resources(String file)
                throws IOException, SAXException, ParserConfigurationException {
            try (InputStream xml = FhirTableTest.class.getResourceAsStream(MODEL + file)) {
                Element bundle = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(xml)
                        .getDocumentElement();
                return children(bundle, "entry")
                        .flatMap(entry -> children(entry, "resource"))
                        .flatMap(resource -> children(resource, ""))
                        .toList();
            }
        }

        private void add(String name, Element definition) {
            String base = value(definition, "baseDefinition");
            String kind = value(definition, "kind");
            line(
                    kind.equals("primitive-type") ? "primitive" : kind.equals("resource") ? "resource" : "complex",
                    name,
                    base.substring(base.lastIndexOf('/') + 1));
            List<Element> elements = children(definition, "differential")
                    .flatMap(differential -> children(differential, "element"))
                    .toList();
            own(name, elements);
            for (Element element : elements) {
                String path = value(element, "path");
                List<String> types = types(element);
                if (path.contains(".") && types.size() == 1 && isBackbone(types.get(0))) {
                    line("complex", typeName(path), types.get(0));
                    own(path, elements);
                }
            }
        }

        private void own(String parent, List<Element> elements) {
            for (Element element : elements) {
                String path = value(element, "path");
                if (path.startsWith(parent + ".")
                        && path.indexOf('.', parent.length() + 1) < 0
                        && !value(element, "max").equals("0")) {
                    child(element, path);
                }
            }
        }

        private void child(Element element, String path) {
            List<String> types = types(element);
            String reference = value(element, "contentReference");
            String name = path.substring(path.lastIndexOf('.') + 1);
            if (!reference.isEmpty()) {
                types = List.of(typeName(reference.substring(1)));
            } else if (types.size() == 1 && isBackbone(types.get(0))) {
                types = List.of(typeName(path));
            } else if (types.stream().anyMatch(type -> type.startsWith("http:"))) {
                if (name.equals("value")) {
                    return; // of a primitive
                }
                types = List.of(path.equals("Resource.id") ? "id" : name.equals("url") ? "uri" : "string");
            }
            List<String> words =
                    new ArrayList<>(List.of(" " + name, value(element, "max").equals("1") ? "1" : "*"));
            words.addAll(types);
            if (types.equals(List.of("code"))) {
                codes(element).ifPresent(words::add);
            }
            line(words.toArray(String[]::new));
        }

        private Optional<String> codes(Element element) {
            return children(element, "binding")
                    .filter(binding -> value(binding, "strength").equals("required"))
                    .map(binding -> value(binding, "valueSet").replaceFirst("\\|.*", ""))
                    .findFirst()
                    .flatMap(url -> expanded(url).map(all -> {
                        String name = url.substring(url.lastIndexOf('/') + 1);
                        codes.put(name, all.stream().map(code -> " " + code).collect(Collectors.joining()));
                        return "=" + name;
                    }));
        }

        /** The codes of a value set; empty if they are too many to be listed by FHIR. */
        private Optional<Set<String>> expanded(String url) {
            Element valueSet = valueSets.get(url);
            if (valueSet == null) {
                return Optional.empty();
            }
            Set<String> all = new LinkedHashSet<>();
            for (Element compose : children(valueSet, "compose").toList()) {
                if (children(compose, "exclude").findAny().isPresent()) {
                    return Optional.empty();
                }
                for (Element include : children(compose, "include").toList()) {
                    Optional<Set<String>> some = included(include);
                    if (some.isEmpty()) {
                        return Optional.empty();
                    }
                    all.addAll(some.get());
                }
            }
            return Optional.of(all).filter(some -> !some.isEmpty());
        }

        private Optional<Set<String>> included(Element include) {
            Set<String> listed = children(include, "concept")
                    .map(concept -> value(concept, "code"))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            if (!listed.isEmpty()) {
                return Optional.of(listed);
            }
            Optional<Element> set = children(include, "valueSet").findFirst();
            if (set.isPresent()) {
                return expanded(set.get().getAttribute("value"));
            }
            Element system = codeSystems.get(value(include, "system"));
            if (system == null || children(include, "filter").findAny().isPresent()) {
                return Optional.empty();
            }
            concepts(system, listed);
            return Optional.of(listed);
        }

        private static void concepts(Element parent, Set<String> into) {
            children(parent, "concept").forEach(concept -> {
                into.add(value(concept, "code"));
                concepts(concept, into);
            });
        }

        private static boolean isBackbone(String type) {
            return type.equals("BackboneElement") || type.equals("Element");
        }

        /** {@code Observation.component} is the type {@code Observation.Component}, as CQL's model of FHIR calls it. */
        private static String typeName(String path) {
            return Arrays.stream(path.split("\\."))
                    .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                    .collect(Collectors.joining("."));
        }

        private static List<String> types(Element element) {
            return List.copyOf(children(element, "type")
                    .map(type -> value(type, "code"))
                    .collect(Collectors.toCollection(TreeSet::new)));
        }

        private static String value(Element parent, String name) {
            return children(parent, name)
                    .findFirst()
                    .map(child -> child.getAttribute("value"))
                    .orElse("");
        }

        private static Stream<Element> children(Element parent, String name) {
            return IntStream.range(0, parent.getChildNodes().getLength())
                    .mapToObj(parent.getChildNodes()::item)
                    .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                    .map(Element.class::cast)
                    .filter(child -> name.isEmpty() || child.getTagName().equals(name));
        }

        private void line(String... words) {
            text.append(String.join(" ", words)).append('\n');
        }
    }
}
