package dev.therapyfit;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The tests of some folders, by the name that documents give them: {@code Class.method}. Read from the sources, since
 * tests of other modules are not on the class path.
 */
public final class NamedTests {
    private static final Set<String> TESTS =
            Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate");

    /** Whether a test runs in every build; what it depends on if not. */
    private record Found(boolean isTest, List<String> conditions) {}

    private final Map<String, Found> found = new HashMap<>();

    private NamedTests() {}

    /** Reads the tests below the folders. */
    public static NamedTests in(List<Path> folders) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> below = Files.walk(folder)) {
                below.filter(path -> path.toString().endsWith(".java")).forEach(files::add);
            }
        }
        NamedTests tests = new NamedTests();
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests run on a JDK");
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            for (CompilationUnitTree unit : task.parse()) {
                unit.getTypeDecls().forEach(type -> tests.new Reader(type).scan(type, null));
            }
        }
        return tests;
    }

    /** What keeps a test from running in every build: not there, no test at all, or on a condition; empty if nothing. */
    public List<String> hindrances(String type, String method) {
        Found test = found.get(type + "." + method);
        if (test == null) {
            return List.of("is not there");
        }
        return test.isTest() ? test.conditions() : List.of("is no test");
    }

    /** Finds the tests of one class and of those in it. */
    private final class Reader extends TreeScanner<Void, Void> {
        private final String name;
        private final List<String> ofClasses = new ArrayList<>();
        private List<String> conditions = ofClasses;

        Reader(Tree type) {
            this.name = type instanceof ClassTree top ? top.getSimpleName().toString() : "";
        }

        @Override
        public Void visitClass(ClassTree tree, Void nothing) {
            List<String> added = new ArrayList<>(conditions(tree.getModifiers()));
            boolean inner = !name.contentEquals(tree.getSimpleName());
            if (inner
                    && !tree.getModifiers().getFlags().contains(Modifier.STATIC)
                    && !names(tree.getModifiers()).contains("Nested")) {
                added.add("is in a class that is not @Nested");
            }
            ofClasses.addAll(added);
            super.visitClass(tree, null);
            ofClasses.subList(ofClasses.size() - added.size(), ofClasses.size()).clear();
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, Void nothing) {
            List<String> outer = conditions;
            conditions = new ArrayList<>(ofClasses);
            conditions.addAll(conditions(tree.getModifiers()));
            super.visitMethod(tree, null);
            boolean isTest = names(tree.getModifiers()).stream().anyMatch(TESTS::contains);
            found.put(name + "." + tree.getName(), new Found(isTest, List.copyOf(conditions)));
            conditions = outer;
            return null;
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree tree, Void nothing) {
            String called = tree.getMethodSelect().toString();
            if (called.substring(called.lastIndexOf('.') + 1).matches("assum(e|ing).*|abort")) {
                conditions.add("calls " + called);
            }
            return super.visitMethodInvocation(tree, null);
        }

        private static List<String> conditions(ModifiersTree modifiers) {
            return names(modifiers).stream()
                    .filter(annotation -> annotation.matches("(Disabled|Enabled).*|Tag|Tags"))
                    .map(annotation -> "is @" + annotation)
                    .toList();
        }

        private static List<String> names(ModifiersTree modifiers) {
            return modifiers.getAnnotations().stream()
                    .map(AnnotationTree::getAnnotationType)
                    .map(type -> type.toString().substring(type.toString().lastIndexOf('.') + 1))
                    .toList();
        }
    }
}
