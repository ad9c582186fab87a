package dev.therapyfit.peers;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every value set as a list of codes, for engines that take no {@code filter} in one: what it enumerates and, of the
 * codes that the patients carry, its members.
 */
final class Expansions {
    private Expansions() {}

    static Map<String, Set<Terminology.Code>> of(
            Content content, Terminology terminology, Collection<Resource> patients) {
        Set<Terminology.Code> carried = new LinkedHashSet<>();
        patients.forEach(resource -> collect(resource, carried));
        Map<String, Set<Terminology.Code>> byUrl = new TreeMap<>();
        for (Resource valueSet : content.valueSets()) {
            String url = valueSet.text("url").orElseThrow();
            Set<Terminology.Code> members = new LinkedHashSet<>();
            terminology.enumerate(url).ifPresent(members::addAll);
            carried.stream()
                    .filter(code -> terminology.contains(url, code.system(), code.code()))
                    .forEach(members::add);
            byUrl.put(url, members);
        }
        return byUrl;
    }

    private static void collect(Element element, Set<Terminology.Code> into) {
        if (element.is("Coding")) {
            Terminology.Code.of(element).ifPresent(into::add);
        }
        element.children().forEach(value -> collect(value, into));
    }
}
