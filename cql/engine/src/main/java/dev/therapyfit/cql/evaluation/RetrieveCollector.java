package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.terminology.ConceptMaps;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.elm.r1.CodeDef;
import org.hl7.elm.r1.CodeRef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Retrieve;
import org.hl7.elm.r1.ToList;
import org.hl7.elm.r1.ValueSetDef;
import org.hl7.elm.r1.ValueSetRef;
import org.jspecify.annotations.Nullable;

/** Finds what compiled libraries retrieve. A type with a filter that cannot be written down is read whole. */
final class RetrieveCollector {
    private static final Comparator<Terminology.Code> BY_CODE =
            Comparator.comparing(Terminology.Code::system).thenComparing(Terminology.Code::code);

    private final Terminology terminology;
    private final Map<String, Library> libraries = new HashMap<>();
    private final Map<String, SortedSet<Terminology.Code>> codes = new TreeMap<>();
    private final Map<String, String> codePaths = new HashMap<>();
    private final Set<String> whole = new HashSet<>();

    private RetrieveCollector(Terminology terminology) {
        this.terminology = terminology;
    }

    /** A type that is read by codes is also read by those that a concept map translates into one of them. */
    static List<DataRequirement> collect(List<Library> libraries, Terminology terminology, ConceptMaps conceptMaps) {
        RetrieveCollector collector = new RetrieveCollector(terminology);
        libraries.forEach(library ->
                collector.libraries.put(String.valueOf(library.getIdentifier().getId()), library));
        libraries.forEach(collector::visit);
        List<DataRequirement> requirements = new ArrayList<>();
        collector.codes.forEach((type, codes) -> {
            List.copyOf(codes).forEach(code -> codes.addAll(conceptMaps.translatedInto(code)));
            requirements.add(new DataRequirement(
                    type,
                    collector.codePaths.getOrDefault(type, ""),
                    codes,
                    collector.whole.contains(type) || codes.isEmpty()));
        });
        return List.copyOf(requirements);
    }

    static List<ContentProblem> undefinedValueSets(List<Library> libraries, Content content) {
        Set<String> defined = content.valueSets().stream()
                .flatMap(valueSet -> valueSet.text("url").stream())
                .collect(Collectors.toSet());
        List<ContentProblem> problems = new ArrayList<>();
        for (Library library : libraries) {
            if (library.getValueSets() == null) {
                continue;
            }
            for (ValueSetDef def : library.getValueSets().getDef()) {
                if (!defined.contains(def.getId()) && !content.mayDefine(String.valueOf(def.getId()))) {
                    problems.add(new ContentProblem(
                            "input/cql/" + library.getIdentifier().getId() + ".cql",
                            line(def),
                            1,
                            "value set " + def.getId() + " is not in input/vocabulary/valueset"));
                }
            }
        }
        return problems;
    }

    /** The line that an element stands in; 0 if the compiler says none. */
    static int line(Element element) {
        String locator = element.getLocator();
        return locator == null ? 0 : Integer.parseInt(locator.split(":", 2)[0]);
    }

    private void visit(Library library) {
        new BaseElmLibraryVisitor<@Nullable Void, Library>() {
            @Override
            public @Nullable Void visitRetrieve(Retrieve retrieve, Library context) {
                add(retrieve, context);
                return super.visitRetrieve(retrieve, context);
            }

            @Override
            protected @Nullable Void defaultResult(Element elm, Library context) {
                return null;
            }
        }.visitLibrary(library, library);
    }

    private void add(Retrieve retrieve, Library library) {
        var dataType = retrieve.getDataType();
        if (dataType == null || dataType.getLocalPart().equals("Patient")) {
            return;
        }
        String type = dataType.getLocalPart();
        SortedSet<Terminology.Code> known = codes.computeIfAbsent(type, key -> new TreeSet<>(BY_CODE));
        Expression filter = retrieve.getCodes();
        Optional<Set<Terminology.Code>> listed = filter == null ? Optional.empty() : list(filter, library);
        if (listed.isEmpty() || retrieve.getCodeProperty() == null) {
            whole.add(type);
            return;
        }
        known.addAll(listed.get());
        codePaths.put(type, String.valueOf(retrieve.getCodeProperty()));
    }

    private Optional<Set<Terminology.Code>> list(Expression filter, Library library) {
        if (filter instanceof ValueSetRef ref) {
            return valueSet(ref, library)
                    .filter(def -> terminology.defines(String.valueOf(def.getId())))
                    .flatMap(def -> terminology.enumerate(String.valueOf(def.getId())));
        }
        if (filter instanceof org.hl7.elm.r1.ExpandValueSet expand && expand.getOperand() != null) {
            return list(expand.getOperand(), library);
        }
        if (filter instanceof ToList list && list.getOperand() instanceof CodeRef ref) {
            return code(ref, library).map(Set::of);
        }
        return Optional.empty();
    }

    private Optional<ValueSetDef> valueSet(ValueSetRef ref, Library library) {
        Library source = source(ref.getLibraryName(), library);
        return source.getValueSets() == null
                ? Optional.empty()
                : source.getValueSets().getDef().stream()
                        .filter(def -> String.valueOf(def.getName()).equals(ref.getName()))
                        .findFirst();
    }

    private Optional<Terminology.Code> code(CodeRef ref, Library library) {
        Library source = source(ref.getLibraryName(), library);
        Optional<CodeDef> code = source.getCodes() == null
                ? Optional.empty()
                : source.getCodes().getDef().stream()
                        .filter(def -> String.valueOf(def.getName()).equals(ref.getName()))
                        .findFirst();
        return code.flatMap(def -> {
            if (def.getCodeSystem() == null || def.getId() == null) {
                return Optional.empty();
            }
            String name = String.valueOf(def.getCodeSystem().getName());
            return source.getCodeSystems() == null
                    ? Optional.empty()
                    : source.getCodeSystems().getDef().stream()
                            .filter(system -> name.equals(system.getName()))
                            .findFirst()
                            .map(system ->
                                    new Terminology.Code(String.valueOf(system.getId()), String.valueOf(def.getId())));
        });
    }

    private Library source(@Nullable String alias, Library library) {
        if (alias == null || library.getIncludes() == null) {
            return library;
        }
        return library.getIncludes().getDef().stream()
                .filter(include -> alias.equals(include.getLocalIdentifier()))
                .findFirst()
                .map(include -> libraries.getOrDefault(String.valueOf(include.getPath()), library))
                .orElse(library);
    }
}
