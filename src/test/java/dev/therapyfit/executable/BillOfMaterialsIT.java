package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bill of materials that the executable carries (CycloneDX), and the libraries beside it. */
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
            for (String library : jar.getManifest()
                    .getMainAttributes()
                    .getValue(Attributes.Name.CLASS_PATH)
                    .split(" ", -1)) {
                String name = library.substring("lib/".length(), library.length() - ".jar".length());
                assertThat(Path.of("target", library)).isRegularFile();
                // data files go with their library
                if (!name.endsWith("-data") && !named.contains(name)) {
                    missing.add(name);
                }
            }
            assertThat(named).hasSizeGreaterThan(50).anyMatch(name -> name.startsWith("nimbus-jose-jwt-"));
            assertThat(missing).isEmpty();
            assertThat(jar.getManifest().getMainAttributes().getValue("Sbom-Location"))
                    .isEqualTo(BILL);
        }
    }
}
