package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.elm.Model;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.FhirType;
import dev.therapyfit.cql.fhir.FhirType.Child;
import dev.therapyfit.cql.fhir.FhirType.Kind;
import dev.therapyfit.cql.fhir.Primitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.runtime.Quantity;
import org.opencds.cqf.cql.engine.runtime.Ratio;

/** Elements of FHIR R4, and of CQL's own classes. */
final class FhirElements implements Model {
    private static final String SYSTEM = "urn:hl7-org:elm-types:r1";

    /** Types whose values CQL has as dates and times. */
    private static final Set<String> TIMES = Set.of("date", "dateTime", "instant", "time");

    /** Profiles of Quantity that are types in CQL's model. */
    private static final Set<String> QUANTITIES = Set.of("SimpleQuantity", "MoneyQuantity");

    private final Environment environment;
    private final Map<Object, Map<String, Model.Getter>> elements = new ConcurrentHashMap<>();

    /** @param environment knows CQL's own classes */
    FhirElements(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Object shape(Object value) {
        return value instanceof Element element ? element.type() : value.getClass();
    }

    @Override
    public Model.Getter element(Object shape, String path) {
        Map<String, Model.Getter> ofShape = elements.computeIfAbsent(shape, key -> new ConcurrentHashMap<>());
        Model.Getter known = ofShape.get(path);
        if (known == null) {
            known = found(shape, path); // may ask for others
            ofShape.put(path, known);
        }
        return known;
    }

    private Model.Getter found(Object shape, String path) {
        int dot = path.indexOf('.');
        if (dot > 0) {
            Model.Getter first = element(shape, path.substring(0, dot));
            return value -> {
                Object inner = first.of(value);
                return inner == null
                        ? null
                        : element(shape(inner), path.substring(dot + 1)).of(inner);
            };
        }
        return shape instanceof FhirType type ? fhir(type, path) : system((Class<?>) shape, path);
    }

    /** What CQL's own classes say of themselves. */
    private Model.Getter system(Class<?> type, String path) {
        String name = type.getSimpleName() + "." + path;
        return switch (name) {
            case "Quantity.value" -> value -> ((Quantity) value).getValue();
            case "Quantity.unit" -> value -> ((Quantity) value).getUnit();
            case "Code.code" -> value -> ((Code) value).getCode();
            case "Code.system" -> value -> ((Code) value).getSystem();
            case "Code.version" -> value -> ((Code) value).getVersion();
            case "Code.display" -> value -> ((Code) value).getDisplay();
            case "Concept.codes" -> value -> ((Concept) value).getCodes();
            case "Concept.display" -> value -> ((Concept) value).getDisplay();
            case "Interval.low" -> value -> ((Interval) value).getLow();
            case "Interval.high" -> value -> ((Interval) value).getHigh();
            case "Interval.lowClosed" -> value -> ((Interval) value).getLowClosed();
            case "Interval.highClosed" -> value -> ((Interval) value).getHighClosed();
            case "Ratio.numerator" -> value -> ((Ratio) value).getNumerator();
            case "Ratio.denominator" -> value -> ((Ratio) value).getDenominator();
            default -> value -> environment.resolvePath(value, path);
        };
    }

    private static Model.Getter fhir(FhirType type, String path) {
        if (type.kind() == Kind.PRIMITIVE && path.equals("value")) {
            return TIMES.contains(type.name())
                    ? value -> ((Primitive) value).value() == null ? null : FhirTimes.of((Primitive) value)
                    : value -> ((Primitive) value).value();
        }
        if (type.kind() == Kind.RESOURCE && type.name().equals(path)) {
            return value -> value;
        }
        if (type.kind() != Kind.RESOURCE && path.equals("id")) {
            return value -> ((Element) value).text(path).orElse(null); // CQL's model has it as a text of its own
        }
        Child child = type.child(path);
        return child == null ? value -> null : value -> present(((Element) value).value(child));
    }

    /** A primitive that says only why it has no value is null, as a value of CQL is. */
    private static @Nullable Object present(@Nullable Object value) {
        return value instanceof Primitive primitive && primitive.value() == null ? null : value;
    }

    @Override
    public @Nullable Predicate<Object> instances(QName type) {
        QName named = environment.fixupQName(type);
        if (!named.getNamespaceURI().equals(CompiledContent.FHIR_MODEL)) {
            return null;
        }
        FhirType wanted = type(named);
        return value -> value instanceof Element element && element.type().isA(wanted);
    }

    /** A type of FHIR as CQL's model of it calls it: each list of codes has a type of its own there. */
    private static FhirType type(QName named) {
        String name = named.getLocalPart();
        return FhirType.find(QUANTITIES.contains(name) ? "Quantity" : name).orElseGet(() -> FhirType.of("code"));
    }

    @Override
    public Maker maker(QName type, List<String> elements) {
        QName named = environment.fixupQName(type);
        if (named.getNamespaceURI().equals(CompiledContent.FHIR_MODEL)) {
            return fhir(type(named), elements);
        }
        if (!named.getNamespaceURI().equals(SYSTEM)) {
            return others(type, elements);
        }
        return switch (named.getLocalPart()) {
            case "Quantity" -> quantities(elements);
            case "Code" -> codes(elements);
            case "Concept" -> concepts(elements);
            default -> others(type, elements);
        };
    }

    private static Maker fhir(FhirType type, List<String> elements) {
        if (type.kind() == Kind.PRIMITIVE) {
            int number = elements.indexOf("value");
            return values -> {
                Object value = number < 0 ? null : values[number];
                return value == null ? Element.of(type.name()) : new Primitive(type, FhirTimes.plain(value));
            };
        }
        return values -> {
            Element made = Element.of(type.name());
            for (int i = 0; i < values.length; i++) {
                Object value = values[i];
                if (value instanceof Element one) {
                    made = made.with(elements.get(i), one);
                } else if (value instanceof Iterable<?> list) {
                    made = made.with(elements.get(i), present(list));
                }
            }
            return made;
        };
    }

    private static List<Element> present(Iterable<?> list) {
        List<Element> present = new ArrayList<>();
        for (Object one : list) {
            if (one instanceof Element element) {
                present.add(element);
            }
        }
        return present;
    }

    private static Maker quantities(List<String> elements) {
        int number = elements.indexOf("value");
        int unit = elements.indexOf("unit");
        return values -> {
            Quantity quantity = new Quantity();
            quantity.setValue(number < 0 ? null : (BigDecimal) values[number]);
            if (unit >= 0) {
                quantity.setUnit((String) values[unit]);
            }
            return quantity;
        };
    }

    private static Maker codes(List<String> elements) {
        int code = elements.indexOf("code");
        int system = elements.indexOf("system");
        int version = elements.indexOf("version");
        int display = elements.indexOf("display");
        return values -> new Code()
                .withCode(code < 0 ? null : (String) values[code])
                .withSystem(system < 0 ? null : (String) values[system])
                .withVersion(version < 0 ? null : (String) values[version])
                .withDisplay(display < 0 ? null : (String) values[display]);
    }

    private static Maker concepts(List<String> elements) {
        int codes = elements.indexOf("codes");
        int display = elements.indexOf("display");
        return values -> {
            Concept concept = new Concept();
            concept.setCodes(codes < 0 ? null : codesOf((Iterable<?>) values[codes]));
            return concept.withDisplay(display < 0 ? null : (String) values[display]);
        };
    }

    private static @Nullable List<@Nullable Code> codesOf(@Nullable Iterable<?> list) {
        if (list == null) {
            return null;
        }
        List<@Nullable Code> codes = new ArrayList<>();
        list.forEach(code -> codes.add((Code) code));
        return codes;
    }

    /** Any other class as the CQL engine makes it. */
    private Maker others(QName type, List<String> elements) {
        return values -> {
            Object instance = environment.createInstance(type);
            for (int i = 0; i < values.length; i++) {
                environment.setValue(instance, elements.get(i), values[i]);
            }
            return instance;
        };
    }
}
