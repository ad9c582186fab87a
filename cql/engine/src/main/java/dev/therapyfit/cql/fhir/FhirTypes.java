package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The types of FHIR R4, from the table {@code r4.txt}: a line for each type, with its kind and base, below it one for each
 * element, and a line for each list of codes that FHIR requires. A type is made of its lines when it is first asked for.
 */
final class FhirTypes {
    private static final String TABLE = "r4.txt";
    private static final String CODES = "codes";

    private static final Map<String, List<String>> LINES = new HashMap<>();
    private static final Map<String, String> CODE_LISTS = new HashMap<>();
    private static final Map<String, Set<String>> CODES_BY_NAME = new ConcurrentHashMap<>();
    private static final Map<String, FhirType> TYPES = new ConcurrentHashMap<>();

    static {
        List<String> current = new ArrayList<>();
        for (String line : lines()) {
            if (line.startsWith(" ")) {
                current.add(line.substring(1));
                continue;
            }
            String[] words = line.split(" ", 3);
            if (words[0].equals(CODES)) {
                CODE_LISTS.put(words[1], words[2]);
            } else if (!words[0].equals("#")) {
                current = new ArrayList<>();
                current.add(line);
                LINES.put(words[1], current);
            }
        }
    }

    private FhirTypes() {}

    private static List<String> lines() {
        try (InputStream table = Objects.requireNonNull(FhirTypes.class.getResourceAsStream(TABLE), TABLE)) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Optional<FhirType> find(String name) {
        FhirType known = TYPES.get(name);
        return known != null
                ? Optional.of(known)
                : Optional.ofNullable(LINES.get(name)).map(FhirTypes::made);
    }

    private static FhirType made(List<String> lines) {
        String[] head = lines.get(0).split(" ", -1);
        @Nullable FhirType base = head[2].isEmpty() ? null : FhirType.of(head[2]);
        FhirType made = new FhirType(
                head[1],
                Kind.valueOf(head[0].toUpperCase(Locale.ROOT)),
                base,
                lines.stream().skip(1).map(line -> line.split(" ", -1)).toList());
        FhirType other = TYPES.putIfAbsent(head[1], made);
        return other == null ? made : other;
    }

    static Set<String> codes(String name) {
        return CODES_BY_NAME.computeIfAbsent(
                name,
                key -> Set.copyOf(Arrays.asList(
                        Objects.requireNonNull(CODE_LISTS.get(key), key).split(" ", -1))));
    }
}
