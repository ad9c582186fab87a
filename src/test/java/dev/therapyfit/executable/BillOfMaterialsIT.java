package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bill of materials that the executable carries (CycloneDX). */
class BillOfMaterialsIT {
    private static final String BILL = "META-INF/sbom/application.cdx.json";

    @Test
    void it_names_every_library_in_the_executable() throws IOException {
        try (JarFile jar = new JarFile("target/therapy-fit.jar")) {
            JsonNode bill = new JsonMapper()
                    .readTree(
                            new String(jar.getInputStream(jar.getEntry(BILL)).readAllBytes(), StandardCharsets.UTF_8));
            assertThat(bill.path("bomFormat").asString()).isEqualTo("CycloneDX");
            Set<String> named = new TreeSet<>();
            bill.path("components").forEach(component -> {
                assertThat(component.path("purl").asString()).startsWith("pkg:maven/");
                named.add(component.path("name").asString() + "-"
                        + component.path("version").asString());
            });

            Set<String> missing = new TreeSet<>();
            jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith("BOOT-INF/lib/") && name.endsWith(".jar"))
                    .map(name -> name.substring("BOOT-INF/lib/".length(), name.length() - ".jar".length()))
                    // Spring Boot adds this part of itself when it packs; data files go with their library.
                    .filter(name -> !name.startsWith("spring-boot-jarmode") && !name.endsWith("-data"))
                    .filter(name -> !named.contains(name))
                    .forEach(missing::add);
            assertThat(named).hasSizeGreaterThan(50).anyMatch(name -> name.startsWith("nimbus-jose-jwt-"));
            assertThat(missing).isEmpty();
            assertThat(jar.getManifest().getMainAttributes().getValue("Sbom-Location"))
                    .isEqualTo(BILL);
        }
    }
}
