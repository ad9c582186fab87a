package dev.therapyfit.authoring.publication;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The codes that a value set names. A filter may mean more codes than it names: such an expansion says that it is not
 * closed, so that nobody takes a code that it lacks for one that does not count.
 */
final class Expansion {
    private static final String UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed";

    private static final Pattern SPELT_OUT = Pattern.compile("([A-Za-z0-9-]|\\\\\\.)+");

    private final Map<String, Resource> byUrl = new HashMap<>();
    private final Terminology terminology;
    private final Set<Terminology.Code> known;
    private final Instant at;

    /**
     * @param known codes that an expansion names too where its value set holds them, by a filter or another name of a system
     * @param at when the expansions are made
     */
    Expansion(Content content, Terminology terminology, Set<Terminology.Code> known, Instant at) {
        content.valueSets().forEach(set -> byUrl.put(url(set), set));
        this.terminology = terminology;
        this.known = Set.copyOf(known);
        this.at = at;
    }

    ObjectNode of(Resource valueSet) {
        Map<Terminology.Code, String> named = new LinkedHashMap<>();
        boolean isClosed = collect(valueSet, named);
        known.forEach(code -> named.putIfAbsent(code, ""));
        named.keySet().removeIf(code -> !terminology.contains(url(valueSet), code.system(), code.code()));
        ObjectNode expansion = JsonNodeFactory.instance.objectNode();
        if (!isClosed) {
            expansion.putArray("extension").addObject().put("url", UNCLOSED).put("valueBoolean", true);
        }
        expansion.put("timestamp", at.toString());
        if (isClosed) {
            expansion.put("total", named.size());
        }
        ArrayNode contains = JsonNodeFactory.instance.arrayNode();
        new TreeMap<>(named).forEach((code, display) -> {
            ObjectNode one = contains.addObject().put("system", code.system()).put("code", code.code());
            if (!display.isEmpty()) {
                one.put("display", display);
            }
        });
        if (!contains.isEmpty()) {
            expansion.set("contains", contains);
        }
        return expansion;
    }

    /** Collects the codes that a value set and those in it name; false if a filter may mean more. */
    private boolean collect(Resource valueSet, Map<Terminology.Code, String> named) {
        boolean isClosed = true;
        for (Element include : Terminology.sets(valueSet, "include")) {
            String system = include.text("system").orElse("");
            for (Element concept : include.all("concept")) {
                named.put(
                        new Terminology.Code(system, concept.text("code").orElse("")),
                        concept.text("display").orElse(""));
            }
            List<Element> filters = include.all("filter");
            isClosed &= filters.isEmpty();
            for (Element filter : filters) {
                codes(filter).forEach(code -> named.putIfAbsent(new Terminology.Code(system, code), ""));
            }
            for (Element imported : include.all("valueSet")) {
                Optional<Resource> source = imported.text().map(byUrl::get);
                isClosed &= source.isPresent() && collect(source.get(), named);
            }
        }
        return isClosed;
    }

    /** The codes that a filter names itself: the one that it is below, or those that a pattern spells out. */
    private static Stream<String> codes(Element filter) {
        String value = filter.text("value").orElse("");
        return Terminology.isBelow(filter)
                ? Stream.of(value)
                : Stream.of(value.split("\\|"))
                        .filter(SPELT_OUT.asMatchPredicate())
                        .map(code -> code.replace("\\", ""));
    }

    private static String url(Resource valueSet) {
        return valueSet.text("url").orElse("");
    }
}
