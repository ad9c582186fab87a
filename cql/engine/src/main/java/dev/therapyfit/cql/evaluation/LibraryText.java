package dev.therapyfit.cql.evaluation;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.Library;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a compiled library says, wherever in its file it says it.
 *
 * @param declarations includes, parameters, code systems, value sets, codes and concepts, by kind and name
 * @param statements expressions and functions, by their identity
 */
record LibraryText(Map<String, String> declarations, IdentityHashMap<ExpressionDef, String> statements) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String STATEMENTS = "statements";
    private static final List<String> OF_THE_FILE = List.of("locator", "localId", "annotation");
    private static final Map<CompiledLibrary, LibraryText> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    static LibraryText of(CompiledLibrary library) {
        return KNOWN.computeIfAbsent(library, LibraryText::read);
    }

    private static LibraryText read(CompiledLibrary compiled) {
        Library library = Objects.requireNonNull(compiled.getLibrary());
        String name = library.getIdentifier().getId() + " ";
        Map<String, String> declarations = new HashMap<>();
        IdentityHashMap<ExpressionDef, String> statements = new IdentityHashMap<>();
        JsonNode tree = JSON.readTree(ElmFiles.written(compiled)).path("library");
        trim(tree);
        tree.propertyNames().forEach(kind -> {
            JsonNode defs = tree.path(kind).path("def");
            for (int i = 0; i < defs.size(); i++) {
                JsonNode def = defs.get(i);
                if (kind.equals(STATEMENTS)) {
                    statements.put(
                            Objects.requireNonNull(library.getStatements())
                                    .getDef()
                                    .get(i),
                            name + def);
                } else {
                    String local = def.path("localIdentifier").asString("");
                    declarations.put(name + kind + " " + def.path("name").asString(local), name + def);
                }
            }
        });
        return new LibraryText(declarations, statements);
    }

    private static void trim(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(OF_THE_FILE);
        }
        node.forEach(LibraryText::trim);
    }
}
