package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.cql2elm.tracking.Trackable;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryReader;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryWriter;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.cql.model.ListType;
import org.hl7.cql.model.SimpleType;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Union;
import org.hl7.elm.r1.VersionedIdentifier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compiled libraries as files of ELM, so that a packaged content need not be translated at each start: translating takes
 * most of a start, reading ELM a tenth of it.
 */
public final class ElmFiles {
    private static final JsonMapper JSON = new JsonMapper();
    private static final ListType LIST = new ListType(new SimpleType("System.Any"));

    /** What was written, for as long as its library is used: after a small change most are the same. */
    private static final Map<CompiledLibrary, String> WRITTEN = Collections.synchronizedMap(new WeakHashMap<>());

    private ElmFiles() {}

    /**
     * Compiles a content and writes its libraries beside the content, where {@link Content#elm()} finds them.
     *
     * @param args the content's folder, and the folder of the packaged content
     */
    public static void main(String[] args) throws IOException {
        Content content = Content.read(Path.of(args[0]));
        Path folder = Path.of(args[1]).resolve(Content.ELM);
        Files.createDirectories(folder);
        for (var library : write(CompiledContent.compile(content, content::mainLibrary, Optional.empty()))
                .entrySet()) {
            Files.writeString(folder.resolve(library.getKey() + ".json"), library.getValue());
        }
        Files.writeString(folder.resolve(Content.ELM_SOURCES), content.librariesSha256());
    }

    /** Each library in ELM as JSON, by name. */
    static SortedMap<String, String> write(CompiledContent compiled) {
        SortedMap<String, String> elm = new TreeMap<>();
        compiled.libraryManager()
                .getCompiledLibraries()
                .forEach((id, library) -> elm.put(String.valueOf(id.getId()), written(library)));
        return elm;
    }

    /** A library in ELM as JSON. */
    static String written(CompiledLibrary library) {
        return WRITTEN.computeIfAbsent(library, ElmFiles::write);
    }

    private static String write(CompiledLibrary library) {
        unions(Objects.requireNonNull(library.getLibrary()), ElmFiles::requireLists);
        JsonNode tree = JSON.readTree(new ElmJsonLibraryWriter().writeAsString(library.getLibrary()));
        trim(tree);
        return tree.toString();
    }

    /**
     * Removes what nobody asks for, which is half of it: annotations without a tag, the number of what does not stand in the
     * CQL, and the types of operands where they choose no function.
     */
    private static void trim(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (!object.has("locator")) {
                object.remove("localId");
            }
            if (!"FunctionRef".equals(object.path("type").asString(""))) {
                object.remove("signature");
            }
            if (object.get("annotation") instanceof ArrayNode annotations) {
                annotations.removeIf(annotation -> !annotation.has("translatorVersion")
                        && annotation.path("t").isEmpty());
                annotations.forEach(annotation -> ((ObjectNode) annotation).remove("s"));
            }
        }
        node.forEach(ElmFiles::trim);
    }

    /**
     * ELM as JSON has no types, and the engine asks for one only where it unites two nulls: is it a list of nothing, or an
     * interval that is not known?
     */
    private static void requireLists(Union union) {
        if (!(Trackable.INSTANCE.getResultType(union) instanceof ListType)) {
            throw new IllegalStateException(
                    "A union of intervals at " + union.getLocator() + " cannot be packaged: write it without union");
        }
    }

    private static void unions(Library library, Consumer<Union> each) {
        new BaseElmLibraryVisitor<@Nullable Void, Library>() {
            @Override
            public @Nullable Void visitUnion(Union union, Library context) {
                each.accept(union);
                return super.visitUnion(union, context);
            }

            @Override
            protected @Nullable Void defaultResult(Element elm, Library context) {
                return null;
            }
        }.visitLibrary(library, library);
    }

    /** The libraries that were compiled before; none if the content has none, or if they are of other CQL. */
    static Map<VersionedIdentifier, CompiledLibrary> read(Content content) {
        Map<VersionedIdentifier, CompiledLibrary> libraries = new ConcurrentHashMap<>();
        ElmJsonLibraryReader reader = new ElmJsonLibraryReader();
        content.elm().values().parallelStream().forEach(bytes -> {
            Library library = reader.read(new String(bytes, StandardCharsets.UTF_8));
            CompiledLibrary compiled = new CompiledLibrary();
            compiled.setIdentifier(library.getIdentifier());
            compiled.setLibrary(library);
            unions(library, union -> Trackable.INSTANCE.setResultType(union, LIST));
            libraries.put(library.getIdentifier(), compiled);
        });
        return libraries;
    }
}
