package dev.therapyfit.cql.terminology;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a code can be one of its system at all, by what the publishers of public systems say of the form of their codes.
 * Whether there is such a code is for a terminology server to say.
 */
public final class CodeSyntax {
    /** FHIR: no white space but single spaces inside. */
    private static final Pattern CODE = Pattern.compile("\\S+( \\S+)*");

    private static final String SNOMED_CT = "http://snomed.info/sct";
    private static final String LOINC = "http://loinc.org";

    private static final Pattern SNOMED_CT_FORM = Pattern.compile("[1-9]\\d{5,17}");
    private static final Pattern LOINC_FORM = Pattern.compile("(\\d{1,8})-(\\d)");

    /** Parts and answers, whose check digit is reckoned in another way. */
    private static final Pattern LOINC_PART = Pattern.compile("L[A-Z]\\d{1,8}-\\d");

    private static final Map<String, Pattern> FORMS = Map.of(
            "http://www.nlm.nih.gov/research/umls/rxnorm", Pattern.compile("[1-9]\\d{0,7}"),
            "http://hl7.org/fhir/sid/icd-10-cm", Pattern.compile("[A-Z]\\d[0-9A-Z](\\.[0-9A-Z]{1,4})?"),
            "http://www.whocc.no/atc", Pattern.compile("[A-Z](\\d\\d([A-Z]([A-Z](\\d\\d)?)?)?)?"),
            "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", Pattern.compile("C\\d{3,7}"));

    /** Products and permutations of Verhoeff's check digit. */
    private static final int[][] PRODUCTS = new int[10][10];

    private static final int[][] PERMUTATIONS = new int[8][10];

    static {
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
                int turned = i < 5 ? j : -j;
                int sum = Math.floorMod(i + turned, 5);
                PRODUCTS[i][j] = (i < 5) == (j < 5) ? sum : 5 + sum;
            }
        }
        PERMUTATIONS[0] = new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        PERMUTATIONS[1] = new int[] {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
        for (int i = 2; i < PERMUTATIONS.length; i++) {
            for (int j = 0; j < 10; j++) {
                PERMUTATIONS[i][j] = PERMUTATIONS[i - 1][PERMUTATIONS[1][j]];
            }
        }
    }

    private CodeSyntax() {}

    /** What is wrong with the URI of a system; empty if it may be one. */
    public static Optional<String> faultOf(@Nullable String system) {
        if (system == null || system.isBlank() || !CODE.matcher(system).matches() || system.contains(" ")) {
            return Optional.of("system: expected a URI without spaces");
        }
        return system.endsWith("/")
                ? Optional.of("system " + system + ": expected it without the slash at its end")
                : Optional.empty();
    }

    /** What is wrong with a code; empty if it may be one. */
    public static Optional<String> faultOf(@Nullable String system, @Nullable String code) {
        if (code == null || !CODE.matcher(code).matches()) {
            return Optional.of("code \"" + code + "\": expected no spaces around it");
        }
        Pattern form = FORMS.get(String.valueOf(system));
        boolean isOne = SNOMED_CT.equals(system)
                ? SNOMED_CT_FORM.matcher(code).matches() && isVerhoeff(code)
                : LOINC.equals(system)
                        ? isLoinc(code)
                        : form == null || form.matcher(code).matches();
        return isOne
                ? Optional.empty()
                : Optional.of("code " + code + " cannot be one of " + system + ": its form or check digit is wrong");
    }

    private static boolean isVerhoeff(String digits) {
        int check = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            check = PRODUCTS[check][PERMUTATIONS[i % PERMUTATIONS.length][digit]];
        }
        return check == 0;
    }

    /** Its last digit is that of Luhn over the others. */
    private static boolean isLoinc(String code) {
        var parts = LOINC_FORM.matcher(code);
        if (!parts.matches()) {
            return LOINC_PART.matcher(code).matches();
        }
        String digits = parts.group(1);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? 2 * digit : digit;
            sum += doubled / 10 + doubled % 10;
        }
        return (10 - sum % 10) % 10 == parts.group(2).charAt(0) - '0';
    }
}
