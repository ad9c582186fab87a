package dev.therapyfit.cql.evaluation;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildChoiceDefinition;
import ca.uhn.fhir.context.RuntimeChildPrimitiveDatatypeDefinition;
import dev.therapyfit.cql.elm.Model;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.namespace.QName;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumeration;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.TimeType;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.runtime.BaseTemporal;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.runtime.Precision;
import org.opencds.cqf.cql.engine.runtime.Quantity;
import org.opencds.cqf.cql.engine.runtime.Ratio;
import org.opencds.cqf.cql.engine.runtime.Time;

/** Elements of FHIR R4 as HAPI holds it, and of CQL's own classes. */
final class FhirElements implements Model {
    private static final int DAY_LENGTH = "2026-06-15".length();

    private static final String SYSTEM = "urn:hl7-org:elm-types:r1";

    private final FhirContext fhir;
    private final Environment environment;
    private final Map<Class<?>, Map<String, Element>> elements = new ConcurrentHashMap<>();

    /** @param environment makes instances of classes of FHIR */
    FhirElements(FhirContext fhir, Environment environment) {
        this.fhir = fhir;
        this.environment = environment;
    }

    @Override
    public Element element(Class<?> type, String path) {
        Map<String, Element> ofType = elements.computeIfAbsent(type, key -> new ConcurrentHashMap<>());
        Element known = ofType.get(path);
        if (known == null) {
            known = found(type, path); // may ask for others
            ofType.put(path, known);
        }
        return known;
    }

    private Element found(Class<?> type, String path) {
        int dot = path.indexOf('.');
        if (dot > 0) {
            Element first = element(type, path.substring(0, dot));
            return value -> {
                Object inner = first.of(value);
                return inner == null
                        ? null
                        : element(inner.getClass(), path.substring(dot + 1)).of(inner);
            };
        }
        if (PrimitiveType.class.isAssignableFrom(type)) {
            return primitive(type, path);
        }
        if (IBase.class.isAssignableFrom(type)) {
            return composite(type, path);
        }
        return system(type, path);
    }

    /** What CQL's own classes say of themselves. */
    private Element system(Class<?> type, String path) {
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

    private static Element primitive(Class<?> type, String path) {
        if (path.equals("extension")) {
            return value -> ((PrimitiveType<?>) value).getExtension();
        }
        if (path.equals("id")) {
            return value -> ((PrimitiveType<?>) value).hasId() ? ((PrimitiveType<?>) value).getIdElement() : null;
        }
        if (!path.equals("value")) {
            return value -> ((PrimitiveType<?>) value).hasValue() ? value : null;
        }
        Element read = Enumeration.class.isAssignableFrom(type)
                ? value -> ((Enumeration<?>) value).getValueAsString()
                : BaseDateTimeType.class.isAssignableFrom(type)
                        ? FhirElements::moment
                        : type == IdType.class
                                ? value -> ((IdType) value).getIdPart()
                                : type == TimeType.class
                                        ? value -> new Time(((TimeType) value).getValue())
                                        : type == Base64BinaryType.class
                                                ? value -> ((IPrimitiveType<?>) value).getValueAsString()
                                                : value -> ((IPrimitiveType<?>) value).getValue();
        return value -> ((PrimitiveType<?>) value).hasValue() ? read.of(value) : null;
    }

    private Element composite(Class<?> type, String path) {
        BaseRuntimeElementCompositeDefinition<?> definition = definition(type);
        if (Resource.class.isAssignableFrom(type) && definition.getName().equals(path)) {
            return value -> value;
        }
        BaseRuntimeChildDefinition child = definition.getChildByName(path);
        if (child == null) {
            child = choice(definition, path);
        }
        return child == null ? value -> null : child(child, path);
    }

    private static Element child(BaseRuntimeChildDefinition child, String path) {
        boolean isChoice = child instanceof RuntimeChildChoiceDefinition;
        String name = isChoice ? child.getElementName().replace("[x]", "") : child.getElementName();
        int hash = name.hashCode();
        boolean isList = child.getMax() < 1;
        boolean isPrimitive = child instanceof RuntimeChildPrimitiveDatatypeDefinition;
        Class<?> only = isChoice && !name.equals(path) && child.getChildByName(path) != null
                ? child.getChildByName(path).getImplementingClass()
                : Base.class;
        return value -> {
            Base[] values = ((Base) value).getProperty(hash, name, false);
            if (values.length == 0
                    || (isPrimitive && values[0] instanceof PrimitiveType<?> primitive && !primitive.hasValue())
                    || !only.isInstance(values[0])) {
                return null;
            }
            return isList ? Arrays.asList(values) : values[0];
        };
    }

    @Override
    public Maker maker(QName type, List<String> elements) {
        return switch (environment.fixupQName(type).getLocalPart()) {
            case "Quantity" -> isSystem(type) ? quantities(elements) : others(type, elements);
            case "Code" -> codes(elements);
            case "Concept" -> concepts(elements);
            default -> others(type, elements);
        };
    }

    private boolean isSystem(QName type) {
        return environment.fixupQName(type).getNamespaceURI().equals(SYSTEM);
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

    private BaseRuntimeElementCompositeDefinition<?> definition(Class<?> type) {
        return Resource.class.isAssignableFrom(type)
                ? fhir.getResourceDefinition(type.asSubclass(Resource.class))
                : (BaseRuntimeElementCompositeDefinition<?>) fhir.getElementDefinition(type.asSubclass(IBase.class));
    }

    private static @Nullable BaseRuntimeChildDefinition choice(
            BaseRuntimeElementCompositeDefinition<?> definition, String path) {
        return definition.getChildren().stream()
                .filter(child -> child instanceof RuntimeChildChoiceDefinition
                        && child.getElementName().startsWith(path))
                .findFirst()
                .orElse(null);
    }

    /** A date or a date with time, with the precision that was written. */
    private static BaseTemporal moment(Object value) {
        BaseDateTimeType moment = (BaseDateTimeType) value;
        if (moment instanceof DateType date && date.getValueAsString().strip().length() > DAY_LENGTH) {
            moment = new DateType(date.getValueAsString().strip().substring(0, DAY_LENGTH));
        }
        GregorianCalendar calendar = moment.getValueAsCalendar();
        Precision precision = precision(moment);
        int year = calendar.get(Calendar.YEAR);
        int month = precision == Precision.YEAR ? 1 : calendar.get(Calendar.MONTH) + 1;
        int day =
                precision.toDateTimeIndex() < Precision.DAY.toDateTimeIndex() ? 1 : calendar.get(Calendar.DAY_OF_MONTH);
        if (moment instanceof DateType) {
            return new Date(java.time.LocalDate.of(year, month, day), precision);
        }
        boolean isDay = precision.toDateTimeIndex() <= Precision.DAY.toDateTimeIndex();
        return new DateTime(
                OffsetDateTime.of(
                        year,
                        month,
                        day,
                        isDay ? 0 : calendar.get(Calendar.HOUR_OF_DAY),
                        isDay ? 0 : calendar.get(Calendar.MINUTE),
                        isDay || precision == Precision.MINUTE ? 0 : calendar.get(Calendar.SECOND),
                        precision == Precision.MILLISECOND ? calendar.get(Calendar.MILLISECOND) * 1_000_000 : 0,
                        calendar.toZonedDateTime().getOffset()),
                precision);
    }

    private static Precision precision(BaseDateTimeType moment) {
        return switch (moment.getPrecision()) {
            case YEAR -> Precision.YEAR;
            case MONTH -> Precision.MONTH;
            case DAY -> Precision.DAY;
            case MINUTE -> Precision.MINUTE;
            case SECOND -> Precision.SECOND;
            case MILLI -> Precision.MILLISECOND;
        };
    }
}
