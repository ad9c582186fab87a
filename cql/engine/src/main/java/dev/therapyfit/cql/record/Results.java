package dev.therapyfit.cql.record;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

/**
 * Results that stand inside others, each as an Observation of its own: the components of one, and the Observations that one
 * contains. They keep the id of the one that holds them, since that is what can be pointed at.
 */
public final class Results {
    private Results() {}

    /** The resource, or the results in it; an Observation without a value of its own says no more than its parts. */
    public static List<Resource> in(Resource resource) {
        if (!(resource instanceof Observation observation)
                || !(observation.hasComponent() || observation.hasContained())) {
            return List.of(resource);
        }
        List<Resource> results = new ArrayList<>();
        if (observation.hasValue() || !observation.hasComponent()) {
            results.add(observation);
        }
        Observation bare = observation.copy();
        bare.setContained(null);
        bare.setComponent(null);
        for (ObservationComponentComponent component : observation.getComponent()) {
            if (component.hasValue() || component.hasDataAbsentReason()) {
                results.add(result(sharing(bare), component));
            }
        }
        for (Resource contained : observation.getContained()) {
            if (contained instanceof Observation member) {
                Observation copy = member.copy();
                copy.setId(observation.getIdElement());
                if (!copy.hasEffective()) {
                    copy.setEffective(observation.getEffective());
                }
                results.addAll(in(copy));
            }
        }
        return results;
    }

    /** Another one of the same elements: nothing changes them, and hundreds of copies of a large one would fill the memory. */
    private static Observation sharing(Observation one) {
        Observation other = new Observation();
        other.setIdElement(one.getIdElement());
        for (Property property : one.children()) {
            property.getValues().stream()
                    .filter(value -> !property.getName().equals("id"))
                    .forEach(value -> other.setProperty(property.getName(), value));
        }
        return other;
    }

    private static Observation result(Observation result, ObservationComponentComponent component) {
        result.setCode(component.getCode());
        result.setValue(component.getValue());
        result.setDataAbsentReason(component.hasDataAbsentReason() ? component.getDataAbsentReason() : null);
        result.setInterpretation(component.getInterpretation());
        result.setReferenceRange(component.getReferenceRange());
        return result;
    }
}
