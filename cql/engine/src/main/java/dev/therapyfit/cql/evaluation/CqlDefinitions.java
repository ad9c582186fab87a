package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.CqlSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The definitions of one library as they are written, and which names each refers to: enough to see which error follows from
 * which. It can be read of a library that does not compile.
 */
final class CqlDefinitions {
    /** A comment, a text, a name in quotes, a word or a dot. */
    private static final Pattern TOKEN = Pattern.compile(
            "//[^\\n]*|/[*].*?[*]/|'(?:[^'\\\\]|\\\\.)*+'|\"((?:[^\"\\\\]|\\\\.)*+)\"|([A-Za-z_]\\w*)|([.])",
            Pattern.DOTALL);

    private static final Pattern INCLUDE = Pattern.compile(
            "(?m)^\\s*include\\s+\"?([A-Za-z0-9-]+)\"?(?:\\s+version\\s+'[^']*')?(?:\\s+called\\s+\"?(\\w+)\"?)?");

    private static final Set<String> MODIFIERS = Set.of("private", "public", "fluent", "function");

    /** Words that begin a declaration of a name, if they are the first of a line. */
    private static final Set<String> DECLARATIONS = Set.of("codesystem", "code", "valueset", "concept", "parameter");

    private final List<Definition> definitions = new ArrayList<>();
    private final Map<String, String> libraryByAlias = new HashMap<>();

    /** A name of a library; the library itself, where only its alias is written. */
    record Name(String library, String definition) {}

    /** One definition: it ends where the next begins. */
    record Definition(Name name, int line, Set<Name> references) {}

    private CqlDefinitions() {}

    static CqlDefinitions of(CqlSource source) {
        CqlDefinitions found = new CqlDefinitions();
        INCLUDE.matcher(source.text())
                .results()
                .forEach(match -> found.libraryByAlias.put(
                        match.group(2) == null ? match.group(1) : match.group(2), match.group(1)));
        found.read(source);
        return found;
    }

    private void read(CqlSource source) {
        Matcher token = TOKEN.matcher(source.text());
        int line = 1;
        int at = 0;
        boolean isFirst = true;
        boolean isDeclared = false;
        String alias = "";
        boolean isQualified = false;
        Set<Name> references = new HashSet<>();
        while (token.find()) {
            String between = source.text().substring(at, token.start());
            int lines = (int) between.chars().filter(c -> c == '\n').count();
            isFirst |= lines > 0;
            line += lines;
            at = token.start();
            String word = token.group(2);
            String name = token.group(1) == null ? word : token.group(1);
            if (token.group(3) != null) {
                isQualified = !alias.isEmpty();
                continue;
            }
            if (name == null) {
                alias = "";
                continue;
            }
            if ("define".equals(word) || (isFirst && word != null && DECLARATIONS.contains(word))) {
                isDeclared = true;
                definitions.add(new Definition(new Name(source.name(), ""), line, new HashSet<>()));
                references = definitions.get(definitions.size() - 1).references();
            } else if (isDeclared && !(word != null && MODIFIERS.contains(word))) {
                isDeclared = false;
                Definition last = definitions.remove(definitions.size() - 1);
                definitions.add(new Definition(new Name(source.name(), name), last.line(), references));
            } else if (isQualified) {
                references.add(new Name(libraryByAlias.getOrDefault(alias, ""), name));
            } else {
                references.add(new Name(source.name(), name));
                if (libraryByAlias.containsKey(name)) {
                    references.add(new Name(libraryByAlias.get(name), ""));
                }
            }
            alias = libraryByAlias.containsKey(name) ? name : "";
            isQualified = false;
            isFirst = false;
        }
    }

    /** Name and references of every definition. */
    List<Definition> all() {
        return definitions;
    }

    /** The definition that a line belongs to; of the library as a whole if there is none. */
    Definition at(String library, int line) {
        Definition found = new Definition(new Name(library, ""), 0, Set.of());
        for (Definition definition : definitions) {
            if (definition.line() <= line) {
                found = definition;
            }
        }
        return found;
    }
}
