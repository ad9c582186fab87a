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

/** The laws of the line (src/docs/architecture.md). A law without a test is a wish. */
class ArchitectureTest {
    private static final Path ROOT = Path.of("..");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.therapyfit");
    private static final List<String> STAGES = List.of("hook", "prefetch", "decision", "card");

    @Test
    void the_classes_of_every_module_are_looked_at() {
        assertThat(CLASSES).anyMatch(type -> type.getPackageName().startsWith("dev.therapyfit.cql"));
        assertThat(CLASSES).anyMatch(type -> type.getPackageName().startsWith("dev.therapyfit.hooks"));
        assertThat(CLASSES).anyMatch(type -> type.getPackageName().startsWith("dev.therapyfit.command"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hook", "prefetch", "decision", "card"})
    void a_stage_knows_no_later_stage_and_not_the_line(String stage) {
        String[] later = Stream.concat(
                        STAGES.stream().skip(STAGES.indexOf(stage) + 1L),
                        Stream.of("service", "fhirclient", "outbound", "storage", "web", "config"))
                .map(name -> hooks(name))
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(hooks(stage))
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
                .resideInAnyPackage(hooks("hook"), hooks("prefetch"), hooks("failure"))
                .check(CLASSES);
    }

    @Test
    void packages_do_not_depend_on_each_other_in_circles() {
        slices().matching("dev.therapyfit.(*).(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void only_transport_and_wiring_know_spring() {
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit.hooks..")
                .and(not(resideInAnyPackage(hooks("web"), hooks("config"), hooks("storage"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "jakarta.servlet..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(hooks("storage"))
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
                .that(not(resideInAnyPackage(hooks("storage"), hooks("config"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(hooks("storage"))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit.hooks..")
                .and(not(resideInAPackage(hooks("storage"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "com.zaxxer.hikari..", "org.flywaydb..")
                .check(CLASSES);
    }

    @Test
    void the_engine_knows_neither_spring_nor_the_service() {
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit.cql..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "jakarta.servlet..",
                        "dev.therapyfit.hooks..",
                        "dev.therapyfit.server..")
                .check(CLASSES);
    }

    @Test
    void the_cql_engine_stays_inside_one_package() {
        noClasses()
                .that(not(resideInAPackage("dev.therapyfit.cql.evaluation..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.opencds.cqf..", "org.cqframework..", "org.hl7.elm..")
                .check(CLASSES);
    }

    @Test
    void one_package_opens_connections_and_one_speaks_fhir_over_them() {
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit.hooks..")
                .and(not(resideInAPackage(hooks("outbound"))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "org.apache.http..", "java.nio.channels..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit.hooks..")
                .and(not(resideInAPackage(hooks("fhirclient"))))
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
                .and(not(resideInAnyPackage(hooks("trust"), "dev.therapyfit.reliability..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.nimbusds..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("dev.therapyfit..")
                .and(not(resideInAPackage(hooks("config"))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ch.qos.logback..")
                .check(CLASSES);
    }

    @Test
    void time_is_an_argument() {
        for (ArchRule rule : List.of(
                noClasses()
                        .that(not(resideInAnyPackage("dev.therapyfit.command..", hooks("config"))))
                        .should()
                        .callMethod(Instant.class, "now"),
                noClasses()
                        .that(not(resideInAPackage(hooks("config"))))
                        .should()
                        .callMethod(Clock.class, "systemUTC"))) {
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
        for (Path folder : List.of(ROOT.resolve("cql/engine/src/main"), ROOT.resolve("cds-hooks/src/main"))) {
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
                "cql/engine/src/main/java", "cds-hooks/src/main/java", "fhir-server/src/main/java", "src/main/java")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(sources))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .forEach(folders::add);
            }
        }
        assertThat(folders).hasSizeGreaterThan(10);
        return folders;
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
