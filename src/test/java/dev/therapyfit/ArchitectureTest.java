package dev.therapyfit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of the rooms and of the pipeline (src/docs/architecture.md) that no POM can hold. */
class ArchitectureTest {
    private static final Path ROOT = Path.of("..");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.therapyfit");
    private static final List<String> STEPS = List.of("request", "chart", "decision", "card");

    /** The application, from the outside in: each knows only those after it. */
    private static final List<String> ROOMS = List.of("cli", "app", "web", "journal", "clients", "ehr");

    private static final String STORAGE = "dev.therapyfit.journal.storage..";
    private static final String CONFIG = "dev.therapyfit.app.config..";

    @Test
    void the_classes_of_every_module_are_looked_at() {
        assertThat(CLASSES).anyMatch(type -> type.getPackageName().startsWith("dev.therapyfit.cql"));
        assertThat(CLASSES).anyMatch(type -> type.getPackageName().startsWith("dev.therapyfit.authoring"));
        assertThat(CLASSES).anyMatch(type -> type.getPackageName().startsWith("dev.therapyfit.hooks"));
        assertThat(CLASSES).anyMatch(type -> type.getPackageName().startsWith("dev.therapyfit.cli"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "chart", "decision", "card"})
    void a_step_knows_no_later_step_and_not_the_pipeline(String step) {
        String[] later = Stream.concat(
                        Stream.concat(STEPS.stream().skip(STEPS.indexOf(step) + 1L), Stream.of("catalog"))
                                .map(name -> hooks(name)),
                        Stream.of("dev.therapyfit.hooks"))
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(hooks(step))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(later)
                .check(CLASSES);
    }

    @Test
    void decision_and_card_know_nothing_of_the_call() {
        noClasses()
                .that()
                .resideInAnyPackage(hooks("decision"), hooks("card"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(hooks("request"), hooks("chart"), hooks("failure"))
                .check(CLASSES);
    }

    @Test
    void a_room_of_the_application_knows_only_those_further_in() {
        for (String room : ROOMS.subList(1, ROOMS.size())) {
            noClasses()
                    .that()
                    .resideInAPackage(room(room))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ROOMS.stream()
                            .limit(ROOMS.indexOf(room))
                            .map(ArchitectureTest::room)
                            .toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @Test
    void packages_do_not_depend_on_each_other_in_circles() {
        slices().matching("dev.therapyfit.(*).(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void only_web_and_wiring_know_spring() {
        noClasses()
                .that()
                .resideInAnyPackage(room("clients"), room("ehr"), room("journal"))
                .and(not(resideInAPackage(STORAGE)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta.servlet..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(STORAGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.boot..",
                        "org.springframework.context..",
                        "org.springframework.web..",
                        "jakarta.servlet..")
                .check(CLASSES);
    }

    @Test
    void the_database_is_reached_through_ports_only() {
        noClasses()
                .that(not(resideInAnyPackage(STORAGE, CONFIG)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STORAGE)
                .check(CLASSES);
        noClasses()
                .that(not(resideInAPackage(STORAGE)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "com.zaxxer.hikari..", "org.flywaydb..")
                .check(CLASSES);
    }

    @Test
    void the_cql_engine_stays_inside_what_evaluates() {
        noClasses()
                .that(not(resideInAnyPackage("dev.therapyfit.cql.evaluation..", "dev.therapyfit.cql.elm..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.opencds.cqf..", "org.cqframework..", "org.hl7.elm..")
                .check(CLASSES);
    }

    @Test
    void one_package_opens_connections_and_one_speaks_fhir_over_them() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.therapyfit.hooks..",
                        room("web"),
                        room("journal"),
                        room("clients"),
                        "dev.therapyfit.ehr",
                        CONFIG)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "org.apache.http..", "java.nio.channels..")
                .check(CLASSES);
        noClasses()
                .that(not(resideInAPackage("dev.therapyfit.ehr")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ca.uhn.fhir.rest.client..")
                .check(CLASSES);
    }

    @Test
    void one_package_believes_tokens_and_one_guards_the_log() {
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit..")
                .and(not(resideInAnyPackage(room("clients"), "dev.therapyfit.reliability..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.nimbusds..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit..")
                .and(not(resideInAPackage(CONFIG)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ch.qos.logback..")
                .check(CLASSES);
    }

    @Test
    void time_is_an_argument() {
        for (ArchRule rule : List.of(
                noClasses()
                        .that(not(resideInAnyPackage(room("cli"), CONFIG)))
                        .should()
                        .callMethod(Instant.class, "now"),
                noClasses().that(not(resideInAPackage(CONFIG))).should().callMethod(Clock.class, "systemUTC"))) {
            rule.check(CLASSES);
        }
    }

    @Test
    void names_are_the_fields_own() {
        noClasses().should().haveSimpleNameEndingWith("Impl").check(CLASSES);
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Svc)(\\$.*)?")
                .check(CLASSES);
        noClasses().should().haveNameMatching(".*\\.I[A-Z][a-z][A-Za-z]*").check(CLASSES);
    }

    @Test
    void a_law_that_is_broken_fails() {
        ArchRule broken = noClasses().should().resideInAPackage(hooks("card"));
        assertThatThrownBy(() -> broken.check(CLASSES)).isInstanceOf(AssertionError.class);
    }

    @Test
    void every_package_says_where_to_start() throws IOException {
        Set<String> silent = new TreeSet<>();
        for (Path folder : packages()) {
            Path info = folder.resolve("package-info.java");
            if (!Files.isRegularFile(info) || !Files.readString(info).contains("Start at")) {
                silent.add(ROOT.relativize(folder).toString());
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void no_clinical_word_stands_in_java() throws IOException {
        Pattern clinical = Pattern.compile(
                "arthritis|kellgren|malignan|pregnan|allerg(?!yIntolerance)|inflamm|crohn|\\bM17|\\bcrp\\b|stromal|msc\"",
                Pattern.CASE_INSENSITIVE);
        Set<String> found = new TreeSet<>();
        for (Path folder : List.of(
                ROOT.resolve("cql/engine/src/main"),
                ROOT.resolve("cql/authoring/src/main"),
                ROOT.resolve("cds-hooks/src/main"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                    if (clinical.matcher(Files.readString(file)).find()) {
                        found.add(file.getFileName().toString());
                    }
                }
            }
        }
        assertThat(found).isEmpty();
        assertThat(clinical.matcher("the CRP is high").find()).isTrue();
    }

    @Test
    void the_sandbox_knows_neither_content_nor_service() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("fhir-server/src/main"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                assertThat(Files.readString(file))
                        .as(file.toString())
                        .doesNotContain("dev.therapyfit.cql", "dev.therapyfit.hooks");
            }
        }
    }

    @Test
    void the_content_folder_has_no_src() {
        // With it the CQL tools take the folder for another layout.
        assertThat(ROOT.resolve("cql/src")).doesNotExist();
        assertThat(ROOT.resolve("cql/input/cql")).isDirectory();
    }

    private static Set<Path> packages() throws IOException {
        Set<Path> folders = new TreeSet<>();
        for (String sources : List.of(
                "cql/engine/src/main/java",
                "cql/authoring/src/main/java",
                "cds-hooks/src/main/java",
                "fhir-server/src/main/java",
                "src/main/java")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(sources))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .forEach(folders::add);
            }
        }
        assertThat(folders).hasSizeGreaterThan(10);
        return folders;
    }

    private static String room(String name) {
        return "dev.therapyfit." + name + "..";
    }

    private static String hooks(String name) {
        return "dev.therapyfit.hooks." + name + "..";
    }

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> not(
            com.tngtech.archunit.base.DescribedPredicate<? super com.tngtech.archunit.core.domain.JavaClass>
                    predicate) {
        return com.tngtech.archunit.base.DescribedPredicate.not(predicate).forSubtype();
    }
}
