package dev.therapyfit.cql.terminology;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology.Code;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How codes of systems that the content does not define may be written: under another URI of the same system ({@code
 * CodeSystem.identifier}), in another case ({@code CodeSystem.caseSensitive}), and without the dot that stands after a
 * fixed number of characters (extension {@link #DOT_AFTER}).
 */
final class CodeForms {
    /** After how many characters a dot stands that may be missing. */
    static final String DOT_AFTER = "https://therapyfit.dev/fhir/StructureDefinition/code-dot-after";

    private final Map<String, Form> forms;

    private CodeForms(Map<String, Form> forms) {
        this.forms = forms;
    }

    private record Form(String system, boolean upperCase, int dotAfter) {}

    static CodeForms of(List<Resource> systems) {
        Map<String, Form> forms = new HashMap<>();
        for (Resource system : systems) {
            String url = system.text("url").orElse("");
            Form form = new Form(url, system.hasText("caseSensitive", "false"), dotAfter(system));
            forms.put(url, form);
            system.all("identifier").forEach(other -> other.text("value").ifPresent(value -> forms.put(value, form)));
        }
        return new CodeForms(Map.copyOf(forms));
    }

    private static int dotAfter(Resource system) {
        return system.extensions(DOT_AFTER)
                .flatMap(extension -> extension.text("value").stream())
                .findFirst()
                .map(Integer::parseInt)
                .orElse(0);
    }

    /** The code as value sets write it. */
    Code canonical(Code given) {
        Form form = forms.get(given.system());
        if (form == null) {
            return given;
        }
        String code = form.upperCase() ? given.code().strip().toUpperCase(Locale.ROOT) : given.code();
        int dot = form.dotAfter();
        if (dot > 0 && code.length() > dot && code.indexOf('.') < 0) {
            code = code.substring(0, dot) + '.' + code.substring(dot);
        }
        return new Code(form.system(), code);
    }
}
