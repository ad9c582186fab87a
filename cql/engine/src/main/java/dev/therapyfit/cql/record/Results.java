package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * Results that stand inside others, each as an Observation of its own: the components of one, and the Observations that one
 * contains. They keep the id of the one that holds them, since that is what can be pointed at.
 */
public final class Results {
    private static final String OBSERVATION = "Observation";
    private static final String COMPONENT = "component";
    private static final String EFFECTIVE = "effective";

    /** What a component says itself; all else is as in the Observation that it stands in. */
    private static final List<String> OF_A_COMPONENT =
            List.of("code", "value", "dataAbsentReason", "interpretation", "referenceRange");

    private Results() {}

    /** The resource, or the results in it; an Observation without a value of its own says no more than its parts. */
    public static List<Resource> in(Resource resource) {
        if (!resource.isOf(OBSERVATION) || !(resource.has(COMPONENT) || resource.has("contained"))) {
            return List.of(resource);
        }
        List<Resource> results = new ArrayList<>();
        if (resource.has("value") || !resource.has(COMPONENT)) {
            results.add(resource);
        }
        Resource bare = resource.without("contained", COMPONENT);
        for (Element component : resource.all(COMPONENT)) {
            if (component.has("value") || component.has("dataAbsentReason")) {
                Resource result = bare;
                for (String element : OF_A_COMPONENT) {
                    result = result.with(element, component.all(element));
                }
                results.add(result);
            }
        }
        for (Resource contained : resource.contained()) {
            if (contained.isOf(OBSERVATION)) {
                Resource member = contained.with("id", resource.all("id"));
                results.addAll(in(member.has(EFFECTIVE) ? member : member.with(EFFECTIVE, resource.all(EFFECTIVE))));
            }
        }
        return results;
    }
}
